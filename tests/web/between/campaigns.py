"""Situations for the moves of campaigns."""

from __future__ import annotations

from typing import Any

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.enlisting import enlist
from bihuan.ledger.models import Campaign, Problem
from tests.ledger.calls.campaigns import opened
from tests.web.situations import Situation, says
from tests.world import World


def beside_a_campaign(world: World) -> Problem:
    """A problem under way, and a campaign that it could be enlisted in."""
    opened(world.actor("coordinator"))
    return world.through(Stage.UNDER_WAY)


def enlisted(world: World) -> Problem:
    """A problem in a campaign."""
    problem, campaign = beside_a_campaign(world), Campaign.objects.get()
    enlist(actor=world.actor("coordinator"), problems=[problem.id], campaign=campaign.pk).only()
    return Problem.objects.get(id=problem.id)


def first_item(world: World, problem: Problem) -> dict[str, Any]:
    """The campaign and its first item."""
    campaign = Campaign.objects.get()
    return {"place": f"{campaign.pk}-{campaign.items.order_by('place')[0].pk}"}


SITUATIONS: dict[Move, Situation] = {
    Move.ENLIST: Situation("coordinator", beside_a_campaign, first_item),
    Move.DELIST: Situation("coordinator", enlisted, says(reason="不属于整治范围")),
}
