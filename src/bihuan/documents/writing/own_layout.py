"""Give a ledger back in the layout the office sent: its own file, with only what changed written into it.

Excel files are changed part by part and lose nothing; text files keep encoding, separators and line ends; old and
OpenDocument workbooks come back as xlsx with what the reader knows of their look. Nothing typed becomes a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from bihuan.documents.messages import Fault, say
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.items import Item, Place, Reading, Table
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.sheets import Grid, grids_of, worked_out
from bihuan.documents.writing.edits import SheetEdits
from bihuan.documents.writing.excel.workbook import ExcelCopy
from bihuan.documents.writing.kinds import Kind, kind_of, renamed
from bihuan.documents.writing.own.changes import Changes
from bihuan.documents.writing.own.pen import Pen
from bihuan.documents.writing.own.placing import Placing
from bihuan.documents.writing.own.rows import ProblemRow
from bihuan.documents.writing.own.table import OwnTable
from bihuan.documents.writing.plain_workbook import UNNAMED, as_workbook
from bihuan.documents.writing.textcopy import edit_text

__all__ = ["OwnCopy", "ProblemRow", "write_own_layout"]


@dataclass(frozen=True)
class OwnCopy:
    """The file to hand out: its name, its bytes, and what a person must know of it (what could not be kept)."""

    name: str
    data: bytes
    notes: tuple[Fault, ...] = ()


def write_own_layout(data: bytes, reading: Reading, rows: Sequence[ProblemRow]) -> OwnCopy:
    """The file `data`, of which the reader said `reading`, with the problems as they are now.

    Problems of the file that are not among `rows` stay as they are; where nothing changed the very same bytes come
    back. Raises Unreadable when the file is damaged, ValueError when an origin is no place of this reading.
    """
    grids = [worked_out(grid) for grid in grids_of(data, reading.file, Limits())]
    edits, notes = _planned(grids, reading, rows)
    changed = {name: one for name, one in edits.items() if not one.is_empty}
    if not changed:
        return OwnCopy(reading.file, data, notes)
    if kind_of(data) is Kind.EXCEL:
        return _in_place(data, reading.file, changed, notes)
    if kind_of(data) is Kind.TEXT:
        text = edit_text(data, reading.file, changed[None])
        if text is not None:
            return OwnCopy(reading.file, text[0], (*notes, *text[1]))
    told = say("原文件不是 xlsx，导出为 xlsx：文字、合并、行高列宽、隐藏的行列不变，字体、颜色、公式没有保留。")
    anew = _in_place(as_workbook(grids), renamed(reading.file), changed, notes)
    return replace(anew, notes=(*notes, Fault(told)))


def _in_place(data: bytes, name: str, edits: Mapping[str | None, SheetEdits], notes: tuple[Fault, ...]) -> OwnCopy:
    book = ExcelCopy(data)
    book.apply({sheet or UNNAMED: one for sheet, one in edits.items()})
    return OwnCopy(name, book.save(), (*notes, *book.notes()))


@dataclass
class _Wanted:
    """What is wanted of one table."""

    changed: dict[int, list[ProblemRow]] = field(default_factory=dict)
    new: list[ProblemRow] = field(default_factory=list)


def _planned(
    grids: Sequence[Grid], reading: Reading, rows: Sequence[ProblemRow]
) -> tuple[Mapping[str | None, SheetEdits], tuple[Fault, ...]]:
    """The edits of each sheet, and what could not be written."""
    items = _by_table(reading)
    edits: dict[str | None, SheetEdits] = {}
    notes: dict[Fault, None] = {}
    by_name = {grid.name: grid for grid in grids}
    for number, wanted in _dealt(reading, items, rows).items():
        table = reading.tables[number]
        cells = Cells(by_name[table.sheet], table.sideways)
        own = OwnTable(cells, table, items.get(number, []), _stands_abreast(reading, table))
        pen = Pen(own, edits.setdefault(table.sheet, SheetEdits()))
        changes = Changes(pen)
        for place, same in wanted.changed.items():
            changes.write(place, _agreed(same, pen))
        Placing(pen, changes.categories).add(wanted.new)
        changes.finish()
        notes |= pen.notes
    return edits, tuple(notes)


def _agreed(rows: Sequence[ProblemRow], pen: Pen) -> ProblemRow:
    """What several problems made of one row of the file say alike; what only one says has no cell of its own."""
    first, *others = rows
    differing = {
        one.name: None
        for one in fields(ProblemRow)
        if one.name != "origin" and any(getattr(first, one.name) != getattr(other, one.name) for other in others)
    }
    if differing and first.origin is not None:
        pen.split_row(first.origin.first_row)
    return replace(first, **differing)


def _by_table(reading: Reading) -> dict[int, list[Item]]:
    found: dict[int, list[Item]] = {}
    for item in reading.items:
        if item.place is not None:
            found.setdefault(item.place.table, []).append(item)
    return found


def _dealt(
    reading: Reading, items: Mapping[int, Sequence[Item]], rows: Sequence[ProblemRow]
) -> dict[int, _Wanted]:
    """The rows by their table."""
    places = {
        (number, item.place.first_row): place
        for number, one in items.items()
        for place, item in enumerate(one)
        if item.place
    }
    largest = max(range(len(reading.tables)), key=lambda number: reading.tables[number].items, default=0)
    found: dict[int, _Wanted] = {}
    for row in rows:
        if row.origin is None:
            number = largest if row.table is None else row.table
            if not 0 <= number < len(reading.tables):
                raise ValueError(f"no table {number} in {reading.file}")
            found.setdefault(number, _Wanted()).new.append(row)
        else:
            place = places.get(_key(row.origin))
            if place is None:
                raise ValueError(f"no problem at row {row.origin.first_row} of {reading.file}")
            found.setdefault(row.origin.table, _Wanted()).changed.setdefault(place, []).append(row)
    return found


def _key(origin: Place) -> tuple[int, int]:
    return origin.table, origin.first_row


def _stands_abreast(reading: Reading, table: Table) -> bool:
    """Whether another table of the sheet has rows beside this one's."""
    top, bottom = min(table.header_rows, default=table.first_row), table.last_row
    return any(
        other is not table
        and other.sheet == table.sheet
        and min(other.header_rows, default=other.first_row) <= bottom
        and other.last_row >= top
        for other in reading.tables
    )
