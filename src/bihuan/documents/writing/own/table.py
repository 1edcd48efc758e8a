"""An office's table as the reader described it, with its cells: which cell of an item holds which field.

Read only. Rows and columns are 0-based; in a table on its side they are swapped, as in `Cells`, and only `place`
knows where a cell stands in the sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.facts import Cell, cell_of
from bihuan.documents.reading.items import Item, Table, TableColumn
from bihuan.documents.reading.statuses import read_status
from bihuan.documents.reading.units import LEAD as LEADING
from bihuan.documents.reading.units import SUPPORT as SUPPORTING
from bihuan.documents.reading.units import Units, is_empty
from bihuan.documents.writing.own.unitforms import UnitCell

SAME = ("同上", "〃", "″", "同左")
_SAMPLES, _DISTINCT = 300, 40
_ASKED = re.compile("是否|与否|有无|√|打勾|划勾")


@dataclass(frozen=True)
class Tick:
    """A column that is ticked: the field its label is a value of, and that value."""

    column: int
    field: str
    label: str


class OwnTable:
    """One table of the file; `items` are its problems in order.

    `is_fixed`: no row can be put in, as the table lies on its side or another one stands beside it.
    """

    def __init__(self, cells: Cells, table: Table, items: Sequence[Item], abreast: bool = False) -> None:
        self.cells = cells
        self.table = table
        self.items = list(items)
        self.is_fixed = abreast or table.sideways

    @cached_property
    def fields(self) -> Mapping[str, list[int]]:
        """Field → its columns, ticked ones excepted."""
        found: dict[str, list[int]] = {}
        for one in self.table.columns:
            if one.field and not one.ticked and not self._is_covered(_number(one)):
                found.setdefault(one.field, []).append(_number(one))
        return found

    def _is_covered(self, column: int) -> bool:
        """Whether the body's cells of a column lie under cells merged across it, where nothing is seen."""
        row = self.table.first_row - 1
        return any(m.left < column <= m.right and m.top <= row <= m.bottom for m in self.cells.merges)

    @cached_property
    def ticks(self) -> list[Tick]:
        """The columns that are ticked, and those beside them that say another status but are not ticked yet."""
        found = [
            Tick(_number(one), one.field, one.label.rpartition("/")[2]) for one in self.table.columns if one.ticked
        ]
        if any(tick.field == words.STATUS for tick in found):
            found += self._unused_ticks(found)
        return sorted(found, key=lambda tick: tick.column)

    def _unused_ticks(self, found: Sequence[Tick]) -> list[Tick]:
        places = {tick.column for tick in found}
        unused: list[Tick] = []
        for one in (*self.table.columns, *reversed(self.table.columns)):
            column, label = _number(one), one.label.rpartition("/")[2]
            beside = column not in places and bool(places & {column - 1, column + 1})
            if beside and not one.field and read_status(label, True) is not None and not self.samples(column):
                unused.append(Tick(column, words.STATUS, label))
                places.add(column)
        return unused

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """The words above each column."""
        return {_number(one): one.label for one in self.table.columns}

    @cached_property
    def asked(self) -> bool:
        """Whether the column of statuses asks a question that 是 and 否 answer."""
        places = self.fields.get(words.STATUS, [])
        return bool(places) and bool(_ASKED.search(self.labels.get(places[0], "")))

    @cached_property
    def dated(self) -> list[int]:
        """The columns of year, month and day, where a deadline stands in several."""
        due = self.fields.get(words.DEADLINE, [])
        leaves = [words.bare_label(self.labels.get(column, "").rpartition("/")[2]) for column in due[:3]]
        if leaves[:2] != ["年", "月"]:
            return []
        return due[:3] if leaves[2:] == ["日"] else due[:2]

    def place(self, row: int, column: int) -> Cell:
        """Where a cell stands in the sheet."""
        return (column, row) if self.table.sideways else (row, column)

    def rows(self, item: Item) -> range:
        """The rows an item takes up."""
        assert item.place is not None
        return range(item.place.first_row - 1, item.place.last_row)

    def text(self, row: int, column: int) -> str:
        """A cell's text, that of the cell merged down over it included; '' outside the sheet."""
        if row >= self.cells.height or column >= self.cells.width:
            return ""
        return self.cells.text(self.cells.owner(row, column), column)

    def spots(self, item: Item, columns: Sequence[int]) -> list[Cell]:
        """The cells of some columns in which an item says something, each once, from above."""
        found: dict[Cell, None] = {}
        for column in columns:
            for row in self.rows(item):
                if not is_empty(self.text(row, column)):
                    found.setdefault((self.cells.owner(row, column), column))
        return list(found)

    def sayings(self, item: Item, columns: Sequence[int]) -> list[Cell]:
        """Those of the `spots` that say something of their own: what rows of one problem repeat counts once."""
        found: dict[tuple[int, str], Cell] = {}
        for row, column in self.spots(item, columns):
            found.setdefault((column, self.text(row, column)), (row, column))
        return list(found.values())

    def repeats(self, item: Item, row: int, column: int) -> list[Cell]:
        """The other cells of a column in which an item says the same again."""
        text = self.text(row, column)
        own = (self.cells.owner(row, column), column)
        return [spot for spot in self.spots(item, [column]) if spot != own and self.text(*spot) == text != ""]

    def samples(self, column: int) -> Sequence[str]:
        """What the cells of a column hold, to be written alike."""
        if column not in self._samples:
            texts = (self.text(row, column) for item in self.items[:_SAMPLES] for row in self.rows(item))
            kept = [text for text in dict.fromkeys(texts) if text and text not in SAME]
            self._samples[column] = kept[:_DISTINCT]
        return self._samples[column]

    @cached_property
    def _samples(self) -> dict[int, Sequence[str]]:
        return {}

    @cached_property
    def carried(self) -> bool:
        """Whether a category stands only in the first row of its group, without being merged down."""
        columns = self.fields.get(words.CATEGORY, [])
        return bool(columns) and any(
            item.category and not self.text(self.rows(item)[0], columns[0]) for item in self.items
        )

    @cached_property
    def grouped(self) -> bool:
        """Whether categories are merged down over their problems."""
        columns = self.fields.get(words.CATEGORY, [])
        return any(
            self.cells.owner(self.rows(item)[0], column) < self.rows(item)[0]
            for item in self.items
            for column in columns
        )

    @cached_property
    def headings(self) -> bool:
        """Whether headings between the rows say the category of what follows."""
        return words.CATEGORY not in self.fields and any(one.kind == "heading" for one in self.table.asides)

    def unit_cell(self, column: int) -> UnitCell:
        """How the cells of a column of units are read."""
        role = SUPPORTING if column in self.fields.get(words.SUPPORT, []) else LEADING
        label = self.labels.get(column, "").rpartition("/")[2]
        mixed = words.PERSON in words.claims_of(label)
        return UnitCell(role, role == LEADING and self._first_leads, mixed)

    @cached_property
    def _first_leads(self) -> bool:
        """Whether the first unit leads the rest though nothing in its cell says so: seen by what was read."""
        if words.SUPPORT in self.fields:
            return False
        for item in self.items:
            for row, column in self.spots(item, self.fields.get(words.LEAD, [])):
                text = self.text(row, column)
                plain, first = UnitCell(LEADING).read(text), UnitCell(LEADING, True).read(text)
                if plain != first:
                    return Units(item.lead_units, item.support_units) == Units(first.lead, first.support)
        return False

    def effective(self, row: int, column: int) -> str:
        """A cell's text; where it says "the same as above", the text above it that is meant."""
        text = self.text(row, column)
        while text in SAME and row > self.table.first_row - 1:
            row -= 1
            above = self.text(row, column)
            text = above if above and not is_empty(above) else text
        return text

    def ends(self, row: int, column: int) -> int:
        """The last row of the cell that covers a place."""
        merge = self.cells.merged(self.cells.owner(row, column), column)
        return merge.bottom if merge else row


def _number(column: TableColumn) -> int:
    if column.column.isdecimal():
        return int(column.column) - 1
    found = cell_of(f"{column.column}1")
    assert found is not None
    return found[1]
