"""What all problems stand on, taken from the entries and not from the tables: the tree of units, the policies.

Read before the chains are walked, because a problem's reach needs the lines of its units and its past colours
need the policy that was in force on each day.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from bihuan.book.booked import State, fold
from bihuan.book.models import Chain, Entry
from bihuan.domain.colours import Policy, policy_from_data
from bihuan.domain.refusals import Refused
from bihuan.domain.schedule import Dated, Schedule, schedule_of
from bihuan.ledger.models import ColourPolicy
from bihuan.ledger.tally import Key
from bihuan.ledger.verify.reading import Stored, fetched, quoted
from bihuan.ledger.verify.trees import History, Trees
from bihuan.organisations.models import Unit

KINDS = (Unit.KIND, ColourPolicy.KIND)
BATCH = 500


@dataclass(frozen=True)
class KnownPolicy:
    """A colour policy, when it went on the record and from which day on it is in force.

    `policy` is None where what the record says is no policy.
    """

    written: tuple[str, str]
    effective_from: str
    version: int
    policy: Policy | None


@dataclass
class Ground:
    """The trees of units, day by day, and every policy on the record."""

    trees: Trees = field(default_factory=Trees)
    policies: list[KnownPolicy] = field(default_factory=list)
    sums: Counter[Key] = field(default_factory=Counter)
    """The kept sums to which the chains walked so far must have led."""

    uncoloured: int = 0
    """Open problems met so far that are still to be coloured by the newest policy."""
    _schedules: dict[int, Schedule] = field(default_factory=dict)

    @cached_property
    def newest(self) -> int:
        """The newest version of the policy; 0 where none is on the record."""
        return max((row.version for row in self.policies), default=0)

    def known_at(self, at: str, entry_id: str) -> int:
        """The newest version that an action knew whose entry was recorded `at` as `entry_id`."""
        return max((row.version for row in self.policies if row.written < (at, entry_id)), default=0)

    def schedule(self, version: int) -> Schedule:
        """The policies up to this version. Raises ValueError where the record of one of them is none."""
        if version not in self._schedules:
            self._schedules[version] = schedule_of(_dated(row) for row in self.policies if row.version <= version)
        return self._schedules[version]


def _dated(known: KnownPolicy) -> Dated:
    if known.policy is None:
        raise ValueError("no such colour policy")
    return Dated(date.fromisoformat(known.effective_from), known.version, known.policy)


def ground() -> Ground:
    """Units and policies as their entries say; entries that say nothing are left to the walk to report."""
    made = Ground()
    for told in _told():
        made.trees.add(told.history)
        for key, values in told.state.items():
            if key.startswith(f"{ColourPolicy.KIND}:"):
                made.policies.append(_policy(values, told.written))
    return made


def _policy(values: Mapping[str, Any], written: tuple[str, str]) -> KnownPolicy:
    version = values.get("version")
    try:
        policy = policy_from_data(values["data"])
    except (Refused, LookupError, TypeError, ValueError, AttributeError):
        policy = None
    begins = str(values.get("effective_from"))
    return KnownPolicy(written, begins, version if isinstance(version, int) else 0, policy)


@dataclass
class _Told:
    """The folded state of a chain, when and as which entry it began, and a unit's days."""

    written: tuple[str, str]
    state: State = field(default_factory=dict)
    history: History = field(default_factory=History)

    def fold(self, subject: str, at: str, body: Any) -> None:
        """Take in the next entry, as far as it can be read: the walk names one that cannot."""
        try:
            list(fold(self.state, json.loads(body)["changes"]))
            unit = self.state.get(f"{Unit.KIND}:{subject}")
            if unit is not None:
                self.history.add(at, unit)
        except (TypeError, ValueError, LookupError, AttributeError, RecursionError):
            return


def _told() -> Iterator[_Told]:
    """Every chain of these kinds, as its entries tell it."""
    entries = Stored(Entry, ("subject", "recorded_at", "id", "body"))
    for region, subjects in _subjects().items():
        for start in range(0, len(subjects), BATCH):
            batch = subjects[start : start + BATCH]
            marks = ", ".join(["%s"] * len(batch))
            states: dict[str, _Told] = {}
            condition = f"region_id = %s AND subject IN ({marks})"
            for subject, at, entry_id, body in entries.rows(condition, [region, *batch], "subject, seq"):
                states.setdefault(subject, _Told((at, entry_id))).fold(subject, at, body)
            yield from states.values()


def _subjects() -> dict[Any, list[Any]]:
    """By region the chains of units and policies, as stored: those with a head and those with a row."""
    found: dict[Any, dict[Any, None]] = {}
    table = quoted(Chain._meta.db_table)
    marks = ", ".join(["%s"] * len(KINDS))
    for region, subject in fetched(f"SELECT region_id, id FROM {table} WHERE kind IN ({marks})", KINDS):  # noqa: S608
        found.setdefault(region, {})[subject] = None
    for model in (Unit, ColourPolicy):
        for (subject,) in fetched(f"SELECT uid FROM {quoted(model._meta.db_table)}"):  # noqa: S608
            for subjects in found.values():
                subjects[subject] = None
    return {region: list(subjects) for region, subjects in found.items()}
