"""Which rows of a sheet are the header of a ledger, and the words above each of its columns.

A header is known by its words and its build: a row below another belongs to it only under cells that span
several columns. What each column is taken for is decided in `columns`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.facts import Merge
from bihuan.documents.reading.statuses import read_status

_DEEPEST = 4
_SEARCHED = 100
_LONGEST_SUBLABEL = 20
_KEYS = (words.PROBLEM, words.TITLE, words.GOAL, words.MEASURES)
_ACTED_ON = {words.LEAD, words.SUPPORT, words.DEADLINE, words.STATUS, words.PROGRESS}
_ENOUGH = 1.5
_DEEP_ENOUGH = 0.6  # a deeper header names values (已完成 | 未启动) that claim no field, so it may score less

_FILLED_IN = re.compile(r"[:：]\s*\S")

Path = tuple[str, ...]


@dataclass(frozen=True)
class Header:
    """Rows `top`…`bottom` (0-based, `bottom` above `top` where there are none).

    `paths` holds the words above each column, outermost first; `skipped` rows below are no data yet.
    """

    top: int
    bottom: int
    paths: tuple[Path, ...]
    score: float
    skipped: int = 0

    @property
    def body(self) -> int:
        """The first row of data."""
        return self.bottom + 1 + self.skipped

    def leaf(self, column: int) -> str:
        """The lowest words above a column, '' where there are none."""
        return self.paths[column][-1] if self.paths[column] else ""

    def label(self, column: int) -> str:
        """The words above a column as one label."""
        return "/".join(self.paths[column])


def find_header(cells: Cells, start: int = 0) -> Header | None:
    """The first header of a ledger at or below row `start`, None when there is none in reach."""
    filled = (row for row in range(start, cells.height) if cells.filled(row))
    for top in itertools.islice(filled, _SEARCHED):
        best = header_at(cells, top)
        if best is None:
            continue
        nearby = (header_at(cells, row) for row in range(top + 1, min(top + _DEEPEST, cells.height)))
        for other in nearby:
            if other is not None and other.score > best.score + 0.3:
                best = other
        return best
    return None


def header_of(cells: Cells, rows: tuple[int, ...], first: int) -> Header:
    """The header in 1-based `rows`, with data from the 1-based row `first` on, whatever its words."""
    top = rows[0] - 1 if rows else first - 1
    bottom = rows[-1] - 1 if rows else first - 2
    spread = _spread(cells, top, bottom) if rows else []
    paths = tuple(_path([row[column] for row in spread]) for column in range(cells.width))
    return Header(top, bottom, paths, 0.0, max(0, first - bottom - 2))


def anchor_of(cells: Cells, header: Header) -> str:
    """The name of the first labelled cell of a header."""
    left = next((column for column, path in enumerate(header.paths) if path), 0)
    return cells.address(header.top, left)


def header_at(cells: Cells, top: int) -> Header | None:
    """The header that begins in row `top`, None when none does."""
    if not cells.filled(top) or _continues_above(cells, top) or _is_title(cells, top):
        return None
    found = [
        header
        for bottom in range(top, min(top + _DEEPEST, cells.height))
        if _is_built(cells, top, bottom) and (header := _weigh(cells, top, bottom)) is not None
    ]
    best = max((header.score for header in found), default=0.0)
    return next((header for header in reversed(found) if header.score >= _DEEP_ENOUGH * best), None)


def claims_above(path: Path) -> words.Claims:
    """What the words above a column claim: the lowest first, with those above it where they are too general."""
    if not path:
        return {}
    leaf = words.claims_of(path[-1])
    if len(path) == 1 or max(leaf.values(), default=0.0) >= 0.8:
        return leaf
    if read_status(path[-1]) is not None or (not leaf and words.is_ruled(path[-1])):
        return {}
    joined = words.claims_of(words.bare_label(path[-2]) + words.bare_label(path[-1]))
    return {field: max(leaf.get(field, 0.0), joined.get(field, 0.0)) for field in {*leaf, *joined}}


def _is_title(cells: Cells, top: int) -> bool:
    """One text alone at the left or across most of the sheet, or a filled-in line (填报单位：…), is no header."""
    filled = cells.filled(top)
    if len(filled) != 1:
        return len(filled) <= 3 and any(_FILLED_IN.search(text) for _, text in filled)
    column = filled[0][0]
    merge = cells.merged(top, column)
    if merge is not None and (merge.right - merge.left + 1) * 2 > cells.width:
        return True
    below = next(
        (filled for row in range(top + 1, min(top + 4, cells.height)) if (filled := cells.filled(row))), []
    )
    return not below or column <= below[0][0]


def _continues_above(cells: Cells, top: int) -> bool:
    return any(cells.owner(top, column) < top for column in range(cells.width))


def _is_built(cells: Cells, top: int, bottom: int) -> bool:
    """Whether rows top…bottom hang together as a header and nothing of it reaches below."""
    for row in range(top, bottom + 1):
        for column, text in cells.filled(row):
            merge = cells.merged(row, column)
            if merge is not None and merge.bottom > bottom:
                return False
            if row > top and (len(text) > _LONGEST_SUBLABEL or not _may_stand_below(cells, top, row, column)):
                return False
    return all(_adds(cells, row) for row in range(top + 1, bottom + 1))


def _adds(cells: Cells, row: int) -> bool:
    return bool(cells.filled(row)) or any(cells.owner(row, column) < row for column in range(cells.width))


def _may_stand_below(cells: Cells, top: int, row: int, column: int) -> bool:
    """Whether the cell above spans this column together with others, or is blank."""
    above = cells.text(row - 1, column)
    if not above:
        return not _covered_down(cells, row - 1, column)
    merge = cells.merged(row - 1, column)
    if merge is not None:
        return merge.right > merge.left and merge.bottom < row
    return _spans_by_blanks(cells, row - 1, column)


def _covered_down(cells: Cells, row: int, column: int) -> bool:
    return cells.owner(row, column) < row


def _spans_by_blanks(cells: Cells, row: int, column: int) -> bool:
    """A group written without merging: blank to its right, with something under the blank."""
    right = column + 1
    return right < cells.width and not cells.text(row, right) and bool(cells.text(row + 1, right))


def _weigh(cells: Cells, top: int, bottom: int) -> Header | None:
    grid = _spread(cells, top, bottom)
    paths = tuple(_path([row[column] for row in grid]) for column in range(cells.width))
    labelled = [path for path in paths if path]
    claims = [claims_above(path) for path in labelled]
    best: dict[str, float] = {}
    for claim in claims:
        for field, weight in claim.items():
            best[field] = max(best.get(field, 0.0), weight)
    known = sum(1 for path, claim in zip(labelled, claims, strict=True) if claim or _is_known(path))
    if known < 2 or known * 5 < len(labelled) * 2 or not _tells_what(best):
        return None
    sure = sorted((max(claim.values()) for claim in claims if claim), reverse=True)
    score = sum(sure) + 0.3 * len(best) - 0.1 * (bottom - top)
    if sum(sure) < _ENOUGH or len(best) < 2:
        return None
    return Header(top, bottom, paths, score)


def _tells_what(best: Mapping[str, float]) -> bool:
    """Whether a header says what its rows are about; a title alone may be that of news, books or meetings."""
    sure = {name for name, weight in best.items() if weight >= 0.5}
    return bool(sure & {*_KEYS} - {words.TITLE}) or (words.TITLE in sure and bool(sure & _ACTED_ON))


def _is_known(path: Path) -> bool:
    return words.is_ruled(path[-1]) or read_status(path[-1]) is not None


def _path(column: list[str]) -> Path:
    parts: list[str] = []
    for text in column:
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return tuple(parts)


def _spread(cells: Cells, top: int, bottom: int) -> list[list[str]]:
    """The header's texts with merged ranges filled and unmerged groups carried to the right."""
    rows = [[cells.text(row, column) for column in range(cells.width)] for row in range(top, bottom + 1)]
    merges = [m for row in range(top, bottom + 1) for c in range(cells.width) if (m := cells.merged(row, c))]
    for merge in merges:
        _fill(rows, top, merge)
    for depth in range(len(rows) - 1):
        _carry(rows[depth], rows[depth + 1])
    return rows


def _fill(rows: list[list[str]], top: int, merge: Merge) -> None:
    text = rows[merge.top - top][merge.left]
    for row in range(merge.top - top, min(merge.bottom - top, len(rows) - 1) + 1):
        for column in range(merge.left, merge.right + 1):
            rows[row][column] = text


def _carry(row: list[str], below: list[str]) -> None:
    """A blank with a label under it belongs to the group on its left, if that has a label under it too."""
    group = ""
    for column, text in enumerate(row):
        if text:
            group = text if below[column] and below[column] != text else ""
        elif below[column]:
            row[column] = group
        else:
            group = ""
