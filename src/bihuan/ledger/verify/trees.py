"""The tree of units on every day, as the units' own entries tell it, and what is kept of it.

Past reach and past sums stand on the tree of their day, so the walk over the problems asks here for the lines of
a day. What `organisations` keeps of the past (`UnitPast`, the day a unit began) is compared at the end.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from bihuan.book import clock
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Stored
from bihuan.organisations.models import Unit, UnitPast
from bihuan.organisations.tree import KEPT

Line = tuple[int, ...]
Values = Mapping[str, Any]


@dataclass
class Stood:
    """How a unit stood at the end of `day`; `changed`: did anything change on it that its past keeps?"""

    day: date
    values: Values
    changed: bool


class History:
    """The days of one unit, as its entries are folded one after the other."""

    def __init__(self) -> None:
        self.days: list[Stood] = []

    def add(self, at: str, values: Values) -> None:
        """Take in the unit's columns after an entry recorded `at`. Raises ValueError where that is no moment."""
        day = clock.day_of(datetime.fromisoformat(at))
        before = self.days[-1] if self.days else None
        changed = before is not None and any(before.values.get(name) != values.get(name) for name in KEPT)
        if before is not None and before.day == day:
            before.values, before.changed = dict(values), before.changed or (changed and len(self.days) > 1)
        else:
            self.days.append(Stood(day, dict(values), changed))

    def on(self, day: date) -> Values:
        """The columns at the end of `day`, on which something changed."""
        return next(stood.values for stood in self.days if stood.day == day)


@dataclass
class Trees:
    """The histories of all units, by id."""

    units: dict[int, History] = field(default_factory=dict)

    def add(self, history: History) -> None:
        """Take in a unit; one whose record names no place is left to the walk to report."""
        line = line_of(history.days[-1].values.get("path")) if history.days else ()
        if line:
            self.units[line[-1]] = history

    @cached_property
    def moved(self) -> dict[date, set[int]]:
        """The days on which lines changed, in order, with the units whose lines did."""
        found: dict[date, set[int]] = {}
        for unit, history in self.units.items():
            for before, after in zip(history.days, history.days[1:], strict=False):
                if line_of(before.values.get("path")) != line_of(after.values.get("path")):
                    found.setdefault(after.day, set()).add(unit)
        return dict(sorted(found.items()))

    @cached_property
    def _turns(self) -> list[date]:
        return list(self.moved)

    @cached_property
    def _lines(self) -> list[dict[int, Line]]:
        """The lines before the first of these days, and from each of them on."""
        lines = {unit: line_of(history.days[0].values.get("path")) for unit, history in self.units.items()}
        found = [lines]
        for day, units in self.moved.items():
            lines = lines | {unit: line_of(self.units[unit].on(day).get("path")) for unit in units}
            found.append(lines)
        return found

    def lines_at(self, day: date) -> dict[int, Line]:
        """For each unit the ids from the root down to it, at the end of `day`."""
        return self._lines[bisect_right(self._turns, day)]

    def turns_after(self, day: date, before: date | None = None) -> list[date]:
        """The days after `day`, and before another, on which lines changed."""
        if not self._turns or self._turns[-1] <= day:
            return []
        return [turn for turn in self._turns if turn > day and (before is None or turn < before)]

    def compare(self, findings: Findings) -> None:
        """Report where what is kept of the past is not what the entries lead to."""
        stored = {(row["unit_id"], row["ends"]): row for row in Stored(UnitPast).dicts()}
        began = {row["id"]: row["since"] for row in Stored(Unit, ("id", "since")).dicts()}
        for unit, history in self.units.items():
            name = f"unit {history.days[-1].values.get('name')}"
            if unit in began and began[unit] != history.days[0].day.isoformat():
                findings.add(What.ROW_COLUMN, name, row=f"unit:{unit}", column="since")
            for before, after in zip(history.days, history.days[1:], strict=False):
                day = after.day.isoformat()
                if after.changed and not _same(stored.pop((unit, day), None), before.values):
                    findings.add(What.UNIT_PAST, name, day=day)
        for unit, ends in stored:
            findings.add(What.UNIT_PAST, f"unit {unit}", day=ends)


def _same(row: Values | None, values: Values) -> bool:
    return row is not None and all(row[name] == values.get(name) for name in KEPT)


def line_of(path: Any) -> Line:
    """The ids that a path lists; empty where the record says nothing that is one."""
    parts = path.strip("/").split("/") if isinstance(path, str) else []
    return tuple(int(part) for part in parts if part.isdecimal())
