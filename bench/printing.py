"""Prints copies: fills the holes of stencils with the ids, texts, units and people of each problem.

Pure of databases but for the form of values. A chunk's entries come in the order of time, as they would lie on
disk had the city worked for two years, not problem by problem.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from random import Random
from typing import Any

from uuid_utils import uuid7

from bench.city import City, Leaf, Office
from bench.plan import Copy
from bench.stencils import NAMED, Stencil, columns_of
from bench.sums import LED, OTHERS, OWN, Counts
from bench.words import wording
from bihuan.book.models import Entry
from bihuan.ledger.derived import reach_of
from bihuan.ledger.models import Problem, Reach

PROBLEM, ENTRY, REACH = Problem._meta.label, Entry._meta.label, Reach._meta.label
Rows = dict[str, list[tuple[Any, ...]]]
Counted = Counter[Counts]
"""How many copies of a history count for a unit, and in which of its sums."""
TARGETS = ("under_way", "closed", "sustained")
"""Kinds of histories that others are merged into: open at the time, whatever became of them."""


@dataclass(frozen=True)
class _Target:
    id: str
    number: str


class Printer:
    """Prints for one city; every value comes as text, which both databases take for any column."""

    def __init__(self, city: City, stencils: Sequence[Stencil], *, hex_ids: bool) -> None:
        self._city = city
        self._stencils = stencils
        self._hex = hex_ids
        self._lines = {leaf.unit: leaf.line for leaf in city.leaves} | {o.unit: o.line for o in city.offices}
        self._by_time = itemgetter(columns_of(ENTRY).index("recorded_at"))
        self._seen: dict[tuple[Any, ...], list[tuple[str, str]]] = {}

    def chunk(self, copies: Sequence[Copy]) -> tuple[Rows, Counted]:
        """The rows of these copies by model label, those merged into others last; and what they count for."""
        draw = Random(copies[0].place)
        rows: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
        counted: Counted = Counter()
        target = _Target("", "")
        for copy in sorted(copies, key=lambda copy: self._stencils[copy.history].kind == "merged"):
            problem = self._print(copy, draw, target, rows, counted)
            if copy.office == 0 and self._stencils[copy.history].kind in TARGETS:
                target = _Target(problem, copy.number)
        rows[ENTRY].sort(key=self._by_time)
        return dict(rows), counted

    def _print(
        self, copy: Copy, draw: Random, target: _Target, rows: defaultdict[str, list[Any]], counted: Counted
    ) -> str:
        """Print one copy; returns its problem's id."""
        stencil = self._stencils[copy.history]
        leaf, office = self._city.leaves[copy.leaf], self._city.offices[copy.office]
        supports = self._supports(stencil.supports, copy.leaf, draw)
        values = stencil.blank.copy()
        ids = [str(uuid7()) for _ in range(stencil.ids)]
        values[: stencil.ids] = ids
        if self._hex:
            values[stencil.ids : 2 * stencil.ids] = [uuid.replace("-", "") for uuid in ids]
        named = _named(copy, office, leaf, supports, target, draw)
        values[stencil.given : stencil.given + len(named)] = named
        stencil.print(values)
        for label, pick in stencil.rows:
            rows[label].append(pick(values))
        rows[ENTRY] += [pick(values) for pick in stencil.entries]
        seen = self._reach(stencil.is_dispatched, office, leaf, supports)
        self._print_reach(stencil, values, seen, rows[REACH])
        for unit, _part in seen:
            counted[int(unit), OWN if int(unit) == office.unit else OTHERS, copy.history] += 1
        for unit_above in leaf.line:
            counted[unit_above, LED, copy.history] += 1
        return ids[0]

    def _supports(self, count: int, lead: int, draw: Random) -> list[Leaf]:
        found: list[int] = []
        while len(found) < count:
            place = draw.randrange(len(self._city.leaves))
            if place != lead and place not in found:
                found.append(place)
        return [self._city.leaves[place] for place in found]

    def _print_reach(
        self, stencil: Stencil, values: list[Any], seen: Iterable[tuple[str, str]], rows: list[Any]
    ) -> None:
        own, unit_place, part_place = stencil.reach_places
        for unit, part in seen:
            fresh = str(uuid7())
            values[own] = fresh.replace("-", "") if self._hex else fresh
            values[unit_place], values[part_place] = unit, part
            rows.append(stencil.reach(values))

    def _reach(
        self, is_dispatched: bool, office: Office, leaf: Leaf, supports: Sequence[Leaf]
    ) -> list[tuple[str, str]]:
        """Which units may see the copy and in which part, by the ledger's own rule."""
        units = [support.unit for support in supports]
        key = (is_dispatched, office.unit, leaf.unit, *units)
        if key not in self._seen:
            row = {
                "office_id": office.unit,
                "lead_unit_id": leaf.unit,
                "dispatched_on": date.max if is_dispatched else None,
                "stage": "",  # no history of the bench is referred elsewhere
            }
            found = reach_of(row, units, self._lines)
            self._seen[key] = [(str(unit), part.value) for unit, part in found.items()]
        return self._seen[key]


def _named(
    copy: Copy, office: Office, leaf: Leaf, supports: Sequence[Leaf], target: _Target, draw: Random
) -> list[str]:
    """What stands in the holes of `NAMED`, and then of `UUIDS` as hex."""
    words = wording(draw, copy.place, rare=copy.rare)
    ledger = str(office.ledger)
    given = {
        "number": copy.number,
        "title": words.title,
        "text": words.text,
        "goal": words.goal,
        "deed1": words.deeds[0],
        "deed2": words.deeds[1],
        "deed3": words.deeds[2],
        "jitter": f"{draw.randrange(60):02d}.{draw.randrange(1, 1_000_000):06d}",
        "office": str(office.unit),
        "lead": str(leaf.unit),
        "support1": str(supports[0].unit) if supports else "",
        "support2": str(supports[1].unit) if len(supports) > 1 else "",
        "ledger": ledger,
        "target": target.id,
        "target_number": target.number,
    }
    held = {
        "coordinator": office.coordinator,
        "supervisor": office.supervisor,
        "reviewer": office.reviewer,
        "liaison": leaf.liaison,
        "leader": leaf.leader,
    }
    for name, who in held.items():
        given[name], given[f"{name}_post"] = str(who.person), str(who.post)
    return [*(given[name] for name in NAMED), ledger.replace("-", ""), target.id.replace("-", "")]
