"""A file as it was read, kept in stretches to be shown beside its drafts: rows of sheets, or paragraphs of a text.

Taken from what the reader has in its hands on arrival, never by reading the file again. Only for showing: nothing
is decided by it, and what goes beyond the bounds is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bihuan.book.keys import new_id
from bihuan.book.rows import insert
from bihuan.documents.reading import Reading as Found
from bihuan.documents.reading.cells import rows_shown
from bihuan.intake.models import Extract, Reading

STRETCH = 50
"""Rows or paragraphs in one extract: about what is shown at once."""
MOST_ROWS = 100_000
LONGEST = 2_000
"""Characters of a cell that are kept."""
MOST_CELLS = 120
"""Cells of a row that are kept."""


def keep_sheets(reading: Reading, found: Found) -> None:
    """Keep the sheets in which tables were found."""
    rows: list[Extract] = []
    for grid in found.grids:
        shown = ([[c, text[:LONGEST]] for c, text in row[:MOST_CELLS]] for row in rows_shown(grid))
        left = MOST_ROWS - len(rows) * STRETCH
        rows += _stretches(reading, grid.name or "", shown, len(rows), left)
    insert(rows)


def keep_blocks(reading: Reading, blocks: Iterable[dict[str, Any]]) -> None:
    """Keep the paragraphs and tables of a text, as its reader gives them."""
    insert(_stretches(reading, "", blocks, 0, MOST_ROWS))


def _stretches(reading: Reading, sheet: str, content: Iterable[Any], place: int, most: int) -> list[Extract]:
    found: list[Extract] = []
    for first, part in _parts(content, most):
        found.append(
            Extract(
                id=new_id(),
                region_id=reading.region_id,
                reading_id=reading.id,
                place=place + len(found),
                sheet=sheet[:200],
                first=first,
                last=first + len(part) - 1,
                content=part,
            )
        )
    return found


def _parts(content: Iterable[Any], most: int) -> Iterator[tuple[int, list[Any]]]:
    """The number of the first row of each stretch, and the stretch; at most `most` rows."""
    part: list[Any] = []
    number = 0
    for number, row in enumerate(content, start=1):
        if number > most:
            number -= 1
            break
        part.append(row)
        if len(part) == STRETCH:
            yield number - STRETCH + 1, part
            part = []
    if part:
        yield number - len(part) + 1, part


def rows_between(reading: Reading, sheet: str, first: int, last: int) -> Sequence[tuple[int, Any]]:
    """The rows (or paragraphs) `first` to `last` of a sheet as kept, each with its number; fewer where it ends."""
    kept = Extract.objects.filter(
        region_id=reading.region_id, reading_id=reading.id, sheet=sheet, first__lte=last, last__gte=first
    )
    return [
        (number, row)
        for extract in kept.order_by("place")
        for number, row in enumerate(extract.content, start=extract.first)
        if first <= number <= last
    ]
