"""Give a file back with its faults marked: cells coloured, a comment in each, a list of all on a sheet in front.

What was sent stays otherwise as it came. Text files and old workbooks come back as xlsx, cells where they stood.
The texts are the caller's, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.documents.messages import say
from bihuan.documents.reading.facts import Cell, cell_of
from bihuan.documents.reading.limits import Limits
from bihuan.documents.reading.sheets import grids_of
from bihuan.documents.writing.excel.comments import add_comments
from bihuan.documents.writing.excel.listsheet import ListLine, put_first
from bihuan.documents.writing.excel.sheetrows import SheetRows, restyled
from bihuan.documents.writing.excel.styles import Change
from bihuan.documents.writing.excel.workbook import ExcelCopy
from bihuan.documents.writing.kinds import Kind, kind_of, renamed
from bihuan.documents.writing.ledgers import sheet_name
from bihuan.documents.writing.own_layout import OwnCopy
from bihuan.documents.writing.plain_workbook import UNNAMED, as_workbook

_COLOUR = "FFC7CE"


@dataclass(frozen=True)
class Mark:
    """One thing to mend: its sheet (None in a text file), its cell (E5; '' where none can be named), how."""

    sheet: str | None
    cell: str
    text: str


@dataclass(frozen=True)
class MarkedWords:
    """The words around the marks, to be handed in in the reader's language.

    They are chosen so that the list is never read as a ledger when the file comes back.
    """

    sheet: str = say("需要修改的地方")
    title: str = say("下面各处需要修改。点左边的链接可到对应的单元格；改完后保存，重新上传即可，本页可以保留。")
    place: str = say("所在单元格")
    text: str = say("怎样修改")
    author: str = say("台账核对")


def place_of(place: str | None) -> tuple[str | None, str]:
    """Sheet and cell of a place as faults name it (sheet!E5, or E5 alone); '' where it names no cell."""
    sheet, mark, cell = (place or "").rpartition("!")
    return (sheet if mark else None), cell if cell_of(cell) else ""


def write_marked_copy(data: bytes, name: str, marks: Sequence[Mark], words: MarkedWords | None = None) -> OwnCopy:
    """A copy of the file `data` (called `name`) with the marks in it; raises Unreadable when it is damaged."""
    words = words or MarkedWords()
    if kind_of(data) is not Kind.EXCEL:
        data, name = as_workbook(grids_of(data, name, Limits())), renamed(name)
    book = ExcelCopy(data)
    sheets = {sheet: _cells(sheet, marks) for sheet in book.sheets}
    for sheet, texts in sheets.items():
        if texts:
            _mark(book, sheet, texts, words.author)
    put_first(
        book.package,
        book.workbook,
        book.root,
        book.styles,
        name=sheet_name(words.sheet),
        title=words.title,
        heads=(words.place, words.text),
        lines=[_line(mark, sheets) for mark in marks],
        earlier=_earlier(book, data, name, words),
    )
    return OwnCopy(name, book.save(), book.notes())


def _earlier(book: ExcelCopy, data: bytes, name: str, words: MarkedWords) -> str:
    """The part of the list in a file that was marked before and came back; '' where there is none in front."""
    first = next(iter(book.sheets), "")
    if first != sheet_name(words.sheet):
        return ""
    rows = next((grid.rows for grid in grids_of(data, name, Limits()) if grid.name == first), [])
    return book.sheets[first] if len(rows) > 1 and rows[1][:2] == [words.place, words.text] else ""


def _named(mark: Mark) -> str:
    return mark.sheet if mark.sheet is not None else UNNAMED


def _cells(sheet: str, marks: Sequence[Mark]) -> dict[Cell, str]:
    """The cells of a sheet to mark, each with all that is said of it."""
    found: dict[Cell, list[str]] = {}
    for mark in marks:
        cell = cell_of(mark.cell)
        if cell is not None and _named(mark) in (sheet, sheet_name(sheet)):
            texts = found.setdefault(cell, [])
            if mark.text not in texts:
                texts.append(mark.text)
    return {cell: "\n".join(texts) for cell, texts in found.items()}


def _line(mark: Mark, sheets: dict[str, dict[Cell, str]]) -> ListLine:
    subject = f"{mark.sheet}!{mark.cell}" if mark.sheet and mark.cell else mark.cell or mark.sheet or "—"
    if _named(mark) not in sheets or cell_of(mark.cell) is None:
        return ListLine(subject, mark.text)
    quoted = _named(mark).replace("'", "''")
    return ListLine(subject, mark.text, f"'{quoted}'!{mark.cell}")


def _mark(book: ExcelCopy, name: str, texts: dict[Cell, str], author: str) -> None:
    part = book.sheets[name]
    sheet = SheetRows(book.package.read(part))
    rows: dict[int, set[int]] = {}
    for row, column in texts:
        rows.setdefault(row, set()).add(column)
    for row, columns in rows.items():
        text = sheet.text(row + 1)
        known = {cell.column: cell for cell in sheet.cells(text)}
        new: dict[int, bytes] = {}
        for column in columns:
            cell = known.get(column)
            style = book.styles.changed(cell.attributes.get("s") if cell else None, Change(fill=_COLOUR))
            blank = sheet.cell(row + 1, column, None, None, b"")
            new[column] = restyled(text[cell.start : cell.end] if cell else blank, style or "0")
        sheet.with_cells(row + 1, new)
    add_comments(book.package, part, sheet.frame, texts, author)
    book.package.put(part, sheet.content())
