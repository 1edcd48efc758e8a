"""Orders declined: by the lead unit before it signs, answered by the office, ruled on by the level above it.

Declining wins no time: the deadline runs on. Only the time to sign stands still while an answer is awaited, where
it had not run out already, and begins anew with the answer.
"""

from __future__ import annotations

from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Ruling
from bihuan.domain.deadlines import sign_by
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.redirecting import redirect, refuses_due, refuses_lead
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Decline
from bihuan.organisations.access import Actor

NAME_LENGTH = 60


def decline(
    *, actor: Actor, problem: UUID, refuser: str, reason: str, proposed: int | None = None, **how: Unpack[How]
) -> Outcome:
    """Decline an order: `refuser` is who refuses, by name; `proposed` the unit that should take it instead."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            _refuses_name(refuser) or needs_text(reason, say("退单的理由")) or _refuses_proposal(case, proposed)
        )
        if denied:
            return denied
        lead = case.problem.lead_unit_id
        assert lead is not None, "it was dispatched"
        case.add(
            Decline(
                id=new_id(),
                unit_id=lead,
                refuser=refuser.strip(),
                reason=reason.strip(),
                proposed_id=proposed,
                declined_on=moment.today,
                declined_by_id=actor.person_id,
            )
        )
        case.problem.declines = (case.problem.declines or 0) + 1
        _stop_signing(case, moment)
        return None

    return take(Move.DECLINE, change, actor=actor, problems=[problem], **how)


def grant_decline(
    *,
    actor: Actor,
    problem: UUID,
    unit_id: int | None,
    due: date | None = None,
    opinion: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Take the order back from the unit that declined it and hand it to `unit_id`, at once.

    `due` gives the new unit a later date; without it the date in force stays.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_lead(case, unit_id) or refuses_due(case, due, moment.today)
        if denied or unit_id is None:
            return denied
        _answer(case, Ruling.GRANTED, opinion, moment)
        redirect(case, unit_id, moment, due=due)
        return None

    return take(Move.GRANT_DECLINE, change, actor=actor, problems=[problem], **how)


def refuse_decline(*, actor: Actor, problem: UUID, opinion: str, **how: Unpack[How]) -> Outcome:
    """Leave the order with the unit, saying why."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(opinion, say("不同意退单的理由"))
        if denied:
            return denied
        _answer(case, Ruling.REFUSED, opinion, moment)
        _sign_anew(case, moment)
        return None

    return take(Move.REFUSE_DECLINE, change, actor=actor, problems=[problem], **how)


def appeal_decline(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Ask the unit directly above the dispatching office for the final ruling, as the unit's leader."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("申请终裁的理由")) or refuses_court(case)
        if denied:
            return denied
        assert case.decline is not None
        case.decline.answer = Ruling.APPEALED.value
        case.decline.appealed_on, case.decline.appeal = moment.today, reason.strip()
        _stop_signing(case, moment)
        return None

    return take(Move.APPEAL_DECLINE, change, actor=actor, problems=[problem], **how)


def overturn_decline(
    *,
    actor: Actor,
    problem: UUID,
    unit_id: int | None,
    ruling: str,
    due: date | None = None,
    **how: Unpack[How],
) -> Outcome:
    """Rule for the unit that declined: the order goes to `unit_id`, at once. Final."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            refuses_ruler(case)
            or needs_text(ruling, say("终裁的理由"))
            or refuses_lead(case, unit_id)
            or refuses_due(case, due, moment.today)
        )
        if denied or unit_id is None:
            return denied
        _rule(case, Ruling.OVERTURNED, ruling, moment)
        redirect(case, unit_id, moment, due=due)
        return None

    return take(Move.OVERTURN_DECLINE, change, actor=actor, problems=[problem], **how)


def uphold_decline(*, actor: Actor, problem: UUID, ruling: str, **how: Unpack[How]) -> Outcome:
    """Rule for the office: the unit that declined must take the order. Final."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_ruler(case) or needs_text(ruling, say("终裁的理由"))
        if denied:
            return denied
        _rule(case, Ruling.UPHELD, ruling, moment)
        _sign_anew(case, moment)
        return None

    return take(Move.UPHOLD_DECLINE, change, actor=actor, problems=[problem], **how)


def refuses_ruler(case: Opened) -> Denied | None:
    """The final ruling is given by the unit directly above the dispatching office, by none further up."""
    above = case.problem.office.parent
    if above is not None and above.pk == case.acting_for:
        return None
    return Denied(
        say("终裁只能由交办单位的直接上级“%(unit)s”作出。"),
        params={"unit": above.name if above else "—"},
    )


def refuses_court(case: Opened) -> Denied | None:
    """A final ruling can be asked for only where the unit above the office has no part in the problem itself."""
    office, remedy = case.problem.office, say("请签收办理；确有困难的，请与交办单位联系。")
    above = office.parent
    if above is None or not above.is_active:
        return Denied(say("交办单位“%(unit)s”没有上级单位，不能申请终裁。"), remedy, {"unit": office.name})
    if above.pk in {case.problem.lead_unit_id, *case.supports}:
        return Denied(
            say("交办单位的上级“%(unit)s”本身是该问题的责任单位，不能由它终裁。"), remedy, {"unit": above.name}
        )
    return None


def _refuses_name(refuser: str) -> Denied | None:
    if len(refuser.strip()) > NAME_LENGTH:
        return Denied(say("退单人姓名最多%(most)s个字。"), params={"most": NAME_LENGTH})
    return needs_text(refuser, say("退单人姓名"))


def _refuses_proposal(case: Opened, proposed: int | None) -> Denied | None:
    if proposed is not None and proposed == case.problem.lead_unit_id:
        return Denied(say("建议的承办单位就是本单位。"), say("请选择别的单位，或留空。"))
    return refuses_units(case.problem.region_id, {proposed})


def _answer(case: Opened, answer: Ruling, opinion: str, moment: Moment) -> None:
    assert case.decline is not None
    case.decline.answer = answer.value
    case.decline.answered_on, case.decline.opinion = moment.today, opinion.strip()


def _rule(case: Opened, answer: Ruling, ruling: str, moment: Moment) -> None:
    assert case.decline is not None
    case.decline.answer = answer.value
    case.decline.ruled_on, case.decline.ruling = moment.today, ruling.strip()


def _stop_signing(case: Opened, moment: Moment) -> None:
    """No time to sign runs while an answer is awaited; what had run out already is not made good by asking."""
    until = case.problem.sign_by
    if until is not None and moment.today <= until:
        case.problem.sign_by = None


def _sign_anew(case: Opened, moment: Moment) -> None:
    if case.problem.sign_by is None:
        case.problem.sign_by = sign_by(day=moment.today, terms=case.terms, calendar=moment.calendar).day
