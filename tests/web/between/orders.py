"""Situations for the moves of orders."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import Problem
from tests.ledger.calls.orders import BEFORE, county_order, order_to_the_county
from tests.web.situations import Situation, at, says
from tests.world import World


def declined(world: World) -> Problem:
    """An order of the city that the housing bureau declined."""
    return _carried(world, world.through(Stage.DISPATCHED).id, Move.GRANT_DECLINE)


def under_the_county(move: Move) -> Callable[[World], Problem]:
    """An order of the county, above which the city stands, ready for `move`."""
    return lambda world: _carried(world, county_order(world), move)


def _carried(world: World, problem: Any, move: Move) -> Problem:
    for name, do in BEFORE[move]:
        do(world.actor(name), problem).only()
    return Problem.objects.get(id=problem)


def to_the_county(world: World) -> Problem:
    """An order of the city to the county."""
    return Problem.objects.get(id=order_to_the_county(world))


PARTS = {
    "title": "井盖下沉",
    "text": "只留井盖",
    "p-TOTAL_FORMS": "2",
    "p-INITIAL_FORMS": "2",
    "p-0-text": "路灯不亮",
    "p-0-unit": "市水利局",
    "p-1-text": "树枝遮挡信号灯",
}
SITUATIONS: dict[Move, Situation] = {
    Move.DECLINE: Situation(
        "liaison", at(Stage.DISPATCHED), says(refuser="宁致和", reason="不归本局", proposed="市水利局")
    ),
    Move.GRANT_DECLINE: Situation("coordinator", declined, says(unit="市水利局", opinion="归水利局")),
    Move.REFUSE_DECLINE: Situation("coordinator", declined, says(opinion="职责在你局")),
    Move.APPEAL_DECLINE: Situation("leader", under_the_county(Move.APPEAL_DECLINE), says(reason="不服")),
    Move.OVERTURN_DECLINE: Situation(
        "coordinator", under_the_county(Move.OVERTURN_DECLINE), says(unit="市水利局", ruling="归水利局")
    ),
    Move.UPHOLD_DECLINE: Situation("coordinator", under_the_county(Move.UPHOLD_DECLINE), says(ruling="维持")),
    Move.REASSIGN: Situation("coordinator", at(Stage.UNDER_WAY), says(unit="市水利局", reason="职责调整")),
    Move.TRANSFER: Situation("county_coordinator", to_the_county, says(unit="县教育局", note="一周内办完")),
    Move.SPLIT: Situation("coordinator", at(Stage.UNDER_WAY), says(**PARTS)),
}
