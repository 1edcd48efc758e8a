"""What a colour policy would do to the open problems in a unit's sight on one day: from which colour to which.

Pure reading, problem by problem in the order of their ids, so that it can stop anywhere and go on. `trials` keeps
what comes of it. A day's colour depends on a brief of the facts, so the policies are asked once for each brief.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from bihuan.book.rows import collector_at_rest
from bihuan.domain.briefs import Brief, brief_of, facts_like
from bihuan.domain.case import OPEN_STAGES
from bihuan.domain.colours import Colour, Policy, Turn, evaluate
from bihuan.domain.policies import deciding
from bihuan.domain.schedule import Schedule
from bihuan.ledger.derived import facts_of
from bihuan.ledger.models import Problem, Reach
from bihuan.ledger.queries import among_visible
from bihuan.ledger.swift import FACTS, with_steps
from bihuan.organisations.access import Actor

CHUNK = 5000
Cell = tuple[Colour, Colour]
"""The colour by the policies on record, and the one by the policy that is tried."""
Found = tuple[Cell, int]
"""What becomes of a brief, and the place of the rule that decides it in the policy that is tried."""

_OPEN = [stage.value for stage in OPEN_STAGES]


@dataclass(frozen=True)
class Trying:
    """A policy tried on a day (today or to come), against those on record."""

    policy: Policy
    schedule: Schedule
    day: date

    @property
    def present(self) -> Policy:
        """The policy on record that is in force on the day."""
        return self.schedule.pieces(self.day)[0][1]


@dataclass(frozen=True)
class Walked:
    """One stretch of the walk: up to which id, the open problems by cell, and how many each rule of the policy
    that is tried decided on, by its place; `last` is None where the walk ends."""

    last: UUID | None
    cells: Mapping[Cell, Sequence[UUID]]
    fits: Mapping[int, int]


def walk(trying: Trying, unit_id: int, after: UUID | None = None) -> Iterator[Walked]:
    """All open problems in the sight of a unit from behind `after` on, stretch by stretch of `CHUNK` in sight.

    Gives ids and colours only. Whose they are to see is for whoever shows them to ask.
    """
    known: dict[Brief, Found] = {}
    while True:
        begins, after = after, _end(unit_id, after)
        with collector_at_rest():
            yield _walked(trying, _stretch(unit_id, begins, after), after, known)
        if after is None:
            return


def _end(unit_id: int, after: UUID | None) -> UUID | None:
    """The last id of the next `CHUNK` problems in sight; None where there are fewer."""
    seen = Reach.objects.filter(unit_id=unit_id)
    if after is not None:
        seen = seen.filter(problem_id__gt=after)
    return next(iter(seen.order_by("problem_id").values_list("problem_id", flat=True)[CHUNK - 1 : CHUNK]), None)


def _stretch(unit_id: int, after: UUID | None, last: UUID | None) -> Q:
    """In the sight of the unit, from behind one id up to another: one stretch of the index of its sight."""
    found = Q(reaches__unit_id=unit_id)
    if after is not None:
        found &= Q(reaches__problem_id__gt=after)
    return found & Q(reaches__problem_id__lte=last) if last is not None else found


def _walked(trying: Trying, stretch: Q, last: UUID | None, known: dict[Brief, Found]) -> Walked:
    cells: dict[Cell, list[UUID]] = {}
    fits: Counter[int] = Counter()
    rows = Problem.objects.filter(stretch, stage__in=_OPEN).order_by("reaches__problem_id")
    for row, steps in with_steps(rows, FACTS):
        brief = brief_of(facts_of(row, steps), trying.day)
        cell, place = known.get(brief) or known.setdefault(brief, _found(trying, brief))
        cells.setdefault(cell, []).append(row.id)
        fits[place] += 1
    return Walked(last, cells, fits)


def _found(trying: Trying, brief: Brief) -> Found:
    facts = facts_like(brief, trying.day)
    now, then = (evaluate(facts, policy, trying.day).colour for policy in (trying.present, trying.policy))
    return (now, then), deciding(trying.policy, facts, trying.day)


@dataclass(frozen=True)
class Tried:
    """One problem with both colours and why, as its facts are at this moment."""

    problem: Problem
    now: Turn
    then: Turn


def tried(actor: Actor, trying: Trying, ids: Sequence[UUID]) -> list[Tried]:
    """Those of `ids` (a page of them) that the actor may see and that are still open, in their order."""
    rows = among_visible(actor, ids).filter(stage__in=_OPEN).select_related("lead_unit")
    problems = {row.id: row for row in rows}
    facts = {
        row.id: facts_of(row, steps) for row, steps in with_steps(Problem.objects.filter(id__in=problems), FACTS)
    }
    return [
        Tried(
            problems[id_],
            *(evaluate(facts[id_], policy, trying.day) for policy in (trying.present, trying.policy)),
        )
        for id_ in ids
        if id_ in facts
    ]
