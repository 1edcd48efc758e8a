"""Which row of a later version of a ledger is which problem of the earlier one.

One to one, whatever the order of the rows. Rows that say the same pair first; then rows that kept their number and
were reworded; then rows whose wording alone tells. A number pairs nothing by itself: it may have been given to
another problem. What finds no partner was added or is missing, with the row it resembles, if any (one row split in
two: one part pairs, the other resembles). It proposes; a person confirms.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product
from typing import Any, Generic, TypeVar

from bihuan.likeness.alike import LIKELY, RELATED, SAME, Likeness, compare
from bihuan.likeness.facts import Apart, Kind
from bihuan.likeness.index import Index
from bihuan.likeness.plain import bare, plain

Old = TypeVar("Old", bound=Hashable)
New = TypeVar("New", bound=Hashable)
Key = TypeVar("Key")
Other = TypeVar("Other")

_OFTEN = 8
"""A number on more rows than this (each sheet counts anew) is looked at only where the text agrees too."""
_NEIGHBOURS = 6
_RESEMBLES = 0.4
_TELLS_BY_ITSELF = 12
"""A text of so many characters is the same problem even where another unit has it now; 台账不全 is not."""
_OTHER_UNIT = 0.8
_NO_TEXT = 0.75
_SAME_UNIT, _SAME_NUMBER = 0.04, 0.1
"""What the same unit and number add where the wording tells, so that of several alike the right one is taken."""
_CHANGED = 0.85
"""The most that is claimed of two rows that state something differently."""
_NEVER = frozenset({Kind.PLACE, Kind.ADDRESS})
"""What a problem does not change while it is mended; its dates and amounts do."""
_SEPARATING = re.compile(r"[\W_]+")


class How(StrEnum):
    """Why two rows are taken for the same problem."""

    SAME = "same"
    """Number and text are the same."""
    RENUMBERED = "renumbered"
    """The text is the same, the number another."""
    REWORDED = "reworded"
    """The number is the same, the text resembles."""
    LIKE = "like"
    """The number is another, the text likely says the same."""


@dataclass(frozen=True)
class Row(Generic[Key]):
    """A row as it is compared: number and text as written, units by whatever name or id tells them apart."""

    key: Key
    text: str
    number: str = ""
    units: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Pair(Generic[Old, New]):
    """Two rows that are the same problem. `confidence` 0…1: from 0.9 on nobody need look; `apart` differs."""

    old: Old
    new: New
    how: How
    confidence: float
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True)
class Alone(Generic[Key, New]):
    """A row without partner, and the row of the other version it resembles most, if any (0…1)."""

    key: Key
    resembles: New | None = None
    likeness: float = 0.0


@dataclass(frozen=True)
class Pairing(Generic[Old, New]):
    """All rows of both versions: in pairs, added, or missing; in the order in which each version was handed in."""

    pairs: tuple[Pair[Old, New], ...]
    added: tuple[Alone[New, Old], ...]
    missing: tuple[Alone[Old, New], ...]


@dataclass(frozen=True)
class _Offer:
    """Two rows, by their places, that are or resemble the same problem."""

    old: int
    new: int
    how: How
    worth: float
    confidence: float
    likeness: Likeness


def pair(old: Iterable[Row[Old]], new: Iterable[Row[New]]) -> Pairing[Old, New]:
    """Match the rows of a later version to those of the earlier one. Keys must be unique within each version."""
    before, after = list(old), list(new)
    taken = list(_same_text(before, after))
    offers = _reworded(before, after, *_left(before, after, taken))
    offers.sort(key=lambda offer: (-offer.worth, str(before[offer.old].key), str(after[offer.new].key)))
    taken += _one_to_one(offer for offer in offers if offer.confidence >= LIKELY)
    missing, added = _left(before, after, taken)
    near_new = {offer.new: offer for offer in reversed(offers)}
    near_old = {offer.old: offer for offer in reversed(offers)}
    return Pairing(
        tuple(_pair(offer, before, after) for offer in sorted(taken, key=lambda offer: offer.new)),
        tuple(_alone(after[place].key, near_new.get(place), before, lambda offer: offer.old) for place in added),
        tuple(_alone(before[place].key, near_old.get(place), after, lambda offer: offer.new) for place in missing),
    )


def _pair(offer: _Offer, before: Sequence[Row[Old]], after: Sequence[Row[New]]) -> Pair[Old, New]:
    confidence = round(offer.confidence, 4)
    return Pair(before[offer.old].key, after[offer.new].key, offer.how, confidence, offer.likeness.apart)


def _alone(
    key: Key, offer: _Offer | None, others: Sequence[Row[Other]], place: Callable[[_Offer], int]
) -> Alone[Key, Other]:
    return Alone(key, others[place(offer)].key, offer.likeness.wording) if offer else Alone(key)


def _left(
    before: Sequence[Row[Old]], after: Sequence[Row[New]], taken: Iterable[_Offer]
) -> tuple[list[int], list[int]]:
    """The places of the rows, old and new, that are in no pair."""
    taken = list(taken)
    olds, news = {offer.old for offer in taken}, {offer.new for offer in taken}
    return [n for n in range(len(before)) if n not in olds], [n for n in range(len(after)) if n not in news]


def _one_to_one(offers: Iterable[_Offer]) -> list[_Offer]:
    """Of offers in the order of their worth those whose rows no better one has taken."""
    taken: list[_Offer] = []
    olds: set[int] = set()
    news: set[int] = set()
    for offer in offers:
        if offer.old not in olds and offer.new not in news:
            taken.append(offer)
            olds.add(offer.old)
            news.add(offer.new)
    return taken


def _same_text(before: Sequence[Row[Old]], after: Sequence[Row[New]]) -> Iterator[_Offer]:
    """Rows whose texts say letter by letter the same; of several those with the same units and number first."""
    by_letters = _together(before, range(len(before)), _letters), _together(after, range(len(after)), _letters)
    for letters in by_letters[0].keys() & by_letters[1].keys():
        olds, news = by_letters[0][letters], by_letters[1][letters]
        for same in _NEAREST_FIRST:
            found = [
                _Offer(a, b, _how(before[a], after[b]), 1.0, confidence, Likeness(1.0, 1.0))
                for a, b in _matched(before, after, olds, news, same)
                if (confidence := _sameness(before[a], after[b]))
            ]
            paired_old, paired_new = {offer.old for offer in found}, {offer.new for offer in found}
            olds = [place for place in olds if place not in paired_old]
            news = [place for place in news if place not in paired_new]
            yield from found


def _matched(
    before: Sequence[Row[Old]],
    after: Sequence[Row[New]],
    olds: Sequence[int],
    news: Sequence[int],
    same: Callable[[Row[Any]], Hashable],
) -> Iterator[tuple[int, int]]:
    """Rows for which `same` answers the same, two by two; which of several does not depend on their order."""
    some_old, some_new = _together(before, olds, same), _together(after, news, same)
    for shared in some_old.keys() & some_new.keys():
        ordered_old = sorted(some_old[shared], key=lambda place: (_number(before[place]), str(before[place].key)))
        ordered_new = sorted(some_new[shared], key=lambda place: (_number(after[place]), str(after[place].key)))
        yield from zip(ordered_old, ordered_new, strict=False)


def _together(
    rows: Sequence[Row[Key]], places: Iterable[int], same: Callable[[Row[Any]], Hashable]
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        found[same(rows[place])].append(place)
    return found


def _sameness(old: Row[Old], new: Row[New]) -> float:
    """How sure it is that two rows with the same text are the same problem; 0 where only that speaks for it."""
    same_number = _number(old) == _number(new)
    letters = _letters(old)
    if not letters:
        return _NO_TEXT if same_number and _number(old) else 0.0
    if not _other_units(old, new):
        return 1.0 if same_number else 0.97
    if same_number:
        return 0.95
    return _OTHER_UNIT if len(letters) >= _TELLS_BY_ITSELF else 0.0


def _how(old: Row[Old], new: Row[New]) -> How:
    return How.SAME if _number(old) == _number(new) else How.RENUMBERED


def _reworded(
    before: Sequence[Row[Old]], after: Sequence[Row[New]], olds: Sequence[int], news: Sequence[int]
) -> list[_Offer]:
    """Rows that kept their number, and rows whose texts are alike, with what speaks for each."""
    candidates = set(_same_number(before, after, olds, news))
    index = Index((place, after[place].text) for place in news)
    near = index.among(((place, before[place].text) for place in olds), most=_NEIGHBOURS, least=_RESEMBLES)
    candidates |= {(found.key, place) for place, nears in near.items() for found in nears}
    offers = (_offer(before[a], after[b], a, b) for a, b in candidates)
    return [offer for offer in offers if offer.likeness.wording >= RELATED]


def _same_number(
    before: Sequence[Row[Old]], after: Sequence[Row[New]], olds: Sequence[int], news: Sequence[int]
) -> Iterator[tuple[int, int]]:
    numbered_old, numbered_new = _together(before, olds, _number), _together(after, news, _number)
    for number in numbered_old.keys() & numbered_new.keys():
        if number and len(numbered_old[number]) <= _OFTEN and len(numbered_new[number]) <= _OFTEN:
            yield from product(numbered_old[number], numbered_new[number])


def _offer(old: Row[Old], new: Row[New], a: int, b: int) -> _Offer:
    """Two rows with other texts; the confidence is below `LIKELY` where they are not to be paired."""
    likeness = compare(old.text, new.text)
    same_number = bool(_number(old)) and _number(old) == _number(new)
    unit = _SAME_UNIT if old.units & new.units else 0.0
    worth = (likeness.score + likeness.wording) / 2 + unit + (_SAME_NUMBER if same_number else 0.0)
    if same_number:
        confidence = _kept_number(likeness) - (_SAME_NUMBER if _other_units(old, new) else 0.0)
        return _Offer(a, b, How.REWORDED, worth, confidence, likeness)
    confidence = min(likeness.score + unit, 0.97) if likeness.score >= LIKELY else 0.0
    if _other_units(old, new) and (likeness.score < SAME or len(_letters(old)) < _TELLS_BY_ITSELF):
        confidence = 0.0
    return _Offer(a, b, How.LIKE, worth, confidence, likeness)


def _kept_number(likeness: Likeness) -> float:
    """How sure it is that two rows with the same number and other texts are the same problem."""
    if likeness.wording < RELATED or any(one.kind in _NEVER for one in likeness.apart):
        return 0.0
    sure = LIKELY + (1 - LIKELY) * (likeness.wording - RELATED) / (1 - RELATED)
    return min(sure, _CHANGED) if likeness.apart else sure


def _other_units(old: Row[Old], new: Row[New]) -> bool:
    """Whether both rows name units, and none in common."""
    return bool(old.units and new.units and not old.units & new.units)


def _letters(row: Row[Key]) -> str:
    return _bare(row.text)


def _number(row: Row[Key]) -> str:
    """The number as it is compared: 1, 1., （一） and 01 are one."""
    return _plain_number(row.number)


@lru_cache(maxsize=16_384)
def _bare(text: str) -> str:
    return bare(plain(text))


@lru_cache(maxsize=16_384)
def _plain_number(number: str) -> str:
    parts = _SEPARATING.split(plain(number))
    return "-".join(part.lstrip("0") or part for part in parts if part)


_NEAREST_FIRST: tuple[Callable[[Row[Any]], Hashable], ...] = (
    lambda row: (_number(row), row.units),
    lambda row: row.units,
    lambda row: _number(row),
    lambda row: "",
)
