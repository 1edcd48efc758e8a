"""Situations for the moves of leading."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import casework
from bihuan.ledger.models import Problem
from tests.web.situations import Situation, at, says
from tests.world import World


def taken(world: World) -> Problem:
    """A problem that the unit's leader has taken."""
    problem = world.through(Stage.UNDER_WAY)
    casework.take_case(actor=world.actor("leader"), problems=[problem.id]).only()
    return Problem.objects.get(id=problem.id)


def instruction(world: World, problem: Problem) -> dict[str, Any]:
    """An instruction that makes the supporting unit do something."""
    day = clock.today() + timedelta(days=9)
    return {"text": "本周内到现场查明原因", "unit": "市水利局", "due": day.isoformat(), "person": "路知秋"}


SITUATIONS: dict[Move, Situation] = {
    Move.TAKE_CASE: Situation("leader", at(Stage.UNDER_WAY)),
    Move.LEAVE_CASE: Situation("leader", taken, says(reason="分工调整")),
    Move.INSTRUCT: Situation("leader", at(Stage.UNDER_WAY), instruction),
}
