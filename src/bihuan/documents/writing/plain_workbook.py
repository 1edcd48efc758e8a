"""Grids as a new Excel workbook: values where they stood, merges, hidden parts, plain borders.

For files that are not changed in place (xls, ods, csv). Their addresses stay, so that edits and marks made for the
original fit the new workbook.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, time

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import OverlappingRange  # type: ignore[import-untyped]

from bihuan.documents.reading.cells import text_of
from bihuan.documents.reading.sheets import Grid, Value
from bihuan.documents.writing.ledgers import clean, is_exact, leads_astray, sheet_name

UNNAMED = "Sheet1"
"""What the only sheet of a text file is called."""
_FIRST_DATE = date(1900, 3, 1)
_WIDEST, _NARROWEST = 48.0, 6.0
_SAMPLE = 300
_NUMBER_FORMATS = {"percent": "0.##%", "month": 'yyyy"年"m"月"'}


def as_workbook(grids: Sequence[Grid]) -> bytes:
    """A workbook of all grids, under their names; one without a name (a text file) is called `UNNAMED`."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    formats = _Formats(book)
    for grid in grids:
        sheet = book.add_worksheet(sheet_name(grid.name) if grid.name else UNNAMED)
        _fill(sheet, grid, formats)
        if not grid.visible:
            sheet.hide()
    visible = next((place for place, grid in enumerate(grids) if grid.visible), 0)
    book.worksheets()[visible].activate()
    book.worksheets()[visible].set_first_sheet()
    book.close()
    return out.getvalue()


class _Formats:
    """The cell styles of the workbook, made when they are needed."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool], object] = {}

    def get(self, number_format: str = "", quoted: bool = False) -> object:
        """The style of a number format; `quoted` for text that begins like a formula."""
        key = (number_format, quoted)
        if key not in self._made:
            look = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True}
            look |= {"num_format": number_format} if number_format else {}
            self._made[key] = self._book.add_format(look | ({"quote_prefix": True} if quoted else {}))
        return self._made[key]


def _fill(sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, formats: _Formats) -> None:
    for column, width in enumerate(_widths(grid)):
        sheet.set_column(column, column, width, None, {"hidden": column in grid.hidden_columns})
    for row in grid.hidden_rows | set(grid.heights):
        sheet.set_row(row, grid.heights.get(row), None, {"hidden": row in grid.hidden_rows})
    for merge in grid.merges:
        with suppress(OverlappingRange):  # a broken file may merge a cell twice
            sheet.merge_range(merge.top, merge.left, merge.bottom, merge.right, "", formats.get())
    for row, values in enumerate(grid.rows):
        if any(value is not None for value in values):
            for column, value in enumerate(values):
                _write(sheet, row, column, value, formats, grid.formats.get((row, column), ""))


def _widths(grid: Grid) -> list[float]:
    """The widths the file gives, else by what the cells hold, counting a Chinese sign as two."""
    widest = [0] * grid.width
    for row in grid.rows[:_SAMPLE]:
        for column, value in enumerate(row):
            if value is not None:
                line = max(text_of(value).split("\n"), key=len, default="")
                widest[column] = max(widest[column], sum(2 if ord(char) > 255 else 1 for char in line[:60]))
    fitting = (min(_WIDEST, max(_NARROWEST, width + 2.0)) for width in widest)
    return [grid.widths.get(column, width) for column, width in enumerate(fitting)]


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, formats: _Formats, kind: str
) -> None:
    if value is None:
        sheet.write_blank(row, column, None, formats.get())
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, formats.get())
    elif isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= _FIRST_DATE:
        with_time = isinstance(value, datetime) and value.time() != time()
        code = "yyyy-mm-dd hh:mm:ss" if with_time else _number_format(kind) or "yyyy-mm-dd"
        sheet.write_datetime(row, column, value, formats.get(code))
    elif isinstance(value, int | float) and is_exact(value):
        sheet.write_number(row, column, value, formats.get(_number_format(kind)))
    else:
        text = clean(value if isinstance(value, str) else text_of(value))
        sheet.write_string(row, column, text, formats.get("", leads_astray(text)))


def _number_format(kind: str) -> str:
    """The number format of a kind the reader knows (fixed:2, pad:3, percent, month)."""
    name, _, digits = kind.partition(":")
    if name == "fixed":
        return "0." + "0" * int(digits)
    return "0" * int(digits) if name == "pad" else _NUMBER_FORMATS.get(name, "")
