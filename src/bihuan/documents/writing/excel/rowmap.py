"""Where a row stands after rows were put in, and how ranges grow with them. Plain arithmetic on 1-based rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

_LAST = 1_048_576  # of a sheet; a range down to it stays as it is


class RowMap:
    """Rows put in before others: row → how many."""

    def __init__(self, inserted: Mapping[int, int]) -> None:
        self._before = sorted(inserted)
        self._counts = dict(inserted)
        self._sums = [0, *accumulate(inserted[row] for row in self._before)]

    @property
    def first(self) -> int:
        """The first row that moves."""
        return self._before[0] if self._before else _LAST + 1

    @property
    def count(self) -> int:
        """How many rows were put in."""
        return self._sums[-1]

    def moved(self, row: int) -> int:
        """The new number of a row."""
        return min(row + self._sums[bisect_right(self._before, row)], max(row, _LAST))

    def added_below(self, row: int) -> int:
        """How many rows were put in directly below a row."""
        return self._counts.get(row + 1, 0)

    def span(self, top: int, bottom: int, grow: bool) -> tuple[int, int]:
        """The new rows of a range; `grow` takes in rows put in directly below it."""
        if bottom >= _LAST:
            return self.moved(top), bottom
        return self.moved(top), self.moved(bottom) + (self.added_below(bottom) if grow else 0)
