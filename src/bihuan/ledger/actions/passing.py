"""What a problem does when a unit that works on it was merged: its work passes to the successor.

Used when units are merged (open problems) and when a closed problem is opened again whose unit was merged in the
meantime. Changes opened problems only; whoever calls records them.
"""

from __future__ import annotations

from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Opened
from bihuan.ledger.models import Responsibility
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import successors

_LEAD, _SUPPORT = Responsibility.Role.LEAD, Responsibility.Role.SUPPORT


def pass_on(case: Opened, unit: int, into: int) -> None:
    """Let `into` take the place of `unit` in the problem: as its office, and in open work as lead, support and
    in measures. A unit that had a part in it already has one part afterwards, the stronger."""
    problem = case.problem
    if problem.office_id == unit:
        problem.office_id = into
    if case.raising is not None and case.raising.to_unit_id == unit:
        case.raising.to_unit_id = into
    if Stage(problem.stage) in OPEN_STAGES:
        _pass_work(case, unit, into)


def _pass_work(case: Opened, unit: int, into: int) -> None:
    problem = case.problem
    leads = problem.lead_unit_id == unit
    if leads:
        problem.lead_unit_id = into
        if case.decline is not None:
            case.decline.unit_id = into
    there = [row for row in case.responsibilities if row.unit_id == into and not row.dropped]
    for row in case.responsibilities:
        if row.unit_id == unit and not row.dropped:
            row.unit_id, row.dropped = into, bool(there) and row.role == _SUPPORT
    for row in there:
        row.dropped = row.dropped or (leads and row.role == _SUPPORT)
    for measure in case.measures:
        if measure.unit_id == unit and not measure.dropped:
            measure.unit_id = into


def pass_to_successors(case: Opened) -> None:
    """Let the successors take the places of all merged units, where the problem is open (again)."""
    for unit, into in successors().items():
        _pass_work(case, unit, into)


def refuses_former_work(case: Opened, actor: Actor) -> Denied | None:
    """Nobody judges what a unit did that was merged into their own."""
    took_in = {unit for unit, into in successors().items() if into in actor.unit_ids}
    if not took_in & {case.problem.lead_unit_id, *case.supports}:
        return None
    return Denied(
        say("整改这个问题的单位已经并入您所在的单位，不能对自己的工作作出评判。"),
        say("请由没有参与整改的人员办理。"),
    )
