"""A letter of an office as a Word file in the plain layout of official documents (A4, the measures of GB/T 9704).

Takes words and rows and writes them; it knows nothing of problems or languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from bihuan.documents.writing.official import Official


@dataclass(frozen=True)
class Letter:
    """What stands in the file, from top to bottom. `widths` of the table in millimetres."""

    issuer: str
    number: str
    title: str
    addressee: str
    paragraphs: Sequence[str]
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    closing: str
    signature: str
    day: str
    note: str


def write_letter(file: BinaryIO, letter: Letter) -> None:
    """Write `letter` as a Word file (docx)."""
    paper = Official()
    paper.title(letter.issuer)
    paper.line(letter.number, right=True)
    paper.title(letter.title)
    paper.line(letter.addressee)
    for paragraph in letter.paragraphs:
        paper.prose(paragraph)
    paper.table(letter.heads, letter.rows, widths=letter.widths)
    paper.prose(letter.closing)
    paper.line(letter.signature, before=28, right=True)
    paper.line(letter.day, right=True)
    paper.note(letter.note)
    paper.save(file)
