"""The part of the tree of units that a table or list of a day is about. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bihuan.organisations.tree import UnitThen, tree_on, units_within


def units_then(top: int, day: date) -> Mapping[int, UnitThen]:
    """The unit `top` and all below it on `day`, by id, in the order of the tree; empty where it was not there."""
    found = [unit for unit in tree_on(day).values() if top in unit.line]
    return {unit.unit_id: unit for unit in sorted(found, key=lambda unit: unit.line)}


def directly_below(tree: Mapping[int, UnitThen], unit: UnitThen) -> list[UnitThen]:
    """The units of `tree` whose parent is `unit`, in its order."""
    return [other for other in tree.values() if other.line[:-1] == unit.line]


def leading(unit_id: int, day: date, *, alone: bool = False) -> set[int]:
    """The ids of a unit and, unless `alone`, of all that were below it on `day`; never empty."""
    return {unit_id} if alone else {unit_id, *units_within(unit_id, day)}
