"""Write rows to an Excel ledger in the product's own layout, row by row, in memory that does not grow.

Every text is written as text: nothing a person typed can become a formula or a link. What stands in which
column is the caller's business; `STANDARD` is the layout that the reader gives back unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Literal

import xlsxwriter  # type: ignore[import-untyped]

from bihuan.documents.messages import say
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.numbering import split_steps

Kind = Literal["text", "wrapped", "date", "datetime", "number", "units", "steps"]

_CELL_LIMIT = 32_767  # Excel's own limit of characters in a cell
_SHEET_NAME_LIMIT = 31
_FIRST_DATE = date(1900, 3, 1)  # Excel counts a 29 February 1900 that never was
FORMULA_SIGNS = "=+-@＝＋－＠\t\r\n"
_A4 = 9


@dataclass(frozen=True)
class Column:
    """One column: its header, its width in characters of Excel's own measure, and what its cells hold.

    `units` takes a sequence joined by 、; `steps` takes a sequence written as numbered lines; `wrapped` is
    long text. A `date` is written as a real date shown as 2026-11-22, in any column.
    """

    header: str
    width: float = 14
    kind: Kind = "text"


STANDARD: tuple[Column, ...] = (
    Column(say("编号"), 14),
    Column(say("问题类别"), 12),
    Column(say("问题来源"), 14),
    Column(say("问题"), 40, "wrapped"),
    Column(say("整改目标"), 28, "wrapped"),
    Column(say("整改措施"), 40, "steps"),
    Column(say("牵头单位"), 20, "units"),
    Column(say("配合单位"), 20, "units"),
    Column(say("责任人"), 12),
    Column(say("整改时限"), 14, "date"),
    Column(say("进展情况"), 30, "wrapped"),
    Column(say("完成状态"), 12),
    Column(say("备注"), 20, "wrapped"),
)


def standard_row(item: Item) -> tuple[object, ...]:
    """The cells of an item in the columns of `STANDARD`; an absent category is said, not left blank.

    A blank would read as "the same as above", as it does in ledgers that name a category once a group.
    """
    return (
        item.no,
        item.category or "—",
        item.source,
        item.problem,
        item.goal,
        item.measures,
        item.lead_units,
        item.support_units,
        item.person,
        item.deadline_date if _is_plain_date(item) else item.deadline_raw,
        item.progress,
        item.status_raw,
        item.remark,
    )


def _is_plain_date(item: Item) -> bool:
    return item.deadline_date is not None and item.deadline_raw == item.deadline_date.isoformat()


def write_ledger(
    target: Path | BinaryIO,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    note: str = "",
) -> int:
    """Write a workbook of one sheet and return how many rows it holds.

    `rows` is consumed one by one and never held. `note` stands below the last row. A text longer than a
    cell can hold is cut and says so. Raises ValueError when a row has more cells than there are columns.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
    try:
        return _Sheet(book, title, columns).fill(rows, note)
    finally:
        book.close()


class _Sheet:
    """The one sheet of a ledger: title, header, rows, note."""

    def __init__(self, book: xlsxwriter.Workbook, title: str, columns: Sequence[Column]) -> None:
        self._sheet = book.add_worksheet(sheet_name(title))
        self._title = clean(title)
        self._columns = columns
        border = {"border": 1, "border_color": "#BFBFBF", "valign": "top", "text_wrap": True}
        self._formats = {
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}),
            "header": book.add_format(
                {**border, "bold": True, "bg_color": "#EDEFF2", "align": "center", "valign": "vcenter"}
            ),
            "text": book.add_format(border),
            "quoted": book.add_format({**border, "quote_prefix": True}),
            "number": book.add_format({**border, "align": "right"}),
            "date": book.add_format({**border, "num_format": "yyyy-mm-dd", "align": "center"}),
            "datetime": book.add_format({**border, "num_format": "yyyy-mm-dd hh:mm", "align": "center"}),
            "note": book.add_format({"text_wrap": True, "font_color": "#595959", "valign": "top"}),
        }

    def fill(self, rows: Iterable[Sequence[object]], note: str) -> int:
        """Write everything from top to bottom; returns the number of rows."""
        self._set_up()
        last = max(len(self._columns) - 1, 0)
        top = self._head(last)
        count = 0
        for count, row in enumerate(rows, start=1):
            if len(row) > len(self._columns):
                raise ValueError(f"row {count} has {len(row)} cells for {len(self._columns)} columns")
            for column, value in enumerate(row):
                self._cell(top + count, column, value, self._columns[column].kind)
        self._sheet.autofilter(top, 0, top + count, last)
        if note:
            self._across(top + count + 1, last, clean(note), "note")
        return count

    def _set_up(self) -> None:
        sheet = self._sheet
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, column.width)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")

    def _head(self, last: int) -> int:
        """Title and header; returns the header's row."""
        top = 1 if self._title else 0
        if self._title:
            self._sheet.set_row(0, 30)
            self._across(0, last, self._title, "title")
        self._sheet.set_row(top, 24)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(top, place, clean(column.header), self._formats["header"])
        self._sheet.freeze_panes(top + 1, 0)
        self._sheet.repeat_rows(0, top)
        return top

    def _across(self, row: int, last: int, text: str, style: str) -> None:
        if last > 0:
            self._sheet.merge_range(row, 0, row, last, "", self._formats[style])
        self._sheet.write_string(row, 0, text, self._formats[style])

    def _cell(self, row: int, column: int, value: object, kind: Kind) -> None:
        sheet, formats = self._sheet, self._formats
        if value is None or value in ("", (), []):
            sheet.write_blank(row, column, None, formats["text"])
        elif isinstance(value, date) and (value.date() if isinstance(value, datetime) else value) >= _FIRST_DATE:
            self._date(row, column, value)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool) and is_exact(value):
            sheet.write_number(row, column, value, formats["number"])
        else:
            text = clean(as_text(value, kind))
            sheet.write_string(row, column, text, formats["quoted" if leads_astray(text) else "text"])

    def _date(self, row: int, column: int, value: date) -> None:
        if isinstance(value, datetime):
            # Excel knows no time zones: what is written is the wall clock the caller chose.
            self._sheet.write_datetime(row, column, value.replace(tzinfo=None), self._formats["datetime"])
        else:
            self._sheet.write_datetime(row, column, value, self._formats["date"])


def is_exact(value: float | Decimal) -> bool:
    """Whether Excel's 15 digits hold the number; longer ones are kept as text."""
    return abs(float(value)) < 1e15


def leads_astray(text: str) -> bool:
    """Whether a program that guesses could take a text for a formula."""
    return any(
        line.lstrip(" \u3000\xa0")[:1] in tuple(FORMULA_SIGNS)
        for line in text.split("\n")
        if line.strip(" \u3000\xa0")
    )


def as_text(value: object, kind: Kind) -> str:
    """A value as the text of a cell: units in one line, steps numbered."""
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        parts = [str(part) for part in value]
        if kind == "steps":
            return steps_as_text(parts)
        return "、".join(parts) if kind == "units" else "\n".join(parts)
    return str(value)


def steps_as_text(steps: Sequence[str]) -> str:
    """Steps as numbered lines; one alone stands without a number where it is read as one."""
    if len(steps) == 1 and split_steps(steps[0]) == (steps[0],):
        return steps[0]
    return "\n".join(_numbered(place, step) for place, step in enumerate(steps, start=1))


def _numbered(place: int, part: str) -> str:
    """A numbered line; a blank keeps 1. and 12处 from becoming 1.12处."""
    return f"{place}. {part}" if part[:1].isdigit() else f"{place}.{part}"


def clean(text: str) -> str:
    """A text that an XML file can hold and a cell can take; lone halves of a pair become U+FFFD."""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = text.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    if len(text.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return text
    mark = say("……（超出单元格上限，此处截断）")
    return text.encode("utf-16-le")[: 2 * (_CELL_LIMIT - len(mark))].decode("utf-16-le", "ignore") + mark


def sheet_name(title: str) -> str:
    """A legal name for the sheet: no []:*?/\\, no quotation mark at either end, at most 31 signs."""
    bare = "".join(char for char in clean(title) if char not in "[]:*?/\\" and char.isprintable())
    bare = bare[:_SHEET_NAME_LIMIT].strip("' ")
    return bare if bare and bare.lower() != "history" else "Sheet1"
