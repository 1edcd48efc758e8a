"""The tree of units on any day: as it stands today, and as it stood at the end of a day past.

A unit's row is the present; `UnitPast` keeps how it stood before each day on which it changed. So today costs
nothing extra, and a past day is the present tree with the units that changed since put back. What the tree did
within one day is in the entries of its units. Nothing here decides, and only `remember` writes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.book import clock
from bihuan.organisations.models import Unit, UnitPast, line_of

KEPT = ("name", "short_names", "parent_id", "path", "is_active", "merged_into_id")
"""The columns of a unit that its past keeps, in the order of `UnitThen`."""
_TREE_LOCK = 0x62_68_74_72
_LONG_AGO = date.min


@dataclass(frozen=True)
class UnitThen:
    """A unit as it stood at the end of a day."""

    unit_id: int
    name: str
    short_names: tuple[str, ...]
    parent_id: int | None
    path: str
    is_active: bool
    merged_into_id: int | None

    @cached_property
    def line(self) -> tuple[int, ...]:
        """The ids from the root down to this unit."""
        return line_of(self.path)

    @property
    def short(self) -> str:
        """The name for tables: the first short name, or the name."""
        return self.short_names[0] if self.short_names else self.name


def tree_on(day: date, *, region_id: int | None = None) -> dict[int, UnitThen]:
    """Every unit that was there at the end of `day`, by id, closed and merged ones included.

    For today and days to come this is the present tree.
    """
    past = _pasts(day)
    rows = Unit.objects.filter(Q(since__isnull=True) | Q(since__lte=day))
    rows = rows if region_id is None else rows.filter(region_id=region_id)
    return {pk: past.get(pk) or _then(pk, *kept) for pk, *kept in rows.order_by("pk").values_list("pk", *KEPT)}


def unit_as_of(unit_id: int, day: date) -> UnitThen | None:
    """The unit as it stood at the end of `day`; None where it was not there yet."""
    present = Unit.objects.filter(pk=unit_id).values_list("since", *KEPT).first()
    if present is None or (present[0] or _LONG_AGO) > day:
        return None
    past = UnitPast.objects.filter(unit_id=unit_id, ends__gt=day).order_by("ends").values_list(*KEPT).first()
    return _then(unit_id, *(past or present[1:]))


def units_within(unit_id: int, day: date) -> set[int]:
    """The ids of the unit and of all below it, in the tree as it stood at the end of `day`."""
    if day >= clock.today():
        return set(Unit.objects.filter(path__contains=f"/{unit_id}/").values_list("pk", flat=True))
    return {pk for pk, line in lines_on(day).items() if unit_id in line}


def lines_on(day: date) -> dict[int, tuple[int, ...]]:
    """For each unit that was there the ids from the root down to it, at the end of `day`."""
    past = _pasts(day)
    rows = Unit.objects.filter(Q(since__isnull=True) | Q(since__lte=day))
    paths = dict(rows.values_list("pk", "path"))
    return {pk: line_of(past[pk].path if pk in past else path) for pk, path in paths.items()}


def successors() -> dict[int, int]:
    """For every merged unit the unit that has its work today, through all mergers since."""
    return _followed(dict(Unit.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id")))


def _followed(into: Mapping[int, int]) -> dict[int, int]:
    found = {}
    for unit_id, last in into.items():
        while last in into:
            last = into[last]  # ends: a successor is in use when it takes a unit in, and merged at most once
        found[unit_id] = last
    return found


def predecessors(unit_id: int) -> set[int]:
    """The ids of the unit and of all whose work it has today because they were merged into it."""
    return {unit_id, *(pk for pk, last in successors().items() if last == unit_id)}


@dataclass(frozen=True)
class Listed:
    """A unit of a branch."""

    pk: int
    name: str
    short_names: tuple[str, ...]
    kind: str
    parent_id: int | None
    path: str
    is_active: bool

    @cached_property
    def line(self) -> tuple[int, ...]:
        """The ids from the root down to this unit."""
        return line_of(self.path)

    @property
    def short(self) -> str:
        """The name for tables: the first short name, or the name."""
        return self.short_names[0] if self.short_names else self.name


@dataclass(frozen=True)
class Branch:
    """A unit with all that stands below it today, closed and merged ones included, in the order of their paths."""

    units: tuple[tuple[Any, ...], ...]
    """Id, name, short names (as JSON text), kind, id of the unit above, path, is it active, merged into."""
    pasts: tuple[tuple[Any, ...], ...]
    """Id, name and short names (as JSON text) of units that were called or stood otherwise once."""

    def listed(self) -> dict[int, Listed]:
        """The units by id."""
        return {
            pk: Listed(pk, name, tuple(json.loads(short)), kind, parent_id, path, is_active)
            for pk, name, short, kind, parent_id, path, is_active, _into in self.units
        }


def branch(unit: Unit) -> Branch:
    """What stands below `unit`, as it is stored: two branches are equal where nothing that names go by changed."""
    with connection.cursor() as cursor:
        cursor.execute(_BELOW, [unit.region_id, f"{unit.path}%"])
        units = tuple(map(tuple, cursor.fetchall()))
        cursor.execute(_PASTS_BELOW, [unit.region_id, f"{unit.path}%"])
        return Branch(units, tuple(map(tuple, cursor.fetchall())))


_BELOW = """
SELECT id, name, short_names, kind, parent_id, path, is_active, merged_into_id FROM organisations_unit
WHERE region_id = %s AND path LIKE %s ORDER BY path
"""
_PASTS_BELOW = """
SELECT past.unit_id, past.name, past.short_names
FROM organisations_unitpast past JOIN organisations_unit unit ON unit.id = past.unit_id
WHERE unit.region_id = %s AND unit.path LIKE %s ORDER BY past.id
"""


def former_names(below: Branch) -> Iterator[tuple[int, str]]:
    """Names that units bore once, each with the unit that has the work today.

    Those of renamed units, and all names of units merged since. A name that the unit bears today is left out.
    A merged unit stands below its successor, so nothing beside the branch matters.
    """
    today_of = _followed({pk: into for pk, *_rest, into in below.units if into is not None})
    bears = {pk: _names(name, short) for pk, name, short, *_rest in below.units}
    told = {(today_of[pk], name) for pk in today_of for name in bears[pk]}
    for pk, name, short in below.pasts:
        told |= {(today_of.get(pk, pk), once) for once in _names(name, short)}
    yield from sorted((pk, name) for pk, name in told if name not in bears.get(pk, ()))


def _names(name: str, short_names: str) -> set[str]:
    return {name, *json.loads(short_names)}


def names_before(units: QuerySet[Unit]) -> dict[tuple[int | None, str], str]:
    """Where `units` stood once, as (id of the unit above, name): what the unit is called that it is today."""
    today_of = successors()
    present = {pk: (parent_id, name) for pk, parent_id, name in units.values_list("pk", "parent_id", "name")}
    found = {}
    for row in UnitPast.objects.filter(unit__in=units).order_by("ends"):
        now, place = today_of.get(row.unit_id, row.unit_id), (row.parent_id, row.name)
        if now in present and present[now] != place:
            found[place] = present[now][1]
    return found


def remember(changed: Iterable[tuple[Unit, Mapping[str, Any]]]) -> None:
    """Keep how units stood up to yesterday where today is their first change.

    Each comes as it is now, with its columns as they were until now. Called by every action that changes units,
    in its transaction.
    """
    today = clock.today()
    rows = {
        unit.pk: before
        for unit, before in changed
        if (unit.since or _LONG_AGO) < today and any(unit.__dict__[name] != before[name] for name in KEPT)
    }
    known = set(UnitPast.objects.filter(unit_id__in=rows, ends=today).values_list("unit_id", flat=True))
    UnitPast.objects.bulk_create(
        [
            UnitPast(unit_id=pk, ends=today, **{name: before[name] for name in KEPT})
            for pk, before in rows.items()
            if pk not in known
        ]
    )


def hold_still() -> None:
    """Keep the tree from changing until the caller's transaction ends; those who only read it do not wait for
    one another. On SQLite every writer is alone anyway."""
    _lock("pg_advisory_xact_lock_shared")


def hold_for_change() -> None:
    """Keep everybody else from changing the tree, or a problem by it, until the caller's transaction ends."""
    _lock("pg_advisory_xact_lock")


def _lock(function: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [_TREE_LOCK])


def _pasts(day: date) -> dict[int, UnitThen]:
    """How the units that changed after `day` stood at its end."""
    found: dict[int, UnitThen] = {}
    if day >= clock.today():
        return found
    for pk, *kept in UnitPast.objects.filter(ends__gt=day).order_by("ends").values_list("unit_id", *KEPT):
        if pk not in found:
            found[pk] = _then(pk, *kept)
    return found


def _then(unit_id: int, name: str, short_names: list[str], *rest: Any) -> UnitThen:
    return UnitThen(unit_id, name, tuple(short_names), *rest)
