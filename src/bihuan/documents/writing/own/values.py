"""What one cell is to hold: a field's new value in the form its cell and column have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from bihuan.documents.reading.facts import Cell
from bihuan.documents.writing.edits import Write, Written
from bihuan.documents.writing.own import dayforms
from bihuan.documents.writing.own.table import OwnTable

_DIGITS = 15
_LAST, _USUAL = 200, 20
_SERIAL = range(29221, 62094)


class Values:
    """Makes the writes for the cells of one table."""

    def __init__(self, table: OwnTable) -> None:
        self._table = table
        self._usual: dict[int, Sequence[str]] = {}
        self._filled: dict[int, list[tuple[int, Written]]] = {}

    def number(self, text: str, column: int, old: Written) -> Write:
        """A number of a problem: a number where the column's are numbers, else text."""
        numeric = isinstance(old, int | float) or (old is None and self._holds_numbers(column))
        plain = text.isdecimal() and len(text) <= _DIGITS and str(int(text)) == text
        return Write(int(text) if numeric and plain else text)

    def _holds_numbers(self, column: int) -> bool:
        values = [self.value(self._table.rows(item)[0], column) for item in self._table.items[-5:]]
        return bool(values) and all(isinstance(value, int | float) for value in values if value is not None)

    def deadline(self, wanted: date | str, column: int, old: Written, text: str) -> Write:
        """A day as the cell or its column has days, a text as it is."""
        if isinstance(wanted, str):
            return Write(wanted)
        if _is_packed(old):
            return Write(int(f"{wanted:%Y%m%d}"))
        if isinstance(old, date) and text and not _is_seen(wanted, text):
            return Write(dayforms.day_as_text(wanted, self._texts(column)))
        if isinstance(old, date | int | float):
            return Write(wanted, self._dated_cell(column))
        if text:
            return Write(dayforms.day_as_text(wanted, [text, *self._texts(column)]))
        form = self._dated_cell(column) if self._mostly_days(column) else None
        return Write(wanted, form) if form else Write(dayforms.day_as_text(wanted, self._texts(column)))

    def _dated_cell(self, column: int) -> Cell | None:
        """A cell of the column that holds a real day."""
        row = next((row for row, value in self._days(column) if isinstance(value, date)), None)
        return None if row is None else self._table.place(row, column)

    def _mostly_days(self, column: int) -> bool:
        kinds = Counter(isinstance(value, date) for _, value in self._days(column))
        return kinds[True] >= kinds[False]

    def _texts(self, column: int) -> Sequence[str]:
        """The texts of the column, the most usual first."""
        if column not in self._usual:
            counted = Counter(value for _, value in self._days(column) if isinstance(value, str))
            self._usual[column] = [text for text, _ in counted.most_common(_USUAL)]
        return self._usual[column]

    def _days(self, column: int) -> list[tuple[int, Written]]:
        """Row and value of the filled cells of the column's last problems."""
        if column not in self._filled:
            rows = [
                self._table.cells.owner(self._table.rows(item)[0], column) for item in self._table.items[-_LAST:]
            ]
            values = ((row, self.value(row, column)) for row in dict.fromkeys(rows))
            self._filled[column] = [(row, value) for row, value in values if value is not None]
        return self._filled[column]

    def value(self, row: int, column: int) -> Written:
        """What a cell holds now, as it can be written again."""
        cells = self._table.cells
        if row >= cells.height or column >= cells.width:
            return None
        value = cells.value(cells.owner(row, column), column)
        if isinstance(value, datetime):
            return value.date()
        return value if value is None or isinstance(value, str | int | float | date) else cells.text(row, column)


def _is_seen(day: date, shown: str) -> bool:
    """Whether a day can be told where cells show the month alone (2026年3月), which is read as its last day."""
    return not shown.endswith("月") or dayforms.ends_month(day)


def _is_packed(value: Written) -> bool:
    """20260331 as a number, which is written as it is typed."""
    return isinstance(value, int) and value > _SERIAL.stop
