"""The minutes of a meeting as a Word file in the plain layout of an office (A4, the measures of GB/T 9704).

Takes words and rows and writes them; it knows nothing of meetings, tasks or languages.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_BODY, _HEADING, _TITLE = "FangSong", "SimHei", "SimSun"
_LATIN = "Times New Roman"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML cannot hold."""


@dataclass(frozen=True)
class Table:
    """A table under a heading; `empty` is said where it has no rows. `widths` in millimetres."""

    heading: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    empty: str


@dataclass(frozen=True)
class Minutes:
    """What stands in the file, from top to bottom. `facts` are pairs of a label and what it says."""

    title: str
    facts: Sequence[tuple[str, str]]
    agenda: Table
    text_heading: str
    text: str
    decisions: Table
    signature: str
    note: str


def write_minutes(file: BinaryIO, minutes: Minutes) -> None:
    """Write `minutes` as a Word file (docx)."""
    document: Any = Document()
    _page(document)
    _paragraph(document, minutes.title, font=_TITLE, size=22, bold=True, centred=True, after=14)
    for label, said in minutes.facts:
        _fact(document, label, said)
    _table(document, minutes.agenda)
    if minutes.text:
        _heading(document, minutes.text_heading)
        for line in minutes.text.split("\n"):
            if line.strip():
                _paragraph(document, line.strip(), indent=True)
    _table(document, minutes.decisions)
    _paragraph(document, minutes.signature, before=28)
    _paragraph(document, minutes.note, size=9, before=14)
    document.save(file)


def _page(document: Any) -> None:
    """A4 with the margins of an official document: 37 mm above, 28 mm at the left, a type area of 156 × 225 mm."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _font(document.styles["Normal"], _BODY, 16)


def _font(styled: Any, name: str, size: int, *, bold: bool = False) -> None:
    styled.font.name, styled.font.size, styled.font.bold = _LATIN, Pt(size), bold
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _run(paragraph: Any, text: str, font: str, size: int, *, bold: bool = False) -> None:
    run: Any = paragraph.add_run(_UNWRITABLE.sub("", text))
    _font(run, font, size, bold=bold)


def _paragraph(
    holder: Any,
    text: str,
    *,
    font: str = _BODY,
    size: int = 16,
    bold: bool = False,
    centred: bool = False,
    indent: bool = False,
    before: int = 0,
    after: int = 0,
) -> None:
    paragraph = holder.add_paragraph()
    layout = paragraph.paragraph_format
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    layout.line_spacing = Pt(round(size * 1.75))
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        layout.first_line_indent = Pt(size * 2)
    _run(paragraph, text, font, size, bold=bold)


def _heading(document: Any, text: str) -> None:
    _paragraph(document, text, font=_HEADING, before=10, after=4)


def _fact(document: Any, label: str, said: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(28)
    _run(paragraph, label, _HEADING, 16)
    _run(paragraph, said, _BODY, 16)


def _table(document: Any, table: Table) -> None:
    _heading(document, table.heading)
    if not table.rows:
        _paragraph(document, table.empty, indent=True)
        return
    grid = document.add_table(rows=1, cols=len(table.heads))
    grid.style, grid.autofit = "Table Grid", False
    for cell, text in zip(grid.rows[0].cells, table.heads, strict=True):
        _cell(cell, text, _HEADING)
    _repeat(grid.rows[0])
    for row in table.rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            _cell(cell, text, _BODY)
    for row in grid.rows:
        for cell, width in zip(row.cells, table.widths, strict=True):
            cell.width = Mm(width)


def _repeat(row: Any) -> None:
    """Let the head stand on every page that the table goes over."""
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))


def _cell(cell: Any, text: str, font: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, font, 11)
