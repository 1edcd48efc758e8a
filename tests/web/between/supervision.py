"""Situations for the moves of the room `supervision`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.supervising import list_supervision, send_letter
from bihuan.ledger.models import Problem
from tests.web.situations import Situation, at, says
from tests.world import World


def with_letter(world: World) -> Problem:
    """A problem whose unit has a letter to answer."""
    problem = world.through(Stage.UNDER_WAY)
    supervisor, day = world.actor("supervisor"), clock.today() + timedelta(days=9)
    send_letter(actor=supervisor, problems=[problem.id], text="请说明原因", reply_by=day).only()
    return Problem.objects.get(id=problem.id)


def listed(world: World) -> Problem:
    """A problem under listed supervision."""
    problem = world.through(Stage.UNDER_WAY)
    office, day = world.actor("coordinator"), clock.today() + timedelta(days=9)
    list_supervision(actor=office, problems=[problem.id], text="限期整改", reply_by=day).only()
    return Problem.objects.get(id=problem.id)


def demand(world: World, problem: Problem) -> dict[str, Any]:
    """What is demanded by when."""
    return {"text": "请说明原因，限期整改", "reply_by": (clock.today() + timedelta(days=9)).isoformat()}


SITUATIONS: dict[Move, Situation] = {
    Move.URGE: Situation("supervisor", at(Stage.UNDER_WAY), says(text="请本周内报送进展")),
    Move.SEND_LETTER: Situation("supervisor", at(Stage.UNDER_WAY), demand),
    Move.ANSWER_LETTER: Situation("liaison", with_letter, says(answer="已调整工期")),
    Move.LIST_SUPERVISION: Situation("coordinator", at(Stage.UNDER_WAY), demand),
    Move.END_SUPERVISION: Situation("coordinator", listed, says(note="整改到位")),
    Move.REFER: Situation("coordinator", at(Stage.UNDER_WAY), says(receiver="市监察机关", reason="涉嫌违纪")),
}
