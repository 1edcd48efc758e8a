"""The plain records a reader hands over: what a file says, where it says it and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bihuan.documents.messages import Fault
from bihuan.documents.reading.layouts import Layout
from bihuan.documents.reading.sheets import Grid
from bihuan.documents.reading.texts.places import Passage


@dataclass(frozen=True)
class Place:
    """Where an item stands: sheet (None in a text file), its 1-based rows, and the first cell of each field.

    `first_row` … `last_row` are all rows the item takes up, those of further measures included; in a table on its
    side they count columns. `table` is the place of its table in `Reading.tables`. `hidden`: its first row is
    hidden in the file, or filtered out.
    """

    sheet: str | None
    first_row: int
    cells: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    last_row: int = 0
    table: int = 0

    def as_json(self) -> dict[str, object]:
        """The place by the reading contract (`row` is the first one)."""
        found: dict[str, object] = {"sheet": self.sheet, "row": self.first_row, "cells": dict(self.cells)}
        found |= {"last_row": self.last_row or self.first_row, "table": self.table}
        return found | ({"hidden": True} if self.hidden else {})


@dataclass(frozen=True)
class Item:
    """One problem as a document states it; what it does not state is empty.

    `deadline_kind` is immediate, longterm, immediate+longterm, stage or date; `status` is done, mostly,
    stage, ongoing or not_started. `other` keeps the columns that are no field of ours, label → text.
    `place` is set for rows of a table, `passage` for what stands in a text (both for a table inside a text).
    """

    no: str = ""
    category: str = ""
    source: str = ""
    title: str = ""
    problem: str = ""
    goal: str = ""
    measures: tuple[str, ...] = ()
    lead_units: tuple[str, ...] = ()
    support_units: tuple[str, ...] = ()
    person: str = ""
    deadline_raw: str = ""
    deadline_kind: str = ""
    deadline_date: date | None = None
    deadline_longterm: bool = False
    deadline_relative: bool = False
    progress: str = ""
    status: str = ""
    status_raw: str = ""
    remark: str = ""
    other: Mapping[str, str] = field(default_factory=dict)
    place: Place | None = None
    passage: Passage | None = None
    doubts: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The item by the reading contract: only fields that are there, dates as YYYY-MM-DD."""
        found: dict[str, object] = {}
        for name in CONTRACT:
            value = getattr(self, name)
            if value:
                found[name] = _plain(value)
        if self.place is not None:
            found["place"] = self.place.as_json()
        if self.passage is not None:
            found["passage"] = self.passage.as_json()
        if self.doubts:
            found["doubts"] = [doubt.as_json() for doubt in self.doubts]
        return found


CONTRACT = (
    "no",
    "category",
    "source",
    "title",
    "problem",
    "goal",
    "measures",
    "lead_units",
    "support_units",
    "person",
    "deadline_raw",
    "deadline_kind",
    "deadline_date",
    "deadline_longterm",
    "deadline_relative",
    "progress",
    "status",
    "status_raw",
    "remark",
    "other",
)


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class TableColumn:
    """What one column was taken for: its letter(s), label, field ('' for none) and how sure that is (0…1).

    `reason` says what spoke for it: header, looks, both, or remembered (a person said so); '' without a field.
    A `ticked` column is one value of its field: its label is the value, its cells are ticks. `hidden` columns
    are hidden in the file; they are read like any other. In a table on its side `column` is a row number.
    """

    column: str
    label: str
    field: str
    confidence: float
    hidden: bool = False
    reason: str = ""
    ticked: bool = False


@dataclass(frozen=True)
class Aside:
    """A row inside or below a table that is no part of an item.

    `kind` is heading (names what follows), aside (total, note, signature, sample, column numbers), header
    (printed again) or empty (blanks, or a number and nothing else).
    """

    row: int
    kind: str


@dataclass(frozen=True)
class Table:
    """One table found: its sheet, its 1-based rows, its columns, how many items it gave.

    `first_row` … `last_row` run from the first item's first row to the last item's last; without items both are
    the row below the header. `asides` are the other rows below the header, to the end of the table. `anchor`
    names the header's first cell and `fingerprint` its layout, alike in every round of one ledger. `sideways`
    tables have their header in columns; row numbers then count columns.
    """

    sheet: str | None
    header_rows: tuple[int, ...]
    columns: tuple[TableColumn, ...]
    items: int
    hidden: bool = False
    sideways: bool = False
    first_row: int = 0
    last_row: int = 0
    asides: tuple[Aside, ...] = ()
    anchor: str = ""
    fingerprint: str = ""

    @property
    def layout(self) -> Layout:
        """How this table was read, to be corrected by a person and handed in again as known."""
        fields = {column.column: column.field for column in self.columns}
        return Layout.of_table(self.fingerprint, self.anchor, self.header_rows, self.first_row, fields)


@dataclass(frozen=True)
class Reading:
    """All that was read from one file. `faults` must be mended or looked at; doubts stand with their item.

    `grids` are the sheets that hold the tables, to be shown beside the items.
    """

    file: str
    tables: tuple[Table, ...]
    items: tuple[Item, ...]
    faults: tuple[Fault, ...] = ()
    grids: tuple[Grid, ...] = field(default=(), compare=False, repr=False)

    def as_json(self) -> dict[str, object]:
        """The reading as one JSON object by the reading contract."""
        return {
            "file": self.file,
            "items": [item.as_json() for item in self.items],
            "stats": [],
            "faults": [fault.as_json() for fault in self.faults],
        }
