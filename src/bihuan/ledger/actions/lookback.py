"""Look-back: plan it, and put down whether the result held or the problem is back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.domain import lookback
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.closing import reset_closeout
from bihuan.ledger.actions.passing import pass_to_successors, refuses_former_work
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Lookback
from bihuan.organisations.access import Actor


def plan_lookback(*, actor: Actor, problems: Sequence[UUID], day: date, **how: Unpack[How]) -> Outcome:
    """Plan the look-back for `day`."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = lookback.refuses_day(day=day, today=moment.today)
        if denied:
            return denied
        case.problem.lookback_on = day
        if case.lookback:
            case.lookback.planned_for = day
        return None

    return take(Move.PLAN_LOOKBACK, change, actor=actor, problems=problems, **how)


def confirm(*, actor: Actor, problem: UUID, finding: str, **how: Unpack[How]) -> Outcome:
    """The result held: put down what was found; the problem is sustained."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(finding, say("回头看情况")) or refuses_former_work(case, actor)
        if denied:
            return denied
        _finish(case, Lookback.Result.SUSTAINED, finding, moment)
        case.problem.sustained_on = moment.today
        return None

    return take(Move.CONFIRM, change, actor=actor, problems=[problem], **how)


def reopen(*, actor: Actor, problem: UUID, finding: str, due: date, **how: Unpack[How]) -> Outcome:
    """The problem is back: a new cycle begins with a new date; the earlier measures stay on the record."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(finding, say("反弹情况")) or refuses_former_work(case, actor)
        if denied:
            return denied
        if due < moment.today:
            return Denied(say("新的时限%(due)s已经过去。"), say("请填写今天或以后的日期。"), {"due": due})
        _finish(case, Lookback.Result.REBOUNDED, finding, moment)
        reset_closeout(case)
        problem_ = case.problem
        problem_.cycle += 1
        problem_.extensions = problem_.returns = 0
        problem_.due = problem_.cycle_due = due
        problem_.due_provisional = False
        for measure in case.measures:
            measure.dropped = True
        pass_to_successors(case)
        return None

    return take(Move.REOPEN, change, actor=actor, problems=[problem], **how)


def _finish(case: Opened, result: Lookback.Result, finding: str, moment: Moment) -> None:
    case.details["note"] = finding.strip()
    if case.lookback:
        case.lookback.done_on = moment.today
        case.lookback.result = result.value
        case.lookback.finding = finding.strip()
