"""A grid as one reads it: text as shown, merged cells in their place, upright or lying on its side."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from bihuan.documents.reading.facts import Cell, Merge, address, letters
from bihuan.documents.reading.formats import shown
from bihuan.documents.reading.sheets import Grid, Value

_BLANKS = " \t\r\n\u3000\xa0\u200b\u200c\u200d\u2060\ufeff"
_LARGEST = 1e21  # numbers of orders and identity cards that were stored as figures stay figures
_MOST_COVERED = 2_000_000


def text_of(value: Value) -> str:
    """A value as text: dates in ISO form, whole numbers without a point, blanks at the ends removed."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip(_BLANKS)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and not (value.is_integer() and abs(value) < _LARGEST):
        return f"{value:.15g}"
    return str(int(value))


class Cells:
    """Read access to one sheet, or to some of its columns; rows and columns are 0-based.

    `sideways` swaps rows and columns throughout. `span` (first and last column) leaves the others out, for
    tables that stand side by side; columns are then counted from the first of the span.
    """

    def __init__(self, grid: Grid, sideways: bool = False, span: tuple[int, int] | None = None) -> None:
        self.grid = grid
        self.sideways = sideways
        rows = [list(column) for column in zip(*grid.rows, strict=True)] if sideways else grid.rows
        self._left, right = span or (0, (len(rows[0]) if rows else 0) - 1)
        self._rows = [row[self._left : right + 1] for row in rows] if span else rows
        self.height = len(self._rows)
        self.width = len(self._rows[0]) if self._rows else 0
        self.merges = self._merges()
        self._across: dict[Cell, Merge] = {}
        self._above: dict[Cell, int] = {}
        self._below: dict[int, list[int]] = {}
        self._last: tuple[int, list[tuple[int, str]]] = (-1, [])
        self._cover()

    def part(self, first: int, last: int) -> Cells:
        """The same sheet with only the columns `first` … `last`."""
        return Cells(self.grid, self.sideways, (self._left + first, self._left + last))

    def _merges(self) -> list[Merge]:
        """Merged ranges that begin inside the span, clipped to it."""
        found = []
        for merge in self.grid.merges:
            turned = _swap(merge) if self.sideways else merge
            left, right = turned.left - self._left, min(turned.right - self._left, self.width - 1)
            if 0 <= left < self.width:
                found.append(Merge(turned.top, left, turned.bottom, right))
        return found

    def _origin(self, row: int, column: int) -> Cell:
        """Where a cell stands in the grid."""
        return (column + self._left, row) if self.sideways else (row, column + self._left)

    def _cover(self) -> None:
        """Note whom each covered cell belongs to, clipped to the filled area and bounded in number."""
        left = _MOST_COVERED
        for merge in self.merges:
            bottom = min(merge.bottom, self.height - 1)
            left -= max(0, bottom - merge.top) + 1
            if left < 0:
                return
            for row in range(merge.top + 1, bottom + 1):
                self._above[(row, merge.left)] = merge.top
                self._below.setdefault(row, []).append(merge.left)
            if merge.top <= bottom:
                self._across[(merge.top, merge.left)] = Merge(merge.top, merge.left, bottom, merge.right)

    def value(self, row: int, column: int) -> Value:
        """The value of a cell itself."""
        return self._rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The text of a cell itself, as its number format shows it."""
        value = self._rows[row][column]
        if value is None:
            return ""
        if not isinstance(value, str) and self.grid.formats:
            kind = self.grid.formats.get(self._origin(row, column))
            if kind and (found := shown(value, kind)):
                return found
        return text_of(value)

    def owner(self, row: int, column: int) -> int:
        """The row a cell's content stands in: its own, or that of the cell merged down over it."""
        return self._above.get((row, column), row)

    def covered(self, row: int) -> Collection[int]:
        """Columns of a row that a cell merged down from above covers."""
        return self._below.get(row, ())

    def merged(self, row: int, column: int) -> Merge | None:
        """The merged range that begins in a cell."""
        return self._across.get((row, column))

    def filled(self, row: int) -> list[tuple[int, str]]:
        """Column and text of each cell of a row that holds something itself."""
        if self._last[0] != row:
            values = enumerate(self._rows[row])
            pairs = [(column, self.text(row, column)) for column, value in values if value is not None]
            self._last = (row, [pair for pair in pairs if pair[1]])
        return self._last[1]

    def address(self, row: int, column: int) -> str:
        """The name of a cell in the sheet as it is (C5)."""
        return address(*self._origin(row, column))

    def column_name(self, column: int) -> str:
        """The letters of a column, or the number of the row it is in a sheet on its side."""
        row, across = self._origin(0, column)
        return str(row + 1) if self.sideways else letters(across)

    def place(self, row: int, column: int) -> str:
        """The name of a cell with its sheet, as messages give it."""
        name = self.address(row, column)
        return f"{self.grid.name}!{name}" if self.grid.name else name

    def scrambled(self, row: int, column: int) -> str | None:
        """What a cell really holds, where its text had to be unscrambled."""
        return self.grid.scrambled.get(self._origin(row, column)) if self.grid.scrambled else None

    def hidden(self, row: int) -> bool:
        """Whether a row is hidden in the file."""
        return row in (self.grid.hidden_columns if self.sideways else self.grid.hidden_rows)

    def hidden_column(self, column: int) -> bool:
        """Whether a column is hidden in the file."""
        return column + self._left in (self.grid.hidden_rows if self.sideways else self.grid.hidden_columns)

    def uncounted(self, row: int) -> list[int]:
        """Columns of a row whose formula has no value."""
        return self._in(self.grid.uncounted, row)

    def worked_out(self, row: int) -> list[int]:
        """Columns of a row whose formula had no value stored, so that it was worked out here."""
        return self._in(self.grid.worked_out, row)

    def _in(self, cells: Collection[Cell], row: int) -> list[int]:
        return [c for c in range(self.width) if self._origin(row, c) in cells] if cells else []


def _swap(merge: Merge) -> Merge:
    return Merge(merge.left, merge.top, merge.right, merge.bottom)


def rows_shown(grid: Grid) -> Iterator[list[tuple[str, str]]]:
    """A sheet as a person sees it, row by row from its first: column letters and text of the filled cells."""
    cells = Cells(grid)
    for row in range(cells.height):
        yield [(letters(column), text) for column, text in cells.filled(row)]
