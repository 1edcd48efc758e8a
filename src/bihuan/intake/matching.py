"""Unit names as a file writes them → units of the organisation.

A name is taken silently only where it is exactly the name, a short name or a former name of one unit alone, or
what a person of the same office has matched it with before; a merged unit's names stand for its successor.
Everything else is offered, ranked, and never taken: a name that two counties share is never guessed, and a
collective phrase (各县区人民政府) is opened only by a person.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from bihuan.domain.refusals import say
from bihuan.intake import unitwords
from bihuan.intake.models import Reading, UnitName
from bihuan.organisations.models import Unit, UnitKind
from bihuan.organisations.tree import Branch, Listed, branch, former_names, predecessors, successors

OFFERED = 6
FOUND = 20
FLOOR = 58.0
SPREAD = 24.0
SAME, SHORT_FOR = 96.0, 90.0
RIGHT_PLACE, PLACE_BELOW, WRONG_PLACE = 4.0, -8.0, -25.0
RIGHT_LEVEL, WRONG_LEVEL = 3.0, -8.0
HOW_NAMES: Mapping[str, str] = {
    UnitName.How.NAME: say("名称一致"),
    UnitName.How.SHORT_NAME: say("简称一致"),
    UnitName.How.FORMER_NAME: say("曾用名一致"),
    UnitName.How.REMEMBERED: say("以前这样选过"),
    UnitName.How.PERSON: say("人工选定"),
}
PLACES = frozenset({UnitKind.GOVERNMENT.value, UnitKind.TOWNSHIP.value})


@dataclass(frozen=True)
class Match:
    """The units that a name stands for, and how that is known."""

    units: tuple[int, ...]
    how: UnitName.How


@dataclass(frozen=True)
class Collective:
    """A phrase that means several units; `ticked` where it plainly means all of them."""

    units: tuple[int, ...]
    ticked: bool


@dataclass(frozen=True)
class _Parts:
    """A name taken apart: the places it begins with (unit ids), its level letter, and what remains."""

    places: frozenset[int]
    level: str
    core: str


@dataclass(frozen=True)
class _Known:
    """One name of a unit, taken apart, with the place that the unit belongs to or is (unit id), and its level."""

    unit: Listed
    core: str
    place: int | None
    level: str


def normal(name: str) -> str:
    """A name as names are compared: one width, no blanks."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def short_form(core: str) -> str:
    """`core` in the short way of writing; empty where it only says 'the government itself'."""
    for long, short in unitwords.SHORTENED:
        core = core.replace(long, short)
    return "" if core in unitwords.ITSELF else core


def directory_of(office: Unit) -> Directory:
    """The units in which `office` may look for a name: itself and all active ones below it.

    Every form that names a unit asks for it, so what is stored is read as it is, and names are made out anew only
    where something of it is another than before.
    """
    return _directory(office.pk, office.region_id, branch(office))


@lru_cache(maxsize=8)
def _directory(office_id: int, region_id: int, below: Branch) -> Directory:
    return Directory(office_id, region_id, below)


class Directory:
    """The active units of a branch by what they are called. Made once and asked by many: nothing changes it."""

    def __init__(self, office_id: int, region_id: int, below: Branch) -> None:
        self._region_id, self._below = region_id, below
        listed = below.listed()
        self.office = listed[office_id]
        self.units = {pk: unit for pk, unit in listed.items() if unit.is_active}

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """Labels by unit id: the name, with what it stands below where others are called the same."""
        often = Counter(normal(unit.name) for unit in self.units.values())
        return {
            pk: self.label(pk) if often[normal(unit.name)] > 1 else unit.name for pk, unit in self.units.items()
        }

    def labelled(self, text: str) -> list[int]:
        """The units whose label is `text`."""
        return self._labelled.get(normal(text), [])

    @cached_property
    def _labelled(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for pk, label in self.labels.items():
            found[normal(label)].append(pk)
        return dict(found)

    def label(self, unit_id: int) -> str:
        """The unit's name, with what it stands below where the name does not say so itself."""
        unit = self.units[unit_id]
        above = [self.units[i].name for i in unit.line[:-1] if i in self.units and i != self.office.pk]
        return " › ".join([*(name for name in above if not unit.name.startswith(name)), unit.name])

    def brief(self, unit_id: int) -> str:
        """The unit's short name where no other unit is called so, else as `label`."""
        short = self.units[unit_id].short
        named = self._named(normal(short))
        return short if len(named) == 1 else self.label(unit_id)

    def match(self, names: Iterable[str]) -> dict[str, Match]:
        """Those of `names` that may be taken silently."""
        wanted = list(dict.fromkeys(names))
        exact = {name: match for name in wanted if (match := self._exact(name))}
        others = [name for name in wanted if name not in exact]
        return exact | self._remembered(others) if others else exact

    def _exact(self, name: str) -> Match | None:
        text = normal(name)
        named = self._named(text)
        if not named:
            labelled = self.labelled(name)  # as a person chooses it from a list
            return Match(tuple(labelled), UnitName.How.NAME) if len(labelled) == 1 else None
        if len(named) > 1:
            return None
        how = UnitName.How.FORMER_NAME
        if named & self._by_name.get(text, set()):
            how = UnitName.How.NAME
        elif named & self._by_short_name.get(text, set()):
            how = UnitName.How.SHORT_NAME
        return Match(tuple(named), how)

    def _named(self, text: str) -> set[int]:
        """The units called exactly so, today or formerly."""
        return set().union(
            *(names.get(text, ()) for names in (self._by_name, self._by_short_name, self._by_former))
        )

    def _remembered(self, names: Sequence[str]) -> dict[str, Match]:
        """What people of this office matched names with in readings that were confirmed; only where they agree.

        A withdrawn import was confirmed once: whom a name means is true whatever else was wrong with the file.
        """
        rows = UnitName.objects.filter(
            region_id=self._region_id,
            name__in=names,
            how__in=[UnitName.How.PERSON, UnitName.How.REMEMBERED],
            reading__unit_id__in=predecessors(self.office.pk),
            reading__state__in=[Reading.State.CONFIRMED, Reading.State.WITHDRAWN],
            forgotten=False,
        )
        today_of = successors()
        known: dict[str, set[tuple[int, ...]]] = defaultdict(set)
        for name, units in rows.values_list("name", "units"):
            known[name].add(tuple(today_of.get(unit, unit) for unit in units))
        agreed = {name: next(iter(found)) for name, found in known.items() if len(found) == 1}
        return {
            name: Match(units, UnitName.How.REMEMBERED)
            for name, units in agreed.items()
            if len(units) == 1 and units[0] in self.units
        }

    def search(self, text: str) -> list[int]:
        """What a person may mean who types `text`: units whose name holds it, else units with a name like it."""
        wanted = normal(text)
        if not wanted:
            return []
        holding = [
            unit
            for unit in self.units.values()
            if any(wanted in normal(name) for name in (unit.name, *unit.short_names))
        ]
        ranked = sorted(holding, key=lambda unit: (normal(unit.name) != wanted, len(unit.line), unit.pk))
        return [unit.pk for unit in ranked[:FOUND]] or self.near(text)

    def near(self, name: str, limit: int = OFFERED) -> list[int]:
        """Units that `name` may mean, the likeliest first."""
        text = normal(name)
        scores: dict[int, float] = dict.fromkeys(self._named(text), 100.0)
        wanted = self._parts(text)
        for core, likeness in self._like(short_form(wanted.core)):
            for known in self._by_core[core]:
                score = likeness + self._fit(wanted, known)
                if score >= FLOOR:
                    scores[known.unit.pk] = max(scores.get(known.unit.pk, 0.0), score)
        enough = max(scores.values(), default=0.0) - SPREAD
        ranked = sorted(scores, key=lambda unit: (-scores[unit], len(self.units[unit].line), unit))
        return [unit for unit in ranked if scores[unit] >= enough][:limit]

    def _like(self, core: str) -> list[tuple[str, float]]:
        if not core:
            return [("", SAME)] if "" in self._by_core else []
        found = {
            other: likeness
            for other, likeness, _place in process.extract(
                core, self._cores, scorer=fuzz.ratio, score_cutoff=FLOOR - RIGHT_PLACE, limit=40
            )
        }
        for other in self._cores:
            if other == core:
                found[other] = SAME
            elif _shortens(core, other) or _shortens(other, core):
                found[other] = max(found.get(other, 0.0), SHORT_FOR)
        return list(found.items())

    def _fit(self, wanted: _Parts, known: _Known) -> float:
        if wanted.places:
            below = PLACE_BELOW if wanted.places & set(known.unit.line) else WRONG_PLACE
            return RIGHT_PLACE if known.place in wanted.places else below
        if wanted.level:
            return RIGHT_LEVEL if wanted.level == known.level else WRONG_LEVEL
        return 0.0

    def collective(self, name: str) -> Collective | None:
        """The units below the office that a phrase such as 各县区人民政府 means; None for a plain name."""
        phrase = normal(name).translate(unitwords.SQUEEZED)
        if found := unitwords.ALL_TOWNSHIPS.fullmatch(phrase):
            return _all_of(self._kind(UnitKind.TOWNSHIP), found["rest"])
        if found := unitwords.ALL_COUNTIES.fullmatch(phrase):
            counties = self._counties
            if unitwords.BUREAU.fullmatch(found["rest"]) and short_form(found["rest"]):
                return _some(self._bureaus_of(counties, found["rest"]))
            return _all_of(counties, found["rest"])
        found = unitwords.ALL_BUREAUS.fullmatch(phrase)
        if found and found["level"] in (None, self._level_of(self.office)):
            return _some(self._own_bureaus, ticked=False)
        return None

    def _kind(self, kind: UnitKind) -> list[int]:
        return [unit.pk for unit in self.units.values() if unit.kind == kind and unit.pk != self.office.pk]

    @cached_property
    def _counties(self) -> list[int]:
        """The governments next below the office."""
        return [
            pk for pk in self._kind(UnitKind.GOVERNMENT) if self._place_above(self.units[pk]) == self.office.pk
        ]

    @cached_property
    def _own_bureaus(self) -> list[int]:
        return [pk for pk in self._kind(UnitKind.BUREAU) if self.units[pk].parent_id == self.office.pk]

    def _bureaus_of(self, counties: Sequence[int], name: str) -> list[int]:
        wanted = short_form(name)
        return [
            unit
            for county in counties
            for unit in dict.fromkeys(
                known.unit.pk
                for core, known_units in self._by_core.items()
                if core and (core == wanted or _shortens(wanted, core) or _shortens(core, wanted))
                for known in known_units
                if self._place_above(known.unit) == county
            )
        ]

    def _place_above(self, unit: Listed) -> int | None:
        above = (pk for pk in reversed(unit.line[:-1]) if pk in self.units)
        return next((pk for pk in above if self.units[pk].kind in PLACES), None)

    @cached_property
    def _by_name(self) -> Mapping[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for unit in self.units.values():
            found[normal(unit.name)].add(unit.pk)
        return found

    @cached_property
    def _by_short_name(self) -> Mapping[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for unit in self.units.values():
            for name in unit.short_names:
                found[normal(name)].add(unit.pk)
        return found

    @cached_property
    def _by_former(self) -> Mapping[str, set[int]]:
        """Names that units bore once, by the unit that has the work today."""
        found: dict[str, set[int]] = defaultdict(set)
        for pk, name in former_names(self._below):
            if pk in self.units:
                found[normal(name)].add(pk)
        return found

    @cached_property
    def _places(self) -> list[tuple[str, frozenset[int]]]:
        """Names of places, in full and without their ending, the longest first."""
        found: dict[str, set[int]] = defaultdict(set)
        for unit in self.units.values():
            if unit.kind in PLACES:
                name = normal(unit.name)
                found[name].add(unit.pk)
                found[_bare(name)].add(unit.pk)
        return sorted(
            ((name, frozenset(ids)) for name, ids in found.items() if len(name) >= 2),
            key=lambda place: -len(place[0]),
        )

    @cached_property
    def _by_core(self) -> Mapping[str, list[_Known]]:
        found: dict[str, list[_Known]] = defaultdict(list)
        for unit in self.units.values():
            if unit.kind in PLACES:
                found[""].append(_Known(unit, "", unit.pk, self._level_of(unit)))
                continue
            place, level = self._place_above(unit), self._level_of(unit)
            for core in {short_form(self._parts(normal(name)).core) for name in (unit.name, *unit.short_names)}:
                found[core].append(_Known(unit, core, place, level))
        for name, units in self._by_former.items():
            core = short_form(self._parts(name).core)
            for unit in (self.units[pk] for pk in units):
                if core and unit.kind not in PLACES:
                    found[core].append(_Known(unit, core, self._place_above(unit), self._level_of(unit)))
        return found

    @cached_property
    def _cores(self) -> list[str]:
        return [core for core in self._by_core if core]

    def _level_of(self, unit: Listed) -> str:
        place = unit if unit.kind in PLACES else self.units.get(self._place_above(unit) or 0)
        last = normal(place.name)[-1:] if place else ""
        return last if last in unitwords.LEVELS else ""

    def _parts(self, text: str) -> _Parts:
        places: frozenset[int] = frozenset()
        rest = text
        while found := next(((name, ids) for name, ids in self._places if rest.startswith(name)), None):
            rest = rest[len(found[0]) :]
            places = found[1]
        if not places and len(rest) > 2 and rest[0] in unitwords.LEVELS:
            return _Parts(places, rest[0], rest[1:])
        return _Parts(places, "", rest)


def _bare(place: str) -> str:
    ending = next((end for end in unitwords.PLACE_ENDINGS if place.endswith(end)), "")
    return place.removesuffix(ending)


def _shortens(short: str, long: str) -> bool:
    """Whether `short` is made of letters of `long` in their order, first and last included: 住建局, 发改委."""
    if not 2 <= len(short) < len(long) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _some(units: Sequence[int], ticked: bool = True) -> Collective | None:
    return Collective(tuple(units), ticked) if units else None


def _all_of(units: Sequence[int], rest: str) -> Collective | None:
    return _some(units) if unitwords.OWN_GOVERNMENT.fullmatch(rest) else None
