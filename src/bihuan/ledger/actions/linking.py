"""Link: a problem that stands on a ledger already becomes a part of another, with a share taken from the others.

Both get an entry. A problem is a part of one other at most, and never of itself by whatever way round: links are
made one after another, since two made at once could close a circle that neither sees.
"""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from django.db import connection, transaction

from bihuan.book.keys import new_id
from bihuan.domain.case import Side, Stage
from bihuan.domain.indicators import ASIDE_STAGES
from bihuan.domain.lifecycle import Move
from bihuan.domain.links import MOST_PARTS, counts_above, divided, refuses_circle
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.step import Moment, Opened, Outcome, open_one, this_moment
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

_LINKS_LOCK = 0x62_68_6C_6B


@transaction.atomic
def link_part(*, actor: Actor, problem: UUID, part: str, share: int | None = None, **how: Unpack[How]) -> Outcome:
    """Make the problem with the number `part` a part of `problem`, with this share (None: by number of measures).

    Refused where it is not found on the acting unit's own ledgers or below, is a part of something already, or
    the link would close a circle.
    """
    _one_after_another()
    below: list[Opened] = []

    def change(case: Opened, moment: Moment) -> Denied | None:
        row = _found(actor, part.replace("\x00", "").strip())
        if isinstance(row, Denied):
            return row
        kept = list(case.measures)
        division = divided([share], kept=[one.share for one in kept], together=None)
        denied = _refuses_link(case, row)
        if isinstance(division, Denied) or denied:
            return denied or (division if isinstance(division, Denied) else None)
        for one, stays in zip(kept, division.kept, strict=True):
            one.share = stays
        lower = open_one(row, actor=actor, moment=moment)
        measure = case.add(_measure(case, row, division.parts[0], moment))
        row.above_region_id, row.above_id, row.above_measure_id = (
            case.problem.region_id,
            case.problem.id,
            measure.id,
        )
        case.details["part"], lower.details["above"] = row.number, case.problem.number
        below.append(lower)
        return None

    outcome = take(Move.LINK_PART, change, actor=actor, problems=[problem], **how)
    if outcome.done and not how.get("dry_run"):
        record(Move.LINK_PART, below, actor=actor, moment=this_moment(), occurred_on=how.get("occurred_on"))
    return outcome


def _one_after_another() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LINKS_LOCK])


def _found(actor: Actor, number: str) -> Problem | Denied:
    """The problem with this number on the actor's own ledgers, else the only one in sight below; locked."""
    rows = visible_to(actor).filter(number=number).order_by("id").select_for_update(of=("self",))
    seen = [row for row in rows if row.office_id == actor.unit_id or _is_below(row, actor)] if number else []
    own = [row for row in seen if row.office_id == actor.unit_id]
    if len(own or seen) == 1:
        return (own or seen)[0]
    if seen:
        return Denied(
            say("有几个地区的问题编号都是“%(number)s”。"), say("请先由所在地区关联。"), {"number": number}
        )
    return Denied(
        say("没有找到编号为“%(number)s”的问题。"),
        say("请填写本单位或下级台账上的问题编号。"),
        {"number": number[:40]},
    )


def _is_below(row: Problem, actor: Actor) -> bool:
    return actor.unit_id in row.office.line


def _refuses_link(case: Opened, row: Problem) -> Denied | None:
    if row.id == case.problem.id:
        return Denied(say("不能把问题关联为它自己的一部分。"), say("请填写另一个问题的编号。"))
    if Stage(row.stage) in ASIDE_STAGES:
        return Denied(say("编号为“%(number)s”的问题已经并案或撤销。"), params={"number": row.number})
    if Side.OFFICE not in case.standing.sides and case.problem.stage == Stage.DISPATCHED:
        return Denied(say("本单位还没有签收，不能关联下级问题。"), say("请先签收。"))
    if len(case.measures) >= MOST_PARTS:
        return Denied(say("一个问题最多有%(most)s个部分。"), params={"most": MOST_PARTS})
    if _is_part(row):
        return Denied(say("编号为“%(number)s”的问题已经是另一个问题的一部分。"), params={"number": row.number})
    return refuses_circle(part=row.id, above=case.problem.id, parent_of=_chain(case.problem))


def _is_part(row: Problem) -> bool:
    """Does a measure of a problem above still wait for it? Not where that was dropped, or the whole set aside."""
    if row.above_measure_id is None or row.above_region_id is None:
        return False
    held = Measure.objects.filter(
        region_id=row.above_region_id, id=row.above_measure_id, part_id=row.id, dropped=False
    )
    return held.exclude(problem__stage__in=ASIDE_STAGES).exists()


def _chain(problem: Problem) -> dict[object, object]:
    """For the problem and each of those above it the one that it is a part of."""
    found: dict[object, object] = {}
    at: Problem | None = problem
    while at is not None and at.above_id is not None and at.above_region_id and at.id not in found:
        found[at.id] = at.above_id
        at = Problem.objects.filter(region_id=at.above_region_id, id=at.above_id).first()
    return found


def _measure(case: Opened, row: Problem, share: int, moment: Moment) -> Measure:
    stage = Stage(row.stage)
    progress = counts_above(stage=stage, progress=row.progress)
    due = row.due or row.wanted_due
    return Measure(
        id=new_id(),
        place=max((one.place for one in case.measures), default=0) + 1,
        text=row.text,
        unit_id=row.lead_unit_id,
        share=share,
        due=min(due, case.problem.due) if due and case.problem.due else due or case.problem.due,
        progress=progress,
        done_on=moment.today if progress >= 100 else None,
        part_region_id=row.region_id,
        part_id=row.id,
    )
