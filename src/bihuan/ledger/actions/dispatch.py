"""Dispatch: the office hands problems to their lead units, one or five thousand at a time.

From here on the clock runs; the date set now is the original date for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Case, Horizon, Urgency
from bihuan.domain.deadlines import due_on_dispatch, sign_by
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit


def dispatch(
    *,
    actor: Actor,
    problems: Sequence[UUID],
    due: date | None = None,
    note: str = "",
    no_transfer: bool = False,
    **how: Unpack[How],
) -> Outcome:
    """Hand `problems` to their lead units.

    `due` sets one date for all of them; without it each keeps the date wanted for it, or gets the limit of its
    class from today on. `note` goes to the units with the order; with `no_transfer` they must do it
    themselves. Everything that goes out together has one `dispatch_id`, by which it can be recalled as a whole.
    Refused where the lead unit is no longer in use.
    """
    batch = new_id()
    closed = dict(Unit.objects.filter(is_active=False).values_list("pk", "name"))

    def with_date(case: Case) -> Case:
        return case if due is None else replace(case, wanted_due=due)

    def change(case: Opened, moment: Moment) -> Denied | None:
        problem = case.problem
        if problem.lead_unit_id in closed:
            return _to_nobody(closed[problem.lead_unit_id])
        day = due_on_dispatch(
            day=moment.today,
            horizon=Horizon(problem.horizon),
            urgency=Urgency(problem.urgency),
            wanted=due or problem.wanted_due,
            terms=case.terms,
            calendar=moment.calendar,
        )
        problem.dispatched_on, problem.dispatch_id = moment.today, batch
        problem.due = problem.due_original = problem.cycle_due = day.day
        problem.due_provisional = day.provisional
        problem.no_transfer = no_transfer or None
        problem.sign_by = sign_by(day=moment.today, terms=case.terms, calendar=moment.calendar).day
        for measure in case.measures:
            measure.due = measure.due or day.day
        case.details["dispatch"] = str(batch)
        if note:
            case.details["note"] = note
        return None

    return take(Move.DISPATCH, change, actor=actor, problems=problems, as_if=with_date, **how)


def _to_nobody(name: str) -> Denied:
    return Denied(
        say("牵头单位“%(unit)s”已经停用，不能交办。"), say("请先在“修改”中换成在用的单位。"), {"unit": name}
    )
