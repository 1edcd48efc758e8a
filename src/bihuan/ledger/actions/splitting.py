"""A problem that holds several is divided: it keeps one part, the others become problems of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.register import Impact, NewProblem, Origin, put_on_ledger, refuses_ledger
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor

MOST = 20
TITLE_LENGTH = 120


@dataclass(frozen=True)
class NewPart:
    """A part that becomes a problem of its own; without a date it has that of the problem divided."""

    text: str
    lead_unit_id: int | None = None
    due: date | None = None


@transaction.atomic
def split(
    *,
    actor: Actor,
    problem: UUID,
    text: str,
    parts: Sequence[NewPart],
    title: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Divide a problem: it keeps `text` (and `title`), each of `parts` is put on the same ledger, listed.

    Raises `Refused` where a new problem cannot be registered; then nothing is done.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            needs_text(text, say("保留在原问题中的内容"))
            or _refuses_parts(case, parts)
            or refuses_ledger(actor, case.problem.ledger)
        )
        if denied:
            return denied
        row = case.problem
        row.text, row.title = text.strip(), title.strip()[:TITLE_LENGTH] or row.title
        if not how.get("dry_run"):
            made = put_on_ledger(
                actor=actor,
                ledger=row.ledger,
                problems=[_new(row, part) for part in parts],
                details={"split_from": row.number},
            )
            case.details["split_into"] = [new.number for new in made]
        return None

    return take(Move.SPLIT, change, actor=actor, problems=[problem], **how)


def _refuses_parts(case: Opened, parts: Sequence[NewPart]) -> Denied | None:
    if not 1 <= len(parts) <= MOST:
        return Denied(say("至少要拆出一个部分，最多拆出%(most)s个。"), params={"most": MOST})
    last = _until(case.problem)
    for place, part in enumerate(parts, start=1):
        if not part.text.strip():
            return Denied(say("拆出的第%(place)s部分没有写内容。"), say("请填写后再提交。"), {"place": place})
        if part.due is not None and last is not None and part.due > last:
            return Denied(
                say("拆出的第%(place)s部分的时限（%(asked)s）晚于原问题的时限（%(due)s）。"),
                say("拆分不能延长时限，请填写不晚于该日的日期。"),
                {"place": place, "asked": part.due, "due": last},
            )
    return refuses_units(case.problem.region_id, {part.lead_unit_id for part in parts})


def _until(problem: Problem) -> date | None:
    return problem.due or problem.wanted_due


def _new(problem: Problem, part: NewPart) -> NewProblem:
    return NewProblem(
        text=part.text,
        category=problem.category,
        source_id=problem.source_id,
        origin=Origin(problem.origin),
        urgency=Urgency(problem.urgency),
        horizon=Horizon(problem.horizon),
        wanted_due=part.due or _until(problem),
        lead_unit_id=part.lead_unit_id,
        nature=problem.nature or "",
        impact=Impact(problem.impact) if problem.impact else None,
        split_from_id=problem.id,
        campaign_id=problem.campaign_id,
        campaign_item_id=problem.campaign_item_id,
    )
