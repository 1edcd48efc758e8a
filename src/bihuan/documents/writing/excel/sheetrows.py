"""The XML of one worksheet, cut into its rows: a row that is not touched leaves byte for byte as it came.

What stands before and after the rows (widths, merges, print set-up …) is a small tree. A sheet of 100,000 rows is
never made a tree as a whole. What a cell means is not known here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bihuan.documents.reading.archive import damaged
from bihuan.documents.reading.facts import address, cell_of
from bihuan.documents.writing.excel.package import parsed, written

_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData\s*(/?)>")
_ODD = re.compile(rb"<!|<\?(?!xml[\s?])")
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']""")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_REFERENCE = re.compile(rb"""(<(?:[A-Za-z_][\w.-]*:)?c\s(?:[^>]*?\s)?r\s*=\s*["'][A-Za-z]+)\d+""")
_SPANS = re.compile(rb"""\sspans\s*=\s*["'][^"']*["']""")
_STYLE = re.compile(rb"""\ss\s*=\s*["']\d+["']""")
_ROW_NUMBER = re.compile(rb"""^(<[^>]*?\sr\s*=\s*["'])\d+""")


@dataclass(frozen=True)
class CellText:
    """One cell of a row: its 0-based column, where it stands in the row's text, its attributes."""

    column: int
    start: int
    end: int
    attributes: dict[str, str]


class SheetRows:
    """Rows by their 1-based number, as text; `frame` is the tree of everything else."""

    def __init__(self, content: bytes) -> None:
        content = _plain(content)
        found = _DATA.search(content)
        if found is None:
            raise damaged()
        self._mark = found[1]
        end = b"</" + self._mark + b"sheetData>"
        close = found.end() if found[2] else content.find(end, found.end())
        if close < 0:
            raise damaged()
        tail = content[close:] if found[2] else content[close + len(end) :]
        self.frame = parsed(content[: found.start()] + b"<" + self._mark + b"sheetData/>" + tail)
        self._row_open, self._row_close = b"<" + self._mark + b"row", b"</" + self._mark + b"row>"
        cell = re.escape(self._mark) + b"c"
        self._cells = re.compile(b"<" + cell + rb"(?=[\s/>])([^>]*?)(?:/>|>.*?</" + cell + b">)", re.DOTALL)
        self.numbers: list[int] = []
        self.texts: list[bytes] = []
        if not found[2]:
            self._cut(content, found.end(), close)

    @property
    def namespace(self) -> str:
        """The namespace of the sheet's own elements."""
        return etree.QName(self.frame).namespace or ""

    @property
    def prefix(self) -> bytes:
        """What stands before the names of the sheet's own elements: nothing, or x:."""
        return self._mark

    def _cut(self, content: bytes, at: int, end: int) -> None:
        number = 0
        while (start := content.find(self._row_open, at, end)) >= 0:
            opened = content.find(b">", start, end)
            if opened < 0:
                raise damaged()
            if content[opened - 1 : opened] == b"/":
                at = opened + 1
            else:
                at = content.find(self._row_close, opened, end) + len(self._row_close)
                if at < opened:
                    raise damaged()
            given = attributes_of(content[start : opened + 1]).get("r", "")
            number = int(given) if given.isdecimal() else number + 1
            self.numbers.append(number)
            self.texts.append(content[start:at])

    def index(self, number: int) -> int | None:
        """The place of a row in `texts`, None when the file has no such row."""
        place = bisect_left(self.numbers, number)
        return place if place < len(self.numbers) and self.numbers[place] == number else None

    def text(self, number: int) -> bytes:
        """A row's text, b"" when the file has no such row."""
        place = self.index(number)
        return self.texts[place] if place is not None else b""

    def put(self, number: int, text: bytes) -> None:
        """Replace a row, or add it in its place."""
        place = bisect_left(self.numbers, number)
        if place < len(self.numbers) and self.numbers[place] == number:
            self.texts[place] = text
        else:
            self.numbers.insert(place, number)
            self.texts.insert(place, text)

    def cells(self, text: bytes) -> Iterator[CellText]:
        """The cells of a row's text, from left to right."""
        column = -1
        for found in self._cells.finditer(text):
            attributes = attributes_of(found[1])
            place = cell_of(attributes.get("r", ""))
            column = place[1] if place else column + 1
            yield CellText(column, found.start(), found.end(), attributes)

    def with_cells(self, number: int, new: dict[int, bytes]) -> None:
        """Put cells into a row by their 0-based columns, in place of those that are there."""
        text = self.text(number) or self.empty_row(number)
        if text.rstrip().endswith(b"/>"):
            text = text.rstrip()[:-2].rstrip() + b">" + self._row_close
        pieces: list[bytes] = []
        at = text.index(b">") + 1
        pieces.append(_SPANS.sub(b"", text[:at]))
        left = sorted(new)
        for cell in self.cells(text):
            while left and left[0] < cell.column:
                pieces.append(new[left.pop(0)])
            pieces.append(text[at : cell.start])
            at = cell.start
            if left and left[0] == cell.column:
                pieces.append(new[left.pop(0)])
                at = cell.end
            pieces.append(text[at : cell.end])
            at = cell.end
        pieces += [new[column] for column in left]
        pieces.append(text[at:])
        self.put(number, b"".join(pieces))

    def empty_row(self, number: int, attributes: bytes = b"") -> bytes:
        """The text of a row without cells; `attributes` begin with a blank."""
        return self._row_open + b' r="%d"' % number + attributes + b">" + self._row_close

    def cell(self, row: int, column: int, style: str | None, kind: str | None, inside: bytes) -> bytes:
        """The text of one cell; `row` is 1-based, `column` 0-based, `inside` its XML."""
        name = self._mark + b"c"
        text = b"<" + name + b' r="' + address(row - 1, column).encode() + b'"'
        if style is not None:
            text += b' s="' + style.encode() + b'"'
        if kind is not None:
            text += b' t="' + kind.encode() + b'"'
        return text + (b">" + inside + b"</" + name + b">" if inside else b"/>")

    def content(self) -> bytes:
        """The whole part as it is now."""
        text = written(self.frame)
        found = _DATA.search(text)
        assert found is not None
        pieces = [text[: found.start()], b"<", self._mark, b"sheetData>", *self.texts]
        pieces += [b"</", self._mark, b"sheetData>", text[found.end() :]]
        return b"".join(pieces)


def attributes_of(text: bytes) -> dict[str, str]:
    """The attributes of an opening tag."""
    return {name.decode(): (a or b).decode() for name, a, b in _ATTRIBUTE.findall(text)}


def renumbered(text: bytes, number: int) -> bytes:
    """A row's text under another number, its cells too."""
    mark = b"%d" % number
    return _REFERENCE.sub(rb"\g<1>" + mark, _ROW_NUMBER.sub(rb"\g<1>" + mark, text, count=1))


def restyled(cell: bytes, style: str) -> bytes:
    """A cell's text with another style."""
    end = cell.index(b">")
    opening = _STYLE.sub(b"", cell[:end])
    closed = b"/" if opening.endswith(b"/") else b""
    return opening.removesuffix(b"/") + b' s="' + style.encode() + b'"' + closed + cell[end:]


def _plain(content: bytes) -> bytes:
    """The part in UTF-8 without comments and CDATA, so that a tag is a tag wherever it stands."""
    declared = _DECLARED.match(content[:200])
    other = declared is not None and declared[1].lower() not in (b"utf-8", b"ascii", b"us-ascii")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or other or _ODD.search(content):
        return _flattened(content)
    return content


def _flattened(content: bytes) -> bytes:
    root = parsed(content)
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return written(root)
