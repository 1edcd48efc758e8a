"""Likely duplicates of many new texts among very many known ones, in one pass over the known ones.

The new texts are the ones kept in memory: each known text streams by, and is compared only with new texts that
share its rarest pairs of characters, then enough of all its pairs. So the known texts may come straight from a
database or a file, in any number. What comes back is judged by `alike.compare`; this module only sieves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from heapq import heappush, heappushpop, nlargest
from typing import Generic, TypeVar

from bihuan.likeness.alike import LIKELY, Near, compare, pairs_of, ranked
from bihuan.likeness.plain import bare, letters, plain

New = TypeVar("New")
Known = TypeVar("Known")

_RAREST = 7
"""So many pairs of each half of a known text, the rarest among the new texts, are asked which new texts hold them.

Of each half: one odd sentence, left out in the other version, would have all the rarest to itself."""
_MOST_ASKED = 200
"""No more than about so many answers are looked at for each half; pairs that more texts hold tell nothing."""
_COUNTED = 5
"""So many new texts, those with most rare pairs in common, are looked at more closely for each half."""
_LEAST_SHARED = 0.35
"""What a likely duplicate shares at least of the pairs of the shorter text."""
_KEPT = 3
"""For each text wanted so many known ones are kept by shared pairs before they are compared."""

_MOST_MISSED = 2
"""After more than so many texts in a row that share much and are not alike, none that shares less will be."""


class Index(Generic[New]):
    """New texts by id, asked for their likely duplicates among known texts or among themselves."""

    def __init__(self, texts: Iterable[tuple[New, str]]) -> None:
        self._texts = list(texts)
        same: dict[str, list[int]] = {}
        for place, (_key, text) in enumerate(self._texts):
            if said := bare(plain(text)):
                same.setdefault(said, []).append(place)
        self._same = [same[said] for said in sorted(same)]
        self._pairs = [pairs_of(letters(self._texts[places[0]][1])) for places in self._same]
        self._holding: dict[str, list[int]] = {}
        for group, pairs in enumerate(self._pairs):
            for pair in pairs:
                self._holding.setdefault(pair, []).append(group)
        seldom = [pair for pair, groups in self._holding.items() if len(groups) <= _MOST_ASKED]
        by_number = sorted(seldom, key=lambda pair: (len(self._holding[pair]), pair))
        self._seldom = {pair: rank for rank, pair in enumerate(by_number)}

    def among(
        self, known: Iterable[tuple[Known, str]], *, most: int = 3, least: float = LIKELY
    ) -> dict[New, tuple[Near[Known], ...]]:
        """For each new text that has any, the known texts (id, text) it is like, at most `most`, likeliest first.

        `least` is the likeness from which on a text is named; below `alike.RELATED` the sieve misses some.
        """
        kept = self._sieved(known, most * _KEPT)
        return {
            self._texts[place][0]: found
            for places, waiting in zip(self._same, kept, strict=True)
            for place in places
            if (found := _compared(self._texts[place][1], waiting, most, least))
        }

    def within(self, *, most: int = 3, least: float = LIKELY) -> dict[New, tuple[Near[New], ...]]:
        """For each new text that has any, the other new texts it is like."""
        found = self.among(self._texts, most=most + 1, least=least)
        others = {key: tuple(near for near in nears if near.key != key)[:most] for key, nears in found.items()}
        return {key: nears for key, nears in others.items() if nears}

    def _sieved(self, known: Iterable[tuple[Known, str]], most: int) -> list[_Heap[Known]]:
        """For each group of new texts with the same letters, the known texts with most pairs in common."""
        kept: list[_Heap[Known]] = [[] for _group in self._pairs]
        for number, (key, text) in enumerate(known):
            said = letters(text)
            middle = len(said) // 2
            halves = pairs_of(said[: middle + 1]), pairs_of(said[middle:])
            pairs = halves[0] | halves[1]
            for group in self._sharing(halves):
                share = _share(pairs, self._pairs[group])
                if share >= _LEAST_SHARED:
                    _keep(kept[group], (share, str(key), -number, key, text), most)
        return kept

    def _sharing(self, halves: Iterable[frozenset[str]]) -> set[int]:
        """The groups of new texts that share most of the rarest pairs of either half."""
        found: set[int] = set()
        for pairs in halves:
            asked: list[int] = []
            for pair in sorted(pairs & self._seldom.keys(), key=self._seldom.__getitem__)[:_RAREST]:
                asked += self._holding[pair]
                if len(asked) > _MOST_ASKED:
                    break
            times = Counter(asked)
            groups = [group for group, count in times.items() if count > 1] or list(times)
            found.update(nlargest(_COUNTED, groups, key=times.__getitem__) if len(groups) > _COUNTED else groups)
        return found


_Heap = list[tuple[float, str, int, Known, str]]


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """How much two sets of pairs have in common: of the shorter one mostly, of both a little."""
    shared = len(ours & theirs)
    return 0.75 * shared / min(len(ours), len(theirs)) + 0.5 * shared / (len(ours) + len(theirs))


def _keep(heap: _Heap[Known], one: tuple[float, str, int, Known, str], most: int) -> None:
    if len(heap) < most:
        heappush(heap, one)
    elif one[0] >= heap[0][0]:
        heappushpop(heap, one)


def _compared(text: str, waiting: _Heap[Known], most: int, least: float) -> tuple[Near[Known], ...]:
    """Compare with those that share most first, and no more once several in a row were not alike."""
    found: list[Near[Known]] = []
    missed = 0
    for _share, _name, _number, key, other in sorted(waiting, key=lambda one: (-one[0], one[1])):
        near = Near(key, compare(text, other))
        missed = 0 if near.likeness.wording >= least else missed + 1
        if near.likeness.score >= least:
            found.append(near)
        if missed > _MOST_MISSED:
            break
    return ranked(found, most)
