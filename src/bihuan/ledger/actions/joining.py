"""Joint work: who supports the lead unit, with which task; and supporting units sign for their part.

One problem, one timeline: nothing is copied. The lead unit stays the lead unit; another one is made so elsewhere
(`passing`, orders). How a part stands is no step of anybody, it follows from its measures (`domain.joint`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.joint import Wanted, refuses_parts
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Duty, Responsibility
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit

SUPPORT = Responsibility.Role.SUPPORT


def join(*, actor: Actor, problem: UUID, wanted: Sequence[Wanted], reason: str, **how: Unpack[How]) -> Outcome:
    """Let exactly the units of `wanted` support the lead unit, each with its task; `reason` is for the whole.

    A unit whose task changes signs for it anew. With a unit that is taken out go the duties of its people.
    Refused without a reason, for a new unit without a task, and for one taken out that has measures in force.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("调整的理由")) or _refuses(case, wanted)
        if denied:
            return denied
        left = _set_parts(case, wanted)
        _drop_duties(case, left)
        case.details["note"] = reason.strip()
        return None

    return take(Move.JOIN, change, actor=actor, problems=[problem], **how)


def _refuses(case: Opened, wanted: Sequence[Wanted]) -> Denied | None:
    present = {row.unit_id: row.task for row in _supporting(case)}
    busy = {row.unit_id for row in case.measures if row.unit_id in present}
    names = dict(Unit.objects.filter(pk__in=busy).values_list("pk", "name"))
    denied = refuses_parts(wanted, lead=case.problem.lead_unit_id, before=present, busy=names)
    return denied or refuses_units(case.problem.region_id, {one.unit_id for one in wanted} - present.keys())


def _supporting(case: Opened) -> list[Responsibility]:
    return [row for row in case.responsibilities if row.role == SUPPORT and not row.dropped]


def _set_parts(case: Opened, wanted: Sequence[Wanted]) -> set[int]:
    """Let the rows stand as they shall; the units that leave."""
    kept = {row.unit_id: row for row in _supporting(case)}
    for one in wanted:
        row = kept.pop(one.unit_id, None)
        task = one.task.strip() or None
        if row is None:
            case.add(Responsibility(id=new_id(), role=SUPPORT.value, unit_id=one.unit_id, task=task))
        elif row.task != task:
            row.task, row.signed_on = task, None
    for row in kept.values():
        row.dropped = True
    return set(kept)


def _drop_duties(case: Opened, left: set[int]) -> None:
    """Nobody answers for a problem by name whose unit has nothing to do with it any more."""
    gone = left - {case.problem.office_id}
    if not gone:
        return
    rows = Duty.objects.filter(
        region_id=case.problem.region_id, problem_id=case.problem.id, dropped=False, unit_id__in=gone
    )
    for row in case.bring(rows.order_by("id")):
        row.dropped = True


def sign_part(*, actor: Actor, problems: Sequence[UUID], remark: str = "", **how: Unpack[How]) -> Outcome:
    """Sign for the own unit's part in `problems`, each once."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        row = next(row for row in _supporting(case) if row.unit_id == actor.unit_id)
        if row.signed_on is not None:
            return Denied(say("本单位已于%(day)s签收配合任务。"), params={"day": row.signed_on})
        row.signed_on = moment.today
        case.worked(actor)
        if remark.strip():
            case.details["note"] = remark.strip()
        return None

    return take(Move.SIGN_PART, change, actor=actor, problems=problems, **how)
