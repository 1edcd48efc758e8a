"""What an order does when it goes to another lead unit: who has which part, whose measures, which clock.

Used when a decline is granted or overturned, when the office reassigns and when a unit passes on. Changes opened
problems only; whoever calls records them. The first date stays for ever, and the clock of the deadline runs on.
"""

from __future__ import annotations

from datetime import date

from bihuan.book.keys import new_id
from bihuan.domain.deadlines import sign_by
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.step import Moment, Opened
from bihuan.ledger.models import Responsibility


def refuses_lead(case: Opened, unit_id: int | None) -> Denied | None:
    """The new lead unit must be another one, in use, and of the problem's own region."""
    if unit_id is None:
        return Denied(say("还没有选择新的牵头单位。"), say("请选择单位后再提交。"))
    if unit_id == case.problem.lead_unit_id:
        return Denied(say("该单位现在就是牵头单位。"), say("请选择另一个单位。"))
    return refuses_units(case.problem.region_id, {unit_id})


def refuses_due(case: Opened, due: date | None, today: date) -> Denied | None:
    """A new date given with a new unit is later than the present one, and still to come."""
    if due is None:
        return None
    if case.problem.due is not None and due <= case.problem.due:
        return Denied(
            say("新的时限（%(asked)s）没有晚于现在的时限（%(due)s）。"),
            say("请填写更晚的日期，或留空，时限不变。"),
            {"asked": due, "due": case.problem.due},
        )
    if due < today:
        return Denied(say("新的时限（%(asked)s）已经过去。"), say("请填写今天或以后的日期。"), {"asked": due})
    return None


def redirect(case: Opened, unit_id: int, moment: Moment, *, due: date | None = None) -> None:
    """Hand the order to `unit_id`, unsigned: its time to sign begins today. `due` replaces the date in force."""
    problem, old = case.problem, case.problem.lead_unit_id
    for row in case.responsibilities:
        row.dropped = row.dropped or row.unit_id in (old, unit_id)
    case.add(Responsibility(id=new_id(), role=Responsibility.Role.LEAD.value, unit_id=unit_id))
    for measure in case.measures:
        if measure.unit_id == old and measure.part_id is None:
            measure.unit_id, measure.person = unit_id, ""
    problem.lead_unit_id = unit_id
    problem.signed_on = problem.signed_by_office = None
    problem.sign_by = sign_by(day=moment.today, terms=case.terms, calendar=moment.calendar).day
    if due is not None:
        problem.due, problem.due_provisional = due, False
