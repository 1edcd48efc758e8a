"""The section of a problem's page about joint work and named people.

Every unit taking part sees how far the parts of all are; texts of measures are not told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.joint import DUTY_NAMES, PART_RULE, state_of
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import say
from bihuan.ledger.derived import facts_of, steps_of
from bihuan.ledger.duties import NAMED, is_open
from bihuan.web.sections.shown import Shown
from bihuan.web.templatetags.bihuan import day

if TYPE_CHECKING:
    from bihuan.ledger.models import Duty, Responsibility

LEAD = "lead"
STATES: Mapping[str, str] = {
    "confirmed": say("本人已确认"),
    "refused": say("本人不认可"),
    "asked": say("待本人确认"),
    "bare": say("无账号，未核实"),
}
WAITING = ("asked", "refused", "bare")


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The parts of the units and the duties in force; None where one unit works alone and nobody is named.

    On the drawer there is no room for them.
    """
    if shown.brief:
        return None
    units = [row for row in shown.dossier.assigned if shown.problem.dispatched_on is not None]
    parts = _parts(shown) if len(units) > 1 else []
    duties = [_duty(shown, row) for row in _held(shown)]
    if not parts and not duties:
        return None
    return {"parts": parts, "rule": _(PART_RULE) % {}, "duties": duties, "advice": _advice(shown)}


def _parts(shown: Shown) -> list[dict[str, Any]]:
    """One row a unit, the lead unit first; measures that belong to none of the others are the lead unit's."""
    reported = dict(_reports(shown))
    supporting = {row.unit_id for row in shown.dossier.assigned if row.role != LEAD}
    by_unit: dict[int, list[Any]] = {}
    for measure in shown.opened.measures:
        unit = measure.unit_id if measure.unit_id in supporting else shown.problem.lead_unit_id
        by_unit.setdefault(unit or 0, []).append(measure)
    return [_part(shown, row, by_unit.get(row.unit_id, []), reported) for row in shown.dossier.assigned]


def _part(shown: Shown, row: Responsibility, measures: list[Any], reported: Mapping[int, date]) -> dict[str, Any]:
    problem, today = shown.problem, shown.moment.today
    state = state_of(
        steps_of(measures),
        stage=Stage(problem.stage),
        stopped_on=facts_of(problem, ()).stopped_on,
        policy=shown.moment.schedule.pieces(today)[0][1],
        today=today,
    )
    dated = {name: day(value) if isinstance(value, date) else value for name, value in state.params.items()}
    return {
        "row": row,
        "leads": row.role == LEAD,
        "state": state,
        "why": _(state.why) % dated,
        "signed_on": problem.signed_on if row.role == LEAD else row.signed_on,
        "reported_on": reported.get(row.unit_id),
    }


def _reports(shown: Shown) -> Iterator[tuple[int, date]]:
    """Each report of a unit with its day, oldest first."""
    for line in reversed(shown.dossier.lines):
        if line.entry.action == Move.REPORT:
            unit = line.details.get("behalf") or line.entry.unit_id or 0
            yield unit, line.entry.occurred_on or clock.day_of(line.entry.recorded_at)


def _held(shown: Shown) -> list[Duty]:
    kinds = [kind.value for kind in NAMED]
    rows = [row for row in shown.dossier.every.duties if not row.dropped and row.duty in kinds]
    return sorted(rows, key=lambda row: kinds.index(row.duty))


def _duty(shown: Shown, row: Duty) -> dict[str, Any]:
    code = _code(row)
    answers = row.person_id == shown.actor.person_id and is_open(row)
    rule = MOVES[Move.CONFIRM_DUTY]
    may = shown.actor.role in rule.roles and shown.opened.case.stage in rule.sources
    return {
        "row": row,
        "name": _(DUTY_NAMES[row.duty]),
        "state": _(STATES[code]),
        "waits": code in WAITING,
        "said_on": row.confirmed_on or row.refused_on,
        "mine": answers and may,
        "left": row.unit_id not in _concerned(shown),
    }


def _code(row: Duty) -> str:
    if row.confirmed_on:
        return "confirmed"
    if row.refused_on:
        return "refused"
    return "bare" if row.person_id is None else "asked"


def _concerned(shown: Shown) -> set[int | None]:
    """The units that have something to do with the problem."""
    problem = shown.problem
    return {problem.office_id, problem.lead_unit_id, *(row.unit_id for row in shown.dossier.assigned)}


def _advice(shown: Shown) -> str:
    """What might be done better about who is named; empty where nothing."""
    inspecting = (row for row in _held(shown) if row.duty == "inspecting")
    if any(row.unit_id == shown.problem.lead_unit_id for row in inspecting):
        return _("核查责任人是牵头单位的人，相当于自己核查自己；建议改由交办单位或其他单位的人担任。")
    return ""
