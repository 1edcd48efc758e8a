"""Drafts, notes and tables of a reading as the page shows them: in words, with the cell each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.refusals import say
from bihuan.intake.mapping import day_of, horizon_of, parts_of, units_by_name
from bihuan.intake.matching import Directory
from bihuan.intake.queries import Note, gathered
from bihuan.ledger.actions.register import title_of
from bihuan.web.claimed import of_row
from bihuan.web.templatetags.bihuan import listed

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, UnitName

UNSURE = 0.7
FIELDS: Mapping[str, str] = {
    "no": say("序号"),
    "category": say("类别"),
    "source": say("来源"),
    "title": say("标题"),
    "problem": say("问题"),
    "goal": say("整改目标"),
    "measures": say("整改措施"),
    "lead_units": say("牵头单位"),
    "support_units": say("配合单位"),
    "person": say("责任人"),
    "deadline": say("整改时限"),
    "progress": say("进展"),
    "status": say("状态"),
    "remark": say("备注"),
}


@dataclass(frozen=True)
class NoteTold:
    """A fault or doubt in the reader's language, with the first cells where it was met."""

    text: str
    places: str
    count: int
    more: bool


@dataclass(frozen=True)
class TableTold:
    """A table as it was recognised: its columns by what they were taken for, and those not used."""

    sheet: str
    rows: str
    items: int
    hidden: bool
    sideways: bool
    used: list[dict[str, Any]]
    unused: list[str]


@dataclass(frozen=True)
class UnitTold:
    """A unit of a draft: matched (`known`), waiting for a decision (`open`) or left out (`left`)."""

    text: str
    state: str


@dataclass(frozen=True)
class DraftRow:
    """A draft as the preview shows it."""

    place: int
    sheet: str
    row: int
    hidden: bool
    title: str
    text: str
    lead: list[UnitTold]
    support: list[UnitTold]
    names_lead: bool
    horizon: str
    due: date | None
    due_raw: str
    measures: int
    claim: str
    notes: list[NoteTold]
    faulty: bool
    edited: bool
    dropped: bool


def notes_told(notes: Iterable[Note]) -> list[NoteTold]:
    """Notes with their values filled in."""
    return [
        NoteTold(_filled(note), listed(note.places), note.count, note.count > len(note.places)) for note in notes
    ]


def _filled(note: Note) -> str:
    text = _(note.template)
    return text % note.params if note.params else text


def tables_told(tables: Sequence[Mapping[str, Any]]) -> list[TableTold]:
    """The tables of a file, those that gave problems first."""
    return [_table(table) for table in sorted(tables, key=lambda table: not table["items"])]


def _table(table: Mapping[str, Any]) -> TableTold:
    rows = [str(row) for row in table["header_rows"]]
    used = [
        {
            "column": column["column"],
            "label": column["label"].replace("/", " / "),
            "field": _(FIELDS[column["field"]]),
            "unsure": column["confidence"] < UNSURE,
        }
        for column in table["columns"]
        if column["field"] in FIELDS
    ]
    return TableTold(
        sheet=table["sheet"] or "",
        rows="–".join(dict.fromkeys((rows[0], rows[-1]))) if rows else "",
        items=table["items"],
        hidden=table["hidden"],
        sideways=table["sideways"],
        used=used,
        unused=[
            column["label"] for column in table["columns"] if column["field"] not in FIELDS and column["label"]
        ],
    )


def draft_rows(drafts: Iterable[Draft], names: Iterable[UnitName], directory: Directory) -> list[DraftRow]:
    """Rows of the preview, unit names shown as what they were matched with."""
    known = list(names)
    units = units_by_name(known)
    left = {row.name for row in known if row.ignored}
    return [_row(draft, units, left, directory) for draft in drafts]


def _row(draft: Draft, units: Mapping[str, tuple[int, ...]], left: set[str], directory: Directory) -> DraftRow:
    item = draft.item
    parts = parts_of(item, units)
    place = item["place"]
    unmatched = {
        role: [
            UnitTold(name, "left" if name in left else "open")
            for name in item.get(role, ())
            if not units.get(name)
        ]
        for role in ("lead_units", "support_units")
    }
    lead = [UnitTold(_label(directory, parts.lead), "known")] if parts.lead else []
    return DraftRow(
        place=draft.place,
        sheet=place.get("sheet") or "",
        row=place["row"],
        hidden=bool(place.get("hidden")),
        title=title_of(item.get("title", ""), item["problem"]) if item.get("problem") else "",
        text=item.get("problem", ""),
        lead=lead + unmatched["lead_units"],
        support=[
            *(UnitTold(_label(directory, unit), "known") for unit in parts.support),
            *unmatched["support_units"],
        ],
        names_lead=bool(item.get("lead_units")),
        horizon=horizon_of(item).value,
        due=day_of(item),
        due_raw=item.get("deadline_raw", ""),
        measures=len(item.get("measures", ())),
        claim=of_row(item),
        notes=notes_told(gathered(draft.doubts)),
        faulty=draft.faulty,
        edited=draft.edited,
        dropped=draft.dropped,
    )


def _label(directory: Directory, unit: int) -> str:
    return directory.brief(unit) if unit in directory.units else _("已停用的单位")
