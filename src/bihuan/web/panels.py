"""The draft that is open on the screen: its form, what is doubtful about it, what its unit names mean, advice.

Puts together what its part of the page shows; writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Horizon
from bihuan.domain.wording import advise
from bihuan.intake.lineup import at_of, rank_of
from bihuan.intake.mapping import NAME_LENGTH, day_of, horizon_of, names_in
from bihuan.intake.matching import Directory, directory_of
from bihuan.intake.queries import editor_of, gathered
from bihuan.web.claimed import of_row
from bihuan.web.drafts import NoteTold, notes_told, where
from bihuan.web.forms.drafts import WRITTEN, DraftForm, Meanwhile, SplitForm, written
from bihuan.web.forms.unitnames import Option, options_for
from bihuan.web.likely import Alike, alike_of
from bihuan.web.rounds import Stand, stand_of

if TYPE_CHECKING:
    from django.forms import BoundField

    from bihuan.intake.models import Draft, Reading, UnitName
    from bihuan.organisations.access import Actor
    from bihuan.organisations.models import Person, Unit

KINDS = ("faulty", "doubtful", "alike", "done")
CODES = {"deadline_date": "deadline", "horizon": "deadline"}
"""Fields of the form that are called otherwise in the file."""


@dataclass(frozen=True)
class FieldTold:
    """A field of the open draft: in the form, as the file calls it, in words, and as another wrote it."""

    field: BoundField
    code: str
    text: str
    theirs: str = ""


@dataclass(frozen=True)
class NameTold:
    """A unit name of the open draft: what it stands for, or what it may stand for."""

    key: str
    name: str
    state: str
    units: list[str]
    options: list[Option]
    collective: bool
    """Does it mean several units, which are ticked in the table of names?"""


@dataclass(frozen=True)
class AdviceTold:
    """Advice on how the open draft is worded: what, why, and how the same might be put better."""

    measure: int
    """The how-manieth measure it is about (from 1), 0 for the problem."""
    what: str
    why: str
    example: str


@dataclass(frozen=True)
class Panel:
    """The open draft."""

    draft: Draft
    at: str
    where: str
    kind: str
    part: int
    form: DraftForm
    fields: Mapping[str, FieldTold]
    split: SplitForm | None
    notes: list[NoteTold]
    claim: str
    other: Mapping[str, str]
    names: list[NameTold]
    alike: list[Alike]
    stand: Stand | None
    advice: list[AdviceTold]
    editor: Person | None
    siblings: bool
    may_merge: bool

    @property
    def names_open(self) -> bool:
        """Does a person have to say what one of its unit names means?"""
        return any(name.state == "open" for name in self.names)

    @property
    def names_known(self) -> bool:
        """Is it known of one of them, and it is written otherwise than the unit is called?"""
        return any(name.state != "open" and name.units != [name.name] for name in self.names)


@dataclass(frozen=True)
class Given:
    """Forms of the open draft that were sent and came back."""

    form: DraftForm | None = None
    split: SplitForm | None = None
    meanwhile: Meanwhile | None = None


def kind_of(draft: Draft) -> str:
    """What a draft is to whoever goes over the file."""
    if draft.dropped:
        return "merged" if draft.item.get("merged_into") else "dropped"
    rank = rank_of(draft)
    if rank < len(KINDS) - 1:
        return KINDS[rank]
    return "done" if draft.edited else ""


def panel_of(
    actor: Actor,
    reading: Reading,
    draft: Draft,
    names: Sequence[UnitName],
    shown: Mapping[int, Unit],
    near: Sequence[Draft],
    given: Given,
) -> Panel:
    """The open draft; `shown` are the units its names stand for, `near` the drafts around it in the file."""
    form = given.meanwhile.form if given.meanwhile else given.form or DraftForm(draft=draft)
    theirs = given.meanwhile.theirs if given.meanwhile else {}
    as_read = written(draft.item)
    shorts = {row.name: shown[row.units[0]].short for row in names if row.units and row.units[0] in shown}
    siblings = any(row.place == draft.place and row.part != draft.part for row in near)
    return Panel(
        draft=draft,
        at=str(at_of(draft)),
        where=where(draft),
        kind=kind_of(draft),
        part=draft.part + 1 if siblings or draft.part else 0,
        form=form,
        fields={
            name: FieldTold(
                form[name],
                CODES.get(name, name),
                *(_in_words(form[name], said.get(name, "")) for said in (as_read, theirs)),
            )
            for name in WRITTEN
        },
        split=given.split,
        notes=notes_told(gathered(draft.doubts)),
        claim=of_row(draft.item),
        other=draft.item.get("other", {}),
        names=_names_told(reading, draft, names, shown),
        alike=alike_of(actor, reading, draft, shorts),
        stand=stand_of(actor, reading, draft),
        advice=_advice_told(draft.item) if reading.is_open and not draft.dropped else [],
        editor=editor_of(draft),
        siblings=siblings,
        may_merge=any((row.place, row.part) < (draft.place, draft.part) for row in near),
    )


def _advice_told(item: Mapping[str, Any]) -> list[AdviceTold]:
    dated = horizon_of(item) is not Horizon.BY_DATE or day_of(item) is not None
    found = advise(item.get("problem", ""), item.get("measures", ()), dated=dated)
    return [
        AdviceTold(
            0 if one.measure is None else one.measure + 1, _(one.what) % one.params, _(one.why), _(one.example)
        )
        for one in found
    ]


def _in_words(field: BoundField, value: str) -> str:
    """A value as it is shown: of a choice its name, of nothing nothing."""
    if not value:
        return ""
    names = dict(getattr(field.field, "choices", ()))
    return str(names.get(value, value))


def _names_told(
    reading: Reading, draft: Draft, names: Sequence[UnitName], shown: Mapping[int, Unit]
) -> list[NameTold]:
    """Each unit name of the open draft; the office's units are only gone through for one that is open."""
    wanted = names_in(draft.item)
    found = {row.name: row for row in names if row.name in wanted}
    needs = reading.is_open and any(not row.settled for row in found.values())
    directory = directory_of(reading.keeper) if needs else None
    return [_name_told(found[name], shown, directory) for name in wanted if name[:NAME_LENGTH] in found]


def _name_told(row: UnitName, shown: Mapping[int, Unit], directory: Directory | None) -> NameTold:
    state = "left" if row.ignored else "known" if row.units else "open"
    return NameTold(
        key=row.id.hex,
        name=row.name,
        state=state,
        units=[shown[unit].name for unit in row.units if unit in shown],
        options=options_for(directory, row)[:-1] if directory and state == "open" else [],
        collective=bool(directory and state == "open" and directory.collective(row.name)),
    )
