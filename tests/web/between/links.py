"""Situations for the moves of links."""

from __future__ import annotations

from typing import Any

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import raising
from bihuan.ledger.models import Problem
from tests.web.situations import Situation, at, says
from tests.world import World


def raised(world: World) -> Problem:
    """A problem whose unit says that the root lies higher."""
    problem = world.through(Stage.UNDER_WAY)
    raising.raise_up(
        actor=world.actor("liaison"), problem=problem.id, reason="归市里改造", wanted="列入计划"
    ).only()
    return Problem.objects.get(id=problem.id)


def another(world: World, problem: Problem) -> dict[str, Any]:
    """The number of another problem of the same office."""
    return {"part": world.register()[0].number, "share": "20"}


SITUATIONS: dict[Move, Situation] = {
    Move.HAND_DOWN: Situation(
        "coordinator",
        at(Stage.UNDER_WAY),
        says(lines="市水利局|40|2026-03-10|清理河道\n县教育局 | 40", note="按月报告"),
    ),
    Move.LINK_PART: Situation("coordinator", at(Stage.UNDER_WAY), another),
    Move.RAISE: Situation("liaison", at(Stage.UNDER_WAY), says(reason="归市里改造", wanted="列入计划")),
    Move.ACCEPT_RAISED: Situation("coordinator", raised, says(text="管网统一改造", title="", opinion="列入计划")),
    Move.REFUSE_RAISED: Situation("coordinator", raised, says(opinion="本级可以解决")),
}
