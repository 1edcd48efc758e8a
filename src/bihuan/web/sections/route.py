"""The section of a problem's page about its milestones, quantities and money."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.domain.route import STATE_NAMES, State, pace_on, standing_on, state_on
from bihuan.ledger.routes import KINDS, route_of
from bihuan.web.sections.shown import Shown
from bihuan.web.timelines import axis, line, window_of
from bihuan.web.wall import amount_told, standing_told


def show(shown: Shown) -> Mapping[str, Any] | None:
    """What the section tells, or None where nothing was planned."""
    if shown.brief or not KINDS & shown.kinds:
        return None
    route, today = route_of(shown.problem), shown.moment.today
    if not route:
        return None
    states = [state_on(mark, today) for mark in route.marks]
    told: dict[str, Any] = {
        "steps": [
            {"row": row, "state": state.value, "name": STATE_NAMES[state]}
            for row, state in zip(route.milestones, states, strict=True)
        ],
        "amounts": [amount_told(row) for row in route.quantities],
        "legend": [(state.value, STATE_NAMES[state]) for state in State if state in states],
    }
    if route.milestones:
        due = shown.problem.due
        days = [row.planned_on for row in route.milestones] + [today] + ([due] if due else [])
        window = window_of(days)
        standing = standing_on(route.marks, today)
        told |= {
            "axis": axis(window, today),
            "line": line(route.milestones, window, today, due),
            "standing": standing.value,
            "standing_told": standing_told(standing, states.count(State.BEHIND)),
            "pace": pace_on(route.marks, today),
        }
    return told
