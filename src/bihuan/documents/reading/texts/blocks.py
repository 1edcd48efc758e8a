"""The parts of a document in reading order, whatever its format: paragraphs and tables, with their place.

A block keeps its text as found beside the text that is read, and a piece of text knows where it was cut from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.documents.messages import Fault
from bihuan.documents.reading.facts import Merge

_BLANKS = " \t\r\n\u3000\xa0"


@dataclass(frozen=True)
class Block:
    """A paragraph, or a table when `rows` are there.

    `text` is what is read, `original` what the document says (the same but for mended characters). `merges` are
    the merged cells of `rows`. `number` is a list number the program counts itself, which stands in neither text;
    `page` counts from 1, None where the format has no pages; `doubts` tell what was mended or lost.
    """

    text: str = ""
    original: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    merges: tuple[Merge, ...] = ()
    number: str = ""
    page: int | None = None
    doubts: tuple[Fault, ...] = ()

    @property
    def is_aligned(self) -> bool:
        """Whether every character of `text` stands at the same place in `original`."""
        return len(self.text) == len(self.original)

    def as_json(self) -> dict[str, object]:
        """The block for programs; only what is there."""
        found: dict[str, object] = (
            {"rows": [list(row) for row in self.rows]} if self.rows else {"text": self.original}
        )
        if self.number:
            found["number"] = self.number
        if self.page is not None:
            found["page"] = self.page
        return found


@dataclass(frozen=True)
class Piece:
    """A stretch of text: the block it stands in (0-based) and where it begins there.

    `cell` is the row and column (0-based) of a table's cell. A piece that begins in a number the program
    counts itself begins before 0.
    """

    text: str
    block: int = 0
    start: int = 0
    cell: tuple[int, int] | None = None

    def part(self, start: int, end: int | None = None) -> Piece:
        """The stretch from `start` to `end` (as of a str), without the blanks at its ends."""
        text = self.text[start:end]
        bare = text.lstrip(_BLANKS)
        return Piece(bare.rstrip(_BLANKS), self.block, self.start + start + len(text) - len(bare), self.cell)

    def lines(self) -> Iterable[Piece]:
        """Its lines that hold something."""
        at = 0
        for line in self.text.split("\n"):
            if line.strip(_BLANKS):
                yield self.part(at, at + len(line))
            at += len(line) + 1
