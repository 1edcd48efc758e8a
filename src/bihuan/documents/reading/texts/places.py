"""Where the words of an item of a text stand, so that a page can mark them. Knows places only, no meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` (0-based, end not included) of a paragraph as the document has it.

    `paragraph` counts the blocks of the document from 1, tables too; in a table `row` and `column` count from 1
    and the characters are those of the cell.
    """

    paragraph: int
    start: int
    end: int
    row: int | None = None
    column: int | None = None

    def as_json(self) -> dict[str, int]:
        """The span for programs; row and column only inside a table."""
        found = {"paragraph": self.paragraph, "start": self.start, "end": self.end}
        if self.row is not None and self.column is not None:
            found |= {"row": self.row, "column": self.column}
        return found


@dataclass(frozen=True)
class Passage:
    """The blocks an item takes up (from 1, both included) and the spans of each field."""

    first: int
    last: int
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def place_of(self, field: str) -> str | None:
        """Where a field stands, as messages give it: paragraph, cell in a table, characters (¶3:5-14)."""
        spans = self.spans.get(field)
        if not spans:
            return None
        first = spans[0]
        cell = f"[{first.row},{first.column}]" if first.row is not None else ""
        return f"¶{first.paragraph}{cell}:{first.start}-{first.end}"

    def as_json(self) -> dict[str, object]:
        """The passage for programs."""
        spans = {name: [one.as_json() for one in all_] for name, all_ in self.spans.items()}
        return {"first_paragraph": self.first, "last_paragraph": self.last, "spans": spans}
