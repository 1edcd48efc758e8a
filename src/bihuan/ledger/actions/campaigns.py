"""Campaigns: set up by an office, joined by the units below, closed with a summary. Each step with its entry.

What is enlisted in a campaign changes by moves of the problems (`enlisting`). A closed campaign never changes; its
figures stay as they stood on that day. Who may see a campaign is decided in `ledger.campaigns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bihuan.book import clock
from bihuan.book.writing import Conflict, first_come
from bihuan.domain.case import Role
from bihuan.domain.indicators import COMPLETION, FIGURES, STANDINGS
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.campaigns import (
    Codes,
    SeenCampaign,
    counts_of,
    find_campaign,
    is_used,
    items_of,
    stamp,
    templates,
)
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Campaign, CampaignItem
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import book
from bihuan.organisations.models import Unit

NAME_LENGTH, TITLE_LENGTH, TEXT_LENGTH = 80, 80, 4000
MOST_ITEMS, MOST_MEMBERS = 200, 1000
FROZEN = (COMPLETION.whole, *STANDINGS, "red", "yellow")
"""The figures that are kept of a campaign when it is closed."""


@dataclass(frozen=True)
class Plan:
    """What a campaign is to be: `starts` and `ends` are its first and last day, `scheme` the paper it goes by."""

    name: str
    lead_unit_id: int
    member_unit_ids: Sequence[int]
    starts: date
    ends: date
    goal: str = ""
    scheme: StoredFile | None = None


@first_come()
def open_campaign(*, actor: Actor, plan: Plan, template: str = "") -> Campaign:
    """Set up a campaign of the actor's own unit, with the items of a template.

    Raises `Refused` for anyone but a coordinator, and with what is wrong with the plan.
    """
    insist(_refuses_role(actor) or _refuses_days(plan, clock.today()) or _refuses_plan(actor, plan, None))
    made = templates().get(template)
    if made is None:
        raise Refused(Denied(say("没有这个模板。"), say("请重新选择模板。")))
    row = Campaign(office_id=actor.unit_id, template=template)
    _fill(row, plan)
    row.save()
    book(row, "create", region_id=actor.region_id, writer=actor.writer)
    for place, (title, text) in enumerate(made.items, start=1):
        _put_item(actor, CampaignItem(campaign=row, place=place, title=title, text=text))
    return row


@first_come()
def revise_campaign(*, actor: Actor, campaign: int, plan: Plan, seen: str = "") -> Campaign:
    """Change what a campaign is to be; without a new scheme document the present one stays.

    The first day stays once it has come. `seen`: the stamp that the person had in front of them. Raises `Refused`
    for anyone but a coordinator of the organiser, and with what is wrong with the plan.
    """
    row = _own(actor, campaign, seen).campaign
    if plan.starts != row.starts and row.starts <= clock.today():
        insist(Denied(say("专项已经开始，不能改开始日期。"), say("请照原来的开始日期填写。")))
    insist(_refuses_plan(actor, plan, row))
    before = row.snapshot()
    _fill(row, plan)
    if row.snapshot() != before:
        row.save()
        book(row, "amend", region_id=actor.region_id, writer=actor.writer, before=before)
    return row


@first_come()
def add_item(*, actor: Actor, campaign: int, title: str, text: str = "") -> CampaignItem:
    """Add an item: a set one by the organiser, one of the N by a unit that takes part, which is named with it.

    Raises `Refused` for anyone else, for a campaign that is closed, and for a title that is missing or taken.
    """
    seen = _changeable(actor, campaign)
    if not seen.organises and not seen.takes_part:
        insist(Denied(say("只有牵头、成员单位及其下级可以增加事项。"), say("请与专项的组织单位联系。")))
    items = items_of([campaign]).get(campaign, [])
    if len(items) >= MOST_ITEMS:
        insist(Denied(say("一个专项最多%(most)s个事项。"), params={"most": MOST_ITEMS}))
    insist(_refuses_title(title, text, items))
    last = CampaignItem.objects.filter(campaign_id=campaign).order_by("-place").first()
    row = CampaignItem(
        campaign=seen.campaign,
        place=(last.place if last else 0) + 1,
        title=_clean(title),
        text=_clean(text),
        added_by_id=None if seen.organises else actor.unit_id,
    )
    return _put_item(actor, row)


@first_come()
def rephrase_item(*, actor: Actor, campaign: int, item: int, title: str, text: str = "") -> CampaignItem:
    """Word an item otherwise: a set one before the campaign starts, an added one as long as nothing is under it.

    Raises `Refused` for anyone but the organiser, or the unit that added it.
    """
    row = _own_item(actor, campaign, item)
    others = [other for other in items_of([campaign])[campaign] if other.pk != item]
    insist(_refuses_title(title, text, others))
    before = row.snapshot()
    row.title, row.text = _clean(title), _clean(text)
    if row.snapshot() != before:
        row.save()
        book(row, "amend", region_id=actor.region_id, writer=actor.writer, before=before)
    return row


@first_come()
def drop_item(*, actor: Actor, campaign: int, item: int) -> None:
    """Take an item off, under the conditions of `rephrase_item`, and only where nothing is enlisted under it."""
    row = _own_item(actor, campaign, item)
    if is_used(row):
        insist(_USED)
    before = row.snapshot()
    row.dropped = True
    row.save()
    book(row, "drop", region_id=actor.region_id, writer=actor.writer, before=before)


@first_come()
def close_campaign(*, actor: Actor, campaign: int, summary: str, seen: str = "") -> Campaign:
    """End a campaign with its summary; the figures of this day are kept as they stand, for good.

    What is not done stays on its ledgers. Raises `Refused` for anyone but a coordinator of the organiser, and
    without a summary.
    """
    found = _own(actor, campaign, seen)
    if not _clean(summary):
        insist(Denied(say("还没有填写专项总结。"), say("请写明做了什么、解决了什么、还剩什么，再结束专项。")))
    if len(summary) > TEXT_LENGTH:
        insist(Denied(say("专项总结最多%(most)s个字。"), params={"most": TEXT_LENGTH}))
    row = found.campaign
    before = row.snapshot()
    row.closed_on, row.summary = clock.today(), _clean(summary)
    row.figures = _as_it_stands(actor, found, clock.today())
    row.save()
    book(row, "close", region_id=actor.region_id, writer=actor.writer, before=before)
    return row


def _as_it_stands(actor: Actor, seen: SeenCampaign, day: date) -> dict[str, Any]:
    campaign = seen.campaign.pk
    by_item, by_unit = counts_of(actor, seen, day)
    whole: Codes = Counter()
    for codes in by_item.values():
        whole += codes
    names = dict(Unit.objects.filter(pk__in=seen.units).values_list("pk", "name"))
    items = [(item.pk, item.title) for item in items_of([campaign]).get(campaign, [])]
    return {
        "day": day.isoformat(),
        "total": _frozen(whole),
        "items": [{"id": pk, "title": title, **_frozen(by_item.get(pk, Counter()))} for pk, title in items],
        "units": [{"id": pk, "name": names.get(pk, ""), **_frozen(codes)} for pk, codes in by_unit.items()],
    }


def _frozen(codes: Mapping[str, int]) -> dict[str, int]:
    return {code: FIGURES[code].count(codes) for code in FROZEN}


_USED = Denied(say("这个事项下面已经列入了问题，不能再改。"), say("请先把问题移出专项，或者另外增加事项。"))
_UNKNOWN = Denied(say("没有找到这个专项。"), say("请从专项整治的列表中选择。"))


def _refuses_role(actor: Actor) -> Denied | None:
    if actor.role is Role.COORDINATOR:
        return None
    return Denied(say("只有整改办人员可以办理专项整治。"), say("请与本单位的整改办联系。"))


def _changeable(actor: Actor, campaign: int, seen: str = "") -> SeenCampaign:
    """The campaign, held for a change; raises `Refused` where it may not be seen or is closed."""
    insist(_refuses_role(actor))
    found = find_campaign(actor, campaign, hold=True)
    if found is None:
        raise Refused(_UNKNOWN)
    if found.campaign.closed_on is not None:
        insist(Denied(say("这个专项已经结束，不能再改。")))
    if seen and seen != stamp(found.campaign):
        raise Conflict
    return found


def _own(actor: Actor, campaign: int, seen: str = "") -> SeenCampaign:
    found = _changeable(actor, campaign, seen)
    if not found.organises:
        insist(Denied(say("只有组织单位的整改办人员可以修改、结束专项。"), say("请与组织单位联系。")))
    return found


def _own_item(actor: Actor, campaign: int, item: int) -> CampaignItem:
    seen = _changeable(actor, campaign)
    row = CampaignItem.objects.filter(pk=item, campaign_id=campaign, dropped=False).first()
    if row is None:
        raise Refused(Denied(say("没有找到这个事项。"), say("请刷新页面。")))
    insist(
        refuses_item_change(actor, seen, row, clock.today())
        or (_USED if row.added_by_id and is_used(row) else None)
    )
    return row


def refuses_item_change(actor: Actor, seen: SeenCampaign, item: CampaignItem, today: date) -> Denied | None:
    """Whose item it is, and whether it is still theirs to change (that nothing is under it is asked apart)."""
    if item.added_by_id is not None:
        if item.added_by_id == actor.unit_id:
            return None
        return Denied(say("自选事项只能由增加它的单位修改、去掉。"), say("请与该单位联系。"))
    if not seen.organises:
        return Denied(say("规定事项只能由组织单位修改、去掉。"), say("请与组织单位联系。"))
    if seen.campaign.starts <= today:
        return Denied(say("专项已经开始，规定事项不能再改。"), say("需要的话，请另外增加事项。"))
    return None


def _refuses_title(title: str, text: str, others: Sequence[CampaignItem]) -> Denied | None:
    title = _clean(title)
    if not title:
        return Denied(say("还没有填写事项名称。"), say("请填写后再提交。"))
    if len(title) > TITLE_LENGTH or len(text) > TEXT_LENGTH:
        return Denied(
            say("事项名称最多%(title)s个字，说明最多%(text)s个字。"),
            params={"title": TITLE_LENGTH, "text": TEXT_LENGTH},
        )
    if title in {other.title for other in others}:
        return Denied(say("这个专项里已有同名的事项。"), say("请换一个名称。"))
    return None


def _refuses_days(plan: Plan, today: date) -> Denied | None:
    if plan.ends < today:
        return Denied(say("结束日期%(day)s已经过去。"), say("请填写今天或以后的日期。"), {"day": plan.ends})
    return None


def _refuses_plan(actor: Actor, plan: Plan, row: Campaign | None) -> Denied | None:
    if plan.ends < plan.starts:
        return Denied(say("结束日期早于开始日期。"), say("请核对日期。"))
    return _refuses_name(actor, plan, row) or _refuses_units(actor, plan)


def _refuses_name(actor: Actor, plan: Plan, row: Campaign | None) -> Denied | None:
    name = _clean(plan.name)
    if not name:
        return Denied(say("还没有填写专项名称。"), say("请填写后再提交。"))
    if len(name) > NAME_LENGTH or len(plan.goal) > TEXT_LENGTH:
        return Denied(
            say("专项名称最多%(name)s个字，目标最多%(goal)s个字。"),
            params={"name": NAME_LENGTH, "goal": TEXT_LENGTH},
        )
    taken = Campaign.objects.filter(office_id=actor.unit_id, name=name, closed_on=None)
    if (taken.exclude(pk=row.pk) if row else taken).exists():
        return Denied(say("本单位已有同名的专项在进行。"), say("请换一个名称。"))
    return None


def _refuses_units(actor: Actor, plan: Plan) -> Denied | None:
    members = set(plan.member_unit_ids)
    if not members:
        return Denied(say("还没有选择成员单位。"), say("请至少选一个下级单位。"))
    if len(members) > MOST_MEMBERS:
        return Denied(say("成员单位最多%(most)s个。"), say("请选它们的上级单位。"), {"most": MOST_MEMBERS})
    inside = Unit.objects.filter(path__contains=f"/{actor.unit_id}/", is_active=True)
    found = set(inside.filter(pk__in=members | {plan.lead_unit_id}).values_list("pk", flat=True))
    if plan.lead_unit_id not in found:
        return Denied(say("牵头单位应是本单位或下级单位。"), say("请重新选择牵头单位。"))
    if not members <= found or actor.unit_id in members:
        return Denied(say("成员单位应是本单位的下级单位，而且在用。"), say("请重新选择成员单位。"))
    return None


def _fill(row: Campaign, plan: Plan) -> None:
    row.name, row.goal = _clean(plan.name), _clean(plan.goal)
    row.lead_unit_id, row.members = plan.lead_unit_id, list(dict.fromkeys(plan.member_unit_ids))
    row.starts, row.ends = plan.starts, plan.ends
    if plan.scheme is not None:
        row.scheme = asdict(plan.scheme)


def _put_item(actor: Actor, row: CampaignItem) -> CampaignItem:
    row.save()
    book(row, "create", region_id=actor.region_id, writer=actor.writer)
    return row


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()
