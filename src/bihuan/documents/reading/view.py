"""One table as its rows are read: cells, header, columns, and what holds for all rows alike."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import Columns
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.headers import Header
from bihuan.documents.reading.sheets import Value
from bihuan.documents.reading.statuses import read_status
from bihuan.documents.reading.words import CATEGORY, LEAD, PROBLEM, STATUS, SUPPORT

_LOOKED_AT = 200
_EXPLAINED = re.compile(r"([0-9A-Za-z])\s*[.、:：=为-]?\s*([\u4e00-\u9fff]{2,6})")


@dataclass(frozen=True)
class View:
    """What is the same for all rows of one table; `table` is its place in the reading."""

    cells: Cells
    header: Header
    columns: Columns
    frame: Frame
    table: int

    @cached_property
    def named(self) -> list[tuple[int, str]]:
        """Columns with a label, and those without one that hold something, which their letters name."""
        cells, header = self.cells, self.header
        body = range(header.body, min(cells.height, header.body + _LOOKED_AT))
        held = {column for row in body for column, _ in cells.filled(row)}
        return [
            (column, header.label(column) or cells.column_name(column))
            for column, path in enumerate(header.paths)
            if path or column in held
        ]

    @cached_property
    def others(self) -> list[tuple[int, str]]:
        """Columns that are no field of ours."""
        return [(column, label) for column, label in self.named if not self.columns.role_of(column)]

    @cached_property
    def first_leads(self) -> bool:
        """The header or a note says that the first unit leads, and no column of its own names the leader."""
        if self.columns.split_duty:
            return False
        lead = self.columns.first(LEAD)
        if lead is not None and words.first_leads(self.header.label(lead)):
            return True
        if SUPPORT in self.columns.fields:
            return False
        return any(words.first_leads(text) for text in self._alone())

    def _alone(self) -> Iterator[str]:
        """Long texts that stand alone in a row above or in the last rows below the table."""
        cells, header = self.cells, self.header
        for row in (*range(header.top), *range(max(header.body, cells.height - 10), cells.height)):
            filled = cells.filled(row)
            if len(filled) == 1:
                yield filled[0][1]

    @cached_property
    def carried(self) -> frozenset[str]:
        """Which of category and unit stand only in the first row of their group, without being merged down.

        A unit does so only in front of the problems, where a table is grouped by units.
        """
        problem, lead = self.columns.first(PROBLEM), self.columns.first(LEAD)
        in_front = problem is not None and lead is not None and lead < problem
        return frozenset(
            name for name in ((CATEGORY, LEAD) if in_front else (CATEGORY,)) if self._is_carried(name)
        )

    def _is_carried(self, name: str) -> bool:
        """Whether the first row says it and no two rows that follow each other repeat it.

        Where some do, a blank means that there is none.
        """
        cells, header = self.cells, self.header
        column = self.columns.first(name)
        if column is None or any(merge.left == column and merge.top > header.bottom for merge in cells.merges):
            return False
        body = range(header.body, min(cells.height, header.body + 500))
        stated = [cells.text(row, column) for row in body if cells.filled(row)]
        repeated = any(first and first == second for first, second in itertools.pairwise(stated))
        return bool(stated and stated[0]) and not repeated

    @cached_property
    def legend(self) -> Mapping[str, str]:
        """Statuses behind figures or letters, where the heading explains them: 整改状态（1已完成 2整改中）."""
        column = self.columns.first(STATUS)
        told = dict(_EXPLAINED.findall(self.header.label(column))) if column is not None else {}
        known = {key: words for key, words in told.items() if read_status(words) is not None}
        return known if len(known) > 1 else {}

    @cached_property
    def names_units(self) -> bool:
        """Whether the table has a column for units."""
        columns = self.columns
        return any(
            name in columns.fields or any(m.role == name for m in columns.marks) for name in (LEAD, SUPPORT)
        )

    def value(self, row: int, column: int) -> Value:
        """A cell's value, that of the cell merged down over it included."""
        return self.cells.value(self.cells.owner(row, column), column)

    def text(self, row: int, column: int) -> str:
        """A cell's text, that of the cell merged down over it included."""
        return self.cells.text(self.cells.owner(row, column), column)
