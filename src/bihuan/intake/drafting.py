"""Going over drafts: one at a time corrected, passed as it is, or left out; every change noted at once, by whom.

Drafts are working material and leave no entries. Two people may go over one file: whoever changes a draft that
another has changed meanwhile is told so (`Overtaken`) and changes nothing. Taking drafts apart and putting them
together is in `regrouping`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from bihuan.book import clock
from bihuan.domain.case import Horizon
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.intake.holding import hold
from bihuan.intake.judging import judge
from bihuan.intake.mapping import KINDS, horizon_of, names_in
from bihuan.intake.models import Draft, Reading
from bihuan.intake.naming import recount
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person


class Overtaken(Refused):
    """Raised where somebody else has changed the draft since it was shown; `draft` is what it is now."""

    def __init__(self, draft: Draft) -> None:
        person = Person.objects.filter(pk=draft.edited_by_id or 0).first()
        who = person.name if person else ""
        when = f"{clock.local(draft.edited_at):%H:%M}" if draft.edited_at else ""
        super().__init__(
            Denied(
                say("这一条刚由%(who)s改过（%(when)s），您的改动还没有保存。"),
                say("请看现在的内容，再决定要不要改。"),
                {"who": who, "when": when},
            )
        )
        self.draft = draft


@dataclass(frozen=True)
class Correction:
    """A draft as a person wants it; every field as it shall be."""

    problem: str
    title: str = ""
    category: str = ""
    goal: str = ""
    measures: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    support_units: tuple[str, ...] = ()
    person: str = ""
    horizon: Horizon = Horizon.BY_DATE
    deadline_date: date | None = None
    status: str = ""


@transaction.atomic
def edit_draft(
    *,
    actor: Actor,
    reading: Reading,
    place: int,
    part: int = 0,
    seen: int | None = None,
    correction: Correction,
    settle: bool = True,
) -> Draft:
    """Put `correction` into a draft; with `settle` a person has gone over it: faults and doubts are settled.

    `seen` is the version that the person had before them. Raises `Overtaken` where it has another one now,
    `Refused` where no problem is written, and where the reading is no longer open.
    """
    draft = take(actor, reading, place, part, seen)
    if not correction.problem.strip():
        raise Refused(Denied(say("还没有填写问题内容。"), say("请填写，或去掉这一行。")))
    before = counted_names(draft)
    draft.item = corrected(draft.item, correction)
    if settle:
        settled(draft)
    note(draft, actor)
    recount(reading, before, counted_names(draft))
    judge(actor, reading, [draft])
    return draft


@transaction.atomic
def pass_draft(*, actor: Actor, reading: Reading, place: int, part: int = 0, seen: int | None = None) -> Draft:
    """Take a draft as it was read: its doubts are settled, nothing else changes. Raises as `edit_draft` does.

    A faulty one is refused: it has to be mended or left out.
    """
    draft = take(actor, reading, place, part, seen)
    if draft.faulty:
        raise Refused(Denied(say("这一条有错误，不能照读到的采用。"), say("请改正，或去掉。")))
    settled(draft)
    note(draft, actor)
    return draft


@transaction.atomic
def drop_draft(
    *,
    actor: Actor,
    reading: Reading,
    place: int,
    part: int = 0,
    seen: int | None = None,
    dropped: bool = True,
) -> Draft:
    """Leave a draft out of what will be confirmed, or take it in again. Raises as `edit_draft` does.

    One that was merged into another comes back only by taking the two apart again.
    """
    draft = take(actor, reading, place, part, seen)
    if draft.dropped == dropped:
        return draft
    if not dropped and is_merged(draft):
        raise Refused(Denied(say("这一条已经并入别的问题。"), say("请在那个问题里选“拆回合并前”。")))
    before = counted_names(draft)
    draft.dropped = dropped
    note(draft, actor)
    recount(reading, before, counted_names(draft))
    judge(actor, reading, [draft])
    return draft


def take(actor: Actor, reading: Reading, place: int, part: int, seen: int | None) -> Draft:
    """The draft to be changed, its reading held. Raises `Overtaken` where it is not the version `seen`."""
    hold(actor, reading)
    rows = Draft.objects.filter(region_id=reading.region_id, reading_id=reading.id)
    draft = rows.filter(place=place, part=part).first()
    if draft is None:
        raise Refused(Denied(say("这一条已经不在了，可能刚被别人并回。"), say("请看现在的列表。")))
    if seen is not None and draft.version != seen:
        raise Overtaken(draft)
    return draft


def corrected(item: Mapping[str, Any], correction: Correction) -> dict[str, Any]:
    """`item` with what a person wants; empty fields are left out, as the reader does."""
    wanted = asdict(correction)
    horizon = wanted.pop("horizon")
    day = wanted.pop("deadline_date")
    kind = item.get("deadline_kind") if horizon_of(item) is horizon else KINDS[horizon]
    wanted |= {"deadline_kind": kind, "deadline_date": day.isoformat() if day else None}
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in wanted.items()}
    return {name: value for name, value in {**item, **values}.items() if value}


def settled(draft: Draft) -> None:
    """A person has gone over the draft."""
    draft.doubts, draft.faulty, draft.doubtful, draft.edited = [], False, False, True


def note(draft: Draft, actor: Actor) -> None:
    """Write a changed draft: by whom, when, and as a new version."""
    draft.version += 1
    draft.edited_by_id, draft.edited_at = actor.person_id, clock.now()
    draft.save()


def counted_names(draft: Draft) -> tuple[str, ...]:
    """The unit names of a draft that count: none of one that is left out."""
    return () if draft.dropped else names_in(draft.item)


def is_merged(draft: Draft) -> bool:
    """Does another draft hold this one's content?"""
    into = draft.item.get("merged_into")
    rows = Draft.objects.filter(region_id=draft.region_id, reading_id=draft.reading_id, id=into) if into else None
    found = rows.first() if rows is not None else None
    return found is not None and str(draft.id) in found.item.get("merged", {}).get("drafts", ())
