"""Writes cells of one table for one problem after another; cells that several problems share are settled last.

A merged cell over several problems is written where they all agree, and cut where they no longer do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.facts import Cell, Merge
from bihuan.documents.reading.items import Item
from bihuan.documents.writing.edits import SheetEdits, Write, Written
from bihuan.documents.writing.own.table import OwnTable
from bihuan.documents.writing.own.values import Values

Holding = Callable[[Cell], Write | None]


class Pen:
    """Collects the edits of one table; `notes` says, each once, what could not be written."""

    def __init__(self, table: OwnTable, edits: SheetEdits) -> None:
        self.table = table
        self.edits = edits
        self.values = Values(table)
        edits.held = self._beside(edits.held)
        self.notes: dict[Fault, None] = {}
        self._shared: dict[Cell, dict[int, Write]] = {}
        self._starts = [table.rows(item)[0] for item in table.items]

    def write(self, number: int, row: int, column: int, write: Write) -> None:
        """Write a cell of item `number`, and those of its rows that repeat it."""
        item = self.table.items[number]
        for again in self.table.repeats(item, row, column) if len(self.table.rows(item)) > 1 else ():
            self.write_one(number, *again, write)
        self.write_one(number, row, column, write)

    def write_one(self, number: int, row: int, column: int, write: Write) -> None:
        """Write a cell of item `number`."""
        item = self.table.items[number]
        owner = self.table.cells.owner(row, column)
        merge = self.table.cells.merged(owner, column)
        if merge is not None and self._reaches_out(merge, item):
            self._shared.setdefault((owner, column), {})[number] = write
        else:
            self.edits.cells[self.table.place(owner, column)] = write

    def _beside(self, other: Holding | None) -> Holding:
        """What a cell of one of this table's problems says, and those of other tables of the sheet."""
        columns = {column for places in self.table.fields.values() for column in places}
        rows = {row for item in self.table.items for row in self.table.rows(item)}

        def held(cell: Cell) -> Write | None:
            row, column = cell[::-1] if self.table.table.sideways else cell
            if row in rows and column in columns:
                value = self.values.value(row, column)
                return None if value is None else Write(value, cell)
            return other(cell) if other else None

        return held

    def was_written(self, row: int, column: int) -> bool:
        """Whether a cell has been written."""
        owner = self.table.cells.owner(row, column)
        return (owner, column) in self._shared or self.table.place(owner, column) in self.edits.cells

    def note(self, text: str, **params: str) -> None:
        """Say once that something could not be written."""
        self.notes.setdefault(Fault(text, _Params(params), self.table.table.sheet))

    def no_column(self, label: str) -> None:
        """Say once that the table has no column for something."""
        self.note(say("原表没有“%(field)s”一列，没有写出。"), field=label)

    def split_row(self, row: int) -> None:
        """Say that a row (1-based) of which several problems were made was not changed for one of them."""
        self.note(say("原表第%(row)s行已分成几个问题，它们各自的改动没有写出，请手工核对。"), row=str(row))

    def _reaches_out(self, merge: Merge, item: Item) -> bool:
        rows = self.table.rows(item)
        return merge.top < rows[0] or merge.bottom > rows[-1]

    def settle(self) -> None:
        """Write the cells that several problems share."""
        for (row, column), writes in self._shared.items():
            merge = self.table.cells.merged(row, column)
            assert merge is not None
            first = bisect_left(self._starts, merge.top)
            members = list(range(first, bisect_right(self._starts, merge.bottom)))
            if len({writes[n].value if n in writes else _STAYS for n in members}) == 1:
                self.edits.cells[self.table.place(row, column)] = writes[members[0]]
            elif self.table.table.sideways:
                self.note(say("横排表里合并的单元格没有拆开，有的改动没有写出，请对照核对。"))
            else:
                self._cut(merge, members, writes)

    def _cut(self, merge: Merge, members: list[int], writes: dict[int, Write]) -> None:
        """Cut a merged cell before each problem that no longer agrees with the one above it."""
        old = Write(self.values.value(merge.top, merge.left), self.table.place(merge.top, merge.left))
        before: Written | object = _STAYS
        for number in members:
            new = writes.get(number)
            start = max(self.table.rows(self.table.items[number])[0], merge.top)
            value = new.value if new else _STAYS
            if value != before and start > merge.top:
                self.edits.splits.setdefault(merge, set()).add(start)
            if value != before:
                self.edits.cells[self.table.place(start, merge.left)] = new or old
            before = value


_STAYS = object()


class _Params(dict[str, object]):
    """Parameters that can be told apart, so that a note is given once."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))
