"""What a ledger with a trap is made of: its rows, its file, and the items a person would read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from tests.documents import build

Rows = Sequence[Sequence[object]]
Wanted = dict[str, Any]

COMPARED = (
    "no",
    "category",
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
    "status",
)
"""Fields that must be as expected, absent ones included; further fields count where an expectation names them."""


@dataclass(frozen=True)
class Case:
    """One ledger: how its file is made, its items in order, and the cells that must be doubted or faulted."""

    name: str
    make: Callable[[Path], Path]
    items: tuple[Wanted, ...]
    doubted: tuple[str, ...] = ()
    faulty: tuple[str, ...] = ()


def want(
    problem: str = "",
    *,
    no: object = "",
    lead: str = "",
    support: str = "",
    due: tuple[str, ...] | None = None,
    measures: str = "",
    **more: object,
) -> Wanted:
    """An expected item; units and measures joined by |, `due` is (raw, kind, date)."""
    found: Wanted = {"problem": problem, "no": str(no), **more}
    for name, joined in (("lead_units", lead), ("support_units", support), ("measures", measures)):
        found[name] = joined.split("|") if joined else []
    if due:
        found |= dict(zip(("deadline_raw", "deadline_kind", "deadline_date"), due, strict=False))
    return {name: value for name, value in found.items() if value}


def line(joined: str) -> list[object]:
    """The cells of a row from one text, parted by |; what is blank stays so."""
    return [part.strip() or None for part in joined.split("|")]


def xlsx(rows: Rows, merges: Iterable[str] | str = (), **options: Any) -> Callable[[Path], Path]:
    """Makes a workbook of one sheet; many merged ranges may be one text, parted by blanks."""
    ranges = merges.split() if isinstance(merges, str) else merges
    return lambda folder: build.xlsx(folder / "a.xlsx", rows, ranges, **options)


def text(rows: Rows, encoding: str = "utf-8", delimiter: str = ",", name: str = "a.csv") -> Callable[[Path], Path]:
    """Makes a text file."""
    return lambda folder: build.text(folder / name, rows, encoding, delimiter)


def raw(content: str, encoding: str, name: str) -> Callable[[Path], Path]:
    """Makes a text file letter by letter."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode(encoding))
        return path

    return make


def worked(make: Callable[[Path], Path], change: Callable[[Worksheet], None]) -> Callable[[Path], Path]:
    """The same workbook after something was done to its first sheet."""

    def remake(folder: Path) -> Path:
        path = make(folder)
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        change(sheet)
        book.save(path)
        return path

    return remake
