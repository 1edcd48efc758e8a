"""A text file of cells kept as it was written: each cell's own stretch, encoding, mark, separator, line ends.

What is not touched leaves byte for byte as it came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.documents.reading import delimited
from bihuan.documents.writing.ledgers import FORMULA_SIGNS

_QUOTE = '"'
_BLANKS = " \u3000\xa0"
_CODINGS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
    *((b"", codec) for codec in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5", "cp950", "big5hkscs")),
)
DELIMITERS = ("\t", ",", ";", "|", "，")


@dataclass(frozen=True)
class Coding:
    """How text became bytes: the codec, the mark in front, what is done with bytes that are no text."""

    codec: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """Bytes of a text; a sign the codec has no bytes for becomes a question mark."""
        try:
            return self.mark + text.encode(self.codec, "surrogateescape")
        except UnicodeEncodeError:
            return self.mark + "".join(map(self._escaped, text)).encode(self.codec, "surrogateescape")

    def _escaped(self, char: str) -> str:
        return char if self.can(char) else "?"

    def can(self, text: str) -> bool:
        """Whether the codec has bytes for a text."""
        try:
            text.encode(self.codec, "surrogateescape")
        except UnicodeEncodeError:
            return False
        return True


@dataclass
class Line:
    """One record: the text of each cell as it was written, quotation marks included, and its line end."""

    cells: list[str]
    end: str


def opened(data: bytes) -> tuple[str, Coding] | None:
    """The text of a file as the reader has it and how to make bytes of it again; None where that is not known.

    Bytes that are no text come back as they were.
    """
    known = delimited.decode(data)
    for mark, codec in _CODINGS:
        if data.startswith(mark) and data[len(mark) :].decode(codec, "replace").removeprefix("\ufeff") == known:
            text, coding = data[len(mark) :].decode(codec, "surrogateescape"), Coding(codec, mark)
            return (text, coding) if coding.encode(text) == data else None
    return None


def lines_of(text: str, delimiter: str) -> list[Line]:
    """The records of a text, cut as csv cuts them."""
    lines: list[Line] = []
    cells: list[str] = []
    start = at = 0
    size = len(text)
    while at < size:
        char = text[at]
        if char == _QUOTE and at == start:
            at = _after_quotes(text, at)
        elif char == delimiter:
            cells.append(text[start:at])
            start = at = at + 1
        elif char in "\r\n":
            end = "\r\n" if text.startswith("\r\n", at) else char
            lines.append(Line([*cells, text[start:at]], end))
            cells, start = [], at + len(end)
            at = start
        else:
            at = _next(text, at + 1, delimiter)
    if cells or start < size:
        lines.append(Line([*cells, text[start:]], ""))
    return lines


def _next(text: str, at: int, delimiter: str) -> int:
    """The next separator or line end."""
    size = len(text)
    while at < size and text[at] != delimiter and text[at] not in "\r\n":
        at += 1
    return at


def _after_quotes(text: str, at: int) -> int:
    """Behind the quotation mark that closes the one at `at`."""
    while True:
        at = text.find(_QUOTE, at + 1)
        if at < 0:
            return len(text)
        if text[at + 1 : at + 2] != _QUOTE:
            return at + 1
        at += 1


def cell_text(value: str, delimiter: str, quoted: bool = False) -> str:
    """A value as a cell: in quotation marks where it must or the column has them; never to be taken for a formula.

    What begins like one gets an apostrophe in front, which the reader takes off again.
    """
    if _begins_like_formula(value):
        value = f"'{value}"
    if quoted or value[:1] == _QUOTE or any(char in value for char in (delimiter, _QUOTE, "\r", "\n")):
        return f"{_QUOTE}{value.replace(_QUOTE, _QUOTE * 2)}{_QUOTE}"
    return value


def _begins_like_formula(value: str) -> bool:
    return value.lstrip(f"'{_BLANKS}")[:1] in tuple(FORMULA_SIGNS) and not _is_number(value)


def said_by(cell: str) -> str:
    """What a cell's stretch of text says."""
    if not cell.startswith(_QUOTE):
        return cell
    inside, _, rest = cell[1:].replace(_QUOTE * 2, "\x00").partition(_QUOTE)
    return (inside + rest).replace("\x00", _QUOTE)


def _is_number(value: str) -> bool:
    return value.removeprefix("-").replace(".", "", 1).isdecimal()


def usual_end(lines: Sequence[Line]) -> str:
    """The line end most records have."""
    ends = Counter(line.end for line in lines if line.end)
    return ends.most_common(1)[0][0] if ends else "\r\n"
