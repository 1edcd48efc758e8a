"""The Excel files that the demo's offices send one another: a heading and rows of text, no more."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter  # type: ignore[import-untyped]


def workbook(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook with one sheet: `head` in its first row, `rows` below."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("台账")
        for place, row in enumerate((head, *rows)):
            sheet.write_row(place, 0, row)
    return target.getvalue()
