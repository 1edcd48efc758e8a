"""Handing a case to another authority (移送): from then on only fact, day and receiver are told (ADR 0025).

What waits for an answer lapses. A whole goes only after its parts: their texts would say what it is about.
"""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.indicators import ASIDE_STAGES
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.lapsing import end_requests
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.models import Problem, Referral
from bihuan.organisations.access import Actor

RECEIVER_LENGTH, DOCUMENT_LENGTH = 120, 60


def refer(
    *, actor: Actor, problem: UUID, receiver: str, reason: str, document: str = "", **how: Unpack[How]
) -> Outcome:
    """Hand a problem to another authority, `receiver`, with the letter of the number `document`."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            needs_text(receiver, say("接收机关"))
            or _refuses_line(receiver, say("接收机关"), RECEIVER_LENGTH)
            or _refuses_line(document, say("移送文号"), DOCUMENT_LENGTH)
            or refuses_text(reason, say("移送的理由"))
            or _refuses_parts(case)
        )
        if denied:
            return denied
        row = case.problem
        day = how.get("occurred_on") or moment.today
        row.referred_on = day
        end_requests(case, moment)
        if row.filing == "asked":
            row.filing = None
        case.add(
            Referral(
                id=new_id(),
                number=row.number,
                office_id=row.office_id,
                lead_unit_id=row.lead_unit_id if row.dispatched_on is not None else None,
                receiver=receiver.strip(),
                document=document.strip(),
                reason=reason.strip(),
                referred_on=day,
                referred_by_id=actor.person_id,
            )
        )
        case.details.update(note=reason.strip(), receiver=receiver.strip(), document=document.strip())
        return None

    return take(Move.REFER, change, actor=actor, problems=[problem], **how)


def _refuses_line(text: str, what: str, most: int) -> Denied | None:
    if "\n" in text.strip() or "\r" in text.strip():
        return Denied(say("%(what)s只能写一行。"), params={"what": what})
    return refuses_length(text.strip(), what, most)


def _refuses_parts(case: Opened) -> Denied | None:
    row = case.problem
    parts = Problem.objects.filter(above_region_id=row.region_id, above_id=row.id)
    left = parts.exclude(stage__in=[stage.value for stage in ASIDE_STAGES]).order_by("number").first()
    if left is None:
        return None
    return Denied(
        say("该问题分解出的“%(number)s”还没有移送。"),
        say("请先移送各个部分，再移送整个问题。"),
        {"number": left.number},
    )
