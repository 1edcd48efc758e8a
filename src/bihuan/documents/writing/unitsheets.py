"""Write a unit's own Excel: its open problems, a row a measure, with cells to fill in and room for a signature.

What the unit is not to touch is locked by sheet protection without a password, against slips and not against
people; whatever comes back is read and judged anew. Prints on A4 landscape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter  # type: ignore[import-untyped]

from bihuan.documents.messages import say
from bihuan.documents.unitsheets import CODE, COLUMNS, FOOT, MARK, HeadMark, RowMark
from bihuan.documents.writing.ledgers import clean, leads_astray, sheet_name

_A4 = 9
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)
_TITLE, _ABOUT, _HOW, _HEADS, _CODES, _TOP = range(6)
_OF_PROBLEM = frozenset({"signer", "signed_on", "new_due", "reason"})
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 15, 30, 400

Tell = Callable[[str], str]


@dataclass(frozen=True)
class UnitRow:
    """A measure of an open problem (or a problem without any): what is shown, and what may be filled in.

    `first` is true on the first row of a problem, where its text stands; `unsigned` where it can be signed for.
    """

    mark: RowMark
    number: str
    problem: str
    measure: str
    measure_due: date | None
    due: date | None
    first: bool
    unsigned: bool


@dataclass(frozen=True)
class UnitSheet:
    """One unit's file: who it is for and from, the day, and the line on when it was made."""

    region: int
    unit: int
    unit_name: str
    office_name: str
    sent: date
    made: str
    rows: Sequence[UnitRow]


def write_unit_sheet(target: Path | BinaryIO, sheet: UnitSheet, *, key: bytes, tell: Tell = str) -> None:
    """Write the workbook. `key` seals the marks; `tell` puts the fixed words into the reader's language."""
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options) as book:
        _Writer(book, sheet, key, tell).fill()


class _Writer:
    """The one sheet of the workbook, from top to bottom."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: UnitSheet, key: bytes, tell: Tell) -> None:
        self._about, self._key, self._tell = sheet, key, tell
        self._sheet = book.add_worksheet(sheet_name(sheet.unit_name))
        self._place = {code: place for place, code in enumerate(COLUMNS)}
        self._mark = len(COLUMNS)
        self._formats = _formats(book)

    def fill(self) -> None:
        """Write everything."""
        self._set_up()
        self._head()
        for number, row in enumerate(self._about.rows):
            self._row(_TOP + number, row)
        self._foot(_TOP + len(self._about.rows) + 1)
        self._validate()

    def _set_up(self) -> None:
        sheet = self._sheet
        for code, column in COLUMNS.items():
            sheet.set_column(self._place[code], self._place[code], column.width)
        sheet.set_column(self._mark, self._mark, 4, None, {"hidden": True})
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEADS)
        sheet.set_footer("&L" + clean(self._about.unit_name).replace("&", "&&") + "&C&P / &N")
        sheet.freeze_panes(_TOP, 1)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    def _head(self) -> None:
        about, tell = self._about, self._tell
        self._across(_TITLE, tell(say("%(unit)s问题整改情况表")) % {"unit": about.unit_name}, "title", 32)
        told = tell(say("填报单位：%(unit)s　　交办单位：%(office)s　　统计时间：%(made)s"))
        self._across(
            _ABOUT, told % {"unit": about.unit_name, "office": about.office_name, "made": about.made}, "about", 20
        )
        self._across(
            _HOW,
            tell(
                say(
                    "请只填白色格子，没有变化的空着不填。进度填0到100的整数，日期写成2026-03-05。"
                    "填好后发回电子表；打印件签字盖章留存。"
                )
            ),
            "how",
            20,
        )
        self._sheet.set_row(_HEADS, 34)
        for code, column in COLUMNS.items():
            style = "head_filled" if column.filled else "head"
            self._sheet.write_string(_HEADS, self._place[code], tell(column.label), self._formats[style])
            self._sheet.write_string(_CODES, self._place[code], CODE + code)
        head = HeadMark(about.region, about.unit, about.sent, len(about.rows))
        self._sheet.write_string(_CODES, self._mark, head.sealed(self._key))
        self._sheet.write_string(_HEADS, self._mark, CODE + MARK)
        self._sheet.set_row(_CODES, None, None, {"hidden": True})

    def _across(self, row: int, text: str, style: str, height: float) -> None:
        self._sheet.set_row(row, height)
        self._sheet.merge_range(row, 0, row, len(COLUMNS) - 1, "", self._formats[style])
        self._sheet.write_string(row, 0, clean(text), self._formats[style])

    def _row(self, at: int, row: UnitRow) -> None:
        shown: dict[str, Any] = {
            "number": row.number,
            "problem": row.problem if row.first else "",
            "measure": row.measure or self._tell(say("（还没有填报措施）")),
            "measure_due": row.measure_due,
            "due": row.due if row.first else None,
            "now": row.mark.progress if row.mark.measure else None,
        }
        for code, column in COLUMNS.items():
            open_ = column.filled and self._is_open(code, row)
            self._cell(at, code, shown.get(code), _style(column.kind, open_, column.filled))
        self._sheet.write_string(at, self._mark, row.mark.sealed(self._key))
        self._sheet.set_row(at, _height(row))

    @staticmethod
    def _is_open(code: str, row: UnitRow) -> bool:
        """May the unit fill in this cell?"""
        if code not in _OF_PROBLEM:
            return row.mark.measure is not None
        return row.first and (row.unsigned or code in ("new_due", "reason"))

    def _cell(self, at: int, code: str, value: Any, style: str) -> None:
        place, shape = self._place[code], self._formats[style]
        if value is None or value == "":
            self._sheet.write_blank(at, place, None, shape)
        elif isinstance(value, date):
            self._sheet.write_datetime(at, place, value, shape)
        elif isinstance(value, int):
            self._sheet.write_number(at, place, value, shape)
        else:
            text = clean(value)
            self._sheet.write_string(at, place, text, self._formats["quoted"] if leads_astray(text) else shape)

    def _foot(self, at: int) -> None:
        """The line for whoever filled it in, the leader's signature and the seal."""
        tell, place, sheet = self._tell, self._place, self._sheet
        sheet.set_row(at, 36)
        sheet.write_string(at, place["number"], tell(say("填报人")), self._formats["label"])
        sheet.write_blank(at, place["problem"], None, self._formats["line"])
        sheet.write_string(at, place["measure"], tell(say("单位负责人签字（盖章）")), self._formats["label"])
        sheet.merge_range(at, place["measure_due"], at, place["signed_on"], "", self._formats["line"])
        sheet.write_string(at, place["note"], tell(say("填报日期")), self._formats["label"])
        sheet.write_blank(at, place["done_on"], None, self._formats["line_date"])
        sheet.write_string(at, self._mark, FOOT)

    def _validate(self) -> None:
        last = max(_TOP, _TOP + len(self._about.rows) - 1)
        tell = self._tell
        for code, column in COLUMNS.items():
            place = self._place[code]
            if column.filled and column.kind == "percent":
                self._sheet.data_validation(
                    _TOP,
                    place,
                    last,
                    place,
                    {
                        "validate": "integer",
                        "criteria": "between",
                        "minimum": 0,
                        "maximum": 100,
                        "error_title": tell(column.label),
                        "error_message": tell(say("请填0到100的整数，不带百分号。")),
                    },
                )
            elif column.filled and column.kind == "date":
                self._sheet.data_validation(_TOP, place, last, place, self._dates(column.label))
        foot = _TOP + len(self._about.rows) + 1
        self._sheet.data_validation(foot, self._place["done_on"], foot, self._place["done_on"], self._dates(""))

    def _dates(self, label: str) -> dict[str, Any]:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": _FIRST,
            "maximum": _LAST,
            "error_title": self._tell(label) if label else "",
            "error_message": self._tell(say("请填日期，写成2026-03-05的样子。")),
        }


def _style(kind: str, open_: bool, filled: bool) -> str:
    shape = "date" if kind == "date" else "percent" if kind == "percent" else "text"
    if not filled:
        return shape
    return f"{shape}_open" if open_ else "shut"


def _height(row: UnitRow) -> float:
    """Room for the longest text: a Chinese character takes the width of two."""
    lines = [_lines(row.measure, COLUMNS["measure"].width)]
    if row.first:
        lines.append(_lines(row.problem, COLUMNS["problem"].width))
    return float(min(_MOST_HEIGHT, max(_LEAST_HEIGHT, max(lines) * _LINE_HEIGHT + 6)))


def _lines(text: str, width: float) -> int:
    def of(line: str) -> int:
        return max(1, -(-sum(1 if char.isascii() else 2 for char in line) // int(width - 1)))

    return sum(of(line) for line in text.split("\n")) if text else 1


def _formats(book: xlsxwriter.Workbook) -> dict[str, Any]:
    cell = {"border": 1, "border_color": "#A6A6A6", "valign": "top", "text_wrap": True, "font_size": 10}
    shown = {**cell, "bg_color": "#F2F3F5"}
    day, whole = {"num_format": "yyyy-mm-dd", "align": "center"}, {"num_format": "0", "align": "right"}
    head = {**cell, "bold": True, "align": "center", "valign": "vcenter"}
    shapes: dict[str, dict[str, Any]] = {
        "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
        "about": {"align": "center", "valign": "vcenter"},
        "how": {"align": "center", "valign": "vcenter", "font_color": "#595959", "font_size": 10},
        "head": {**head, "bg_color": "#E4E7EC"},
        "head_filled": {**head, "bg_color": "#DCE8F6"},
        "text": shown,
        "quoted": {**shown, "quote_prefix": True},
        "date": {**shown, **day},
        "percent": {**shown, **whole},
        "shut": {**cell, "bg_color": "#D9DCE1"},
        "text_open": {**cell, "locked": False, "num_format": "@"},
        "date_open": {**cell, **day, "locked": False},
        "percent_open": {**cell, **whole, "locked": False},
        "label": {"align": "right", "valign": "vcenter", "font_size": 10},
        "line": {"bottom": 1, "locked": False, "valign": "vcenter"},
        "line_date": {"bottom": 1, "locked": False, "valign": "vcenter", **day},
    }
    return {name: book.add_format(shape) for name, shape in shapes.items()}
