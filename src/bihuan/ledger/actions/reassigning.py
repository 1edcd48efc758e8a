"""An order goes to another unit without having been declined: reassigned by its office, or passed on downward."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.redirecting import redirect, refuses_lead
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit


def reassign(*, actor: Actor, problem: UUID, unit_id: int | None, reason: str, **how: Unpack[How]) -> Outcome:
    """Hand the order to another lead unit, saying why; it signs anew, the deadline stays."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("改派的理由")) or refuses_lead(case, unit_id)
        if denied or unit_id is None:
            return denied
        redirect(case, unit_id, moment)
        case.details["note"] = reason.strip()
        return None

    return take(Move.REASSIGN, change, actor=actor, problems=[problem], **how)


def transfer(*, actor: Actor, problem: UUID, unit_id: int | None, note: str = "", **how: Unpack[How]) -> Outcome:
    """Pass the order on to a unit below the lead unit; it signs anew, the deadline stays."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_lead(case, unit_id) or _refuses_elsewhere(case, unit_id)
        if denied or unit_id is None:
            return denied
        redirect(case, unit_id, moment)
        if note.strip():
            case.details["note"] = note.strip()
        return None

    return take(Move.TRANSFER, change, actor=actor, problems=[problem], **how)


def has_units_below(case: Opened) -> bool:
    """Does the lead unit have any unit to which it could pass an order on?"""
    return Unit.objects.filter(parent_id=case.problem.lead_unit_id, is_active=True).exists()


def _refuses_elsewhere(case: Opened, unit_id: int | None) -> Denied | None:
    if Unit.objects.filter(pk__in=[unit_id], path__contains=f"/{case.problem.lead_unit_id}/").exists():
        return None
    return Denied(say("只能转办给本单位的下级单位。"), say("不该由本单位办的，请“退单”。"))
