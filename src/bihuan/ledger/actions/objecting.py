"""Objections to a public notice: what came in, put down by the office, and the answer.

An objection that is upheld sends the problem back to its unit (`closing.send_back`); here it is dismissed. Who
objected is for the office alone: neither entry is for the eyes of the unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.closing import current_request
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.actions.tasks import refuses_length
from bihuan.ledger.models import Closeout, Objection
from bihuan.organisations.access import Actor

CHANNEL_LENGTH, OBJECTOR_LENGTH = 40, 60


@dataclass(frozen=True)
class Raised:
    """An objection as it came in: its words, the day (None: today), by which channel, from whom."""

    text: str
    received_on: date | None = None
    channel: str = ""
    objector: str = ""


def object_to(*, actor: Actor, problem: UUID, raised: Raised, **how: Unpack[How]) -> Outcome:
    """Put down an objection to the public notice; until it is answered the problem is not struck off."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        received = raised.received_on or moment.today
        denied = (
            needs_text(raised.text, say("异议内容"))
            or refuses_length(raised.channel, say("反映渠道"), CHANNEL_LENGTH)
            or refuses_length(raised.objector, say("提出人"), OBJECTOR_LENGTH)
            or _refuses_day(received, case, moment)
        )
        if denied:
            return denied
        case.add(
            Objection(
                id=new_id(),
                closeout_id=_request(case).id,
                received_on=received,
                channel=raised.channel.strip(),
                objector=raised.objector.strip(),
                text=raised.text.strip(),
            )
        )
        return None

    return take(Move.OBJECT, change, actor=actor, problems=[problem], **how)


def _refuses_day(received: date, case: Opened, moment: Moment) -> Denied | None:
    accepted = case.problem.accepted_on
    if received > moment.today:
        return Denied(say("收到异议的日期%(day)s还没有到。"), say("请填写今天或以前的日期。"), {"day": received})
    if accepted and received < accepted:
        return Denied(
            say("收到异议的日期%(day)s早于验收的日期%(accepted)s，那时还没有公示。"),
            say("请核对日期。"),
            {"day": received, "accepted": accepted},
        )
    return None


def _request(case: Opened) -> Closeout:
    """The request whose result is on notice; one that was accepted before requests were kept gets its row now."""
    known = case.closeout
    request = current_request(case)
    if known is None:
        request.state, request.accepted_on = Closeout.State.ACCEPTED.value, case.problem.accepted_on
    return request


def answer_objection(
    *, actor: Actor, problem: UUID, reason: str, objection: UUID | None = None, **how: Unpack[How]
) -> Outcome:
    """Dismiss an objection, saying why. `objection` may be left out where only one waits for an answer."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("不成立的理由"))
        if denied:
            return denied
        waiting = case.pending.objections
        chosen = [row for row in waiting if row.id == objection] if objection else waiting
        if len(chosen) != 1:
            return Denied(say("没有选中要答复的异议，或它已经答复过。"), say("请从待答复的异议中选择一条。"))
        row = chosen[0]
        row.outcome, row.answer = Objection.Outcome.DISMISSED.value, reason.strip()
        row.answered_on, row.answered_by_id = moment.today, actor.person_id
        case.details["note"] = reason.strip()
        return None

    return take(Move.ANSWER_OBJECTION, change, actor=actor, problems=[problem], **how)
