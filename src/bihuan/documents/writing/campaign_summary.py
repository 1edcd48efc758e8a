"""Write the summary of a campaign as a Word document: title, some lines, chapters of text, tables.

What the texts and tables say is the caller's business. Nothing here knows campaigns or their figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bihuan.documents.writing.official import ACROSS, Official


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
    paper = Official(ACROSS)
    paper.title(summary.title)
    for line in summary.lines:
        paper.line(line)
    for head, text in summary.sections:
        if text.strip():
            paper.heading(head)
            for part in text.splitlines():
                paper.line(part)
    for table in summary.tables:
        paper.heading(table.title)
        if table.rows:
            paper.table(table.heads, table.rows)
        if table.note:
            paper.line(table.note)
    paper.save(target)
