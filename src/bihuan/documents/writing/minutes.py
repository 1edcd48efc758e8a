"""The minutes of a meeting as a Word file in the plain layout of an office (A4, the measures of GB/T 9704).

Takes words and rows and writes them; it knows nothing of meetings, tasks or languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from bihuan.documents.writing.official import Official


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
    paper = Official()
    paper.title(minutes.title)
    for label, said in minutes.facts:
        paper.fact(label, said)
    _table(paper, minutes.agenda)
    if minutes.text:
        paper.heading(minutes.text_heading)
        paper.prose(minutes.text)
    _table(paper, minutes.decisions)
    paper.line(minutes.signature, before=28)
    paper.note(minutes.note)
    paper.save(file)


def _table(paper: Official, table: Table) -> None:
    paper.heading(table.heading)
    if table.rows:
        paper.table(table.heads, table.rows, widths=table.widths)
    else:
        paper.prose(table.empty)
