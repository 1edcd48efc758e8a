"""Reading problems. Every read starts at `visible_to(actor)`, which fails closed.

No function here takes a problem's id without an actor. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import RawSQL

from bihuan.book.models import Audience, Entry
from bihuan.domain.case import Role, Side, Stage
from bihuan.ledger.models import Evidence, Ledger, Part, Problem, Reach, Source
from bihuan.ledger.present import kinds_from, present
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit

AUDIENCES: dict[str, tuple[Audience, ...]] = {
    Part.OFFICE: (Audience.OFFICE, Audience.UNITS, Audience.EVERYONE),
    Part.LEAD: (Audience.UNITS, Audience.EVERYONE),
    Part.SUPPORT: (Audience.EVERYONE,),
}


def visible_to(actor: Actor | None, asked: Q | None = None) -> QuerySet[Problem]:
    """The problems that `actor` may see: those that reach the actor's unit. None, and administrators: nothing.

    `asked` narrows them down; it may speak of the reach itself (`reaches__stage`), by which an index is chosen.
    """
    if actor is None or actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    return Problem.objects.filter(Q(reaches__unit_id=actor.unit_id) & (asked or Q()))


def own_work(actor: Actor, side: Side) -> QuerySet[Problem]:
    """The problems that the actor's own unit dispatches (its office), leads since they were dispatched, or stands
    directly above, of whose offices it is the next level (`Side.ABOVE`).

    All of them are in its sight: for what waits on somebody's desk, found by the unit itself without asking for
    its sight row by row.
    """
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    mine = Problem.objects.filter(~Q(stage=Stage.REFERRED), region_id=actor.region_id)
    if side is Side.OFFICE:
        return mine.filter(office_id=actor.unit_id)
    if side is Side.ABOVE:
        return _of_offices_below(actor)
    return mine.filter(lead_unit_id=actor.unit_id, dispatched_on__isnull=False)


def _of_offices_below(actor: Actor) -> QuerySet[Problem]:
    """What the units directly below the actor's have handed out, in whatever region: found office by office."""
    return Problem.objects.filter(
        office__parent_id=actor.unit_id, region_id=F("office__region_id"), dispatched_on__isnull=False
    )


def among_visible(actor: Actor, ids: Iterable[UUID] | RawSQL) -> QuerySet[Problem]:
    """Those of `ids` (or of what a question for ids finds) that `actor` may see: for some thousand ids at most."""
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    asked = ids if isinstance(ids, RawSQL) else list(ids)
    seen = Reach.objects.filter(unit_id=actor.unit_id, problem_id__in=asked)
    return Problem.objects.filter(id__in=seen.values("problem_id"))


def walking_visible(actor: Actor) -> QuerySet[Problem]:
    """The problems that `actor` may see, for walks along an index of all problems of the actor's region.

    Each row is asked whether it is in sight, which is quick for units that see a good part of them.
    """
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    return Problem.objects.filter(in_sight_of(actor), region_id=actor.region_id)


def named_visible(actor: Actor) -> QuerySet[Problem]:
    """The problems that `actor` may see, for conditions that name a few of them by id, in whatever region."""
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    return Problem.objects.filter(in_sight_of(actor))


def in_sight_of(actor: Actor) -> Exists:
    """The condition that a problem reaches the actor's unit, asked row by row."""
    return Exists(
        Reach.objects.filter(unit_id=actor.unit_id, region_id=OuterRef("region_id"), problem_id=OuterRef("id"))
    )


@dataclass(frozen=True)
class InSight:
    """A problem with the part in which the actor sees it; `absorbs`: others were merged into it; `kinds`: which
    parts it has that not every problem has (`present`)."""

    problem: Problem
    part: Part
    absorbs: bool
    kinds: frozenset[str]


def find(actor: Actor, problem_id: UUID) -> InSight | None:
    """The problem with this id where the actor may see it, else None (as if it did not exist).

    What was referred to another authority reaches nobody, and is found by whoever has the right to its file.
    """
    reached = visible_to(actor, Q(id=problem_id)).annotate(seen_as=F("reaches__part"))
    referred = referred_for(actor).filter(id=problem_id).annotate(seen_as=Value(Part.OFFICE.value))
    problem = _whole(reached) or _whole(referred)
    if problem is None:
        return None
    return InSight(problem, Part(problem.seen_as), problem.absorbs, kinds_from(problem.kinds))


def _whole(rows: QuerySet[Problem]) -> Any:
    merged = Problem.objects.filter(region_id=OuterRef("region_id"), merged_into_id=OuterRef("id"))
    asked = rows.annotate(absorbs=Exists(merged), kinds=present())
    return asked.select_related("lead_unit", "office", "source", "ledger").first()


def referred_for(actor: Actor) -> QuerySet[Problem]:
    """The referred problems to whose whole file the actor has the right (docs/decisions/0025): coordinators and
    leaders of the office itself, and auditors there or above it. Nothing for anybody else.
    """
    rows = Problem.objects.filter(stage=Stage.REFERRED)
    if actor.role in (Role.COORDINATOR, Role.LEADER):
        return rows.filter(region_id=actor.region_id, office_id=actor.unit_id)
    if actor.role is Role.AUDITOR:
        return rows.filter(office__path__contains=f"/{actor.unit_id}/")
    return rows.none()


def entries_of(actor: Actor, seen: InSight) -> QuerySet[Entry]:
    """The timeline of a problem as this actor may read it, in order of the chain."""
    allowed = Q(audience__in=AUDIENCES[seen.part]) | Q(unit_id=actor.unit_id)
    if actor.role is Role.AUDITOR:
        allowed = Q()
    return Entry.objects.filter(allowed, region_id=seen.problem.region_id, subject=seen.problem.id).order_by("seq")


def own_part(actor: Actor, part: Part) -> Callable[[Unit | None], bool]:
    """Which units' measures and files are for this reader: a supporting unit sees those of itself and below."""
    if part != Part.SUPPORT:
        return lambda unit: True
    return lambda unit: unit is not None and actor.unit_id in unit.line


def find_evidence(actor: Actor, evidence_id: UUID) -> Evidence | None:
    """A file of evidence where the actor may see it, else None."""
    row = Evidence.objects.filter(id=evidence_id).select_related("unit").first()
    seen = find(actor, row.problem_id) if row else None
    return row if row and seen and own_part(actor, seen.part)(row.unit) else None


def own_ledgers(actor: Actor) -> QuerySet[Ledger]:
    """The ledgers that the actor's own unit keeps."""
    if actor.role is Role.ADMINISTRATOR:
        return Ledger.objects.none()
    return Ledger.objects.filter(region_id=actor.region_id, office_id=actor.unit_id).order_by("id")


def find_ledger(actor: Actor, ledger_id: UUID) -> Ledger | None:
    """A ledger that the actor's unit keeps, or of which a problem is within its sight; else None."""
    own = own_ledgers(actor).filter(id=ledger_id).first()
    if own or not visible_to(actor).filter(ledger_id=ledger_id).exists():
        return own
    return Ledger.objects.filter(region_id=actor.region_id, id=ledger_id).first()


def sources() -> QuerySet[Source]:
    """The sources in use, for everybody to choose from."""
    return Source.objects.filter(is_active=True).order_by("id")
