"""Close-out, tier by tier: ask, check on the spot, accept or return, public notice, strike off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain import deadlines, lookback
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.domain.taking_over import stands_since
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Lookback
from bihuan.organisations.access import Actor


def ask_closeout(*, actor: Actor, problem: UUID, summary: str, **how: Unpack[How]) -> Outcome:
    """Ask for the problem to be struck off: every measure done, evidence on each. The unit's clock stops."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(summary, say("整改完成情况"))
        if denied:
            return denied
        case.problem.asked_on = moment.today
        case.worked(actor)
        case.details["note"] = summary.strip()
        return None

    return take(Move.ASK_CLOSEOUT, change, actor=actor, problems=[problem], **how)


def check(*, actor: Actor, problem: UUID, finding: str, **how: Unpack[How]) -> Outcome:
    """Put down what a supervisor found on the spot."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(finding, say("现场核查情况"))
        if denied:
            return denied
        case.problem.checked_on = moment.today
        _stop_clock(case)
        case.details["note"] = finding.strip()
        return None

    return take(Move.CHECK, change, actor=actor, problems=[problem], **how)


def accept(*, actor: Actor, problems: Sequence[UUID], opinion: str = "", **how: Unpack[How]) -> Outcome:
    """Accept the result; whoever accepts signs and answers for it."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        case.problem.accepted_on = moment.today
        _stop_clock(case)
        case.details["note"] = opinion.strip()
        return None

    return take(Move.ACCEPT, change, actor=actor, problems=problems, **how)


def send_back(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Return the problem to the unit, saying what is wanting; the clock runs on as if it had not asked."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("退回的理由"))
        if denied:
            return denied
        reset_closeout(case)
        case.problem.returns += 1
        case.details["note"] = reason.strip()
        return None

    return take(Move.RETURN, change, actor=actor, problems=[problem], **how)


def publish(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Begin the public notice."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        until = deadlines.notice_until(day=moment.today, terms=case.terms, calendar=moment.calendar)
        case.problem.notice_until = until.day
        return None

    return take(Move.PUBLISH, change, actor=actor, problems=problems, **how)


def close(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Strike problems off and plan the look-back."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        planned = lookback.planned_for(closed_on=moment.today, terms=case.terms, calendar=moment.calendar).day
        case.problem.closed_on = moment.today
        case.problem.lookback_on = planned
        case.add(Lookback(id=new_id(), planned_for=planned, cycle=case.problem.cycle))
        return None

    return take(Move.CLOSE, change, actor=actor, problems=problems, **how)


def _stop_clock(case: Opened) -> None:
    """What was claimed done enters close-out as if asked for on the day since which its clock stands still."""
    problem = case.problem
    if case.case.stage is Stage.CLAIMED_DONE and problem.taken_over_on is not None:
        problem.asked_on = stands_since(
            claimed_done_on=problem.claimed_done_on, taken_over_on=problem.taken_over_on
        )


def reset_closeout(case: Opened) -> None:
    """Forget what the present request for close-out had reached; the entries keep it."""
    problem = case.problem
    problem.asked_on = problem.checked_on = problem.accepted_on = None
    problem.notice_until = problem.closed_on = problem.sustained_on = problem.lookback_on = None
