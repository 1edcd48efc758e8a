"""Notes, tables and places of a reading as pages show them: in words, with the cell each comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.domain.refusals import say
from bihuan.intake.queries import Note
from bihuan.web.templatetags.bihuan import listed

if TYPE_CHECKING:
    from bihuan.intake.models import Draft

UNSURE = 0.7
PARAGRAPH = re.compile(r"\u00b6(\d+)")
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


def notes_told(notes: Iterable[Note]) -> list[NoteTold]:
    """Notes with their values filled in."""
    return [NoteTold(_filled(note), _places(note), note.count, note.count > len(note.places)) for note in notes]


def _places(note: Note) -> str:
    """The places of a note in words: cells as they are called, paragraphs of a text by their number."""
    told = (PARAGRAPH.match(place) for place in note.places)
    named = zip(note.places, told, strict=True)
    return listed(
        dict.fromkeys(
            pgettext("place", "第%(row)s段") % {"row": found[1]} if found else place for place, found in named
        )
    )


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


def stretch_at(item: Mapping[str, Any]) -> tuple[int, int]:
    """The first and last row, or paragraph, that a draft was read from."""
    passage, place = item.get("passage"), item.get("place", {})
    first = passage["first_paragraph"] if passage else place.get("row", 0)
    last = passage["last_paragraph"] if passage else place.get("last_row") or first
    return first, max(first, last)


def where(draft: Draft) -> str:
    """The place of a draft in its file, in words."""
    first, last = stretch_at(draft.item)
    rows = str(first) if first == last else f"{first}–{last}"
    if "passage" in draft.item:
        return pgettext("place", "第%(row)s段") % {"row": rows}
    return pgettext("place", "第%(row)s行") % {"row": rows}
