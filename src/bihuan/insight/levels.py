"""Ledgers by level and body: what each unit's own ledgers hold, and what the levels below add up to. No copies.

A figure counts exactly the problems in the actor's sight that stand on ledgers of a unit, or of it and those
below: of the own unit all that stand, of units below those handed out. It is counted on one index, and opens to
its rows (`web.filters`: office, ledger, campaign). Nothing here writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count

from bihuan.domain.case import OPEN_STAGES, Role, Stage
from bihuan.domain.indicators import ASIDE_STAGES, FIGURES, HANDED_OUT
from bihuan.insight.counts import sums_of
from bihuan.insight.units_then import directly_below, units_then
from bihuan.ledger.models import Campaign, Ledger, Problem
from bihuan.ledger.models import Counter as Numbers
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen

STANDING = frozenset(Stage) - ASIDE_STAGES
"""What counts: merged and withdrawn problems count nowhere."""
CODES: Mapping[str, frozenset[Stage]] = {
    "total": STANDING,
    "open": STANDING & OPEN_STAGES,
    "done": FIGURES["done"].stages,
}
"""The figures, by the stages that they count; `campaigns` counts what of the total is in a campaign."""
Stages = Mapping[str, int]
"""How many problems by stage."""
_KEPT = frozenset(stage.value for stage in STANDING)
_OUT = frozenset(stage.value for stage in HANDED_OUT)


@dataclass(frozen=True)
class Figures:
    """What stands on some ledgers: by stage, and how much of it in campaigns."""

    stages: Stages
    campaigns: int = 0

    def __getitem__(self, code: str) -> int:
        """A figure of `CODES`, or `campaigns`; raises KeyError for others."""
        if code == "campaigns":
            return self.campaigns
        return sum(self.stages.get(stage.value, 0) for stage in CODES[code])


@dataclass(frozen=True)
class Kept:
    """A ledger of the own unit; `given` numbers were given out for it this year."""

    ledger: Ledger
    figures: Figures
    given: int


@dataclass(frozen=True)
class Level:
    """A row: a unit with how many ledgers it keeps, or (not `alone`) it and the units below it."""

    unit: UnitThen
    ledgers: int
    figures: Figures
    alone: bool = False
    opens: bool = False


@dataclass(frozen=True)
class Levels:
    """The roll-up of `unit`: its own ledgers and, row by row, those of each unit right below with all below that.

    `above` leads from the actor's unit down to, not including, `unit`; `idle` counts the units below that keep no
    ledger and have nobody below that does. `kept` are the actor's own ledgers, where its own unit is shown.
    """

    unit: UnitThen
    above: Sequence[UnitThen]
    own: Level
    rows: Sequence[Level]
    total: Level
    idle: int
    kept: Sequence[Kept] = field(default=())


def levels(actor: Actor, today: date, *, unit: int | None = None) -> Levels | None:
    """The roll-up of `unit` (None: the actor's own); None where it is not at or below the actor's unit, and for
    administrators."""
    if actor.role is Role.ADMINISTRATOR:
        return None
    tree = units_then(actor.unit_id, today)
    chosen = tree.get(unit or actor.unit_id)
    if chosen is None:
        return None
    within = [id_ for id_, other in tree.items() if chosen.unit_id in other.line]
    ledgers = list(Ledger.objects.filter(office_id__in=within).select_related("person").order_by("id"))
    found = _counted(actor, ledgers, today)
    below = [_level(other, ledgers, found, tree) for other in directly_below(tree, chosen)]
    rows = [row for row in below if row.ledgers]
    own = [row for row in ledgers if row.office_id == chosen.unit_id]
    return Levels(
        unit=chosen,
        above=[tree[id_] for id_ in chosen.line[:-1] if id_ in tree],
        own=Level(chosen, len(own), _together(own, found), alone=True),
        rows=rows,
        total=Level(chosen, len(ledgers), _together(ledgers, found)),
        idle=len([row for row in below if not row.ledgers and row.unit.is_active]),
        kept=_kept(own, found, today) if chosen.unit_id == actor.unit_id else (),
    )


def _level(
    unit: UnitThen, ledgers: Iterable[Ledger], found: Mapping[UUID, Figures], tree: Mapping[int, UnitThen]
) -> Level:
    under = [row for row in ledgers if unit.unit_id in tree[row.office_id].line]
    opens = any(row.office_id != unit.unit_id for row in under)
    return Level(unit, len(under), _together(under, found), opens=opens)


def _together(ledgers: Iterable[Ledger], found: Mapping[UUID, Figures]) -> Figures:
    stages: Counter[str] = Counter()
    campaigns = 0
    for row in ledgers:
        stages.update(found[row.id].stages)
        campaigns += found[row.id].campaigns
    return Figures(stages, campaigns)


def _kept(own: Sequence[Ledger], found: Mapping[UUID, Figures], today: date) -> list[Kept]:
    given = _given(own, today)
    return [Kept(row, found[row.id], given[row.id]) for row in own]


def _given(ledgers: Sequence[Ledger], today: date) -> dict[UUID, int]:
    """How many numbers were given out this year, by ledger."""
    keys = {(row.region_id, f"{row.prefix}{today.year}"): row.id for row in ledgers}
    rows = Numbers.objects.filter(key__in=[key for _region, key in keys]).values_list("region_id", "key", "value")
    found = {keys[region, key]: value for region, key, value in rows if (region, key) in keys}
    return {row.id: found.get(row.id, 0) for row in ledgers}


def _counted(actor: Actor, ledgers: Sequence[Ledger], today: date) -> dict[UUID, Figures]:
    """The figures of each ledger, as far as the actor sees its problems.

    At the top of the tree everything in sight stands on one of these ledgers, and how much is in sight is kept as
    a sum: the own ledger that holds most is what the others leave of it, and need not be counted.
    """
    wanted = {row.id: _KEPT if row.office_id == actor.unit_id else _OUT for row in ledgers}
    own = [row for row in ledgers if row.office_id == actor.unit_id]
    largest = _largest(own) if own and actor.unit_id == actor.root_id else None
    stages = _by_stage([row for row in ledgers if row is not largest], wanted)
    if largest is not None:
        stages[largest.id] = _rest(actor, today, stages.values())
    campaigns = _in_campaigns(wanted)
    return {row.id: Figures(stages[row.id], campaigns[row.id]) for row in ledgers}


def _largest(own: Sequence[Ledger]) -> Ledger:
    """The ledger for which most numbers were given out in all years."""
    given: Counter[UUID] = Counter()
    for key, value in Numbers.objects.filter(region_id=own[0].region_id).values_list("key", "value"):
        for row in own:
            if key[:-4] == row.prefix:
                given[row.id] += value
    return max(own, key=lambda row: given[row.id])


def _rest(actor: Actor, today: date, others: Iterable[Stages]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (stage, _colour), count in sums_of(actor, today).sight.items():
        if stage in _KEPT:
            found[stage] += count
    for stages in others:
        found.subtract(stages)
    return found


def _by_stage(ledgers: Collection[Ledger], wanted: Mapping[UUID, Collection[str]]) -> dict[UUID, Counter[str]]:
    found: dict[UUID, Counter[str]] = {row.id: Counter() for row in ledgers}
    if ledgers:
        regions = {row.region_id for row in ledgers}
        rows = Problem.objects.filter(region_id__in=regions, ledger_id__in=found)
        for id_, stage, count in rows.order_by().values_list("ledger_id", "stage").annotate(n=Count("*")):
            if stage in wanted[id_]:
                found[id_][stage] += count
    return found


def _in_campaigns(wanted: Mapping[UUID, Collection[str]]) -> Counter[UUID]:
    """How much is in campaigns, by ledger: found by the campaigns, which hold a small part of all problems."""
    found: Counter[UUID] = Counter()
    campaigns = list(Campaign.objects.values_list("pk", flat=True)) if wanted else []
    if campaigns:
        rows = Problem.objects.filter(campaign_id__in=campaigns).order_by()
        for id_, stage, count in rows.values_list("ledger_id", "stage").annotate(n=Count("*")):
            if id_ in wanted and stage in wanted[id_]:
                found[id_] += count
    return found
