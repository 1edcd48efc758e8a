"""The summary of a problem's archive as a Word file: title, facts, numbered chapters of facts, text and tables.

Takes words and rows and writes them in the layout of an office; it knows nothing of problems or languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from bihuan.documents.writing.official import Official


@dataclass(frozen=True)
class Table:
    """A table with its `title`, if any. `widths` in millimetres, 156 in all."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    title: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter, in this order: facts (label and what it says), text, tables without rows left out."""

    heading: str
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Summary:
    """What stands in the file, from top to bottom; chapters with nothing in them are left out by the caller."""

    title: str
    facts: Sequence[tuple[str, str]]
    chapters: Sequence[Chapter]
    note: str


def write_casefile(file: BinaryIO, summary: Summary) -> None:
    """Write `summary` as a Word file (docx)."""
    paper = Official()
    paper.title(summary.title)
    _facts(paper, summary.facts)
    for chapter in summary.chapters:
        paper.heading(chapter.heading)
        _facts(paper, chapter.facts)
        paper.prose(chapter.text)
        for table in chapter.tables:
            if table.rows:
                if table.title:
                    paper.line(table.title)
                paper.table(table.heads, table.rows, widths=table.widths)
    paper.note(summary.note)
    paper.save(file)


def _facts(paper: Official, facts: Sequence[tuple[str, str]]) -> None:
    for label, said in facts:
        paper.fact(label, said)
