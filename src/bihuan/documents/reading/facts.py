"""What a value reader does not tell about a sheet: its extent, merges, hidden parts, number formats.

The scanners fill these records; `sheets` checks them against the limits before any value is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.limits import Limits

Cell = tuple[int, int]


@dataclass(frozen=True)
class Merge:
    """A merged range, 0-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class SheetFacts:
    """Filled while scanning one sheet; rows and columns are 0-based, `rows`/`columns` are counts.

    `uncounted` holds the formulas without a value, '' for one that ended in an error. `widths` of columns (in
    characters) and `heights` of rows (in points) are only told by files that are not written back in place.
    """

    rows: int = 0
    columns: int = 0
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncounted: dict[Cell, str] = field(default_factory=dict)
    formats: dict[Cell, str] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)

    def reach(self, row: int, column: int, limits: Limits, sheet: str) -> None:
        """Note that a cell holds something; Unreadable when that lies outside the limits."""
        if row >= self.rows:
            self.rows = row + 1
        if column >= self.columns:
            self.columns = column + 1
        if row >= limits.rows or column >= limits.columns:
            raise too_far(row, column, limits, sheet)

    def settle(self, limits: Limits, sheet: str) -> None:
        """Check the area once the whole sheet has been seen."""
        if self.rows * self.columns > limits.cells:
            raise too_far(self.rows - 1, self.columns - 1, limits, sheet)


def too_far(row: int, column: int, limits: Limits, sheet: str) -> Unreadable:
    """The refusal of a sheet that spans too much, naming its outermost cell."""
    return Unreadable(
        say(
            "工作表“%(sheet)s”太大：%(cell)s 处还有内容（上限 %(rows)s 行、%(columns)s 列、%(cells)s 个单元格）。"
            "如是误输入，请删除后重新保存；确有这么多数据的，请分成几个文件。"
        ),
        place=f"{sheet}!{address(row, column)}",
        sheet=sheet,
        cell=address(row, column),
        rows=limits.rows,
        columns=limits.columns,
        cells=limits.cells,
    )


def address(row: int, column: int) -> str:
    """The name of a 0-based cell: (4, 2) is C5."""
    return f"{letters(column)}{row + 1}"


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """The letters of a 0-based column: 2 is C, 26 is AA."""
    found = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def cell_of(reference: str) -> Cell | None:
    """The 0-based cell of a name such as C5, None when it is none."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def merge_of(reference: str) -> Merge | None:
    """The merged range of a reference such as A1:C3, None when it is none or a single cell."""
    first, _, last = reference.partition(":")
    start, end = cell_of(first), cell_of(last)
    if start is None or end is None or start == end:
        return None
    return Merge(min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
