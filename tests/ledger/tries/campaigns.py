"""The tries at the moves of campaigns (see the package)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bihuan.domain.case import Role
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import campaigns
from bihuan.ledger.actions.enlisting import delist, enlist
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Campaign, CampaignItem
from bihuan.organisations.access import Actor
from tests.ledger import hand as drawing

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.histories import Bench
    from tests.ledger.tries import Try


def set_up(bench: Bench) -> None:
    """Two campaigns of the office: one under way, one closed already."""
    units = [unit.pk for unit in bench.world.units.values()]
    office = next(who for who in bench.actors if who.role is Role.COORDINATOR)
    members = [pk for pk in units if pk != office.unit_id]
    for name in ("道路安全专项", "已办结的专项"):
        plan = campaigns.Plan(name, members[0], members, bench.today, bench.today + timedelta(days=200))
        made = campaigns.open_campaign(actor=office, plan=plan, template="5+5+2")
    campaigns.close_campaign(actor=office, campaign=made.pk, summary="目标完成")


def _campaign(hand: Hand) -> int:
    """A campaign that is there, or one that does not exist."""
    known = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    return drawing.mostly(hand.draw, known, [999_999], hand.sense)


def _enlist(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    campaign = _campaign(hand)
    own = list(CampaignItem.objects.filter(campaign_id=campaign).order_by("pk").values_list("pk", flat=True))
    foreign = list(CampaignItem.objects.exclude(campaign_id=campaign).order_by("pk").values_list("pk", flat=True))
    item = drawing.mostly(hand.draw, [None, *own[:2]], foreign[:1] or [999_999], hand.sense)
    return enlist(actor=actor, problems=problems, campaign=campaign, item=item, **how)


TRIES: dict[Move, Try] = {
    Move.ENLIST: _enlist,
    Move.DELIST: lambda h, a, p, how: delist(actor=a, problems=p, reason=h.text(), **how),
}
