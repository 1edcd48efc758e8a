"""The plain records a reader hands over: what a file says, where it says it and what is doubtful about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bihuan.documents.messages import Fault


@dataclass(frozen=True)
class Place:
    """Where an item stands: sheet (None in a text file), its first 1-based row, and the cell of each field."""

    sheet: str | None
    row: int
    cells: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True)
class Item:
    """One problem as a document states it; what it does not state is empty.

    `deadline_kind` is immediate, longterm, immediate+longterm, stage or date; `status` is done, mostly,
    stage, ongoing or not_started. `other` keeps the columns that are no field of ours, label → text.
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
    doubts: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The item by the reading contract: only fields that are there, dates as YYYY-MM-DD."""
        found: dict[str, object] = {}
        for name in CONTRACT:
            value = getattr(self, name)
            if value:
                found[name] = _plain(value)
        if self.place is not None:
            found["place"] = {"sheet": self.place.sheet, "row": self.place.row, "cells": dict(self.place.cells)}
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

    `hidden` columns are hidden in the file; they are read like any other.
    """

    column: str
    label: str
    field: str
    confidence: float
    hidden: bool = False


@dataclass(frozen=True)
class Table:
    """One table found: its sheet, the 1-based rows of its header, its columns, how many items it gave.

    `sideways` tables have their header in columns; `header_rows` then counts columns.
    """

    sheet: str | None
    header_rows: tuple[int, ...]
    columns: tuple[TableColumn, ...]
    items: int
    hidden: bool = False
    sideways: bool = False


@dataclass(frozen=True)
class Reading:
    """All that was read from one file. `faults` must be mended or looked at; doubts stand with their item."""

    file: str
    tables: tuple[Table, ...]
    items: tuple[Item, ...]
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The reading as one JSON object by the reading contract."""
        return {
            "file": self.file,
            "items": [item.as_json() for item in self.items],
            "stats": [],
            "faults": [fault.as_json() for fault in self.faults],
        }
