"""Raise: a unit shows that the root of a problem lies higher; the level above takes it on or says why not.

While the question waits, and for as long as the office leaves the problem suspended, the clock stands still: what
waits for others never counts against the unit. Dates move as they do after any pause (`setting_aside`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.case import Role, Side, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.handing_down import in_use, own_ledger
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.register import NewProblem, put_on_ledger
from bihuan.ledger.actions.setting_aside import run_on, stand_still
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Raising
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class TakenOn:
    """The problem under which the level above takes on what was raised; its text is that of the question where
    empty."""

    text: str = ""
    title: str = ""
    lead_unit_id: int | None = None
    wanted_due: date | None = None


def raise_up(*, actor: Actor, problem: UUID, reason: str, wanted: str, **how: Unpack[How]) -> Outcome:
    """Put a question upward: `reason` says why the root lies higher, `wanted` what the level above should do.

    The lead unit asks the dispatching office, the office's coordinator the unit directly above the office.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("上提的理由")) or needs_text(wanted, say("希望上级做什么"))
        to_unit = _unit_above(case, actor)
        if denied or isinstance(to_unit, Denied):
            return denied or (to_unit if isinstance(to_unit, Denied) else None)
        stand_still(case, moment)
        case.add(
            Raising(
                id=new_id(),
                unit_id=actor.unit_id,
                to_unit_id=to_unit,
                reason=reason.strip(),
                wanted=wanted.strip(),
                raised_on=moment.today,
                raised_by_id=actor.person_id,
            )
        )
        return None

    return take(Move.RAISE, change, actor=actor, problems=[problem], **how)


def _unit_above(case: Opened, actor: Actor) -> int | Denied:
    problem = case.problem
    if Side.OFFICE not in case.standing.sides:
        return problem.office_id
    if actor.role is not Role.COORDINATOR:
        return Denied(say("交办单位上提问题，由整改办人员办理。"), say("请与本单位的整改办联系。"))
    if problem.office.parent_id is None:
        return Denied(say("您所在的单位没有上级单位，不能上提。"), say("请由本单位研究办理。"))
    return problem.office.parent_id


@transaction.atomic
def accept_raised(
    *,
    actor: Actor,
    problem: UUID,
    taken_on: TakenOn | None = None,
    ledger: UUID | None = None,
    opinion: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Take on what was raised, as a problem of its own on the answering unit's `ledger` (None: its only one).

    The problem below stays suspended until its office resumes it.
    """
    new = taken_on or TakenOn()

    def change(case: Opened, moment: Moment) -> Denied | None:
        raising, target = case.raising, own_ledger(actor, ledger)
        assert raising is not None
        denied = _refuses_answer(case, actor)
        if denied or isinstance(target, Denied):
            return denied or (target if isinstance(target, Denied) else None)
        denied = refuses_units(target.region_id, [new.lead_unit_id])
        if denied:
            return denied
        raising.answer, raising.answered_on = Raising.Answer.ACCEPTED.value, moment.today
        raising.opinion = opinion.strip()
        if not how.get("dry_run"):
            upper = put_on_ledger(actor=actor, ledger=target, problems=[_taken(case, raising, new)])[0]
            raising.upper_region_id, raising.upper_id = upper.region_id, upper.id
            case.details["upper"] = upper.number
        return None

    return take(Move.ACCEPT_RAISED, change, actor=actor, problems=[problem], **how)


def refuse_raised(*, actor: Actor, problem: UUID, opinion: str, **how: Unpack[How]) -> Outcome:
    """Say why it is not taken on; the clock of the problem runs again at once, its dates moved by the wait."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(opinion, say("不接受的理由")) or _refuses_answer(case, actor)
        if denied or case.raising is None:
            return denied
        case.raising.answer, case.raising.answered_on = Raising.Answer.REFUSED.value, moment.today
        case.raising.opinion = opinion.strip()
        run_on(case, moment)
        return None

    return take(Move.REFUSE_RAISED, change, actor=actor, problems=[problem], **how)


def _refuses_answer(case: Opened, actor: Actor) -> Denied | None:
    """Only the unit that was asked answers."""
    if case.raising is not None and case.raising.to_unit_id == actor.unit_id:
        return None
    return Denied(say("这次上提不是向您所在的单位提出的。"), say("请由被上提的单位答复。"))


def _taken(case: Opened, raising: Raising, new: TakenOn) -> NewProblem:
    problem = case.problem
    return NewProblem(
        text=new.text.strip() or f"{raising.reason}\n{raising.wanted}",
        title=new.title.strip() or problem.title,
        category=problem.category,
        nature=problem.nature or "",
        source_id=in_use(problem.source_id),
        urgency=Urgency(problem.urgency),
        lead_unit_id=new.lead_unit_id,
        wanted_due=new.wanted_due,
    )
