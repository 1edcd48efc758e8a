"""Answers to mandatory check topics: found, with the problems put on the unit's own ledger, or not found, signed.

Given once. What was said not to be there and is found later is added with the reason, and both stand on the
record; what was found is never taken back. The person signs with the own account, for the own unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.book.models import Audience
from bihuan.book.rows import update_where
from bihuan.book.writing import Conflict
from bihuan.domain.case import Role
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.ledgers import body_ledger
from bihuan.ledger.actions.register import NewMeasure, NewProblem, put_on_ledger
from bihuan.ledger.actions.topics import closed_already
from bihuan.ledger.models import CheckAnswer, Problem, Source
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import NOTHING, book
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still

Answer = CheckAnswer.Answer
ANSWERERS = (Role.COORDINATOR, Role.LEADER, Role.LIAISON)
TEXT_LENGTH = 4000
AT_ONCE = 20
"""How many problems one answer names at most."""
SOURCE = "own-check"
PLACE = "check_answer"
"""The key under which a problem's place names the answer that it came with."""
SAID = ("answer", "answered_on", "person_id", "signed_name", "statement", "problems")


@dataclass(frozen=True)
class Found:
    """A problem found; led by the own unit unless a unit below is named."""

    text: str
    measure: str = ""
    lead_unit_id: int | None = None


def refuses_answering(actor: Actor, row: CheckAnswer) -> Denied | None:
    """May the actor answer for this unit, and is an answer awaited? `row` comes with its topic."""
    if row.unit_id != actor.unit_id or actor.role not in ANSWERERS:
        return Denied(
            say("必查事项由单位自己的整改办人员、负责人或联络员答复。"), say("请换用该单位的岗位，或请他们答复。")
        )
    return closed_already(row.topic) if row.topic.closed_on else None


@transaction.atomic
def answer_not_found(*, actor: Actor, answer: UUID, statement: str) -> CheckAnswer:
    """Sign that it was checked and nothing found; `statement` says how it was checked.

    Raises `Refused` for anyone who may not answer, where it was answered, the topic is closed, or nothing is said.
    """
    row = _taken(actor, answer)
    insist(_refuses_answered(row))
    insist(_refuses_text(statement, Denied(say("请写明查了什么、怎么查的。"))))
    return _write(actor, row, "answer_not_found", answer=Answer.NOT_FOUND.value, statement=statement.strip())


@transaction.atomic
def answer_found(*, actor: Actor, answer: UUID, found: Sequence[Found], reason: str = "") -> CheckAnswer:
    """Say what was found: every problem goes onto the unit's own ledger, in the same transaction.

    With `reason` it may follow upon 'not found', and both answers stay on the record. Raises `Refused` as
    `answer_not_found`, and where a problem has no text or a lead unit that is not the own one or one below.
    """
    hold_still()
    row = _taken(actor, answer)
    added = row.answer == Answer.NOT_FOUND
    insist(_refuses_adding(reason) if added else _refuses_answered(row))
    insist(_refuses_found(found) or _refuses_leads(actor, found))
    ledger = body_ledger(unit_id=row.unit_id, writer=actor.writer)
    problems = put_on_ledger(actor=actor, ledger=ledger, problems=_problems(actor, row, found))
    said = found[0].text.strip() if len(found) == 1 else _numbered(found)
    return _write(
        actor,
        row,
        "add_found" if added else "answer_found",
        {"reason": reason.strip()} if added else {},
        answer=Answer.FOUND.value,
        statement=said,
        problems=[str(problem.id) for problem in problems],
    )


def _taken(actor: Actor, answer: UUID) -> CheckAnswer:
    """The row, kept from others until the transaction ends."""
    rows = CheckAnswer.objects.select_for_update(of=("self",)).select_related("topic")
    row = rows.filter(id=answer, unit_id=actor.unit_id).first()
    if row is None:
        raise Refused(Denied(say("没有找到这项必查事项。"), say("请刷新列表后再试。")))
    insist(refuses_answering(actor, row))
    return row


def _refuses_answered(row: CheckAnswer) -> Denied | None:
    if row.answer == Answer.WAITING:
        return None
    return Denied(
        say("已由%(person)s于%(day)s答复。"),
        say("答复只作一次；原答复为未发现、后来又发现的，请补报。"),
        {"person": row.signed_name, "day": str(row.answered_on)},
    )


def _refuses_adding(reason: str) -> Denied | None:
    """To be added after 'not found', it needs a reason."""
    return _refuses_text(reason, Denied(say("原来答复的是未发现。"), say("请写明为什么补报。")))


def _refuses_text(text: str, empty: Denied) -> Denied | None:
    if not text.strip():
        return empty
    if len(text) > TEXT_LENGTH:
        return Denied(say("最多写%(most)s个字。"), params={"most": TEXT_LENGTH})
    return None


def _refuses_found(found: Sequence[Found]) -> Denied | None:
    if not found:
        return Denied(say("还没有写发现的问题。"), say("请至少写一个；没有发现的，请答复未发现。"))
    if len(found) > AT_ONCE:
        return Denied(say("一次最多写%(most)s个问题。"), say("其余的请另行登记。"), {"most": AT_ONCE})
    refusals = (_refuses_text(one.text, Denied(say("有一个问题没有写内容。"))) for one in found)
    long = any(len(one.measure) > TEXT_LENGTH for one in found)
    most = Denied(say("最多写%(most)s个字。"), params={"most": TEXT_LENGTH})
    return next((denied for denied in refusals if denied), most if long else None)


def _refuses_leads(actor: Actor, found: Sequence[Found]) -> Denied | None:
    wanted = {one.lead_unit_id for one in found if one.lead_unit_id is not None}
    known = Unit.objects.filter(pk__in=wanted, path__contains=f"/{actor.unit_id}/", is_active=True)
    if wanted <= set(known.values_list("pk", flat=True)):
        return None
    return Denied(say("牵头单位只能是本单位或下级在用单位。"), say("涉及其他单位的，请先登记，再提请上级协调。"))


def _problems(actor: Actor, row: CheckAnswer, found: Sequence[Found]) -> list[NewProblem]:
    source = Source.objects.filter(code=SOURCE, is_active=True).values_list("pk", flat=True).first()
    return [
        NewProblem(
            text=one.text.strip(),
            source_id=source,
            lead_unit_id=one.lead_unit_id or actor.unit_id,
            measures=(NewMeasure(one.measure.strip()),) if one.measure.strip() else (),
            place={PLACE: str(row.id)},
        )
        for one in found
    ]


def _numbered(found: Sequence[Found]) -> str:
    return "\n".join(f"{place}. {one.text.strip()}" for place, one in enumerate(found, start=1))


def _write(
    actor: Actor, row: CheckAnswer, action: str, details: Mapping[str, Any] | None = None, **said: Any
) -> CheckAnswer:
    now, before = clock.now(), row.snapshot()
    today = clock.day_of(now)
    signed = {"answered_on": today, "person_id": actor.person_id, "signed_name": actor.person_name}
    for name, value in (signed | said).items():
        setattr(row, name, value)
    if update_where(CheckAnswer, SAID, [(row, {"answer": before["answer"]})]) != 1:
        raise Conflict
    book(
        row,
        action,
        region_id=row.region_id,
        writer=actor.writer,
        before=before,
        details=details or NOTHING,
        audience=Audience.UNITS,
    )
    return row


def problems_in(row: CheckAnswer) -> list[UUID]:
    """The ids of the problems put on the ledger with this answer."""
    return [UUID(problem) for problem in row.problems]


def answer_behind(problem: Problem) -> UUID | None:
    """The id of the answer that a problem came with; None for every other problem."""
    named = problem.place.get(PLACE)
    return UUID(named) if named else None
