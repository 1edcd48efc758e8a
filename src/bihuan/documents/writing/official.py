"""Word files in the plain layout of an office: page, title, headings, facts, paragraphs, tables.

Two layouts: `UPRIGHT` by the measures of GB/T 9704, `ACROSS` for wide tables. What is said is not decided here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

BODY, HEADING, TITLE = "FangSong", "SimHei", "SimSun"
LATIN = "Times New Roman"
_LINE = 1.75
"""The distance of lines by the size of their letters (28 pt at 16 pt)."""


@dataclass(frozen=True)
class Letters:
    """A font for Chinese (Latin letters are always in the same one) and its size in points."""

    font: str
    size: int
    bold: bool = False


@dataclass(frozen=True)
class Layout:
    """A page, in millimetres (`margins`: top, right, bottom, left), and the letters on it.

    `measured`: lines have the distance that official documents ask for; else the one of Word's own template.
    """

    width: int
    height: int
    margins: tuple[float, float, float, float]
    body: Letters
    title: Letters
    heading: Letters
    head: Letters
    cell: Letters
    measured: bool


UPRIGHT: Final = Layout(
    210,
    297,
    (37, 26, 35, 28),
    body=Letters(BODY, 16),
    title=Letters(TITLE, 22, bold=True),
    heading=Letters(HEADING, 16),
    head=Letters(HEADING, 11),
    cell=Letters(BODY, 11),
    measured=True,
)
"""A4 with the margins of an official document: a type area of 156 × 225 mm."""

ACROSS: Final = Layout(
    297,
    210,
    (25.4, 20, 25.4, 20),
    body=Letters(BODY, 12),
    title=Letters(HEADING, 18, bold=True),
    heading=Letters(HEADING, 14, bold=True),
    head=Letters(BODY, 9, bold=True),
    cell=Letters(BODY, 9),
    measured=False,
)
"""A4 lying on its side."""


class Official:
    """A Word file that is being written from top to bottom."""

    def __init__(self, layout: Layout = UPRIGHT) -> None:
        self._layout = layout
        self._document: Any = Document()
        _lay_out(self._document, layout)

    def title(self, text: str) -> None:
        """The title of the whole."""
        self._write(text, self._layout.title, centred=True, after=14)

    def heading(self, text: str) -> None:
        """The heading of a part."""
        self._write(text, self._layout.heading, before=10, after=4)

    def fact(self, label: str, said: str) -> None:
        """One line: a label and what it says."""
        letters = self._layout.body
        paragraph = self._paragraph(letters.size)
        _run(paragraph, label, Letters(HEADING, letters.size))
        _run(paragraph, said, letters)

    def line(self, text: str, *, before: int = 0, right: bool = False) -> None:
        """A line that begins at the margin (`right`: ends at the other one); `before`: points of room above it."""
        self._write(text, self._layout.body, before=before, right=right)

    def prose(self, text: str) -> None:
        """Text of several lines, each a paragraph whose first line is set in by two characters."""
        for line in text.split("\n"):
            if line.strip():
                self._write(line.strip(), self._layout.body, indent=True)

    def note(self, text: str, *, before: int = 14) -> None:
        """A small line."""
        self._write(text, Letters(BODY, 9), before=before)

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int] = ()) -> None:
        """A table whose head stands on every page that it goes over; `widths` in millimetres, else all alike."""
        grid = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        grid.autofit = not widths
        _fill(grid.rows[0], heads, self._layout.head, widths)
        _repeat(grid.rows[0])
        for row in rows:
            _fill(grid.add_row(), row, self._layout.cell, widths)

    def save(self, target: Path | BinaryIO) -> None:
        """Write the file."""
        self._document.save(str(target) if isinstance(target, Path) else target)

    def _write(
        self,
        text: str,
        letters: Letters,
        *,
        centred: bool = False,
        right: bool = False,
        indent: bool = False,
        before: int = 0,
        after: int = 0,
    ) -> None:
        paragraph = self._paragraph(letters.size, before, after)
        if centred or right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(letters.size * 2)
        _run(paragraph, text, letters)

    def _paragraph(self, size: int, before: int = 0, after: int = 0) -> Any:
        paragraph = self._document.add_paragraph()
        if self._layout.measured:
            form = paragraph.paragraph_format
            form.space_before, form.space_after = Pt(before), Pt(after)
            form.line_spacing = Pt(round(size * _LINE))
        return paragraph


def writable(text: str) -> str:
    """The text as XML can hold it: no control characters but tabs and ends of lines, no half of a pair."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(_writable(whole))


def _writable(text: str) -> Iterator[str]:
    for char in text:
        if char in "\n\t" or (unicodedata.category(char) != "Cc" and char not in "\ufffe\uffff"):
            yield char


def _lay_out(document: Any, layout: Layout) -> None:
    section = document.sections[0]
    if layout.width > layout.height:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(layout.width), Mm(layout.height)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, layout.margins)
    _set(document.styles["Normal"], layout.body)


def _set(styled: Any, letters: Letters) -> None:
    styled.font.name, styled.font.size, styled.font.bold = LATIN, Pt(letters.size), letters.bold
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), letters.font)


def _run(paragraph: Any, text: str, letters: Letters) -> None:
    _set(paragraph.add_run(writable(text)), letters)


def _fill(row: Any, texts: Sequence[str], letters: Letters, widths: Sequence[int]) -> None:
    cells = row.cells
    for cell, text in zip(cells, texts, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, text, letters)
    for cell, width in zip(cells, widths, strict=False):
        cell.width = Mm(width)


def _repeat(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
