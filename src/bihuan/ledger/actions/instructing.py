"""A leader's written instruction on a problem (批示), and the task that it may make of it.

The instruction stands on the problem's chain, the task on its own; both are written or neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.actions.tasks import NewTask, refuses_task, refuses_text, set_task
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class Wanted:
    """Whom the instruction makes do something by when; with nothing in it, it stays an instruction."""

    unit_id: int | None = None
    due: date | None = None
    person: str = ""

    @property
    def anything(self) -> bool:
        return bool(self.unit_id or self.due or self.person.strip())


def instruct(
    *, actor: Actor, problem: UUID, text: str, wanted: Wanted | None = None, **how: Unpack[How]
) -> Outcome:
    """Write an instruction on a problem; with `wanted` also a task for a unit of the problem or below the actor's
    (the lead unit where none is named).

    Refused without a text, and where a task has no date.
    """
    asked = wanted if wanted and wanted.anything else None
    task = NewTask(text, asked.unit_id, asked.due, asked.person, new_id()) if asked else None
    found: list[NewTask] = []

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_text(text, say("批示内容"))
        if task is not None and not denied:
            lead = case.problem.lead_unit_id
            filled = replace(task, unit_id=task.unit_id or lead)
            of_problem = [unit for unit in (lead, *case.supports) if unit]
            denied = refuses_task(filled, actor=actor, today=moment.today, also=of_problem)
            found.append(filled)
            case.details["task"] = str(filled.id)
        case.details["note"] = text.strip()
        return denied

    with transaction.atomic():
        outcome = take(Move.INSTRUCT, change, actor=actor, problems=[problem], **how)
        if outcome.done and found and not how.get("dry_run"):
            set_task(found[0], actor=actor, problem=outcome.done[0])
        return outcome
