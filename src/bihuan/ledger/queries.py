"""Reading problems. Every read starts at `visible_to(actor)`, which fails closed.

No function here takes a problem's id without an actor. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bihuan.book.models import Audience, Entry
from bihuan.domain.case import Role
from bihuan.ledger.models import Evidence, Ledger, Measure, Part, Problem, Reach, Source
from bihuan.organisations.access import Actor

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


def own_work(actor: Actor) -> QuerySet[Problem]:
    """The problems that the actor's own unit dispatches, or leads since they were dispatched: all in its sight.

    For what waits on somebody's desk: found by the unit itself, without asking for its sight row by row.
    """
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    led = Q(lead_unit_id=actor.unit_id, dispatched_on__isnull=False)
    return Problem.objects.filter(Q(office_id=actor.unit_id) | led, region_id=actor.region_id)


def among_visible(actor: Actor, ids: Iterable[UUID]) -> QuerySet[Problem]:
    """Those of `ids` that `actor` may see, asked for by themselves: for some thousand ids at most."""
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    seen = Reach.objects.filter(unit_id=actor.unit_id, problem_id__in=list(ids))
    return Problem.objects.filter(id__in=seen.values("problem_id"))


def walking_visible(actor: Actor) -> QuerySet[Problem]:
    """The problems that `actor` may see, for walks along an index of all problems of the actor's region.

    Each row is asked whether it is in sight, which is quick for units that see a good part of them.
    """
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    seen = Reach.objects.filter(unit_id=actor.unit_id, region_id=OuterRef("region_id"), problem_id=OuterRef("id"))
    return Problem.objects.filter(Exists(seen), region_id=actor.region_id)


def part_of(actor: Actor, problem: Problem) -> Part | None:
    """What the actor's unit, or one below it, has to do with `problem`; None where it may not be seen."""
    if actor.role is Role.ADMINISTRATOR:
        return None
    found = Reach.objects.filter(region_id=problem.region_id, problem_id=problem.id, unit_id=actor.unit_id)
    row = found.only("part").first()
    return Part(row.part) if row else None


@dataclass(frozen=True)
class InSight:
    """A problem with the part in which the actor sees it."""

    problem: Problem
    part: Part


def find(actor: Actor, problem_id: UUID) -> InSight | None:
    """The problem with this id where the actor may see it, else None (as if it did not exist)."""
    rows = visible_to(actor, Q(id=problem_id)).annotate(seen_as=F("reaches__part"))
    problem = rows.select_related("lead_unit", "office", "source", "ledger").first()
    return InSight(problem, Part(problem.seen_as)) if problem else None


def entries_of(actor: Actor, seen: InSight) -> QuerySet[Entry]:
    """The timeline of a problem as this actor may read it, in order of the chain."""
    allowed = Q(audience__in=AUDIENCES[seen.part]) | Q(unit_id=actor.unit_id)
    if actor.role is Role.AUDITOR:
        allowed = Q()
    return Entry.objects.filter(allowed, region_id=seen.problem.region_id, subject=seen.problem.id).order_by("seq")


def measures_of(actor: Actor, seen: InSight, *, also_dropped: bool = False) -> QuerySet[Measure]:
    """The measures of a problem; a supporting unit sees its own."""
    rows = Measure.objects.filter(region_id=seen.problem.region_id, problem_id=seen.problem.id)
    rows = (rows if also_dropped else rows.filter(dropped=False)).select_related("unit")
    if seen.part == Part.SUPPORT:
        rows = rows.filter(unit__path__contains=f"/{actor.unit_id}/")
    return rows.order_by("place")


def evidence_of(actor: Actor, seen: InSight) -> QuerySet[Evidence]:
    """The evidence of a problem; a supporting unit sees its own."""
    rows = Evidence.objects.filter(region_id=seen.problem.region_id, problem_id=seen.problem.id)
    if seen.part == Part.SUPPORT:
        rows = rows.filter(unit__path__contains=f"/{actor.unit_id}/")
    return rows.select_related("unit").order_by("id")


def find_evidence(actor: Actor, evidence_id: UUID) -> Evidence | None:
    """A file of evidence where the actor may see it, else None."""
    row = Evidence.objects.filter(id=evidence_id).first()
    seen = find(actor, row.problem_id) if row else None
    return evidence_of(actor, seen).filter(id=evidence_id).first() if seen else None


def own_ledgers(actor: Actor) -> QuerySet[Ledger]:
    """The ledgers that the actor's own unit keeps."""
    if actor.role is Role.ADMINISTRATOR:
        return Ledger.objects.none()
    return Ledger.objects.filter(region_id=actor.region_id, office_id=actor.unit_id).order_by("id")


def sources() -> QuerySet[Source]:
    """The sources in use, for everybody to choose from."""
    return Source.objects.filter(is_active=True).order_by("id")
