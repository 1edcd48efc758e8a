"""Setting a problem aside: suspend and resume, merge into another, withdraw. Always with a reason.

What a unit asked and still waits for when a problem is merged or withdrawn lapses with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.deadlines import after_pause
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.lapsing import end_requests
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor


def suspend(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Stop the clock, saying why."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("中止的理由"))
        if denied:
            return denied
        stand_still(case, moment)
        case.details["note"] = reason.strip()
        return None

    return take(Move.SUSPEND, change, actor=actor, problems=problems, **how)


def resume(*, actor: Actor, problems: Sequence[UUID], note: str = "", **how: Unpack[How]) -> Outcome:
    """Let the clock run again; dates still ahead when it stopped move by the days it stood still.

    With the date moves what caps on extensions are counted from: a pause uses up none of them.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        run_on(case, moment)
        if note.strip():
            case.details["note"] = note.strip()
        return None

    return take(Move.RESUME, change, actor=actor, problems=problems, **how)


def stand_still(case: Opened, moment: Moment) -> None:
    """Stop the clock of a problem; it goes back later to where it stood."""
    case.problem.stage_before = case.problem.stage
    case.problem.suspended_on = moment.today


def run_on(case: Opened, moment: Moment) -> None:
    """Let the clock of a suspended problem run again, with its dates moved by the days it stood still."""
    problem, since = case.problem, case.problem.suspended_on
    assert since is not None

    def moved(day: date) -> date:
        return after_pause(due=day, suspended_on=since, resumed_on=moment.today) if day >= since else day

    if problem.due is not None and problem.due >= since:
        problem.due = moved(problem.due)
        if problem.cycle_due is not None:
            problem.cycle_due = after_pause(due=problem.cycle_due, suspended_on=since, resumed_on=moment.today)
    if problem.sign_by is not None and problem.signed_on is None:
        problem.sign_by = moved(problem.sign_by)
    for measure in case.measures:
        if measure.due is not None and measure.progress < 100:
            measure.due = moved(measure.due)
    problem.stage, problem.stage_before, problem.suspended_on = problem.stage_before, "", None


@transaction.atomic
def merge(*, actor: Actor, problems: Sequence[UUID], into: str, reason: str, **how: Unpack[How]) -> Outcome:
    """Merge problems into the one with the number `into`, on the same office's ledgers and still open."""
    target = _target(actor, problems, into.strip())

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("并案的理由")) or _refuses_target(target, case, into)
        if denied or target is None:
            return denied
        case.problem.merged_into_id = target.id
        end_requests(case, moment)
        case.details.update(note=reason.strip(), into=target.number)
        return None

    return take(Move.MERGE, change, actor=actor, problems=problems, **how)


def _target(actor: Actor, problems: Sequence[UUID], number: str) -> Problem | None:
    """The problem to merge into, locked with those to be merged: two could else be merged into one another."""
    rows = visible_to(actor).filter(Q(id__in=problems) | Q(number=number)).order_by("id")
    found = [row for row in rows.select_for_update(of=("self",)) if row.number == number]
    own = next((row for row in found if row.office_id == actor.unit_id), None)
    return own or next(iter(found), None)


def _refuses_target(target: Problem | None, case: Opened, number: str) -> Denied | None:
    if target is not None and target.region_id != case.problem.region_id:
        return Denied(
            say("编号为“%(number)s”的问题在另一个地区的台账上，不能跨地区并案。"),
            say("请填写本单位台账上的编号。"),
            {"number": number},
        )
    if target is None or target.office_id != case.problem.office_id:
        return Denied(
            say("没有找到编号为“%(number)s”的问题。"), say("请填写本单位台账上的编号。"), {"number": number}
        )
    if target.id == case.problem.id:
        return Denied(say("不能把问题并入它自己。"), say("请填写另一个问题的编号。"))
    if Stage(target.stage) not in OPEN_STAGES:
        return Denied(say("编号为“%(number)s”的问题已经办结，不能并入。"), params={"number": number})
    return None


def withdraw(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Take problems off the ledger, saying why; they stay readable."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("撤销的理由"))
        if denied:
            return denied
        end_requests(case, moment)
        case.details["note"] = reason.strip()
        return None

    return take(Move.WITHDRAW, change, actor=actor, problems=problems, **how)
