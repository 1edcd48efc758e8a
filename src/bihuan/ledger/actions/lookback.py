"""Look-back: plan it, and put down whether the result held or the problem is back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain import lookback
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.attaching import evidence_row
from bihuan.ledger.actions.closing import reset_closeout
from bihuan.ledger.actions.passing import pass_to_successors, refuses_former_work
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Lookback
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class Sampled:
    """The draw with which problems were drawn: its id and name."""

    id: UUID
    name: str


def plan_lookback(
    *, actor: Actor, problems: Sequence[UUID], day: date, sampled: Sampled | None = None, **how: Unpack[How]
) -> Outcome:
    """Plan the look-back for `day`. A draw never puts off what is planned for an earlier day."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = lookback.refuses_day(day=day, today=moment.today)
        if denied:
            return denied
        planned, row = case.problem.lookback_on, case.lookback
        case.problem.lookback_on = min(day, planned or day) if sampled else day
        if row is None:
            row = case.add(Lookback(id=new_id(), planned_for=day, cycle=case.problem.cycle))
        row.planned_for = case.problem.lookback_on
        if sampled:
            row.draw_id = sampled.id
            case.details["draw"] = sampled.name
        return None

    return take(Move.PLAN_LOOKBACK, change, actor=actor, problems=problems, **how)


def confirm(
    *, actor: Actor, problem: UUID, finding: str, files: Sequence[StoredFile] = (), **how: Unpack[How]
) -> Outcome:
    """The result held: put down what was found, with pictures of it; the problem is sustained."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(finding, say("回头看情况")) or refuses_former_work(case, actor)
        if denied:
            return denied
        _finish(case, Lookback.Result.SUSTAINED, finding, moment)
        _show(case, files, actor, moment)
        case.problem.sustained_on = moment.today
        return None

    return take(Move.CONFIRM, change, actor=actor, problems=[problem], **how)


def reopen(
    *,
    actor: Actor,
    problem: UUID,
    finding: str,
    due: date,
    found_by: str = "",
    files: Sequence[StoredFile] = (),
    **how: Unpack[How],
) -> Outcome:
    """The problem is back: a new cycle begins with a new date; the earlier measures stay on the record.

    `found_by`: how it came to light, one of `lookback.FOUND_BY`; empty for the look-back. It counts as a look-back
    that found a rebound whether or not one was planned.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(finding, say("反弹情况")) or refuses_former_work(case, actor)
        if denied:
            return denied
        if due < moment.today:
            return Denied(say("新的时限%(due)s已经过去。"), say("请填写今天或以后的日期。"), {"due": due})
        if found_by and found_by not in lookback.FOUND_BY:
            return Denied(say("没有“%(value)s”这一类。"), say("请重新选择。"), {"value": found_by})
        _finish(case, Lookback.Result.REBOUNDED, finding, moment)
        _show(case, files, actor, moment)
        case.details["found_by"] = found_by or lookback.LOOKBACK
        if case.problem.closed_on:
            case.details["days_since"] = (moment.today - case.problem.closed_on).days
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
    """Put the result into the planned look-back; what came to light without one gets a row of its own."""
    case.details["note"] = finding.strip()
    row = case.lookback
    if row is None:
        row = case.add(Lookback(id=new_id(), planned_for=moment.today, cycle=case.problem.cycle))
    row.done_on, row.result, row.finding = moment.today, result.value, finding.strip()


def _show(case: Opened, files: Sequence[StoredFile], actor: Actor, moment: Moment) -> None:
    """Hang the pictures of a look-back on the problem; the look-back is told by the day on which they came."""
    for file in files:
        case.add(evidence_row(file, actor=actor, unit_id=actor.unit_id, at=moment.now, purpose="lookback"))
