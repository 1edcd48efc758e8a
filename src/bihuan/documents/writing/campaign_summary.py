"""Write the summary of a campaign as a Word document: title, some lines, chapters of text, tables.

What the texts and tables say is the caller's business. Nothing here knows campaigns or their figures.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from bihuan.documents.writing.ledgers import clean

_TEXT_FONT, _HEAD_FONT = "FangSong", "SimHei"
_SMALL = Pt(9)


@dataclass(frozen=True)
class Table:
    """A table with its title; `rows` hold as many texts as there are `heads`. `note` stands below it."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


@dataclass(frozen=True)
class Summary:
    """A summary: title, lines below it, chapters (title and text, empty ones left out), tables."""

    title: str
    lines: Sequence[str]
    sections: Sequence[tuple[str, str]]
    tables: Sequence[Table]


def write_summary(target: Path | BinaryIO, summary: Summary) -> None:
    """Write the document, on A4 across so that the tables have room."""
    document = docx.Document()
    _set_up(document)
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(title, summary.title, Pt(18), _HEAD_FONT)
    for line in summary.lines:
        document.add_paragraph(_plain(line))
    for head, text in summary.sections:
        if text.strip():
            _head(document, head)
            for part in text.splitlines():
                document.add_paragraph(_plain(part))
    for table in summary.tables:
        _head(document, table.title)
        if table.rows:
            _table(document, table)
        if table.note:
            document.add_paragraph(_plain(table.note))
    document.save(str(target) if isinstance(target, Path) else target)


def _set_up(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _TEXT_FONT)


def _plain(text: str) -> str:
    """The text without signs that no Word file can hold."""
    return "".join(char for char in clean(text) if char in "\n\t" or unicodedata.category(char) != "Cc")


def _head(document: Any, text: str) -> None:
    _run(document.add_paragraph(), text, Pt(14), _HEAD_FONT)


def _run(paragraph: Any, text: str, size: Pt, font: str) -> None:
    run = paragraph.add_run(_plain(text))
    run.bold, run.font.size, run.font.name = True, size, "Times New Roman"
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _table(document: Any, table: Table) -> None:
    made = document.add_table(rows=0, cols=len(table.heads), style="Table Grid")
    for place, row in enumerate([table.heads, *table.rows]):
        for cell, text in zip(made.add_row().cells, row, strict=True):
            run = cell.paragraphs[0].add_run(_plain(text))
            run.font.size, run.bold = _SMALL, place == 0
