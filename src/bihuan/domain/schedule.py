"""The schedule of colour policies: which one is in force on which day, and the colours that follow from them.

A policy counts from a day on that was still to come when it was put on the record, so the colours of days past
never depend on what was decided later; the colours to come go by the policy of each day. Values only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bihuan.domain.colours import BEGINNING, DEFAULT_POLICY, Facts, Policy, Trajectory, Turn, at, trajectory

Pieces = list[tuple[date, Policy]]


@dataclass(frozen=True, slots=True)
class Dated:
    """A policy on the record: its version, and the day from which it is in force."""

    begins: date
    version: int
    policy: Policy


@dataclass(frozen=True, slots=True)
class Schedule:
    """All policies known, by the day from which they are in force; of two for one day the later version wins."""

    known: tuple[Dated, ...] = ()
    version: int = 0
    """The newest version known; 0 where only the default policy is."""

    def up_to(self, version: int) -> Schedule:
        """The schedule as it was known when `version` was the newest."""
        return self if version >= self.version else schedule_of(d for d in self.known if d.version <= version)

    def in_force(self, day: date) -> Dated | None:
        """The policy on the record that is in force on `day`; None where only the default policy is."""
        return next((dated for dated in reversed(self.known) if dated.begins <= day), None)

    def pieces(self, day: date) -> Pieces:
        """The policy in force on `day`, as if it always had been, and those that follow it with their days."""
        found: Pieces = [(BEGINNING, DEFAULT_POLICY)]
        for dated in self.known:
            begins = dated.begins if dated.begins > day else BEGINNING
            if found[-1][0] == begins:
                found.pop()
            found.append((begins, dated.policy))
        return found

    def changes_from(self, version: int) -> date | None:
        """The first day on which the schedule differs from what was known with `version`; None for never."""
        return min((dated.begins for dated in self.known if dated.version > version), default=None)


def schedule_of(known: Iterable[Dated]) -> Schedule:
    """The schedule of these policies, given in any order."""
    rows = sorted(known, key=lambda dated: (dated.begins, dated.version))
    return Schedule(tuple(rows), max((dated.version for dated in rows), default=0))


def scheduled(facts: Facts, schedule: Schedule, day: date) -> Trajectory:
    """The colours of `day` and of all days to come, by the policy of each day.

    Days before `day` are told as if its policy had been in force on them, as `trajectory` tells them.
    """
    first, *later = schedule.pieces(day)
    turns = list(trajectory(facts, first[1]))
    for begins, policy in later:
        own = trajectory(facts, policy)
        held = at(own, begins)
        turns = [turn for turn in turns if turn.day < begins]
        turns += [Turn(begins, held.colour, held.reason), *(turn for turn in own if turn.day > begins)]
    return _joined(turns) if later else tuple(turns)


def _joined(turns: Iterable[Turn]) -> Trajectory:
    """The turns without those that change neither the colour nor its reason."""
    found: list[Turn] = []
    for turn in turns:
        if not found or (turn.colour, turn.reason) != (found[-1].colour, found[-1].reason):
            found.append(turn)
    return tuple(found)
