"""Take over: problems of a half-done ledger go on from where their file says they are.

What the file claims goes into the `claimed_…` columns and stays there; nothing of it counts as proved. Works on
lists, since ledgers arrive by the thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.documents.reading.claims import read_claim
from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.domain.taking_over import Claim, Position, position
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit


def take_over(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Take over `problems` as their files claim: with their lead units, or claimed done and waiting to be checked.

    Each entry happened on the day that the file gives for it. Refused where a problem came with no file, has no
    lead unit, or that unit is no longer in use.
    """
    closed = dict(Unit.objects.filter(is_active=False).values_list("pk", "name"))

    def change(case: Opened, moment: Moment) -> Denied | None:
        if case.problem.lead_unit_id in closed:
            return _to_nobody(closed[case.problem.lead_unit_id])
        claim = claim_of(case.problem)
        found = _position(case, claim, moment)
        _go_on(case, found)
        case.problem.taken_over_on = moment.today
        set_claimed(case.problem, claim)
        case.occurred_on = found.occurred_on
        return None

    return take(Move.TAKE_OVER, change, actor=actor, problems=problems, **how)


def claim_of(problem: Problem) -> Claim:
    """What the file that `problem` came with claims."""
    return read_claim(problem.claims).claim


def _position(case: Opened, claim: Claim, moment: Moment) -> Position:
    return position(
        claim,
        today=moment.today,
        wanted=case.problem.wanted_due,
        horizon=Horizon(case.problem.horizon),
        urgency=Urgency(case.problem.urgency),
        terms=case.terms,
        calendar=moment.calendar,
    )


def _go_on(case: Opened, found: Position) -> None:
    problem = case.problem
    problem.stage = found.stage.value
    problem.dispatched_on, problem.sign_by = found.dispatched_on, found.sign_by
    problem.due_original = problem.cycle_due = found.due_original
    problem.due, problem.due_provisional = found.due, found.provisional
    for measure in case.measures:
        measure.due = measure.due or found.due


def set_claimed(problem: Problem, claim: Claim) -> None:
    """Keep a claim in the columns for it."""
    problem.claimed_stage = claim.stage.value if claim.stage else None
    problem.claimed_dispatched_on, problem.claimed_done_on = claim.dispatched_on, claim.done_on
    problem.claimed_due_original, problem.claimed_due = claim.due_original, claim.due
    problem.claimed_progress = claim.progress


def _to_nobody(name: str) -> Denied:
    return Denied(
        say("牵头单位“%(unit)s”已经停用，不能接续办理。"), say("请先在“修改”中换成在用的单位。"), {"unit": name}
    )
