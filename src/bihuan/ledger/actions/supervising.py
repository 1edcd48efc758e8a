"""Supervision letters (督办函), numbered and to be answered by a day; and listed supervision (挂牌督办).

Each problem has a letter of its own with a number of its own. Accepting waits for the answers, striking off for
the problem being taken off the list (`domain.supervision`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.numbering import letters_key, written
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.register import take_running
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.actions.tasks import refuses_text
from bihuan.ledger.models import Urging
from bihuan.organisations.access import Actor

LONGEST = timedelta(days=366)


def send_letter(
    *, actor: Actor, problems: Sequence[UUID], text: str, reply_by: date, **how: Unpack[How]
) -> Outcome:
    """Send the lead unit of each problem a numbered letter that is to be answered by `reply_by`."""
    wanted = not how.get("dry_run")

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_text(text, say("督办要求")) or _refuses_reply_day(reply_by, moment)
        if denied:
            return denied
        row = urging_row(case, Urging.Kind.LETTER, text, actor=actor, moment=moment)
        row.reply_by = reply_by
        row.number = _next_number(actor, moment) if wanted else None
        case.add(row)
        case.problem.letters = (case.problem.letters or 0) + 1
        case.details.update(note=row.text, number=row.number)
        return None

    return take(Move.SEND_LETTER, change, actor=actor, problems=problems, **how)


def answer_letter(
    *, actor: Actor, problem: UUID, answer: str, letter: UUID | None = None, **how: Unpack[How]
) -> Outcome:
    """Answer a letter that waits: the one named, or the one that was sent first."""
    said_on = how.get("occurred_on")

    def change(case: Opened, moment: Moment) -> Denied | None:
        row = next((row for row in case.pending.letters if letter in (None, row.id)), None)
        if row is None:
            return Denied(say("这份督办函已经回复，或不再需要回复。"), say("请刷新页面。"))
        denied = refuses_text(answer, say("回复内容")) or _refuses_early(row, said_on)
        if denied:
            return denied
        row.answer, row.answered_by_id = answer.strip(), actor.person_id
        row.answered_on = row.ended_on = said_on or moment.today
        case.problem.letters = (case.problem.letters or 1) - 1 or None
        case.details.update(note=row.answer, number=row.number)
        return None

    return take(Move.ANSWER_LETTER, change, actor=actor, problems=[problem], **how)


def list_supervision(
    *, actor: Actor, problems: Sequence[UUID], text: str, reply_by: date, **how: Unpack[How]
) -> Outcome:
    """Put problems under listed supervision: what is demanded, and by when it is to be done."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_text(text, say("督办要求")) or _refuses_reply_day(reply_by, moment)
        if denied:
            return denied
        row = urging_row(case, Urging.Kind.LISTED, text, actor=actor, moment=moment)
        row.reply_by = reply_by
        case.add(row)
        case.problem.listed_on = moment.today
        case.details["note"] = row.text
        return None

    return take(Move.LIST_SUPERVISION, change, actor=actor, problems=problems, **how)


def end_supervision(*, actor: Actor, problems: Sequence[UUID], note: str, **how: Unpack[How]) -> Outcome:
    """Take problems off the list, saying why: by the unit that listed them, or by their office."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        row = case.pending.listing
        if row is None:
            return Denied(say("该问题没有挂牌督办。"))
        if actor.unit_id not in (row.by_unit_id, case.problem.office_id):
            return Denied(say("摘牌由挂牌的单位或交办单位办理。"), say("请与挂牌的单位联系。"))
        denied = refuses_text(note, say("摘牌的理由"))
        if denied:
            return denied
        row.ended_on, row.ended_note = moment.today, note.strip()
        case.problem.listed_on = None
        case.details["note"] = row.ended_note
        return None

    return take(Move.END_SUPERVISION, change, actor=actor, problems=problems, **how)


def urging_row(case: Opened, kind: str, text: str, *, actor: Actor, moment: Moment) -> Urging:
    """A row to the lead unit of an opened problem, not hung on it yet."""
    assert case.problem.lead_unit_id is not None
    return Urging(
        id=new_id(),
        kind=str(kind),
        text=text.strip(),
        by_unit_id=actor.unit_id,
        by_person_id=actor.person_id,
        to_unit_id=case.problem.lead_unit_id,
        sent_on=moment.today,
    )


def _next_number(actor: Actor, moment: Moment) -> str:
    """The next number of the unit's letters this year; inside the transaction of the step."""
    year = moment.today.year
    running = take_running(actor.region_id, letters_key(actor.unit_id, year), 1)
    return written(moment.setup.numbers.letter, year=year, n=running)


def _refuses_reply_day(day: date, moment: Moment) -> Denied | None:
    if day < moment.today:
        return Denied(say("回复期限%(day)s已经过去。"), say("请填写今天或以后的日期。"), {"day": day})
    if day > moment.today + LONGEST:
        return Denied(say("回复期限%(day)s太远，最长一年。"), params={"day": day})
    return None


def _refuses_early(row: Urging, said_on: date | None) -> Denied | None:
    if said_on is None or said_on >= row.sent_on:
        return None
    return Denied(say("回复日期%(day)s早于发函日期%(sent)s。"), params={"day": said_on, "sent": row.sent_on})
