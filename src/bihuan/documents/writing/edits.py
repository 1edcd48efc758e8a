"""What is to change in one sheet, in no file's own terms: cells, new rows, merged ranges that are split.

All rows and columns are 0-based and those of the original; whoever applies the edits moves what has to move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bihuan.documents.reading.facts import Cell, Merge

Written = str | int | float | date | None
"""What a cell is given; None empties it."""


@dataclass(frozen=True)
class Write:
    """A value for a cell; `like` is a cell whose style is taken where the cell's own will not do."""

    value: Written
    like: Cell | None = None


@dataclass(frozen=True)
class NewRow:
    """A row put in before another, in the style of row `like`, its cells by column.

    In the columns `joined` it becomes part of the merged cell that ends above it.
    """

    before: int
    like: int
    cells: Mapping[int, Write]
    joined: frozenset[int] = frozenset()


@dataclass
class SheetEdits:
    """The edits of one sheet; new rows before the same row stand in the order given.

    `splits` cuts a merged range (over rows, in one sheet as it lies) at the given rows. `held` says what a cell
    must go on saying where a formula would make something else of the cells that change; None: let it.
    """

    cells: dict[Cell, Write] = field(default_factory=dict)
    rows: list[NewRow] = field(default_factory=list)
    splits: dict[Merge, set[int]] = field(default_factory=dict)
    held: Callable[[Cell], Write | None] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to change."""
        return not self.cells and not self.rows and not self.splits
