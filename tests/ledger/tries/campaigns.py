"""The tries at the moves of campaigns (see the package)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.domain.case import Role
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import campaigns
from bihuan.ledger.actions.enlisting import delist, enlist
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Campaign, CampaignItem
from bihuan.organisations.access import Actor
from tests.ledger import hand as drawing

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _campaign(hand: Hand) -> int:
    """A campaign that is there; now and then a new one, one closed, or one that does not exist."""
    known = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    if known and hand.draw(st.integers(0, 9)) == 0:
        _try_to_close(hand, known[0])
    if len(known) < 3 and (not known or hand.draw(st.booleans())):
        _try_to_open(hand, f"第{len(known) + 1}个专项")
        known = list(Campaign.objects.order_by("pk").values_list("pk", flat=True))
    return drawing.mostly(hand.draw, known, [999_999], hand.sense)


def _try_to_open(hand: Hand, name: str) -> None:
    units = {key: unit.pk for key, unit in hand.bench.world.units.items()}
    office = next(who for who in hand.bench.actors if who.role is Role.COORDINATOR)
    members = [pk for pk in units.values() if pk != office.unit_id]
    plan = campaigns.Plan(name, members[0], members, hand.bench.today, hand.bench.today + timedelta(days=200))
    try:
        campaigns.open_campaign(actor=office, plan=plan, template="5+5+2")
    except Refused:
        return


def _try_to_close(hand: Hand, campaign: int) -> None:
    office = next(who for who in hand.bench.actors if who.role is Role.COORDINATOR)
    try:
        campaigns.close_campaign(actor=office, campaign=campaign, summary=hand.text())
    except Refused:
        return


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
