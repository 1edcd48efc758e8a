"""The tree of units as it stood on a day: who was below whom, under which name. Nothing here writes.

The one place through which tables and lists of past days ask for units, so that they all mean the same tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bihuan.organisations.models import Unit


@dataclass(frozen=True)
class UnitThen:
    """A unit on a day. `line` lists the ids from the root down to itself; `is_active`: it was not closed."""

    id: int
    name: str
    short: str
    line: tuple[int, ...]
    is_active: bool


def units_then(top: int, day: date) -> Mapping[int, UnitThen]:
    """The unit `top` and all below it on `day`, by id, in the order of the tree; empty where there was none."""
    rows = Unit.objects.filter(path__contains=f"/{top}/").only("name", "short_names", "path", "is_active")
    found = [UnitThen(row.pk, row.name, row.short, row.line, row.is_active) for row in rows]
    return {unit.id: unit for unit in sorted(found, key=lambda unit: unit.line)}


def directly_below(tree: Mapping[int, UnitThen], unit: UnitThen) -> list[UnitThen]:
    """The units of `tree` whose parent is `unit`, in its order."""
    return [other for other in tree.values() if other.line[:-1] == unit.line]


def leading(unit_id: int, day: date, *, alone: bool = False) -> list[int]:
    """The ids of a unit and, unless `alone`, of all that were below it on `day`."""
    return [unit_id] if alone else list(units_then(unit_id, day))
