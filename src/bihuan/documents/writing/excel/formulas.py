"""References inside formulas: moved with rows that were put in, or copied down with their formula.

Formulas are never worked out here. Text in quotation marks, names, functions and references to other files stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from openpyxl.formula.tokenizer import Token, Tokenizer

from bihuan.documents.reading.facts import Cell
from bihuan.documents.writing.excel.rowmap import RowMap

_ONE = r"(\$?)([A-Za-z]{1,3})(\$?)(\d{1,7})"
_RANGE = re.compile(rf"^(?:(?P<sheet>'(?:[^']|'')+'|[^'!:]+)!)?{_ONE}(?::{_ONE})?$")
_ROW_ITSELF = re.compile(r"\bROWS?\s*\(", re.IGNORECASE)
_ROWS = re.compile(r"^(?:(?P<sheet>'(?:[^']|'')+'|[^'!:]+)!)?(\$?)(\d{1,7}):(\$?)(\d{1,7})$")

Piece = str | re.Match[str]


def moved_formula(formula: str, rows: RowMap, *, sheet: str, here: bool, row: int | None = None) -> str:
    """A formula (without its =) after rows were put into `sheet`.

    `here`: the formula stands in that sheet, in `row` (its old number; None for a rule or a name). A range over
    several rows above its formula takes in rows put in directly below its end, as totals must.
    """

    def shift(found: re.Match[str]) -> str:
        if not _is_meant(found["sheet"], sheet, here):
            return found[0]
        return _moved(found, rows, row if here else None)

    return "".join(piece if isinstance(piece, str) else shift(piece) for piece in _pieces(formula))


def copied_formula(formula: str, down: int, across: int = 0) -> str:
    """A formula (without its =) as Excel copies it some rows down and columns across."""

    def shift(found: re.Match[str]) -> str:
        if found.re is _ROWS:
            ends = [(found[2], found[3]), (found[4], found[5])]
            told = ":".join(f"{fixed}{number if fixed else int(number) + down}" for fixed, number in ends)
            return _prefix(found) + told
        _, c1, column1, r1, row1, c2, column2, r2, row2 = found.groups()
        told = _copied(c1, column1, r1, row1, down, across)
        return _prefix(found) + told + (f":{_copied(c2, column2, r2, row2, down, across)}" if row2 else "")

    return "".join(piece if isinstance(piece, str) else shift(piece) for piece in _pieces(formula))


@dataclass(frozen=True)
class Touched:
    """What changes in a sheet: 0-based cells, and rows from `first` (1-based) on, which move."""

    cells: frozenset[Cell]
    first: int
    sheet: str

    def changes(self, formula: str, row: int) -> bool:
        """Whether a formula in `row` (1-based) of the sheet may come to another value."""
        if row >= self.first and _ROW_ITSELF.search(formula):
            return True
        return any(not isinstance(piece, str) and self._is_named(piece) for piece in _pieces(formula))

    def _is_named(self, found: re.Match[str]) -> bool:
        if not self.cells or not _is_meant(found["sheet"], self.sheet, True):
            return False
        if found.re is _ROWS:
            return any(_holds(rows, int(found[3]) - 1, int(found[5]) - 1) for rows in self._rows.values())
        _, _, column1, _, row1, _, column2, _, row2 = found.groups()
        top, left = int(row1) - 1, _number(column1) - 1
        if not row2:
            return (top, left) in self.cells
        bottom, right = int(row2) - 1, _number(column2) - 1
        columns = (column for column in self._rows if left <= column <= right)
        return any(_holds(self._rows[column], top, bottom) for column in columns)

    @cached_property
    def _rows(self) -> Mapping[int, Sequence[int]]:
        """Column → its touched rows, in order."""
        found: dict[int, list[int]] = {}
        for row, column in sorted(self.cells):
            found.setdefault(column, []).append(row)
        return found


def _holds(rows: Sequence[int], top: int, bottom: int) -> bool:
    """Whether one of some rows in order lies in a range."""
    place = bisect_left(rows, top)
    return place < len(rows) and rows[place] <= bottom


def _copied(fixed_column: str, column: str, fixed_row: str, row: str, down: int, across: int) -> str:
    number = int(row) if fixed_row else int(row) + down
    name = column if fixed_column or not across else _letters(_number(column) + across)
    return f"{fixed_column}{name}{fixed_row}{number}" if number > 0 else "#REF!"


def _moved(found: re.Match[str], rows: RowMap, own: int | None) -> str:
    if found.re is _ROWS:
        top, bottom = rows.span(int(found[3]), int(found[5]), grow=False)
        return f"{_prefix(found)}{found[2]}{top}:{found[4]}{bottom}"
    _, c1, column1, r1, row1, c2, column2, r2, row2 = found.groups()
    if not row2:
        return f"{_prefix(found)}{c1}{column1}{r1}{rows.moved(int(row1))}"
    top, bottom = sorted((int(row1), int(row2)))
    # A running total ends in its own row and stays so; a share of all names both ends for good.
    grows = own is None or not top <= own <= bottom or bool(r1 and r2)
    if top == bottom:  # one cell, or cells side by side
        grows = grows and column1.upper() == column2.upper()
    new = rows.span(top, bottom, grows)
    first, last = new if int(row1) <= int(row2) else new[::-1]
    return f"{_prefix(found)}{c1}{column1}{r1}{first}:{c2}{column2}{r2}{last}"


def _prefix(found: re.Match[str]) -> str:
    return f"{found['sheet']}!" if found["sheet"] else ""


def _is_meant(named: str | None, sheet: str, here: bool) -> bool:
    if named is None:
        return here
    bare = named[1:-1].replace("''", "'") if named.startswith("'") else named
    return bare.lower() == sheet.lower()


@lru_cache(maxsize=4096)
def _pieces(formula: str) -> tuple[Piece, ...]:
    """The formula cut at its references."""
    try:
        tokens = Tokenizer("=" + formula).items
    except Exception:  # a formula the tokenizer does not know stays as it is
        return (formula,)
    pieces = [_reference(token) for token in tokens]
    told = "".join(piece if isinstance(piece, str) else piece[0] for piece in pieces)
    return tuple(pieces) if told == formula else (formula,)


def _reference(token: Token) -> Piece:
    if token.type != Token.OPERAND or token.subtype != Token.RANGE:
        return str(token.value)
    return _RANGE.match(token.value) or _ROWS.match(token.value) or str(token.value)


def _number(column: str) -> int:
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - 64
    return total


def _letters(number: int) -> str:
    found = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found or "A"
