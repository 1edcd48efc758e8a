"""The measures of a problem: in one cell, numbered as it numbers them, or one in each of its rows.

A problem over several rows keeps that form: a further measure gets a row of its own inside the problem, over which
the problem's merged cells extend; a measure that is gone leaves its cell empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from bihuan.documents.reading import words
from bihuan.documents.reading.facts import Cell
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.numbering import split_steps
from bihuan.documents.writing.edits import NewRow, Write
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.stepforms import measures_as_text, reworded


class Measures:
    """Writes the measures of one table."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._table = pen.table
        self._columns = self._table.fields.get(words.MEASURES, [])

    def write(self, number: int, wanted: Sequence[str]) -> None:
        """Write the measures of item `number`."""
        item = self._table.items[number]
        if not self._columns:
            self._pen.no_column("整改措施")
            return
        spots = self._table.spots(item, self._columns) or [(self._table.rows(item)[0], self._columns[0])]
        steps = [split_steps(self._table.text(*spot)) for spot in spots]
        if len(spots) == 1:
            self._one_cell(number, spots[0], wanted)
        elif all(len(one) == 1 for one in steps) and len({column for _, column in spots}) == 1:
            self._row_by_row(number, item, spots, [one[0] for one in steps], wanted)
        else:
            self._dealt(number, spots, [len(one) for one in steps], wanted)

    def _one_cell(self, number: int, spot: Cell, wanted: Sequence[str]) -> None:
        text = measures_as_text(wanted, self._table.text(*spot), self._table.samples(spot[1]))
        self._pen.write_one(number, *spot, Write(text or None))

    def _dealt(self, number: int, spots: list[Cell], sizes: list[int], wanted: Sequence[str]) -> None:
        """As many to each cell as it had, the rest to the last."""
        at = 0
        for place, (spot, size) in enumerate(zip(spots, sizes, strict=True)):
            part = wanted[at:] if place == len(spots) - 1 else wanted[at : at + size]
            at += size
            if tuple(part) != split_steps(self._table.text(*spot)):
                self._one_cell(number, spot, part)

    def _row_by_row(
        self, number: int, item: Item, spots: list[Cell], old: Sequence[str], wanted: Sequence[str]
    ) -> None:
        steps = SequenceMatcher(None, old, wanted, autojunk=False).get_opcodes()
        if any(kind == "insert" and first == 0 for kind, first, *_ in steps):
            # No row can be put in above the problem's first, where its merged cells begin.
            steps = [("replace", 0, len(old), 0, len(wanted))]
        for kind, first, last, begin, end in steps:
            if kind == "equal":
                continue
            pairs = min(last - first, end - begin)
            for offset in range(pairs):
                self._reword(number, spots[first + offset], old[first + offset], wanted[begin + offset])
            for spot in spots[first + pairs : last]:
                self._pen.write_one(number, *spot, Write(None))
            below = spots[max(first + pairs - 1, 0)]
            self._add_rows(number, item, below, wanted[begin + pairs : end])

    def _reword(self, number: int, spot: Cell, old: str, new: str) -> None:
        if old == new:
            return
        text = reworded(self._table.text(*spot), old, new)
        self._pen.write_one(number, *spot, Write(text if split_steps(text) == (new,) else new))

    def _add_rows(self, number: int, item: Item, above: Cell, texts: Sequence[str]) -> None:
        if texts and self._table.is_fixed:
            self._add_sideways(number, above, texts)
            return
        rows = self._table.rows(item)
        merge = self._table.cells.merged(*above)
        row = max(above[0], merge.bottom) if merge else above[0]
        # What all rows of the problem share goes on in the new row; what each row says for itself does not.
        joined = frozenset(
            column
            for column in range(self._table.cells.width)
            if self._table.cells.owner(row, column) <= rows[0] and self._table.ends(row, column) == row > rows[0]
        )
        for text in texts:
            self._pen.edits.rows.append(NewRow(row + 1, row, {above[1]: Write(text)}, joined))

    def _add_sideways(self, number: int, above: Cell, texts: Sequence[str]) -> None:
        """Where no row can be put in, further measures go into the last one's cell."""
        kept = [*split_steps(self._table.text(*above)), *texts]
        self._one_cell(number, above, kept)
