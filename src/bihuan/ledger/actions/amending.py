"""Enter and amend: what the office does to a problem before it is dispatched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.classing import Classes, put_in
from bihuan.ledger.actions.known import refuses_sources, refuses_units
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Responsibility
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class Amendment:
    """The whole of what may be amended; every field as it shall be."""

    title: str
    text: str
    category: str
    goal: str
    source_id: int | None
    urgency: Urgency
    horizon: Horizon
    wanted_due: date | None
    lead_unit_id: int | None
    support_unit_ids: tuple[int, ...]
    person: str = ""
    classes: Classes | None = None
    """None: as they stand."""


def enter(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Put drafts on the ledger."""
    return take(Move.ENTER, lambda case, moment: None, actor=actor, problems=problems, **how)


def amend(*, actor: Actor, problem: UUID, amendment: Amendment, **how: Unpack[How]) -> Outcome:
    """Change a draft or a listed problem into what `amendment` says, with old and new on the record."""
    return amend_each(actor=actor, amendments={problem: amendment}, **how)


def amend_each(*, actor: Actor, amendments: Mapping[UUID, Amendment], **how: Unpack[How]) -> Outcome:
    """Amend several problems, each as its own amendment says."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        amendment = amendments[case.problem.id]
        denied = needs_text(amendment.text, say("问题内容")) or _refuses_units(case, amendment)
        if denied:
            return denied
        values: dict[str, Any] = {
            "title": amendment.title.strip()[:120] or case.problem.title,
            "text": amendment.text.strip(),
            "category": amendment.category[:60],
            "goal": amendment.goal,
            "source_id": amendment.source_id,
            "urgency": amendment.urgency.value,
            "horizon": amendment.horizon.value,
            "wanted_due": amendment.wanted_due,
            "lead_unit_id": amendment.lead_unit_id,
        }
        for name, value in values.items():
            setattr(case.problem, name, value)
        put_in(case.problem, amendment.classes)
        _set_units(case, amendment)
        return None

    return take(Move.AMEND, change, actor=actor, problems=list(amendments), **how)


def _refuses_units(case: Opened, amendment: Amendment) -> Denied | None:
    if amendment.lead_unit_id is not None and amendment.lead_unit_id in amendment.support_unit_ids:
        return Denied(say("同一单位不能既牵头又配合。"), say("请从配合单位中去掉牵头单位。"))
    problem = case.problem
    new = {amendment.lead_unit_id, *amendment.support_unit_ids} - {row.unit_id for row in case.responsibilities}
    return refuses_units(problem.region_id, new) or refuses_sources({amendment.source_id} - {problem.source_id})


def _set_units(case: Opened, amendment: Amendment) -> None:
    roles = Responsibility.Role
    wanted = [(roles.LEAD.value, amendment.lead_unit_id)] if amendment.lead_unit_id is not None else []
    wanted += [(roles.SUPPORT.value, unit) for unit in dict.fromkeys(amendment.support_unit_ids)]
    kept = {(row.role, row.unit_id): row for row in case.responsibilities}
    for place, row in kept.items():
        row.dropped = place not in wanted
    for role, unit in wanted:
        row = kept.get((role, unit)) or case.add(Responsibility(id=new_id(), role=role, unit_id=unit))
        if role == roles.LEAD:
            row.person = amendment.person[:60]
    for measure in case.measures:
        if measure.part_id is None and measure.unit_id not in {unit for _role, unit in wanted}:
            measure.unit_id = amendment.lead_unit_id
