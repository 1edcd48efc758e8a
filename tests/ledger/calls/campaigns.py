"""The calls of the moves of campaigns (see the package)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.campaigns import Plan, open_campaign
from bihuan.ledger.actions.enlisting import delist, enlist
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Campaign
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit
from tests.world import World

if TYPE_CHECKING:
    from tests.ledger.calls import Do


def opened(actor: Actor, *, in_days: int = 0, scheme: StoredFile | None = None) -> Campaign:
    """A campaign of the city in which its two bureaus take part, from so many days on."""
    housing, water = (Unit.objects.get(name=name) for name in ("市住房和城乡建设局", "市水利局"))
    first = clock.today() + timedelta(days=in_days)
    members = [housing.pk, water.pk]
    plan = Plan("窨井专项整治", housing.pk, members, first, first + timedelta(days=90), scheme=scheme)
    return open_campaign(actor=actor, plan=plan, template="8+N")


def _enlist(actor: Actor, problem: UUID) -> Outcome:
    with transaction.atomic():
        campaign = Campaign.objects.first() or opened(actor)
        return enlist(actor=actor, problems=[problem], campaign=campaign.pk)


def _with_a_campaign(world: World) -> UUID:
    opened(world.actor("coordinator"))
    return world.through(Stage.UNDER_WAY).id


CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.ENLIST: (Stage.UNDER_WAY, "coordinator", _enlist),
    Move.DELIST: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda actor, problem: delist(actor=actor, problems=[problem], reason="不属于整治范围"),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {Move.DELIST: [("coordinator", _enlist)]}
READY: dict[Move, Callable[[World], UUID]] = {Move.ENLIST: _with_a_campaign, Move.DELIST: _with_a_campaign}
EMPTY: dict[Move, tuple[str, Do]] = {
    Move.DELIST: (
        "移出的理由",
        lambda actor, problem: delist(actor=actor, problems=[problem], reason="　"),
    ),
}
