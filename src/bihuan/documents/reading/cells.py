"""A grid as one reads it: text as shown, merged cells in their place, upright or lying on its side."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bihuan.documents.reading.facts import Cell, Merge, address
from bihuan.documents.reading.formats import shown
from bihuan.documents.reading.sheets import Grid, Value

_BLANKS = " \t\r\n\u3000\xa0\u200b\u200c\u200d\u2060\ufeff"
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
    return f"{value:.15g}" if isinstance(value, float) else str(value)


class Cells:
    """Read access to one sheet; rows and columns 0-based, swapped throughout when `sideways`."""

    def __init__(self, grid: Grid, sideways: bool = False) -> None:
        self.grid = grid
        self.sideways = sideways
        self._rows = [list(column) for column in zip(*grid.rows, strict=True)] if sideways else grid.rows
        self.height = len(self._rows)
        self.width = len(self._rows[0]) if self._rows else 0
        self.merges = [_swap(merge) for merge in grid.merges] if sideways else list(grid.merges)
        self._across: dict[Cell, Merge] = {}
        self._above: dict[Cell, int] = {}
        self._last: tuple[int, list[tuple[int, str]]] = (-1, [])
        self._cover()

    def _cover(self) -> None:
        """Note whom each covered cell belongs to, clipped to the filled area and bounded in number."""
        left = _MOST_COVERED
        for merge in self.merges:
            bottom, right = min(merge.bottom, self.height - 1), min(merge.right, self.width - 1)
            left -= max(0, bottom - merge.top) + 1
            if left < 0:
                return
            for row in range(merge.top + 1, bottom + 1):
                self._above[(row, merge.left)] = merge.top
            if merge.top <= bottom:
                self._across[(merge.top, merge.left)] = Merge(merge.top, merge.left, bottom, right)

    def value(self, row: int, column: int) -> Value:
        """The value of a cell itself."""
        return self._rows[row][column]

    def text(self, row: int, column: int) -> str:
        """The text of a cell itself, as its number format shows it."""
        value = self._rows[row][column]
        if value is None:
            return ""
        if not isinstance(value, str) and self.grid.formats:
            kind = self.grid.formats.get((column, row) if self.sideways else (row, column))
            if kind and (found := shown(value, kind)):
                return found
        return text_of(value)

    def owner(self, row: int, column: int) -> int:
        """The row a cell's content stands in: its own, or that of the cell merged down over it."""
        return self._above.get((row, column), row)

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
        return address(column, row) if self.sideways else address(row, column)

    def place(self, row: int, column: int) -> str:
        """The name of a cell with its sheet, as messages give it."""
        name = self.address(row, column)
        return f"{self.grid.name}!{name}" if self.grid.name else name

    def hidden(self, row: int) -> bool:
        """Whether a row is hidden in the file."""
        return row in (self.grid.hidden_columns if self.sideways else self.grid.hidden_rows)

    def hidden_column(self, column: int) -> bool:
        """Whether a column is hidden in the file."""
        return column in (self.grid.hidden_rows if self.sideways else self.grid.hidden_columns)

    def uncounted(self, row: int) -> list[int]:
        """Columns of a row whose formula has never been worked out."""
        if not self.grid.uncounted:
            return []
        pairs = ((column, (column, row) if self.sideways else (row, column)) for column in range(self.width))
        return [column for column, cell in pairs if cell in self.grid.uncounted]


def _swap(merge: Merge) -> Merge:
    return Merge(merge.left, merge.top, merge.right, merge.bottom)
