"""Tables that stand side by side in one sheet: where to cut a header that is really two."""

from __future__ import annotations

import itertools

from bihuan.documents.reading import words
from bihuan.documents.reading.headers import Header, claims_above

Span = tuple[int, int]
_KEYS = {words.PROBLEM, words.TITLE, words.GOAL}
_SHARED = 2


def spans_of(header: Header) -> list[Span]:
    """First and last column of each table under a header; one span where it is a single table.

    Two tables stand side by side where a blank column parts two headers of the same kind, or where the labels
    begin anew with the first one. A blank column inside one table parts nothing: its halves name other fields.
    """
    filled = [column for column, path in enumerate(header.paths) if path]
    if not filled:
        return [(0, len(header.paths) - 1)]
    for cuts in (_restarts(header, filled), _gaps(filled)):
        starts = [filled[0], *cuts]
        ends = [max(column for column in filled if column < cut) for cut in cuts] + [filled[-1]]
        spans = list(zip(starts, ends, strict=True))
        if (
            len(spans) > 1
            and _are_alike(header, spans)
            and (cuts[0] - 1 not in filled or _are_same(header, spans))
        ):
            return spans
    return [(0, len(header.paths) - 1)]


def _restarts(header: Header, filled: list[int]) -> list[int]:
    first = header.paths[filled[0]]
    return [column for column in filled[1:] if header.paths[column] == first]


def _gaps(filled: list[int]) -> list[int]:
    return [column for before, column in itertools.pairwise(filled) if column > before + 1]


def _are_alike(header: Header, spans: list[Span]) -> bool:
    """Whether each part names what its rows are about, and at least two fields that the first part names."""
    named = [_fields(header, span) for span in spans]
    return all(part & _KEYS and len(part & named[0]) >= _SHARED for part in named)


def _are_same(header: Header, spans: list[Span]) -> bool:
    """Whether the parts have most of their labels in common, as they must where nothing stands between them."""
    labels = [{path for path in header.paths[first : last + 1] if path} for first, last in spans]
    return all(len(part & labels[0]) * 5 >= 3 * max(len(part), len(labels[0])) for part in labels)


def _fields(header: Header, span: Span) -> set[str]:
    found: set[str] = set()
    for path in header.paths[span[0] : span[1] + 1]:
        claims = claims_above(path)
        best = max(claims.values(), default=0.0)
        found.update(name for name, weight in claims.items() if weight == best and weight >= 0.5)
    return found
