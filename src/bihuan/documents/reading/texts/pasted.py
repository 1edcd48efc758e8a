"""Plain text → blocks: one paragraph a line, runs of lines drawn with bars or tabs as tables."""

from __future__ import annotations

from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.cleaning import block_of, table_of


def blocks_of(text: str) -> list[Block]:
    """The blocks of a text as typed or pasted, in order; blank lines are none."""
    blocks: list[Block] = []
    drawn: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip().startswith("|") and line.count("|") > 1:
            drawn.append(line)
            continue
        if drawn:
            blocks.extend(_table(drawn))
            drawn = []
        if line.strip():
            blocks.append(block_of(line))
    return blocks


def _table(lines: list[str]) -> list[Block]:
    """Lines with bars as one table; a single one stays a paragraph."""
    if len(lines) == 1:
        return [block_of(lines[0])]
    rows = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    return [table_of(tuple(row for row in rows if not all(set(cell) <= set("-: ") for cell in row)))]
