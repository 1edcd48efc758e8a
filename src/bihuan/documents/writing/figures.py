"""Write a table of figures to Excel as an office hands it in: title, 统计时间, two rows of heads, bold total.

Values only, no formulas; every text is written as text. What the columns mean is the caller's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter  # type: ignore[import-untyped]

from bihuan.documents.writing.ledgers import clean, leads_astray, sheet_name

_A4 = 9
_NAME_WIDTH, _FIGURE_WIDTH = 34, 9


def write_figures(
    target: Path | BinaryIO,
    *,
    title: str,
    subtitle: str,
    name: str,
    groups: Sequence[tuple[str, int]],
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    notes: Sequence[str] = (),
) -> None:
    """Write a workbook of one sheet, to be printed on A4 across.

    `name` heads the first column, `heads` the others; `groups` spans some of them with a common head each (empty:
    none), in order. A row is its name and its figures: whole numbers, a share of one (shown in per cent), or None
    for a dash. The last row is the total.
    """
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, {"in_memory": True})
    try:
        _Table(book, title, len(heads)).fill(subtitle, name, groups, heads, rows, notes)
    finally:
        book.close()


class _Table:
    """The one sheet of the workbook."""

    def __init__(self, book: xlsxwriter.Workbook, title: str, figures: int) -> None:
        self._sheet = book.add_worksheet(sheet_name(title))
        self._title = title
        self._last = figures
        border = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter", "text_wrap": True}
        head = {**border, "bold": True, "bg_color": "#EDEFF2", "align": "center"}
        self._title_format = book.add_format({"bold": True, "font_size": 16, "align": "center"})
        self._plain = book.add_format({"font_color": "#595959", "text_wrap": True, "valign": "top"})
        self._head = book.add_format(head)
        self._cells = {
            (kind, bold): book.add_format({**border, **style, "bold": bold})
            for bold in (False, True)
            for kind, style in (
                ("name", {}),
                ("quoted", {"quote_prefix": True}),
                ("number", {"align": "right", "num_format": "#,##0"}),
                ("share", {"align": "right", "num_format": "0.0%"}),
                ("none", {"align": "right"}),
            )
        }

    def fill(
        self,
        subtitle: str,
        name: str,
        groups: Sequence[tuple[str, int]],
        heads: Sequence[str],
        rows: Sequence[Sequence[object]],
        notes: Sequence[str],
    ) -> None:
        """Write everything from top to bottom."""
        self._set_up()
        self._across(0, self._title, self._title_format)
        self._across(1, subtitle, self._plain)
        self._heads(name, groups, heads)
        for place, row in enumerate(rows):
            for column, value in enumerate(row):
                self._cell(4 + place, column, value, bold=place == len(rows) - 1)
        for place, note in enumerate(notes):
            self._across(4 + len(rows) + place, note, self._plain)

    def _set_up(self) -> None:
        sheet = self._sheet
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, self._last, _FIGURE_WIDTH)
        sheet.set_row(0, 30)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.freeze_panes(4, 1)
        sheet.repeat_rows(2, 3)
        sheet.set_footer("&C&P / &N")

    def _heads(self, name: str, groups: Sequence[tuple[str, int]], heads: Sequence[str]) -> None:
        self._sheet.merge_range(2, 0, 3, 0, clean(name), self._head)
        column = 1
        for group, width in groups:
            self._group(column, width, group)
            column += width
        for place, head in enumerate(heads, start=1):
            self._sheet.write_string(3, place, clean(head), self._head)

    def _group(self, column: int, width: int, group: str) -> None:
        if width > 1:
            self._sheet.merge_range(2, column, 2, column + width - 1, "", self._head)
        self._sheet.write_string(2, column, clean(group), self._head)

    def _across(self, row: int, text: str, style: object) -> None:
        self._sheet.merge_range(row, 0, row, self._last, "", style)
        self._sheet.write_string(row, 0, clean(text), style)

    def _cell(self, row: int, column: int, value: object, *, bold: bool) -> None:
        if value is None:
            self._sheet.write_string(row, column, "—", self._cells["none", bold])
        elif isinstance(value, int | float):
            kind = "number" if isinstance(value, int) else "share"
            self._sheet.write_number(row, column, value, self._cells[kind, bold])
        else:
            text = clean(str(value))
            self._sheet.write_string(
                row, column, text, self._cells["quoted" if leads_astray(text) else "name", bold]
            )
