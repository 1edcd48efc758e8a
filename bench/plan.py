"""Which copies a ledger of N problems is made of: of which history, for which unit, on whose ledger, its number.

The same N gives the same plan. Copies come in the order in which their problems were registered, so that numbers
and ids rise with time as they do in life.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.city import City
from bench.histories import History
from bench.scripts import KINDS
from bench.words import RARE_COUNT

COUNTY_LEDGER = 0.15
"""Part of a county's problems that stands on its own ledger; the rest was dispatched by the city."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One problem to be printed: places of its history, leaf and office, its number, and its place in all."""

    history: int
    leaf: int
    office: int
    number: str
    place: int
    rare: bool


def plan(histories: Sequence[History], city: City, count: int) -> list[Copy]:
    """The copies that make `count` problems."""
    draw = Random(count)
    order = [place for place, copies in enumerate(_copies(histories, count)) for _ in range(copies)]
    draw.shuffle(order)
    order.sort(key=lambda place: histories[place].registered)
    leaves = draw.choices(range(len(city.leaves)), weights=city.weights, k=count)
    rare = set(draw.sample(range(count), min(RARE_COUNT, count)))
    numbers: Counter[str] = Counter()
    copies = []
    for place, (which, leaf) in enumerate(zip(order, leaves, strict=True)):
        county = city.leaves[leaf].county
        own = county is not None and histories[which].kind != "merged" and draw.random() < COUNTY_LEDGER
        office = county if own and county is not None else 0
        series = f"{city.offices[office].prefix}{histories[which].registered.year}"
        numbers[series] += 1
        copies.append(Copy(which, leaf, office, f"{series}-{numbers[series]:05d}", place, place in rare))
    return copies


def series_of(copies: Sequence[Copy]) -> Counter[str]:
    """How many numbers were given out in every series."""
    return Counter(copy.number.rpartition("-")[0] for copy in copies)


def _copies(histories: Sequence[History], count: int) -> list[int]:
    """How often each history is copied: by the share of its kind, remainders to the largest fractions."""
    shares = {kind.name: kind.share for kind in KINDS}
    played = Counter(history.kind for history in histories)
    wanted = [count * shares[history.kind] / 100 / played[history.kind] for history in histories]
    found = [int(number) for number in wanted]
    fractions: defaultdict[float, list[int]] = defaultdict(list)
    for place, number in enumerate(wanted):
        fractions[number - int(number)].append(place)
    rest = [place for fraction in sorted(fractions, reverse=True) for place in fractions[fraction]]
    for place in rest[: count - sum(found)]:
        found[place] += 1
    return found
