"""Situations for the moves of close-out that came with its tiers."""

from __future__ import annotations

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import objecting
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.models import Problem
from tests.ledger.calls.closeout import county_closed
from tests.web.situations import Situation, at, says
from tests.world import World


def objected(world: World) -> Problem:
    """A problem on notice with an objection that waits for an answer."""
    problem = world.through(Stage.IN_PUBLIC_NOTICE)
    raised = Raised("东段还有一处没有更换", objector="附近居民")
    objecting.object_to(actor=world.actor("coordinator"), problem=problem.id, raised=raised).only()
    return Problem.objects.get(id=problem.id)


def reported(world: World) -> Problem:
    """A problem of the county, struck off and reported to the city."""
    return Problem.objects.get(id=county_closed(world))


SITUATIONS: dict[Move, Situation] = {
    Move.OBJECT: Situation(
        "supervisor", at(Stage.IN_PUBLIC_NOTICE), says(text="东段还有一处没有更换", channel="来电")
    ),
    Move.ANSWER_OBJECTION: Situation("reviewer", objected, says(reason="该处不在本问题范围")),
    Move.FILE_CLOSEOUT: Situation("coordinator", reported, says(note="同意备案")),
    Move.REFUSE_FILING: Situation("coordinator", reported, says(reason="照片看不出位置")),
}
