"""What tells two problems of one kind apart: the place, the address, the date, the amount.

Two holes in two streets are two problems, however alike the sentences. Facts are found by their form in a plain
text (`plain.plain`); whether two texts speak of different ones is for `apart`. A fact that only one text states
tells nothing: the other may be the shorter version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bihuan.likeness import words

_LONGEST_NAME = 6
_NAME, _NAME_OF_FIRM = 2, 3
"""So many characters before its ending are enough to know a name by; what stands before may not belong to it."""
_LONG_KIND = 4
"""A kind of place in so many characters (物业公司) may have a name before it; what stands before 道路 is none."""
_HAN_RUN = re.compile(r"[0-9a-z\u4e00-\u9fff]+")


class Kind(StrEnum):
    """What a fact is about."""

    PLACE = "place"
    ADDRESS = "address"
    DATE = "date"
    AMOUNT = "amount"


@dataclass(frozen=True)
class Fact:
    """One fact of a text. Facts of the same `kind` and `group` (roads, towns; metres, households) are compared.

    `tail` counts the characters at the end of `words` that say only what kind of place it is.
    """

    kind: Kind
    group: str
    words: str
    tail: int = 0


@dataclass(frozen=True)
class Apart:
    """What two texts state differently, in the plain way of writing."""

    kind: Kind
    left: tuple[str, ...]
    right: tuple[str, ...]


def facts_of(text: str) -> frozenset[Fact]:
    """The facts that a plain text states."""
    without_dates = words.DATE.sub("，", text)
    found = {*_dates(text), *_places(text)}
    if any(char.isdigit() for char in without_dates):
        found |= {*_addresses(without_dates), *_amounts(without_dates)}
    return frozenset(found)


def apart(left: Iterable[Fact], right: Iterable[Fact]) -> tuple[Apart, ...]:
    """What both texts state, and state differently: each of them has something there that the other lacks.

    Places of different kinds (a road here, a village there) tell texts apart where they have none in common.
    """
    left, right = frozenset(left), frozenset(right)
    ours, theirs = _grouped(left), _grouped(right)
    found = []
    for place in sorted(ours.keys() & theirs.keys()):
        same = _SAME[place[0]]
        only_ours = tuple(a.words for a in ours[place] if not any(same(a, b) for b in theirs[place]))
        only_theirs = tuple(b.words for b in theirs[place] if not any(same(a, b) for a in ours[place]))
        if only_ours and only_theirs:
            found.append(Apart(place[0], only_ours, only_theirs))
    if not any(one.kind is Kind.PLACE for one in found):
        found += _no_place_shared(_places_of(left), _places_of(right))
    return tuple(found)


def _places_of(facts: Iterable[Fact]) -> list[Fact]:
    return sorted((fact for fact in facts if fact.kind is Kind.PLACE), key=lambda fact: fact.words)


def _no_place_shared(ours: Sequence[Fact], theirs: Sequence[Fact]) -> Iterator[Apart]:
    if ours and theirs and not any(_same_place(a, b) for a in ours for b in theirs if a.group == b.group):
        yield Apart(Kind.PLACE, tuple(a.words for a in ours), tuple(b.words for b in theirs))


def _grouped(facts: Iterable[Fact]) -> dict[tuple[Kind, str], list[Fact]]:
    found: dict[tuple[Kind, str], list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.kind, fact.group, fact.words)):
        found.setdefault((fact.kind, fact.group), []).append(fact)
    return found


def _dates(text: str) -> Iterator[Fact]:
    for found in words.DATE.finditer(text):
        yield Fact(Kind.DATE, "", found[0])


def _addresses(text: str) -> Iterator[Fact]:
    for found in words.ADDRESS.finditer(text):
        number, ending, ordinal, route = found.groups()
        yield Fact(Kind.ADDRESS, ending or ("route" if route else "ordinal"), route or number or ordinal)


def _amounts(text: str) -> Iterator[Fact]:
    for found in words.AMOUNT.finditer(words.ADDRESS.sub("，", text)):
        yield Fact(Kind.AMOUNT, found[2], found[1])


def _places(text: str) -> Iterator[Fact]:
    for run in _HAN_RUN.finditer(text):
        yield from _names(run[0])
    for side in words.SIDE.finditer(text):
        yield Fact(Kind.PLACE, "side" + side[0][-1], side[0])


def _names(run: str) -> Iterator[Fact]:
    """Names that end in a word for a place; each begins where it may, never inside the name before it."""
    begun = 0
    for found in _ENDINGS.finditer(run):
        if _ENDINGS.match(run, found.end()):
            continue  # 柳塘村 is a village and no pond
        name = run[max(begun, found.start() - _LONGEST_NAME) : found.end()]
        name = words.NAME_STOPS.split(name)[-1]
        tail = _said_by_kind(name, len(found[0]))
        if len(name) > tail:
            yield Fact(Kind.PLACE, found.lastgroup or "", name, tail)
        begun = found.end()


def _said_by_kind(name: str, ending: int) -> int:
    """How many characters at the end of a name say only what kind of place it is; all of them in 主要道路."""
    generic = words.GENERIC.search(name)
    length = len(generic[0]) if generic else ending
    return len(name) if generic and length < _LONG_KIND else length


def without_facts(text: str, facts: Iterable[Fact]) -> str:
    """A plain text without its dates, addresses, amounts and names of places: what is left is what happened."""
    for pattern in (words.DATE, words.ADDRESS, words.AMOUNT, words.SIDE):
        text = pattern.sub("，", text)
    for fact in facts:
        if fact.kind is Kind.PLACE:
            text = text.replace(_name(fact), "，")
    return text


def _name(fact: Fact) -> str:
    """The part of a name of a place that surely belongs to it."""
    length = _NAME_OF_FIRM if fact.group == words.FIRMS else _NAME
    return fact.words[-length - fact.tail :]


def _same_place(left: Fact, right: Fact) -> bool:
    """Whether two names end alike as far as they are names."""
    return left.words.endswith(_name(right)) or right.words.endswith(_name(left))


def _same_date(left: Fact, right: Fact) -> bool:
    """Whether one date is the other, or names it less exactly."""
    pairs = zip(_parts_of(left.words), _parts_of(right.words), strict=True)
    return all(ours == theirs for ours, theirs in pairs if ours and theirs)


def _parts_of(day: str) -> tuple[str | None, ...]:
    """Year, month and day as written."""
    found = words.DATE.fullmatch(day)
    assert found is not None
    year, month, day_of_month, year_alone = found.groups()
    return year or year_alone, month, day_of_month


def _equal(left: Fact, right: Fact) -> bool:
    return left.words == right.words


_ENDINGS = re.compile("|".join(f"(?P<{group}>{endings})" for group, endings in words.PLACES))
_SAME: dict[Kind, Callable[[Fact, Fact], bool]] = {
    Kind.PLACE: _same_place,
    Kind.ADDRESS: _equal,
    Kind.DATE: _same_date,
    Kind.AMOUNT: _equal,
}
