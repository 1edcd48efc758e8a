"""The figures of campaigns: each line counts by the definitions of `domain.indicators` and opens to its rows.

Read in one pass over the campaign's index for whoever oversees it, so that the cost is that of the campaign and
not of the ledger. What was counted when a campaign was closed is read back from the campaign. Nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bihuan.domain.case import UNDISPATCHED_STAGES
from bihuan.domain.colours import Colour
from bihuan.domain.indicators import COMPLETION, FIGURES, HANDED_OUT, STANDINGS
from bihuan.insight.counts import COLOUR_ORDER
from bihuan.ledger.campaigns import (
    Codes,
    SeenCampaign,
    State,
    campaigns_of,
    counts_by_item,
    counts_of,
    items_of,
    state_on,
)
from bihuan.ledger.choices import unit_titles
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.models import CampaignItem

SHOWN = (COMPLETION.whole, *STANDINGS)
"""The figures of a line by stage: all that was handed out, and where it stands."""


@dataclass(frozen=True)
class Tallied:
    """How a campaign, an item or a unit stands: figures by code, what was handed out by colour, what was not yet.

    `waiting` counts what the reader's own unit still has to hand out. `tenths`: done, in tenths of a per cent.
    """

    figures: Mapping[str, int]
    colours: Mapping[Colour, int]
    waiting: int
    tenths: int | None


@dataclass(frozen=True)
class ItemLine:
    """An item (None: what is enlisted under none) with how it stands, and how it stood at the close."""

    item: CampaignItem | None
    counted: Tallied
    closed: Mapping[str, int] | None = None


@dataclass(frozen=True)
class UnitLine:
    """The lead unit (`leads`) or a member with all below it."""

    unit_id: int
    name: str
    leads: bool
    counted: Tallied


@dataclass(frozen=True)
class Overview:
    """A campaign in the list."""

    seen: SeenCampaign
    state: State
    counted: Tallied
    items: int
    added: int
    """How many of the items were added by units."""


@dataclass(frozen=True)
class Sheet:
    """A campaign on its page; `closed` holds the figures of the day on which it was closed."""

    seen: SeenCampaign
    state: State
    total: Tallied
    items: Sequence[ItemLine]
    units: Sequence[UnitLine]
    closed: Mapping[str, int] | None


def overviews(actor: Actor, day: date) -> list[Overview]:
    """All campaigns that the actor may see, with what the actor sees in each."""
    found = campaigns_of(actor)
    counted = counts_by_item(actor, found, day)
    items = items_of(seen.campaign.pk for seen in found)
    return [
        Overview(
            seen,
            state_on(seen.campaign, day),
            tallied(added_up(counted.get(seen.campaign.pk, {}).values())),
            len(items.get(seen.campaign.pk, ())),
            sum(item.added_by_id is not None for item in items.get(seen.campaign.pk, ())),
        )
        for seen in found
    ]


def sheet_of(actor: Actor, seen: SeenCampaign, day: date) -> Sheet:
    """One campaign with its items and units, as the actor sees it on `day` (today)."""
    campaign = seen.campaign
    counted, by_unit = counts_of(actor, seen, day)
    then = {row["id"]: row for row in campaign.figures.get("items", ())}
    lines = [
        ItemLine(item, tallied(counted.get(item.pk, Counter())), then.get(item.pk))
        for item in items_of([campaign.pk]).get(campaign.pk, ())
    ]
    if None in counted:
        lines.append(ItemLine(None, tallied(counted[None])))
    names = unit_titles(seen.units)
    return Sheet(
        seen,
        state_on(campaign, day),
        tallied(added_up(counted.values())),
        lines,
        [
            UnitLine(unit, names.get(unit, ""), unit == campaign.lead_unit_id, tallied(by_unit[unit]))
            for unit in seen.units
        ],
        campaign.figures.get("total"),
    )


def added_up(parts: Iterable[Codes]) -> Codes:
    """The sum of several counts."""
    found: Codes = Counter()
    for part in parts:
        found.update(part)
    return found


def tallied(codes: Mapping[str, int]) -> Tallied:
    """How problems counted by `<stage>.<colour>` stand."""
    figures = {code: FIGURES[code].count(codes) for code in SHOWN}
    colours: Counter[str] = Counter()
    waiting = 0
    for code, count in codes.items():
        stage, _dot, colour = code.partition(".")
        if stage in _HANDED_OUT:
            colours[colour] += count
        elif stage in _WAITING:
            waiting += count
    by_colour = {colour: colours[colour.value] for colour in COLOUR_ORDER}
    return Tallied(figures, by_colour, waiting, COMPLETION.tenths(figures))


_HANDED_OUT = frozenset(stage.value for stage in HANDED_OUT)
_WAITING = frozenset(stage.value for stage in UNDISPATCHED_STAGES)
