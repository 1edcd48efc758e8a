"""Setting a problem aside: suspend and resume, merge into another, withdraw. Always with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.deadlines import after_pause
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor


def suspend(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Stop the clock, saying why."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("中止的理由"))
        if denied:
            return denied
        case.problem.stage_before = case.problem.stage
        case.problem.suspended_on = moment.today
        case.details["note"] = reason.strip()
        return None

    return take(Move.SUSPEND, change, actor=actor, problems=problems, **how)


def resume(*, actor: Actor, problems: Sequence[UUID], note: str = "", **how: Unpack[How]) -> Outcome:
    """Let the clock run again; dates still ahead when it stopped move by the days it stood still."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        problem, since = case.problem, case.problem.suspended_on
        assert since is not None
        if problem.due is not None and problem.due >= since:
            problem.due = after_pause(due=problem.due, suspended_on=since, resumed_on=moment.today)
        if problem.sign_by is not None and problem.signed_on is None and problem.sign_by >= since:
            problem.sign_by = after_pause(due=problem.sign_by, suspended_on=since, resumed_on=moment.today)
        for measure in case.measures:
            if measure.due is not None and measure.due >= since and measure.progress < 100:
                measure.due = after_pause(due=measure.due, suspended_on=since, resumed_on=moment.today)
        problem.stage, problem.stage_before, problem.suspended_on = problem.stage_before, "", None
        if note.strip():
            case.details["note"] = note.strip()
        return None

    return take(Move.RESUME, change, actor=actor, problems=problems, **how)


def merge(*, actor: Actor, problems: Sequence[UUID], into: str, reason: str, **how: Unpack[How]) -> Outcome:
    """Merge problems into the one with the number `into`, on the same office's ledgers and still open."""
    target = visible_to(actor).filter(number=into.strip(), office_id=actor.unit_id).first()

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("并案的理由"))
        if denied:
            return denied
        if target is None or target.region_id != case.problem.region_id:
            return Denied(
                say("没有找到编号为“%(number)s”的问题。"), say("请填写本单位台账上的编号。"), {"number": into}
            )
        if target.id == case.problem.id:
            return Denied(say("不能把问题并入它自己。"), say("请填写另一个问题的编号。"))
        if Stage(target.stage) not in OPEN_STAGES:
            return Denied(say("编号为“%(number)s”的问题已经办结，不能并入。"), params={"number": into})
        case.problem.merged_into_id = target.id
        case.details.update(note=reason.strip(), into=target.number)
        return None

    return take(Move.MERGE, change, actor=actor, problems=problems, **how)


def withdraw(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Take problems off the ledger, saying why; they stay readable."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("撤销的理由"))
        if denied:
            return denied
        case.details["note"] = reason.strip()
        return None

    return take(Move.WITHDRAW, change, actor=actor, problems=problems, **how)
