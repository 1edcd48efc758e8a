"""Plain text → blocks: one paragraph a line, runs of lines drawn with bars or tabs as tables."""

from __future__ import annotations

import itertools
import re

from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.cleaning import block_of, table_of

_FEWEST_MARKS = 2


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text as typed or pasted, in order; blank lines are none."""
    lines = [line for line in re.split(r"\r\n?|\n|\x0b|\x0c|\u2028|\u2029", text) if line.strip()]
    blocks: list[Block] = []
    for drawn, run in itertools.groupby(lines, key=_drawing):
        rows = list(run)
        if drawn is None or len(rows) == 1:
            blocks.extend(block_of(line) for line in rows)
        else:
            blocks.extend(_table(rows, drawn[0]))
    return blocks


def _drawing(line: str) -> tuple[str, int] | None:
    """How a line of a table is drawn: the mark, and how often where no bar stands at its ends."""
    if line.strip().startswith("|") and line.count("|") >= _FEWEST_MARKS:
        return "|", 0
    for mark in "|\t":
        if line.strip().count(mark) >= _FEWEST_MARKS and "：" not in line:
            return mark, line.strip().count(mark)
    return None


def _table(lines: list[str], mark: str) -> list[Block]:
    cells = [tuple(cell.strip() for cell in _bare(line, mark).split(mark)) for line in lines]
    return [table_of(tuple(row for row in cells if not all(set(cell) <= set("-: ") for cell in row)))]


def _bare(line: str, mark: str) -> str:
    line = line.strip()
    return line.removeprefix("|").removesuffix("|") if mark == "|" else line
