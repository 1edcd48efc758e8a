"""Problems are taken into a campaign, under one of its items, and out of it again. One or many at once.

A problem is in one campaign at a time: out of an open one it is taken first; what a closed campaign left undone
may go straight into the next. Only problems of ledgers at or below the organiser are enlisted, so that it sees
them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book import clock
from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.campaigns import SeenCampaign, find_campaign
from bihuan.ledger.models import Campaign, CampaignItem, Problem
from bihuan.organisations.access import Actor

_ELSEWHERE = Denied(
    say("该问题所在台账的单位不是专项组织单位，也不是它的下级。"), say("请选择本单位或上级组织的专项。")
)


def enlist(
    *, actor: Actor, problems: Sequence[UUID], campaign: int, item: int | None = None, **how: Unpack[How]
) -> Outcome:
    """Take problems of the actor's ledgers into a campaign, under `item` (None: under none in particular).

    Raises `Refused` where the campaign may not be seen, is closed or has ended, or the item is not its own.
    """
    with transaction.atomic():
        seen = _open_campaign(actor, campaign)
        known = _Known()
        label = label_of(seen.campaign, _item_of(seen, item))

        def change(case: Opened, moment: Moment) -> Denied | None:
            denied = (None if seen.below else _ELSEWHERE) or _refuses(case, known, seen, item)
            if denied is None:
                case.details["campaign"] = [known.label(case.problem), label]
                case.problem.campaign_id, case.problem.campaign_item_id = campaign, item
            return denied

        return take(Move.ENLIST, change, actor=actor, problems=problems, **how)


def delist(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Take problems out of their campaigns, for a reason. What a closed campaign held stays with it."""

    known = _Known()

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("移出的理由")) or _refuses_closed(case, known)
        if denied is None:
            case.details |= {"campaign": [known.label(case.problem), ""], "note": reason.strip()}
            case.problem.campaign_id = case.problem.campaign_item_id = None
        return denied

    return take(Move.DELIST, change, actor=actor, problems=problems, **how)


def label_of(campaign: Campaign, item: CampaignItem | None) -> str:
    """A campaign with its item, as entries name them."""
    return f"{campaign.name} · {item.title}" if item else campaign.name


def _open_campaign(actor: Actor, campaign: int) -> SeenCampaign:
    seen = find_campaign(actor, campaign, hold=True)
    if seen is None:
        raise Refused(Denied(say("没有找到这个专项。"), say("请从专项整治的列表中选择。")))
    if seen.campaign.closed_on is not None:
        insist(Denied(say("这个专项已经结束，不能再列入问题。"), say("请选择正在进行的专项。")))
    if seen.campaign.ends < clock.today():
        insist(
            Denied(
                say("这个专项已在%(day)s到期，不能再列入问题。"),
                say("需要延长的，请组织单位修改结束日期。"),
                {"day": seen.campaign.ends},
            )
        )
    return seen


def _item_of(seen: SeenCampaign, item: int | None) -> CampaignItem | None:
    if item is None:
        return None
    row = CampaignItem.objects.filter(pk=item, campaign_id=seen.campaign.pk, dropped=False).first()
    if row is None:
        raise Refused(Denied(say("所选事项不是这个专项的。"), say("请重新选择事项。")))
    return row


class _Known:
    """All campaigns and items by their ids: small tables, read once where any problem is in one already."""

    @cached_property
    def campaigns(self) -> dict[int, Campaign]:
        return {row.pk: row for row in Campaign.objects.all()}

    @cached_property
    def items(self) -> dict[int, CampaignItem]:
        return {row.pk: row for row in CampaignItem.objects.all()}

    def label(self, problem: Problem) -> str:
        """What the problem is enlisted in; empty for nothing."""
        if problem.campaign_id is None:
            return ""
        item = self.items[problem.campaign_item_id] if problem.campaign_item_id else None
        return label_of(self.campaigns[problem.campaign_id], item)


def _refuses(case: Opened, known: _Known, seen: SeenCampaign, item: int | None) -> Denied | None:
    problem = case.problem
    if problem.campaign_id is None:
        return None
    if problem.campaign_id == seen.campaign.pk:
        same = problem.campaign_item_id == item
        return Denied(say("该问题已经列入这个专项的这个事项。")) if same else None
    if known.campaigns[problem.campaign_id].closed_on is not None and Stage(problem.stage) in OPEN_STAGES:
        return None
    return Denied(say("该问题已经列入另一个专项。"), say("请先把它从那个专项移出。"))


def _refuses_closed(case: Opened, known: _Known) -> Denied | None:
    campaign = case.problem.campaign_id
    if campaign is None or known.campaigns[campaign].closed_on is None:
        return None
    return Denied(say("它所在的专项已经结束，不能再移出。"), say("没有办结的，可以直接列入新的专项。"))
