"""Read a ledger file: every sheet, its tables, their rows, one item each.

This is the door of the ledger reader; it decides which sheets hold ledgers and puts the parts together. It
writes nothing and matches nothing to any organisation.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bihuan.documents.messages import Fault, Unreadable, say
from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import Columns, assign
from bihuan.documents.reading.drafts import Draft, Layout
from bihuan.documents.reading.frames import Frame, frame_of
from bihuan.documents.reading.headers import Header, find_header, header_at
from bihuan.documents.reading.items import Item, Reading, Table, TableColumn
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.rows import Row, heading_text, kind_of
from bihuan.documents.reading.sheets import Grid, read_grids
from bihuan.documents.reading.words import CATEGORY, LEAD, NO, SUPPORT

_KEYS = (words.PROBLEM, words.TITLE, words.GOAL, words.MEASURES)
_TALLEST_SIDEWAYS = 200  # a table on its side has a row for each field, so a tall sheet holds none


@dataclass
class _Found:
    """What the tables of one sheet gave."""

    tables: list[Table] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_ledger(path: Path, *, name: str | None = None, limits: Limits | None = None) -> Reading:
    """Read all problems of a ledger (xlsx, xlsm, xls, ods, csv, tsv, txt).

    `name` is the file's name as the sender gave it, where `path` is only a temporary one. A ledger with a
    header but no rows gives no items. Raises Unreadable with a reason when the file is no table, damaged,
    encrypted, too large, hostile, or has no header that could be recognised.
    """
    shown = name or path.name
    grids = read_grids(path, shown, limits or Limits())
    found = _read_all(grids, shown)
    if not found.tables:
        raise Unreadable(
            say("没有找到台账的表头。表头应写明各列内容，如“序号、问题、责任单位、整改时限”，请补上表头后再上传。")
        )
    return Reading(shown, tuple(found.tables), tuple(found.items), tuple(found.faults))


def read_cells(cells: Cells, file: str) -> Reading:
    """Read the tables of one sheet that is already in cells; empty when it holds no ledger."""
    found = _Found()
    _read_sheet(cells, file, found)
    return Reading(file, tuple(found.tables), tuple(found.items), tuple(found.faults))


def _read_all(grids: list[Grid], file: str) -> _Found:
    """Visible sheets first; hidden ones and tables on their side only where those give nothing."""
    for visible in (True, False):
        for sideways in (False, True):
            found = _Found()
            for grid in grids:
                small = len(grid.rows) <= _TALLEST_SIDEWAYS
                if grid.visible == visible and grid.rows and (small or not sideways):
                    cells = Cells(grid, sideways)
                    if not sideways or not _is_form(cells):
                        _read_sheet(cells, file, found)
            if found.tables:
                _mention_hidden(grids, found, visible)
                return found
    return _Found()


def _is_form(cells: Cells) -> bool:
    """A card of labels and answers side by side has labels all over, where a table has them in one line."""
    filled = [text for row in range(1, cells.height) for _, text in cells.filled(row)]
    labels = sum(
        1 for text in filled if len(text) <= 8 and max(words.claims_of(text).values(), default=0.0) >= 0.9
    )
    return labels * 8 > len(filled)


def _mention_hidden(grids: list[Grid], found: _Found, visible: bool) -> None:
    for grid in grids:
        if visible and not grid.visible and grid.rows and find_header(Cells(grid)):
            note = say("隐藏的工作表“%(sheet)s”里也有台账，没有读取；需要的话请取消隐藏后重新上传。")
            found.faults.append(Fault(note, {"sheet": grid.name}, grid.name))


def _read_sheet(cells: Cells, file: str, found: _Found) -> None:
    header = find_header(cells)
    while header is not None:
        table = _Reader(cells, header, _frame(cells, header, file))
        header = table.read()
        if not table.holds_problems:
            continue
        found.tables.append(table.table())
        found.items.extend(table.items)
        found.faults.extend(table.faults)


def _frame(cells: Cells, header: Header, file: str) -> Frame:
    """Titles above the table come first; the names of sheet and file only where those say nothing."""
    titles = [text for row in range(header.top) for _, text in cells.filled(row)]
    tail = [
        text
        for row in range(max(header.bottom + 1, cells.height - 5), cells.height)
        for text in _alone(cells, row)
    ]
    for texts in ([*titles, *tail], [cells.grid.name or ""], [file]):
        frame = frame_of(texts)
        if frame.year is not None:
            return frame
    return Frame()


def _alone(cells: Cells, row: int) -> list[str]:
    """The text of a line below a table, such as 填报时间：…"""
    filled = cells.filled(row)
    return [text for _, text in filled if len(filled) <= 2 and ("时间" in text or "日期" in text)]


class _Reader:
    """Goes down the rows of one table until it ends or another header begins."""

    def __init__(self, cells: Cells, header: Header, frame: Frame) -> None:
        self._cells = cells
        self._header = header
        self._columns = assign(cells, header)
        self._layout = Layout(
            cells, header, self._columns, frame, self._first_leads(), _is_carried(cells, header, self._columns)
        )
        self._printed = list(cells.filled(header.top))
        self._section = ""
        self._category = ""
        self._above: dict[str, str] = {}
        self._draft: Draft | None = None
        self.items: list[Item] = []
        self.faults: list[Fault] = []

    def read(self) -> Header | None:
        """Read all rows; returns the header of a further, different table below, None at the end."""
        row = self._header.bottom + 1
        while row < self._cells.height:
            again = self._header_again(row)
            if again is not None:
                if again.paths != self._header.paths:
                    self._close()
                    return again
                row = again.bottom + 1
                continue
            self._take(row)
            row += 1
        self._close()
        return None

    @property
    def holds_problems(self) -> bool:
        """Whether a column was found that says what each row is about; without one it is no ledger."""
        return any(name in self._columns.fields for name in _KEYS)

    def _take(self, row: int) -> None:
        above = self._draft.row if self._draft else None
        kind = kind_of(self._cells, row, self._header, self._columns, above)
        if kind is Row.HEADING:
            self._close()
            self._section = heading_text(self._cells.filled(row)[0][1])
        elif kind is Row.ITEM:
            self._close()
            self._draft = Draft(self._layout, row, self._section, self._above)
            self._draft.add(row)
        elif kind is Row.MORE and self._draft is not None:
            self._draft.add(row)
        elif kind is Row.ASIDE:
            self._close()

    def _close(self) -> None:
        if self._draft is None:
            return
        if self._layout.carried:
            self._category = self._draft.texts.setdefault(CATEGORY, self._category)
        self.faults.extend(self._draft.faults)
        self.items.append(self._draft.build())
        self._draft = None

    def _header_again(self, row: int) -> Header | None:
        """A header inside the table: printed again on each page, or that of another table."""
        filled = self._cells.filled(row)
        if len(filled) < 2 or not self._may_be_header(filled):
            return None
        if filled == self._printed:
            height = self._header.bottom - self._header.top
            return replace(self._header, top=row, bottom=row + height)
        return header_at(self._cells, row)

    def _may_be_header(self, filled: list[tuple[int, str]]) -> bool:
        same = sum(1 for column, text in filled if text in self._header.paths[column])
        if same * 2 > len(filled):
            return True
        numbered = any(words.claims_of(text).get(NO, 0.0) >= 0.9 for _, text in filled[:2])
        sure = sum(
            1 for _, text in filled if len(text) <= 12 and max(words.claims_of(text).values(), default=0.0) >= 0.8
        )
        return numbered and sure >= 3

    def _first_leads(self) -> bool:
        """The header or a note says that the first unit leads, and no column of its own names the leader."""
        if self._columns.split_duty:
            return False
        lead = self._columns.first(LEAD)
        if lead is not None and words.first_leads(self._header.label(lead)):
            return True
        if SUPPORT in self._columns.fields:
            return False
        return any(words.first_leads(text) for text in self._asides())

    def _asides(self) -> Iterator[str]:
        """Long texts that stand alone in a row above or in the last rows below the table."""
        rows = [
            *range(self._header.top),
            *range(max(self._header.bottom + 1, self._cells.height - 10), self._cells.height),
        ]
        for row in rows:
            filled = self._cells.filled(row)
            if len(filled) == 1:
                yield filled[0][1]

    def table(self) -> Table:
        """The table as reported: where it is and what its columns were taken for."""
        header, columns = self._header, self._columns
        named = tuple(
            TableColumn(
                self._cells.address(0, column).rstrip("0123456789")
                if not self._cells.sideways
                else str(column + 1),
                header.label(column),
                columns.role_of(column),
                columns.sure.get(column, 0.9 if columns.role_of(column) else 0.0),
                self._cells.hidden_column(column),
            )
            for column, path in enumerate(header.paths)
            if path or columns.role_of(column)
        )
        rows = tuple(range(header.top + 1, header.bottom + 2))
        grid = self._cells.grid
        return Table(grid.name, rows, named, len(self.items), not grid.visible, self._cells.sideways)


def _is_carried(cells: Cells, header: Header, columns: Columns) -> bool:
    """Whether a category stands only in the first row of its group, without being merged down.

    Then the first row has one and no two rows that follow each other repeat it; where some do, a blank
    means that there is none.
    """
    column = columns.first(CATEGORY)
    if column is None or any(merge.left == column and merge.top > header.bottom for merge in cells.merges):
        return False
    body = range(header.bottom + 1, min(cells.height, header.bottom + 500))
    stated = [cells.text(row, column) for row in body if cells.filled(row)]
    repeated = any(first and first == second for first, second in itertools.pairwise(stated))
    return bool(stated and stated[0]) and not repeated
