"""What stands on the pages of a PDF, printed as JSON for `pages`: run as a program, with the PDF on its input.

Joins lines into paragraphs and drops what is printed on every page; it decides nothing about meaning.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

_ENCRYPTED, _TOO_MANY, _DAMAGED = 3, 4, 5
_PAGE_NUMBER = re.compile(
    r"^[\s—–\-·.]{0,4}(?:第\s?)?\d{1,4}\s?(?:页)?(?:\s?[/／共]{1,2}\s?(?:共\s?)?\d{1,4}\s?页?)?[\s—–\-·.]{0,4}$"
)
_ENDS = re.compile(r"[。；;：:！!？?]$")
_BEGINS = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}(?:\.\d{1,3}){0,3}[.．、]?(?!\d)\s?[^\d%年月日个条件]|"
    r"第[一二三四五六七八九十\d]{1,3}[章节条项]|[①-⑳]|[\u4e00-\u9fff]{2,10}[:：]|[【\[])"
)
_EDGE = 0.07
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Line:
    """A printed line: its words, where it begins and ends, how tall it is, how far below the top.

    `depth` is how far down its page it stands, from 0 to 1.
    """

    text: str
    left: float
    right: float
    height: float
    top: float
    depth: float
    page: int


def main(most_pages: int, memory: int) -> int:
    """Read the PDF on standard input and print its parts; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        with pdfplumber.open(io.BytesIO(sys.stdin.buffer.read())) as pdf:
            if len(pdf.pages) > most_pages:
                return _TOO_MANY
            pages = [_parts(page) for page in pdf.pages]
    except PdfminerException as error:
        locked = any(isinstance(one, PDFPasswordIncorrect | PDFEncryptionError) for one in error.args)
        return _ENCRYPTED if locked else _DAMAGED
    except Exception:
        return _DAMAGED
    json.dump(list(parts_of(pages)), sys.stdout, ensure_ascii=True)
    return 0


Part = Line | list[list[str]]


def _parts(page: Any) -> list[Part]:
    """Lines and tables of a page from top to bottom."""
    tables = [
        table
        for table in (page.find_tables() if len(page.rects) + len(page.lines) > 3 else [])
        if _is_table(table)
    ]
    rest = page
    for table in tables:
        rest = rest.outside_bbox(_inside(table.bbox, page.bbox))
    parts: list[tuple[float, Part]] = [
        (line.top, line) for line in _lines(rest, float(page.height), page.page_number)
    ]
    for table in tables:
        rows = [[(cell or "").replace("\n", "") for cell in row] for row in table.extract()]
        parts.append((table.bbox[1], rows))
    page.close()
    return [part for _, part in sorted(parts, key=lambda pair: pair[0])]


def _is_table(table: Any) -> bool:
    """Two cells by two at least; a single row may be the rest of a table from the page before."""
    return len(table.columns) >= (2 if len(table.rows) > 1 else 3)


def _inside(box: tuple[float, ...], page: tuple[float, ...]) -> tuple[float, float, float, float]:
    return (max(box[0], page[0]), max(box[1], page[1]), min(box[2], page[2]), min(box[3], page[3]))


def _lines(page: Any, tall: float, number: int) -> Iterator[Line]:
    for found in page.extract_text_lines(strip=True, return_chars=True):
        chars = found["chars"]
        height = max((char["size"] for char in chars[:20]), default=10.0)
        yield Line(
            _without_gaps(found["text"]),
            found["x0"],
            found["x1"],
            height,
            found["top"],
            found["top"] / tall,
            number,
        )


def _without_gaps(text: str) -> str:
    """Blanks between Chinese characters come from justified setting, single ones at that."""
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", text)


def parts_of(pages: list[list[Part]]) -> Iterator[dict[str, object]]:
    """Paragraphs and tables in reading order, page furniture dropped, tables cut by a page joined."""
    furniture = _furniture(pages)
    left, right = _margins(line for page in pages for line in page if isinstance(line, Line))
    lines: list[Line] = []
    table: list[list[str]] = []
    table_page = 0
    for number, part in ((number, part) for number, page in enumerate(pages, start=1) for part in page):
        if isinstance(part, list):
            yield from _paragraph(lines)
            lines = []
            if not table or len(table[0]) != len(part[0]):
                yield from _rows(table, table_page)
                table, table_page = [], number
            table = table + part
        elif not _is_furniture(part, furniture):
            yield from _rows(table, table_page)
            table = []
            if lines and not _joins(lines[-1], part, left, right):
                yield from _paragraph(lines)
                lines = []
            lines.append(part)
    yield from _paragraph(lines)
    yield from _rows(table, table_page)


def _is_furniture(line: Line, furniture: set[str]) -> bool:
    """Running heads and page numbers, which stand at the edges of a page."""
    at_edge = not _EDGE < line.depth < 1 - _EDGE
    return at_edge and (_key(line) in furniture or bool(_PAGE_NUMBER.match(line.text)))


def _rows(table: list[list[str]], page: int) -> Iterator[dict[str, object]]:
    if table:
        yield {"rows": table, "page": page}


def _paragraph(lines: list[Line]) -> Iterator[dict[str, object]]:
    if lines:
        text = lines[0].text
        for line in lines[1:]:
            latin = (
                text[-1:].isascii() and line.text[:1].isascii() and text[-1:].isalpha() and line.text[:1].isalpha()
            )
            text += (" " if latin else "") + line.text
        yield {"text": text, "page": lines[0].page}


def _key(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


def _furniture(pages: list[list[Part]]) -> set[str]:
    """Lines at the edges of pages that come back on most of them (running heads, footers)."""
    counts: Counter[str] = Counter()
    for page in pages:
        lines = [part for part in page if isinstance(part, Line)]
        counts.update({_key(line) for line in lines if not _EDGE < line.depth < 1 - _EDGE})
    return {key for key, count in counts.items() if count >= 3 and count * 2 > len(pages)}


def _margins(lines: Iterable[Line]) -> tuple[float, float]:
    """Where full lines begin and end: the commonest left edge, and nearly the furthest right one."""
    known = list(lines)
    if not known:
        return 0.0, 0.0
    left = min(Counter(round(line.left) for line in known).most_common(2), key=lambda pair: pair[0])[0]
    rights = sorted(line.right for line in known)
    return float(left), rights[int(len(rights) * 0.9)] if len(rights) > 1 else rights[0]


def _joins(above: Line, line: Line, left: float, right: float) -> bool:
    """Whether a line goes on with the paragraph above it: that one is full, this one is not indented."""
    if _BEGINS.match(line.text) or abs(above.height - line.height) > 1.5:
        return False
    full = above.right > right - 1.6 * above.height
    indented = line.left > left + 1.2 * line.height
    return full and not (indented and _ENDS.search(above.text)) and not (indented and above.left <= left + 2)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
