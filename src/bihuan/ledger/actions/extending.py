"""Extensions: asked by the unit, signed by its own leader, answered by the dispatching office.

The original date stays; `due` moves. How often and how long is capped by class (`Terms`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Role
from bihuan.domain.deadlines import refuses_new_due
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Extension
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class MoreTime:
    """The date asked for, and why."""

    due: date
    reason: str


def ask_extension(*, actor: Actor, problem: UUID, due: date, reason: str, **how: Unpack[How]) -> Outcome:
    """Ask for `due` as the new date. Asked by the unit's leader it counts as signed."""
    return ask_extensions(actor=actor, asked={problem: MoreTime(due, reason)}, **how)


def ask_extensions(*, actor: Actor, asked: Mapping[UUID, MoreTime], **how: Unpack[How]) -> Outcome:
    """Ask for more time for several problems, each with its own date and reason."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        wanted = asked[case.problem.id]
        denied = refuses_new_due(case.case, wanted.due) or needs_text(wanted.reason, say("延期理由"))
        if denied or case.problem.due is None:
            return denied
        leads = actor.role is Role.LEADER
        case.add(
            Extension(
                id=new_id(),
                asked_due=wanted.due,
                due_before=case.problem.due,
                reason=wanted.reason.strip(),
                asked_on=moment.today,
                asked_by_id=_unit_person(case, actor),
                signed_on=moment.today if leads else None,
                signed_by_id=actor.person_id if leads else None,
            )
        )
        case.worked(actor)
        return None

    return take(Move.ASK_EXTENSION, change, actor=actor, problems=list(asked), **how)


def sign_extension(*, actor: Actor, problem: UUID, **how: Unpack[How]) -> Outcome:
    """Sign the unit's own request as its leader; on behalf: the paper bears the leader's signature."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        assert case.request is not None
        case.request.signed_on, case.request.signed_by_id = moment.today, _unit_person(case, actor)
        case.worked(actor)
        return None

    return take(Move.SIGN_EXTENSION, change, actor=actor, problems=[problem], **how)


def _unit_person(case: Opened, actor: Actor) -> int | None:
    """Who of the unit asked or signed: nobody known here where the office puts it down; the entry has the name."""
    return None if case.standing.on_behalf_of else actor.person_id


def grant_extension(
    *, actor: Actor, problem: UUID, due: date | None = None, opinion: str = "", **how: Unpack[How]
) -> Outcome:
    """Grant a request with a definite date: the one asked for, or `due`."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        assert case.request is not None
        new = due or case.request.asked_due
        denied = refuses_new_due(case.case, new)
        if denied:
            return denied
        _answer(case, Extension.Answer.GRANTED, opinion, moment)
        case.problem.due = new
        case.problem.due_provisional = False
        case.problem.extensions += 1
        return None

    return take(Move.GRANT_EXTENSION, change, actor=actor, problems=[problem], **how)


def refuse_extension(*, actor: Actor, problem: UUID, opinion: str, **how: Unpack[How]) -> Outcome:
    """Refuse a request, saying why; the date stays."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(opinion, say("不同意的理由"))
        if denied:
            return denied
        _answer(case, Extension.Answer.REFUSED, opinion, moment)
        return None

    return take(Move.REFUSE_EXTENSION, change, actor=actor, problems=[problem], **how)


def _answer(case: Opened, answer: Extension.Answer, opinion: str, moment: Moment) -> None:
    assert case.request is not None
    case.request.answer = answer.value
    case.request.answered_on = moment.today
    case.request.opinion = opinion.strip()
