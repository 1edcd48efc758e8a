"""What one actor may read of links between levels: parts, what a problem is a part of, what was raised.

Every question starts from a problem in sight. Of what is out of sight only that is told which stands on the
problem in sight itself (a part's unit, share and progress), and of what is linked with it number, office and
stage. Nothing here writes or decides; `domain.links` says what counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from bihuan.book import clock
from bihuan.domain.colours import Colour
from bihuan.domain.links import WORST_FIRST, colour_of_parts
from bihuan.ledger.asof import colour_on
from bihuan.ledger.models import Ledger, Measure, Problem, Raising
from bihuan.ledger.present import UPPER
from bihuan.ledger.queries import InSight, among_visible, in_sight_of, own_ledgers, own_part
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit


@dataclass(frozen=True)
class PartSeen:
    """A part as it stands in the problem above; its own problem and colour only where the reader may see it."""

    measure: Measure
    problem: Problem | None
    colour: Colour | None


@dataclass(frozen=True)
class PartsSeen:
    """The parts of a problem, worst first; what is out of sight has no colour and comes last."""

    rows: Sequence[PartSeen]
    progress: int
    """Of all parts together, by share, in per cent."""

    @property
    def colours(self) -> Mapping[Colour, int]:
        """How many parts in sight have each colour, worst first."""
        found = Counter(row.colour for row in self.rows if row.colour is not None)
        return {colour: found[colour] for colour in WORST_FIRST if found[colour]}

    @property
    def colour(self) -> Colour | None:
        """The worst colour of the parts in sight."""
        return colour_of_parts(self.colours)

    @property
    def unseen(self) -> int:
        """How many parts are out of sight."""
        return sum(1 for row in self.rows if row.problem is None)

    @property
    def alike(self) -> bool:
        """Do all parts count alike, since there are too many for shares?"""
        return not any(row.measure.share for row in self.rows)


def parts_seen(actor: Actor, measures: Iterable[Measure]) -> PartsSeen | None:
    """The parts among the `measures` of a problem in sight that the reader may see; None where there are none."""
    linked = [row for row in measures if row.part_id is not None and not row.dropped]
    if not linked:
        return None
    asked = among_visible(actor, [cast(UUID, row.part_id) for row in linked])
    colours = colour_on(clock.today())
    found = {row.id: row for row in asked.annotate(colour_today=colours).defer("text", "claims", "turns")}
    rows = [_seen(measure, found.get(cast(UUID, measure.part_id))) for measure in linked]
    return PartsSeen(sorted(rows, key=_worst_first), _together(linked))


def all_parts(actor: Actor, seen: InSight) -> PartsSeen | None:
    """The same for a problem of which nothing else was loaded."""
    problem, own = seen.problem, own_part(actor, seen.part)
    rows = Measure.objects.filter(
        region_id=problem.region_id, problem_id=problem.id, dropped=False, part_id__isnull=False
    )
    return parts_seen(actor, [row for row in rows.select_related("unit").order_by("place") if own(row.unit)])


def _seen(measure: Measure, problem: Problem | None) -> PartSeen:
    return PartSeen(measure, problem, Colour(problem.colour_today) if problem is not None else None)  # type: ignore[attr-defined]


def _worst_first(row: PartSeen) -> tuple[int, int, int]:
    rank = WORST_FIRST.index(row.colour) if row.colour is not None else len(WORST_FIRST)
    return rank, row.measure.progress, row.measure.place


def _together(rows: Sequence[Measure]) -> int:
    weights = [row.share for row in rows] if any(row.share for row in rows) else [1] * len(rows)
    return sum(weight * row.progress for weight, row in zip(weights, rows, strict=True)) // sum(weights)


@dataclass(frozen=True)
class Linked:
    """Another problem that this one hangs together with: its number, office and stage; to be opened only where it
    is `in_sight`. `share` is what this one has of it, None where it does not count in it (any more)."""

    problem: Problem
    in_sight: bool
    share: int | None = None


def part_of(actor: Actor, problem: Problem) -> Linked | None:
    """The problem above of which `problem`, in sight, is a part."""
    if problem.above_id is None or problem.above_region_id is None:
        return None
    above = _linked(actor, problem.above_region_id, problem.above_id)
    if above is None:
        return None
    held = Measure.objects.filter(region_id=above.region_id, problem_id=above.id, part_id=problem.id)
    share = held.filter(dropped=False).values_list("share", flat=True).first()
    return Linked(above, bool(above.seen), share)  # type: ignore[attr-defined]


def upper_of(actor: Actor, raising: Raising) -> Linked | None:
    """The problem under which the level above took on what was raised, as far as it is for the reader's eyes."""
    if raising.upper_id is None or raising.upper_region_id is None:
        return None
    upper = _linked(actor, raising.upper_region_id, raising.upper_id)
    return Linked(upper, bool(upper.seen)) if upper is not None else None  # type: ignore[attr-defined]


def _linked(actor: Actor, region: int, problem: UUID) -> Problem | None:
    rows = Problem.objects.filter(region_id=region, id=problem).select_related("office")
    return rows.annotate(seen=in_sight_of(actor)).defer("text", "claims", "turns").first()


@dataclass(frozen=True)
class RaisedHere:
    """A question from below that a problem answers, and the problem below."""

    raising: Raising
    below: Linked


def raised_here(actor: Actor, problem: Problem, kinds: frozenset[str], *, most: int = 20) -> list[RaisedHere]:
    """The questions raised below under which `problem`, in sight, was taken on; `kinds` says whether any were."""
    if UPPER not in kinds:
        return []
    asked = Raising.objects.filter(upper_id=problem.id, upper_region_id=problem.region_id)
    raisings = list(asked.select_related("unit").order_by("raised_on", "id")[:most])
    rows = Problem.objects.filter(id__in=[row.problem_id for row in raisings]).select_related("office")
    below = {row.id: row for row in rows.annotate(seen=in_sight_of(actor)).defer("text", "claims", "turns")}
    return [
        RaisedHere(row, Linked(below[row.problem_id], bool(below[row.problem_id].seen)))
        for row in raisings
        if row.problem_id in below
    ]


def ledgers_in_use(actor: Actor) -> list[Ledger]:
    """The acting unit's own ledgers on which something may be put."""
    return list(own_ledgers(actor).filter(is_open=True))


def own_unit(actor: Actor) -> Unit:
    """The unit in whose name the actor acts."""
    return Unit.objects.get(pk=actor.unit_id)


def units_directly_below(actor: Actor) -> list[int]:
    """The ids of the units in use directly below the acting one, in its region."""
    rows = Unit.objects.filter(parent_id=actor.unit_id, region_id=actor.region_id, is_active=True)
    return list(rows.order_by("path").values_list("pk", flat=True))
