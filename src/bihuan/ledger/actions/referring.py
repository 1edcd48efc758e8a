"""Handing a case to another authority (移送): from then on only fact, day and receiver are told (ADR 0025).

What waits for an answer lapses. A whole goes only after its parts: their texts would say what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.case import Stage
from bihuan.domain.indicators import ASIDE_STAGES
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.lapsing import end_requests
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.step import Moment, Opened, Outcome, open_all, this_moment
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.actions.tasks import refuses_length, refuses_text
from bihuan.ledger.models import Problem, Referral
from bihuan.organisations.access import Actor

RECEIVER_LENGTH, DOCUMENT_LENGTH = 120, 60


@dataclass(frozen=True)
class _Handover:
    """To whom a case goes, with which letter, why, and on which day it is said to have gone (None: today)."""

    receiver: str
    document: str
    reason: str
    day: date | None


@transaction.atomic
def refer(
    *, actor: Actor, problem: UUID, receiver: str, reason: str, document: str = "", **how: Unpack[How]
) -> Outcome:
    """Hand a problem to another authority, `receiver`, with the letter of the number `document`.

    What was merged into it goes along: it is the same case.
    """
    said = _Handover(receiver.strip(), document.strip(), reason.strip(), how.get("occurred_on"))

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            needs_text(receiver, say("接收机关"))
            or _refuses_line(receiver, say("接收机关"), RECEIVER_LENGTH)
            or _refuses_line(document, say("移送文号"), DOCUMENT_LENGTH)
            or refuses_text(reason, say("移送的理由"))
            or _refuses_parts(case)
        )
        if not denied:
            _hand_over(case, said, actor, moment)
        return denied

    outcome = take(Move.REFER, change, actor=actor, problems=[problem], **how)
    if outcome.done and not how.get("dry_run"):
        _take_along(outcome.done[0], said, actor)
    return outcome


def _take_along(problem: Problem, said: _Handover, actor: Actor) -> None:
    asked = Problem.objects.filter(region_id=problem.region_id, stage=Stage.MERGED)
    into = [problem.id]
    while rows := list(asked.filter(merged_into_id__in=into).order_by("id")):
        moment = this_moment()
        cases = open_all(rows, actor=actor, moment=moment)
        for case in cases:
            _hand_over(case, said, actor, moment)
            case.problem.stage = Stage.REFERRED.value
            case.details["with"] = problem.number
        record(Move.REFER, cases, actor=actor, moment=moment, occurred_on=said.day)
        into = [row.id for row in rows]


def _hand_over(case: Opened, said: _Handover, actor: Actor, moment: Moment) -> None:
    row = case.problem
    row.referred_on = said.day or moment.today
    end_requests(case, moment)
    if row.filing == "asked":
        row.filing = None
    case.add(
        Referral(
            id=new_id(),
            number=row.number,
            office_id=row.office_id,
            lead_unit_id=row.lead_unit_id if row.dispatched_on is not None else None,
            receiver=said.receiver,
            document=said.document,
            reason=said.reason,
            referred_on=row.referred_on,
            referred_by_id=actor.person_id,
        )
    )
    case.details.update(note=said.reason, receiver=said.receiver, document=said.document)


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
