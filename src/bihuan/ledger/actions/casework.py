"""Leaders who take a problem in their own name (包案), and leave it again with a reason.

Several leaders of different levels may have the same problem; nobody takes it twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Duty
from bihuan.organisations.access import Actor

NAME_LENGTH = 60


def take_case(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Take problems as one's own cases. Refused where the same person has taken it already."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        if _held(case, actor):
            return Denied(say("您已经包了这个案。"), say("不用重复办理。"))
        case.add(
            Duty(
                id=new_id(),
                duty=Duty.Kind.LEADER.value,
                unit_id=actor.unit_id,
                person_id=actor.person_id,
                name=actor.person_name[:NAME_LENGTH],
                asked_on=moment.today,
                confirmed_on=moment.today,
            )
        )
        return None

    return take(Move.TAKE_CASE, change, actor=actor, problems=problems, **how)


def leave_case(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Leave a case that one has taken. Refused without a reason, and where it is not the actor's case."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("退出包案的理由"))
        rows = [] if denied else _held(case, actor)
        if not denied and not rows:
            denied = Denied(say("您没有包这个案。"), say("请刷新后再看。"))
        for row in rows:
            row.dropped, row.note = True, reason.strip()
        if rows:
            case.details["note"] = reason.strip()
        return denied

    return take(Move.LEAVE_CASE, change, actor=actor, problems=[problem], **how)


def _held(case: Opened, actor: Actor) -> list[Duty]:
    """The actor's own case on this problem, among the rows that are watched for changes."""
    problem = case.problem
    rows = Duty.objects.filter(
        person_id=actor.person_id, duty=Duty.Kind.LEADER, dropped=False, problem_id=problem.id
    )
    return case.bring(rows.filter(region_id=problem.region_id))
