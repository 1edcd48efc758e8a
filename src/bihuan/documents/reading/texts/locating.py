"""Find the words of an item again in the stretches it was gathered from, and give them as written.

An item's values are words of the text; where one was put together from several lines all of those are its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bihuan.documents.reading import words
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.texts.blocks import Block, Piece
from bihuan.documents.reading.texts.drafts import TOLD
from bihuan.documents.reading.texts.labels import ANSWER, OPINION
from bihuan.documents.reading.texts.places import Passage, Span

_SINGLE = ("problem", "goal", "deadline_raw", "status_raw", "person", "category")
_LISTS = ("measures", "lead_units", "support_units")
_FIRST = {
    "deadline_raw": (words.DEADLINE,),
    "status_raw": (OPINION, words.STATUS, words.PROGRESS, TOLD),
    "measures": (words.MEASURES, words.PROGRESS, TOLD, ANSWER),
    "lead_units": (words.LEAD, ANSWER),
    "support_units": (words.SUPPORT, words.LEAD, ANSWER),
}


def located(item: Item, pieces: Mapping[str, Sequence[Piece]], blocks: Sequence[Block]) -> Item:
    """The item with its passage, its words as the document writes them, and the doubts of its blocks."""
    finder = _Finder(pieces, blocks)
    changed: dict[str, Any] = {}
    for name in _SINGLE:
        if value := getattr(item, name):
            changed[name] = finder.find(name, value)
    for name in _LISTS:
        if values := getattr(item, name):
            changed[name] = tuple(finder.find(name, value) for value in values)
    used = sorted({piece.block for all_ in pieces.values() for piece in all_})
    if not used:
        return item
    passage = Passage(used[0] + 1, used[-1] + 1, {name: tuple(all_) for name, all_ in finder.spans.items()})
    doubts = [replace(doubt, place=passage.place_of("deadline_raw")) for doubt in item.doubts]
    doubts += [replace(doubt, place=f"¶{at + 1}") for at in used for doubt in blocks[at].doubts]
    return replace(item, passage=passage, doubts=tuple(doubts), **changed)


class _Finder:
    """Looks for values field by field; `spans` are those found so far."""

    def __init__(self, pieces: Mapping[str, Sequence[Piece]], blocks: Sequence[Block]) -> None:
        self._pieces = pieces
        self._blocks = blocks
        self.spans: dict[str, list[Span]] = {}

    def find(self, name: str, value: str) -> str:
        """Note where a value stands; returns it as written there."""
        for piece in self._likely(name):
            at = piece.text.find(value)
            if at >= 0:
                span = self._span(piece, at, at + len(value))
                self.spans.setdefault(name, []).append(span)
                return self._written(piece, span, value)
        for piece in self._pieces.get(_FIRST.get(name, (name,))[0], ()):
            if piece.text:
                self.spans.setdefault(name, []).append(self._span(piece, 0, len(piece.text)))
        return value

    def _likely(self, name: str) -> list[Piece]:
        """The stretches of the field itself before all others."""
        first = _FIRST.get(name, (name,))
        order = [*first, *(other for other in self._pieces if other not in first)]
        return [piece for field in order for piece in self._pieces.get(field, ())]

    def _span(self, piece: Piece, start: int, end: int) -> Span:
        """A span in the paragraph as written; all of it where characters were put back together."""
        block = self._blocks[piece.block]
        row, column = piece.cell or (None, None)
        if not block.rows and not block.is_aligned:
            return Span(piece.block + 1, 0, len(block.original))
        shift = max(0, piece.start + start)
        return Span(piece.block + 1, shift, max(shift, piece.start + end), row, column)

    def _written(self, piece: Piece, span: Span, value: str) -> str:
        block = self._blocks[piece.block]
        if block.rows or not block.is_aligned:
            return value
        return block.original[span.start : span.end] or value
