"""Read a ledger file: every sheet, its tables, their rows, one item each.

This is the door of the ledger reader; it decides which sheets hold ledgers and puts the parts together. It
writes nothing and matches nothing to any organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.documents.messages import Fault, Unreadable, say
from bihuan.documents.reading import words
from bihuan.documents.reading.abreast import spans_of
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import assign, remembered
from bihuan.documents.reading.drafts import View
from bihuan.documents.reading.frames import Frame, frame_of
from bihuan.documents.reading.headers import Header, anchor_of, find_header, header_of
from bihuan.documents.reading.items import Item, Reading, Table
from bihuan.documents.reading.layouts import Layout, fingerprint
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.sheets import Grid, read_grids
from bihuan.documents.reading.tables import TableReader

_TALLEST_SIDEWAYS = 200  # a table on its side has a row for each field, so a tall sheet holds none


@dataclass
class _Found:
    """What the tables of one sheet gave."""

    tables: list[Table] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


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
    grids = read_grids(path, shown, limits or Limits())
    found = _read_all(grids, shown, known or {})
    if not found.tables:
        raise Unreadable(
            say("没有找到台账的表头。表头应写明各列内容，如“序号、问题、责任单位、整改时限”，请补上表头后再上传。")
        )
    holding = {table.sheet for table in found.tables}
    held = tuple(grid for grid in grids if grid.name in holding)
    return Reading(shown, tuple(found.tables), tuple(found.items), tuple(found.faults), held)


def read_cells(cells: Cells, file: str) -> Reading:
    """Read the tables of one sheet that is already in cells; empty when it holds no ledger."""
    found = _Found()
    _read_sheet(cells, file, {}, found)
    return Reading(file, tuple(found.tables), tuple(found.items), tuple(found.faults))


def _read_all(grids: list[Grid], file: str, known: Known) -> _Found:
    """Visible sheets first; hidden ones and tables on their side only where those give nothing."""
    for visible in (True, False):
        for sideways in (False, True):
            found = _Found()
            for grid in grids:
                small = len(grid.rows) <= _TALLEST_SIDEWAYS
                if grid.visible == visible and grid.rows and (small or not sideways):
                    cells = Cells(grid, sideways)
                    if not sideways or not _is_form(cells):
                        _read_sheet(cells, file, known, found)
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


def _read_sheet(cells: Cells, file: str, known: Known, found: _Found) -> None:
    header, since = find_header(cells), 0
    spans = spans_of(header) if header is not None else []
    if len(spans) > 1:
        for first, last in spans:
            _read_sheet(cells.part(first, last), file, known, found)
        return
    while header is not None:
        recognised = header
        layout = _remembered(cells, header, known)
        columns = assign(cells, header)
        if layout is not None:
            header = header_of(cells, layout.header_rows, layout.first_row)
            columns = remembered(cells, header, layout.fields)
        view = View(cells, header, columns, _frame(cells, header, since, file), len(found.tables))
        reader = TableReader(view, recognised)
        header = reader.read()
        if not reader.holds_problems:
            continue
        since = reader.last + 1
        found.tables.append(reader.table())
        found.items.extend(reader.items)
        found.faults.extend(reader.faults)


def _remembered(cells: Cells, header: Header, known: Known) -> Layout | None:
    """The corrected layout of a table with such a header, moved to where it stands in this file."""
    layout = known.get(fingerprint(header.paths))
    if layout is None:
        return None
    try:
        moved = layout.moved_to(anchor_of(cells, header))
    except ValueError:
        return None
    return moved if 0 < moved.first_row <= cells.height + 1 else None


def _frame(cells: Cells, header: Header, since: int, file: str) -> Frame:
    """Titles above the table come first; the names of sheet and file only where those say nothing.

    `since` is the row at which the table above it in the same sheet has ended.
    """
    titles = [text for row in range(since, header.top) for _, text in cells.filled(row)]
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
