"""Read a ledger file: every sheet, its tables, their rows, one item each.

This is the door of the ledger reader; it decides which sheets hold ledgers and puts the parts together. It
writes nothing and matches nothing to any organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bihuan.documents.messages import Fault, Unreadable, say
from bihuan.documents.reading import words
from bihuan.documents.reading.abreast import spans_of
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import assign, remembered
from bihuan.documents.reading.frames import Frame, frame_of
from bihuan.documents.reading.guessing import guess_header
from bihuan.documents.reading.headers import Header, anchor_of, find_header, header_of
from bihuan.documents.reading.items import Item, Reading, Table
from bihuan.documents.reading.layouts import Layout, fingerprint
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.sheets import Grid, read_grids, worked_out
from bihuan.documents.reading.tables import TableReader
from bihuan.documents.reading.view import View

_SEVERAL, _MANY = 2, 4  # items and fields that a table on its side must have where other sheets hold ledgers
_TALLEST_SIDEWAYS = 200  # a table on its side has a row for each field, so a tall sheet holds none


@dataclass
class _Found:
    """What was found in one file, or is about to be found in one more sheet of it."""

    tables: list[Table] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: _Found) -> None:
        """Take in what another sheet gave."""
        self.tables += other.tables
        self.items += other.items
        self.faults += other.faults


Known = Mapping[str, Layout]
"""Layouts that persons have corrected, by their fingerprint."""


def read_ledger(
    path: Path, *, name: str | None = None, limits: Limits | None = None, known: Known | None = None
) -> Reading:
    """Read all problems of a ledger (xlsx, xlsm, xls, ods, csv, tsv, txt).

    `name` is the file's name as the sender gave it, where `path` is only a temporary one. Tables whose
    fingerprint is in `known` are read as that layout says; so a file is read again with corrections by handing
    in the corrected `Table.layout` of the first reading. A ledger with a header but no rows gives no items.
    Raises Unreadable with a reason when the file is no table, damaged, encrypted, too large, hostile, or has no
    header that could be recognised.
    """
    shown = name or path.name
    grids = [worked_out(grid) for grid in read_grids(path, shown, limits or Limits())]
    grids, faults = _scrambled_at_large(grids)
    found = _read_all(grids, shown, known or {})
    if not found.tables:
        raise Unreadable(
            say("没有找到台账的表头。表头应写明各列内容，如“序号、问题、责任单位、整改时限”，请补上表头后再上传。")
        )
    holding = {table.sheet for table in found.tables}
    held = tuple(grid for grid in grids if grid.name in holding)
    return Reading(shown, tuple(found.tables), tuple(found.items), (*faults, *found.faults), held)


def _scrambled_at_large(grids: list[Grid]) -> tuple[list[Grid], list[Fault]]:
    """Where a whole sheet was scrambled that is said once, not cell by cell."""
    told, faults = [], []
    for grid in grids:
        filled = sum(1 for row in grid.rows for value in row if isinstance(value, str)) if grid.scrambled else 0
        if len(grid.scrambled) * 2 > filled:
            note = say("整张表都是乱码（曾按错误的编码打开并保存），已按原来的编码还原，请对照原件核对。")
            faults.append(Fault(note, {}, grid.name))
            told.append(replace(grid, scrambled={}))
        else:
            told.append(grid)
    return told, faults


def read_cells(cells: Cells, file: str) -> Reading:
    """Read the tables of one sheet that is already in cells; empty when it holds no ledger."""
    found = _Reader(file, {}).upright(cells)
    return Reading(file, tuple(found.tables), tuple(found.items), tuple(found.faults))


def _read_all(grids: list[Grid], file: str, known: Known) -> _Found:
    """Visible sheets first; hidden ones, and guesses from looks alone, only where those give nothing."""
    for visible in (True, False):
        asked = [grid for grid in grids if grid.visible == visible and grid.rows]
        for attempt in (_Reader.either, _Reader.sideways, _Reader.guessed):
            reader = _Reader(file, known)
            for grid in asked:
                reader.found.add(attempt(reader, Cells(grid)))
            if reader.found.tables:
                _mention_hidden(grids, reader.found, visible)
                return reader.found
    return _Found()


class _Reader:
    """Reads the sheets of one file, each in the ways it is asked to."""

    def __init__(self, file: str, known: Known) -> None:
        self._file = file
        self._known = known
        self.found = _Found()

    def upright(self, cells: Cells) -> _Found:
        """Tables with their header on top."""
        return self._tables(cells, find_header(cells), cells)

    def either(self, cells: Cells) -> _Found:
        """Upright tables; where a sheet has none, one on its side that leaves no doubt."""
        found = self.upright(cells)
        if not found.tables:
            turned = self.sideways(cells)
            if all(table.items >= _SEVERAL and len(_fields(table)) >= _MANY for table in turned.tables):
                return turned
        return found

    def sideways(self, cells: Cells) -> _Found:
        """Tables with their header at the left."""
        if cells.height > _TALLEST_SIDEWAYS:
            return _Found()
        turned = turned_over(cells)
        if turned is None or _is_form(turned):
            return _Found()
        return self._tables(turned, find_header(turned), cells)

    def guessed(self, cells: Cells) -> _Found:
        """A table known by its looks alone."""
        return self._tables(cells, guess_header(cells), cells)

    def _tables(self, cells: Cells, header: Header | None, sheet: Cells) -> _Found:
        """All tables from a header on; `sheet` is the sheet as it lies, where its titles are looked for."""
        found = _Found()
        spans = spans_of(header) if header is not None else []
        if len(spans) > 1:
            for first, last in spans:
                part = cells.part(first, last)
                found.add(self._below(part, find_header(part), part, len(found.tables)))
            return found
        return self._below(cells, header, sheet, 0)

    def _below(self, cells: Cells, header: Header | None, sheet: Cells, number: int) -> _Found:
        found, since = _Found(), 0
        number += len(self.found.tables)
        while header is not None:
            frame = self._frame(cells, header, since, sheet)
            reader = self._table(cells, header, frame, number + len(found.tables))
            header = reader.read()
            if not reader.holds_problems:
                continue
            since = reader.last + 1
            found.add(_Found([reader.table()], reader.items, reader.faults))
        return found

    def _table(self, cells: Cells, recognised: Header, frame: Frame, number: int) -> TableReader:
        layout = _remembered(cells, recognised, self._known)
        if layout is None:
            columns = assign(cells, recognised)
            return TableReader(View(cells, recognised, columns, frame, number), recognised)
        header = header_of(cells, layout.header_rows, layout.first_row)
        columns = remembered(cells, header, layout.fields)
        return TableReader(View(cells, header, columns, frame, number), recognised)

    def _frame(self, cells: Cells, header: Header, since: int, sheet: Cells) -> Frame:
        """Titles above the table come first; the names of sheet and file only where those say nothing.

        `since` is the row at which the table above it in the same sheet has ended.
        """
        if cells.sideways:
            texts = [text for row in range(sheet.height) for text in _alone(sheet, row)]
        else:
            texts = [text for row in range(since, header.top) for _, text in cells.filled(row)]
            last = range(max(header.bottom + 1, cells.height - 5), cells.height)
            texts += [text for row in last for text in _dated(cells, row)]
        for told in (texts, [cells.grid.name or ""], [self._file]):
            frame = frame_of(told)
            if frame.year is not None:
                return frame
        return Frame()


def turned_over(cells: Cells) -> Cells | None:
    """A sheet on its side without the titles above and the notes below it; None where nothing is left."""
    rows = [row for row in range(cells.height) if len({text for _, text in cells.filled(row)}) > 1]
    return Cells(cells.grid, True, (rows[0], rows[-1])) if rows else None


def _fields(table: Table) -> set[str]:
    return {column.field for column in table.columns if column.field and column.confidence >= 0.5}


def _is_form(turned: Cells) -> bool:
    """A card of labels and answers has labels in columns apart from each other; a table has them together."""
    labelled = [row for row in range(turned.height) if _are_labels([text for _, text in turned.filled(row)])]
    return bool(labelled) and labelled != list(range(labelled[0], labelled[-1] + 1))


def _are_labels(texts: list[str]) -> bool:
    sure = sum(1 for text in texts if len(text) <= 8 and max(words.claims_of(text).values(), default=0.0) >= 0.8)
    return sure * 2 >= len(texts) > 0


def _mention_hidden(grids: list[Grid], found: _Found, visible: bool) -> None:
    for grid in grids:
        if visible and not grid.visible and grid.rows and find_header(Cells(grid)):
            note = say("隐藏的工作表“%(sheet)s”里也有台账，没有读取；需要的话请取消隐藏后重新上传。")
            found.faults.append(Fault(note, {"sheet": grid.name}, grid.name))


def _remembered(cells: Cells, header: Header, known: Known) -> Layout | None:
    """The corrected layout of a table with such a header, moved to where it stands in this file."""
    layout = known.get(fingerprint(header.paths, sideways=cells.sideways))
    if layout is None:
        return None
    try:
        moved = layout.moved_to(anchor_of(cells, header))
    except ValueError:
        return None
    return moved if 0 < moved.first_row <= cells.height + 1 else None


def _alone(cells: Cells, row: int) -> list[str]:
    """The text of a line that holds nothing else."""
    texts = [text for _, text in cells.filled(row)]
    return texts if len(texts) == 1 else []


def _dated(cells: Cells, row: int) -> list[str]:
    """The text of a line below a table, such as 填报时间：…"""
    filled = cells.filled(row)
    return [text for _, text in filled if len(filled) <= 2 and ("时间" in text or "日期" in text)]
