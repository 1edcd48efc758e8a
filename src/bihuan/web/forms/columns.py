"""Which column is which: the tables of a file with what their columns were taken for, and what a person says.

Tables under the same header are asked about once. Reads what was kept of the file; decides and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.documents.reading.facts import cell_of, letters
from bihuan.domain.refusals import say
from bihuan.intake.extracts import rows_between
from bihuan.web.drafts import FIELDS, UNSURE
from bihuan.web.templatetags.bihuan import listed

if TYPE_CHECKING:
    from bihuan.intake.models import Reading

SAMPLES, LOOKED_AT, LONGEST = 3, 200, 160
ONE = frozenset({"no", "category", "source", "title", "goal", "deadline", "progress", "status", "remark"})
"""Fields that stand in one column. Problems, measures, units and persons may stand in several."""
WHY: Mapping[str, str] = {
    "header": say("表头这样写"),
    "looks": say("按内容推断"),
    "both": say("表头和内容都像"),
    "remembered": say("您的单位指定过"),
}


@dataclass(frozen=True)
class ColumnAsked:
    """One column: its name in the form, its letter and heading, sample cells, and what it is taken for.

    `taken` is what the reader took it for, `field` what is chosen; `sure` is in percent, 0 without a field.
    """

    key: str
    letter: str
    label: str
    samples: tuple[str, ...]
    taken: str
    field: str
    sure: int
    why: str
    unsure: bool
    ticked: bool
    hidden: bool


@dataclass(frozen=True)
class TableAsked:
    """A table, by its place in the reading; `others` is how many more of the file have the same header."""

    place: int
    sheet: str
    rows: str
    items: int
    hidden: bool
    sideways: bool
    others: int
    columns: tuple[ColumnAsked, ...]

    @property
    def unsure(self) -> list[ColumnAsked]:
        """The columns that a person should look at."""
        return [column for column in self.columns if column.unsure]

    @property
    def changed(self) -> bool:
        """Was another field chosen for any column?"""
        return any(column.field != column.taken for column in self.columns)

    @property
    def said(self) -> dict[str, str]:
        """What is chosen for each column."""
        return {column.letter: column.field for column in self.columns}


@dataclass(frozen=True)
class Said:
    """What came in: the tables as now chosen, and what is wrong with it."""

    tables: list[TableAsked]
    errors: list[str] = field(default_factory=list)

    @property
    def columns(self) -> dict[int, dict[str, str]]:
        """What to read the file as: what was changed; where nothing was, the columns that were unsure stand."""
        chosen = [table for table in self.tables if table.changed] or [row for row in self.tables if row.unsure]
        return {table.place: table.said for table in chosen}


def fields() -> list[tuple[str, str]]:
    """What a column may be, in words, the first for none of it."""
    return [("", _("不用（不进台账）")), *((name, _(label)) for name, label in FIELDS.items())]


def tables_asked(reading: Reading, data: Mapping[str, str] | None = None) -> list[TableAsked]:
    """The tables of a reading, those that gave problems first, with what `data` chose for their columns."""
    known = [(place, table) for place, table in enumerate(reading.tables) if table.get("fingerprint")]
    same = Counter(table["fingerprint"] for _place, table in known)
    first: dict[str, tuple[int, Any]] = {}
    for place, table in sorted(known, key=lambda row: not row[1]["items"]):
        first.setdefault(table["fingerprint"], (place, table))
    return [_table(reading, place, table, same[key] - 1, data or {}) for key, (place, table) in first.items()]


def said_in(reading: Reading, data: Mapping[str, str]) -> Said:
    """What a person chose, checked: most fields stand in one column of a table."""
    tables = tables_asked(reading, data)
    return Said(tables, [error for table in tables if table.changed for error in _twice(table)])


def _twice(table: TableAsked) -> Iterator[str]:
    for name in FIELDS:
        chosen = [column for column in table.columns if column.field == name]
        as_read = all(column.taken == name for column in chosen)
        if name in ONE and len(chosen) > 1 and not as_read:
            values = {"field": _(FIELDS[name]), "columns": listed(column.letter for column in chosen)}
            yield _("“%(field)s”只能是一列，现在选了%(columns)s。") % values


def _table(
    reading: Reading, place: int, table: Mapping[str, Any], others: int, data: Mapping[str, str]
) -> TableAsked:
    rows = [str(row) for row in table["header_rows"]]
    samples = _samples(reading, table)
    columns = (_column(place, column, samples, data) for column in _columns(table, samples))
    return TableAsked(
        place=place,
        sheet=table["sheet"] or "",
        rows="–".join(dict.fromkeys((rows[0], rows[-1]))) if rows else "",
        items=table["items"],
        hidden=table["hidden"],
        sideways=table["sideways"],
        others=others,
        columns=tuple(columns),
    )


def _columns(table: Mapping[str, Any], samples: Iterable[str]) -> list[Mapping[str, Any]]:
    """The columns as the reader told them, and those between them that hold something under no heading."""
    told = {column["column"]: column for column in table["columns"]}
    places = sorted(_order(name) for name in told)
    blank = {"label": "", "field": "", "confidence": 0.0}
    found = dict(told)
    for name in samples:
        if name not in told and places and places[0] < _order(name) < places[-1]:
            found[name] = {"column": name, **blank}
    return sorted(found.values(), key=lambda column: _order(column["column"]))


def _order(column: str) -> int:
    """Where a column stands: by its letters, or by its number in a table on its side."""
    cell = cell_of(f"{column}1")
    return int(column) if column.isdigit() else cell[1] if cell else 0


def _column(
    place: int, column: Mapping[str, Any], samples: Mapping[str, Sequence[str]], data: Mapping[str, str]
) -> ColumnAsked:
    letter = column["column"]
    key = f"t{place}-{letter}"
    taken = column["field"] if column["field"] in FIELDS else ""
    chosen = data.get(key, taken)
    return ColumnAsked(
        key=key,
        letter=letter,
        label=column["label"].replace("/", " / "),
        samples=tuple(samples.get(letter, ())),
        taken=taken,
        field=chosen if chosen in FIELDS else "",
        sure=round(column["confidence"] * 100) if taken else 0,
        why=_(WHY[column["reason"]]) if taken and column.get("reason") in WHY else "",
        unsure=bool(taken) and column["confidence"] < UNSURE,
        ticked=bool(column.get("ticked")),
        hidden=bool(column.get("hidden")),
    )


def _samples(reading: Reading, table: Mapping[str, Any]) -> dict[str, list[str]]:
    """The first texts that stand in each column, none of them twice."""
    found: dict[str, list[str]] = {}
    for name, text in _cells(reading, table):
        texts = found.setdefault(name, [])
        shown = text if len(text) <= LONGEST else text[:LONGEST] + "…"
        if len(texts) < SAMPLES and shown not in texts:
            texts.append(shown)
    return found


def _cells(reading: Reading, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Column and text of the filled cells of a table's first rows of data."""
    first, last = table["first_row"], min(table["last_row"], table["first_row"] + LOOKED_AT)
    if not table["sideways"]:
        for _number, row in rows_between(reading, table["sheet"] or "", first, last):
            yield from ((letter, text) for letter, text in row)
        return
    named = [int(column["column"]) for column in table["columns"]]
    across = [letters(place) for place in range(first - 1, last)]
    for number, row in rows_between(reading, table["sheet"] or "", min(named), max(named)):
        texts = dict(row)
        yield from ((str(number), texts[letter]) for letter in across if letter in texts)
