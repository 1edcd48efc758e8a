"""A web page that a system exported under the name of a workbook: its tables as one sheet, one below another.

Nothing is fetched, no script runs; merged cells keep their extent, everything outside tables is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html

from bihuan.documents.messages import Unreadable, say
from bihuan.documents.reading.archive import damaged
from bihuan.documents.reading.facts import Merge, SheetFacts
from bihuan.documents.reading.limits import Limits

_PAGE = re.compile(
    r"\s{0,200}(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype html|html|head|meta|table|style)\b", re.I
)
_MOST_TAGS = 3_000_000
_BLANKS = re.compile(r"[ \t\r\n]+")
_LINES = ("br", "p", "div", "li")
Rows = list[list[str]]


def is_web_page(text: str) -> bool:
    """Whether a text is a page with a table in it."""
    return bool(_PAGE.match(text)) and "<table" in text[: 1 << 20].lower()


def tables_of(text: str, limits: Limits) -> tuple[Rows, tuple[Merge, ...]]:
    """Rows and merged ranges of all tables; Unreadable when the page cannot be taken apart or is too large."""
    if text.count("<") > _MOST_TAGS:
        raise Unreadable(say("这个网页格式的表格太大，无法读取。请用 Excel 或 WPS 打开，另存为 xlsx 再上传。"))
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.replace("\x00", ""), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise damaged() from error
    sheet = _Sheet(limits)
    for table in root.iter("table"):
        if next(table.iterancestors("table"), None) is None:
            sheet.add(table)
    return sheet.rows, tuple(sheet.merges)


class _Sheet:
    """Rows as they are laid out; a cell that spans several leaves the others blank."""

    def __init__(self, limits: Limits) -> None:
        self.rows: Rows = []
        self.merges: list[Merge] = []
        self._limits = limits
        self._facts = SheetFacts()
        self._taken: dict[int, int] = {}  # column → the last row that a cell from above covers

    def add(self, table: html.HtmlElement) -> None:
        """One table below what is there, a blank row between."""
        if self.rows:
            self.rows.append([])
        for line in table.iter("tr"):
            if next(line.iterancestors("table")) is table:
                self._add_row([cell for cell in line if cell.tag in ("td", "th")])

    def _add_row(self, cells: list[html.HtmlElement]) -> None:
        row: list[str] = []
        number = len(self.rows)
        for cell in cells:
            while self._taken.get(len(row), -1) >= number:
                row.append("")
            across = self._place(number, len(row), _times(cell, "rowspan"), _times(cell, "colspan"))
            row += [_text(cell), *([""] * (across - 1))]
        self.rows.append(row)
        self._facts.settle(self._limits, "")

    def _place(self, row: int, column: int, down: int, across: int) -> int:
        """Note what a cell covers; returns its width inside the limits."""
        self._facts.reach(row, column, self._limits, "")
        across = min(across, self._limits.columns - column)
        if down > 1 or across > 1:
            self.merges.append(Merge(row, column, row + down - 1, column + across - 1))
        if down > 1:
            self._taken.update(dict.fromkeys(range(column, column + across), row + down - 1))
        return across


def _times(cell: html.HtmlElement, name: str) -> int:
    text = str(cell.get(name, "1")).strip()
    return max(1, min(int(text), 10_000)) if text.isdecimal() and len(text) < 6 else 1


def _text(cell: html.HtmlElement) -> str:
    lines = "".join(_pieces(cell)).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def _pieces(element: html.HtmlElement) -> Iterator[str]:
    for part in element.iter():
        if part.tag in _LINES:
            yield "\n"
        yield _BLANKS.sub(" ", part.text or "")
        if part is not element:
            yield _BLANKS.sub(" ", part.tail or "")
