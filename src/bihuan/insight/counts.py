"""Counts of problems in sight. Exact always; each one is the count of a list that can be opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from bihuan.domain.case import Role, Side
from bihuan.domain.colours import Colour
from bihuan.insight.stretches import NOT_HANDED_OUT
from bihuan.ledger.asof import colour_on
from bihuan.ledger.choices import within
from bihuan.ledger.models import Axis, Problem
from bihuan.ledger.queries import own_work
from bihuan.ledger.tally import by_stage_and_colour, totals
from bihuan.organisations.access import Actor, sees_one_region

COLOUR_ORDER = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.GREY)


@dataclass(frozen=True)
class Sums:
    """Kept sums of a day by stage and colour: of what an actor has in sight, and of all in its tree of units."""

    sight: Mapping[tuple[str, str], int]
    tree: Mapping[tuple[str, str], int]


def sums_of(actor: Actor, today: date) -> Sums:
    """The sums of this actor; empty for an administrator."""
    if actor.role is Role.ADMINISTRATOR:
        return Sums({}, {})
    found = totals(axis=Axis.SIGHT, units=[actor.unit_id, actor.root_id], day=today)
    return Sums(*(by_stage_and_colour(found[unit]) for unit in (actor.unit_id, actor.root_id)))


def by_stage(actor: Actor, today: date) -> dict[str, int]:
    """How many problems in sight stand in each stage."""
    found: Counter[str] = Counter()
    for (stage, _colour), count in sums_of(actor, today).sight.items():
        found[stage] += count
    return dict(found)


def in_sight(
    actor: Actor, today: date, *, stages: Collection[str] = (), below: int | None = None, sums: Sums | None = None
) -> dict[Colour, int]:
    """How many problems in sight have each colour today, from kept sums; of `stages` only, where any are named.

    `below` counts only those led by this unit, which must be the actor's own or below it, or by one below it.
    `sums` are those of the actor on this day, where the caller has them.
    """
    pairs = (sums or sums_of(actor, today)).sight if below is None else _below(actor, today, below)
    found: Counter[str] = Counter()
    for (stage, colour), count in pairs.items():
        if not stages or stage in stages:
            found[colour] += count
    return _ordered(found)


ASKED_FOR_SIGHT = 0.4
"""What it costs to pass a row of an index and ask whether it is in sight, against reading one that is."""


def better_walked(
    actor: Actor, today: date, stages: Collection[str], wanted: int, sums: Sums | None = None
) -> bool:
    """Is it quicker to walk an index of all problems in these stages for the first `wanted` in sight than to sort
    those in sight?

    A unit that sees one in a hundred passes a hundred rows for each one it finds. Only where all that is in sight
    belongs to the actor's own region, whose index it is. `sums`: see `in_sight`.
    """
    known = sums or sums_of(actor, today)
    return _walks(known, stages, wanted) and sees_one_region(actor)


def better_walked_stages(actor: Actor, today: date, stages: Sequence[str], wanted: int) -> tuple[str, ...]:
    """Those of `stages` of which it is quicker to walk all problems for the first `wanted` in sight."""
    sums = sums_of(actor, today)
    found = tuple(stage for stage in stages if _walks(sums, (stage,), wanted))
    return found if found and sees_one_region(actor) else ()


def _walks(sums: Sums, stages: Collection[str], wanted: int) -> bool:
    mine, all_ = (
        sum(n for (stage, _colour), n in counted.items() if stage in stages) for counted in (sums.sight, sums.tree)
    )
    return mine * mine > ASKED_FOR_SIGHT * wanted * max(all_, mine)


def _below(actor: Actor, today: date, unit: int) -> Mapping[tuple[str, str], int]:
    """What was handed out is in the sight of everybody above; what was not is only the office's own to see."""
    if actor.role is Role.ADMINISTRATOR:
        return {}
    found = Counter(by_stage_and_colour(totals(axis=Axis.LEAD, units=[unit], day=today)[unit]))
    kept = own_work(actor, Side.OFFICE).filter(dispatched_on__isnull=True, lead_unit_id__in=within(unit))
    rows = kept.filter(stage__in=[stage.value for stage in NOT_HANDED_OUT]).annotate(shown=colour_on(today))
    for stage, colour, count in rows.order_by().values_list("stage", "shown").annotate(n=Count("*")):
        found[stage, colour] += count
    return found


def by_colour(rows: QuerySet[Problem], today: date) -> dict[Colour, int]:
    """How many of `rows` have each colour today, counted one by one."""
    shown = rows.order_by().annotate(shown=colour_on(today)).values_list("shown").annotate(n=Count("*"))
    return _ordered(dict(shown))


def _ordered(counted: Mapping[str, int]) -> dict[Colour, int]:
    """In the order red, yellow, blue, green, grey."""
    return {colour: counted.get(colour.value, 0) for colour in COLOUR_ORDER}


def shares(counts: Iterable[int]) -> list[float]:
    """Each count in per cent of their sum (all 0 where the sum is)."""
    values = list(counts)
    total = sum(values)
    return [100 * value / total if total else 0.0 for value in values]
