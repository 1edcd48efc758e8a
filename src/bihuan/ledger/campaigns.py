"""Reading campaigns: which of them an actor may see, what the actor's unit is to each, and how they are counted.

A campaign is for its organiser, its lead and member units, and whatever stands above or below one of these. What
is handed out in it is in the sight of the organiser and of every unit above by construction (only problems of
offices at or below the organiser are enlisted), so they count it without asking row by row; everybody else counts
what reaches the own unit. Administrators see nothing. Nothing here writes.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from django.db.models import Count, F, Q, QuerySet

from bihuan.book.models import Chain
from bihuan.domain.case import OPEN_STAGES, UNDISPATCHED_STAGES, Role
from bihuan.domain.indicators import HANDED_OUT
from bihuan.ledger.asof import colour_on
from bihuan.ledger.models import Campaign, CampaignItem, Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit, line_of
from bihuan.organisations.tree import successors

Codes = Counter[str]
"""Counts by `<stage>.<colour>`, as `indicators.Figure` reads them."""
_HANDED_OUT = [stage.value for stage in HANDED_OUT]
_WAITING = [stage.value for stage in UNDISPATCHED_STAGES]


@dataclass(frozen=True)
class Template:
    """What a campaign can be made from: its code (empty for the empty one), its name, its items."""

    code: str
    name: str
    name_en: str
    items: tuple[tuple[str, str], ...]
    """Titles with their texts."""


@lru_cache(1)
def templates() -> Mapping[str, Template]:
    """The templates by their codes, in the order in which they are offered."""
    rows = json.loads((Path(__file__).parent / "campaign_templates.json").read_text("utf-8"))
    return {
        row["code"]: Template(
            row["code"],
            row["name"],
            row["name_en"],
            tuple((item["title"], item["text"]) for item in row["items"]),
        )
        for row in rows
    }


class State(StrEnum):
    """Where a campaign stands on a day."""

    COMING = "coming"
    UNDER_WAY = "under_way"
    ENDED = "ended"
    """Its last day has passed, and nobody has closed it yet."""
    CLOSED = "closed"


def state_on(campaign: Campaign, day: date) -> State:
    """The state of a campaign on `day`."""
    if campaign.closed_on is not None:
        return State.CLOSED
    if day < campaign.starts:
        return State.COMING
    return State.ENDED if day > campaign.ends else State.UNDER_WAY


@dataclass(frozen=True)
class SeenCampaign:
    """A campaign in sight of an actor, and what the actor's unit is to it.

    `organises`: it is the organiser. `oversees`: the organiser, or above it. `below`: the organiser, or below it.
    `takes_part`: lead or member, or below one.
    """

    campaign: Campaign
    organises: bool
    oversees: bool
    below: bool
    takes_part: bool
    lines: Mapping[int, Sequence[int]] = field(default_factory=dict)
    """For the organiser, the lead and each member the ids from the root down to it."""

    @property
    def units(self) -> list[int]:
        """The lead unit and the member units, each once, the lead first."""
        return list(dict.fromkeys([self.campaign.lead_unit_id, *self.campaign.members]))


def campaigns_of(actor: Actor) -> list[SeenCampaign]:
    """All campaigns that the actor may see: those not closed first, what ends sooner before the others."""
    rows = _among(actor, Campaign.objects.all())
    return sorted(rows, key=lambda seen: _rank(seen.campaign))


def find_campaign(actor: Actor, campaign_id: int, *, hold: bool = False) -> SeenCampaign | None:
    """The campaign with this id where the actor may see it, else None.

    `hold` keeps others from changing it until the caller's transaction ends.
    """
    rows = Campaign.objects.filter(pk=campaign_id)
    return next(iter(_among(actor, rows.select_for_update(of=("self",)) if hold else rows)), None)


def open_for_enlisting(actor: Actor, day: date) -> list[SeenCampaign]:
    """The campaigns into which the actor's unit may take problems of its ledgers on `day`."""
    running = (seen for seen in campaigns_of(actor) if seen.campaign.closed_on is None and seen.below)
    return [seen for seen in running if day <= seen.campaign.ends]


def items_of(campaigns: Iterable[int]) -> dict[int, list[CampaignItem]]:
    """The items of campaigns that the caller has seen already, in their order."""
    found: dict[int, list[CampaignItem]] = defaultdict(list)
    rows = CampaignItem.objects.filter(campaign_id__in=list(campaigns), dropped=False)
    for row in rows.select_related("added_by").order_by("place", "pk"):
        found[row.campaign_id].append(row)
    return found


def is_used(item: CampaignItem) -> bool:
    """Is any problem enlisted under this item?"""
    return Problem.objects.filter(campaign_id=item.campaign_id, campaign_item_id=item.pk).exists()


def stamp(campaign: Campaign) -> str:
    """How far the campaign's chain has got: a form carries it, so that nobody writes over what came in between."""
    return ".".join(str(seq) for seq in Chain.objects.filter(id=campaign.uid).values_list("seq", flat=True))


def campaign_of(actor: Actor, problem: Problem) -> tuple[Campaign | None, CampaignItem | None, bool]:
    """The campaign and item in which a problem in sight stands, and whether the actor may open the campaign."""
    campaign = problem.campaign
    return campaign, problem.campaign_item, bool(campaign and find_campaign(actor, campaign.pk))


def item_named(campaign_id: int, item_id: int) -> str:
    """The title of an item of a campaign whose name the caller may tell; empty for none of its items."""
    row = CampaignItem.objects.filter(pk=item_id, campaign_id=campaign_id).first()
    return row.title if row else ""


def counts_by_item(
    actor: Actor, campaigns: Sequence[SeenCampaign], day: date
) -> dict[int, dict[int | None, Codes]]:
    """What the actor sees in these campaigns today, by campaign, item (None: without one), stage and colour."""
    found: dict[int, dict[int | None, Codes]] = defaultdict(lambda: defaultdict(Counter))
    for rows in _enlisted(actor, campaigns):
        keys = rows.order_by().annotate(shown=colour_on(day))
        keyed = keys.values_list("campaign_id", "campaign_item_id", "stage", "shown").annotate(n=Count("*"))
        for campaign, item, stage, colour, count in keyed:
            found[campaign][item][f"{stage}.{colour}"] += count
    return found


def counts_of(actor: Actor, seen: SeenCampaign, day: date) -> tuple[dict[int | None, Codes], dict[int, Codes]]:
    """What the actor sees in this campaign today: by item, and for the lead and each member with all below it.

    Both from one walk through the campaign, of which all else is cheap beside it.
    """
    by_item: dict[int | None, Codes] = defaultdict(Counter)
    led: dict[int, Codes] = defaultdict(Counter)
    for rows in _enlisted(actor, [seen]):
        keys = rows.order_by().annotate(shown=colour_on(day))
        keyed = keys.values_list("campaign_item_id", "stage", "lead_unit_id", "shown").annotate(n=Count("*"))
        for item, stage, unit, colour, count in keyed:
            code = f"{stage}.{colour}"
            by_item[item][code] += count
            if unit is not None:
                led[unit][code] += count
    lines = _lines(led)
    by_unit: dict[int, Codes] = {unit: Counter() for unit in seen.units}
    for unit, codes in led.items():
        for above in by_unit.keys() & lines.get(unit, ()):
            by_unit[above].update(codes)
    return by_item, by_unit


def undone(actor: Actor, seen: SeenCampaign) -> QuerySet[Problem]:
    """The problems of the campaign in sight of the actor that are not closed yet, by due day."""
    stages = [stage.value for stage in OPEN_STAGES]
    rows = visible_to(actor, Q(campaign_id=seen.campaign.pk, stage__in=stages)).select_related("lead_unit")
    return rows.order_by(F("due").asc(nulls_last=True), "id")


def _enlisted(actor: Actor, campaigns: Sequence[SeenCampaign]) -> Iterable[QuerySet[Problem]]:
    """The problems to be counted, in parts that never overlap: by the campaign's index, or by what reaches."""
    overseen = [seen.campaign.pk for seen in campaigns if seen.oversees]
    others = [seen.campaign.pk for seen in campaigns if not seen.oversees]
    if actor.role is Role.ADMINISTRATOR:
        return
    if overseen:
        rows = Problem.objects.filter(campaign_id__in=overseen)
        yield rows.filter(stage__in=_HANDED_OUT)
        yield rows.filter(stage__in=_WAITING, office_id=actor.unit_id)
    if others:
        yield visible_to(actor, Q(campaign_id__in=others, stage__in=[*_HANDED_OUT, *_WAITING]))


def _among(actor: Actor, rows: QuerySet[Campaign]) -> list[SeenCampaign]:
    if actor.role is Role.ADMINISTRATOR:
        return []
    campaigns = list(rows.select_related("office", "lead_unit"))
    if not campaigns:
        return []
    lines = _lines({actor.unit_id}.union(*(_units(campaign) for campaign in campaigns)))
    found = (_seen(actor.unit_id, campaign, lines) for campaign in campaigns)
    return [seen for seen in found if seen is not None]


def _units(campaign: Campaign) -> set[int]:
    return {campaign.office_id, campaign.lead_unit_id, *campaign.members}


def _seen(unit: int, campaign: Campaign, lines: Mapping[int, Sequence[int]]) -> SeenCampaign | None:
    mine, organiser = lines[unit], lines[campaign.office_id]
    parts = [lines[part] for part in (campaign.lead_unit_id, *campaign.members) if part in lines]
    seen = SeenCampaign(
        campaign,
        organises=organiser[-1] == unit,
        oversees=unit in organiser,
        below=organiser[-1] in mine,
        takes_part=any(line[-1] in mine for line in parts),
        lines={part: lines[part] for part in _units(campaign) if part in lines},
    )
    above_a_part = any(unit in line for line in parts)
    return seen if seen.oversees or seen.takes_part or above_a_part else None


def _lines(units: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """For each unit the ids from the root down to it, or to the unit that has its work today."""
    today_of = successors()
    wanted = {unit: today_of.get(unit, unit) for unit in units}
    rows = Unit.objects.filter(pk__in=set(wanted.values())).values_list("pk", "path")
    lines = {pk: line_of(path) for pk, path in rows}
    return {unit: lines[last] for unit, last in wanted.items() if last in lines}


def _rank(campaign: Campaign) -> tuple[bool, int, int]:
    day = campaign.closed_on or campaign.ends
    closed = campaign.closed_on is not None
    return closed, -day.toordinal() if closed else day.toordinal(), -campaign.pk
