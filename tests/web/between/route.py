"""Situations for the moves of route."""

from __future__ import annotations

from typing import Any

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, set_route
from bihuan.ledger.models import Problem
from bihuan.ledger.routes import route_of
from tests.web.situations import Situation, at
from tests.world import World


def rows(world: World, problem: Problem) -> dict[str, Any]:
    """Two milestones and a quantity, in the empty rows that the form begins with."""
    due = problem.due.isoformat() if problem.due else ""
    return {
        "n-TOTAL_FORMS": "3",
        "n-INITIAL_FORMS": "3",
        "n-0-text": "完成勘察设计",
        "n-0-planned_on": due,
        "n-1-text": "路基完工",
        "n-1-planned_on": due,
        "q-TOTAL_FORMS": "2",
        "q-INITIAL_FORMS": "2",
        "q-0-name": "改造道路",
        "q-0-unit_word": "公里",
        "q-0-target": "6.5",
    }


def routed(world: World) -> Problem:
    """A problem under way with two milestones, a quantity and money."""
    problem = world.through(Stage.UNDER_WAY)
    set_route(
        actor=world.actor("liaison"),
        problem=problem.id,
        milestones=[PlannedMilestone("完成勘察设计", problem.due), PlannedMilestone("路基完工", problem.due)],
        quantities=[PlannedQuantity("改造道路", 650, "公里"), PlannedQuantity("投资", 120000, is_money=True)],
    ).only()
    return Problem.objects.get(id=problem.id)


def report(world: World, problem: Problem) -> dict[str, Any]:
    """The first milestone reached, a quantity begun, money spent."""
    route = route_of(problem)
    return {
        f"day-{route.milestones[0].id.hex}": clock.today().isoformat(),
        f"note-{route.milestones[0].id.hex}": "图纸已审定",
        f"actual-{route.quantities[0].id.hex}": "2.25",
        f"actual-{route.quantities[1].id.hex}": "1,300",
        "note": "按计划推进",
    }


SITUATIONS: dict[Move, Situation] = {
    Move.SET_ROUTE: Situation("liaison", at(Stage.UNDER_WAY), rows),
    Move.REPORT_ROUTE: Situation("liaison", routed, report),
}
