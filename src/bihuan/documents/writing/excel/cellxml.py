"""Values as the XML of cells: text is always text, a day is a number shown as a date, never a formula."""

from __future__ import annotations

import html
import re
from datetime import date

from bihuan.documents.reading.facts import Cell
from bihuan.documents.writing.edits import Write
from bihuan.documents.writing.excel.sheetrows import SheetRows
from bihuan.documents.writing.excel.styles import Change, Styles
from bihuan.documents.writing.ledgers import clean, leads_astray

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST = {_EPOCH_1900: date(1900, 3, 1), _EPOCH_1904: _EPOCH_1904}


class CellWriter:
    """Makes cells for one sheet; `from_1904`: the file counts its days from 1904."""

    def __init__(self, sheet: SheetRows, styles: Styles, from_1904: bool) -> None:
        self._sheet = sheet
        self._styles = styles
        self._epoch = _EPOCH_1904 if from_1904 else _EPOCH_1900
        self._styles_of: tuple[int, dict[int, str | None]] = (-1, {})

    def style_of(self, cell: Cell) -> str | None:
        """The style of a cell as it is, None for the plain one; of a row not in the file, None too."""
        if self._styles_of[0] != cell[0]:
            text = self._sheet.text(cell[0] + 1)
            self._styles_of = (cell[0], {one.column: one.attributes.get("s") for one in self._sheet.cells(text)})
        return self._styles_of[1].get(cell[1])

    def made(self, row: int, column: int, write: Write, style: str | None) -> bytes:
        """The XML of a cell (0-based) with a value; `style` is the one it has."""
        value = write.value
        if isinstance(value, date) and value < _FIRST[self._epoch]:
            value = value.isoformat()
        if isinstance(value, date):
            return self._date(row, column, value, style, write.like)
        if isinstance(value, int | float):
            return self._sheet.cell(row + 1, column, style, None, self._tagged(b"v", repr(value).encode()))
        return self._text(row, column, value or "", style)

    def _date(self, row: int, column: int, value: date, style: str | None, like: Cell | None) -> bytes:
        if not self._styles.shows_date(style):
            other = self.style_of(like) if like else None
            style = other if self._styles.shows_date(other) else self._styles.changed(style, Change(dated=True))
        days = b"%d" % (value - self._epoch).days
        return self._sheet.cell(row + 1, column, style, None, self._tagged(b"v", days))

    def _text(self, row: int, column: int, value: str, style: str | None) -> bytes:
        if not value:
            return self._sheet.cell(row + 1, column, style, None, b"")
        text = clean(value)
        style = self._styles.changed(style, Change(quoted=leads_astray(text)))
        inside = self._tagged(b"is", self._tagged(b"t", escaped(text), b' xml:space="preserve"'))
        return self._sheet.cell(row + 1, column, style, "inlineStr", inside)

    def _tagged(self, name: bytes, inside: bytes, attributes: bytes = b"") -> bytes:
        name = self._sheet.prefix + name
        return b"<" + name + attributes + b">" + inside + b"</" + name + b">"


def escaped(text: str) -> bytes:
    """A text for an XML cell, as Excel writes it: line ends are LF, control characters _x0001_."""
    plain = _ESCAPED.sub("_x005F_", text.replace("\r\n", "\n").replace("\r", "\n"))
    return html.escape(_CONTROL.sub(lambda one: f"_x{ord(one[0]):04X}_", plain), quote=False).encode()


def plain_text(text: str) -> str:
    """A text without what an XML file cannot hold."""
    return _CONTROL.sub("", clean(text))
