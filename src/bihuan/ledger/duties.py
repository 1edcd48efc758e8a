"""Named people for named duties: who may be named for a problem, and what waits for a person's own word.

Reads only. Whoever asks comes with a problem opened within sight, or asks for themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bihuan.domain.case import OPEN_STAGES
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.ledger.actions.step import Opened
from bihuan.ledger.models import Duty, Responsibility
from bihuan.organisations.access import Actor
from bihuan.organisations.directory import held_now
from bihuan.organisations.models import Post, Unit

NAMED = (Duty.Kind.ADMINISTRATIVE, Duty.Kind.TECHNICAL, Duty.Kind.INSPECTING)
"""The duties for which a unit or the office names somebody; a leader takes a case by himself."""
MOST = 300


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be named: the account, in which unit, and as what."""

    person_id: int
    unit_id: int
    name: str
    unit: str
    title: str
    role: str


def units_of(case: Opened) -> list[int]:
    """The units whose people can be named: the lead unit, those supporting it, the dispatching office."""
    lead = case.problem.lead_unit_id
    found = [*([lead] if lead is not None else []), *case.supports, case.problem.office_id]
    return list(dict.fromkeys(found))


def candidates(case: Opened) -> list[Candidate]:
    """Who holds a post today in one of `units_of`, in their order; each person once a unit."""
    units = units_of(case)
    rows = posts_in(units).select_related("person", "unit").order_by("id")[:MOST]
    found: dict[tuple[int, int], Candidate] = {}
    for post in sorted(rows, key=lambda post: units.index(post.unit_id)):
        found.setdefault(
            (post.unit_id, post.person_id),
            Candidate(post.person_id, post.unit_id, post.person.name, post.unit.name, post.title, post.role),
        )
    return list(found.values())


def unit_names_of(case: Opened) -> dict[int, str]:
    """The names of `units_of`, in their order."""
    units = units_of(case)
    names = dict(Unit.objects.filter(pk__in=units).values_list("pk", "name"))
    return {unit: names[unit] for unit in units if unit in names}


def holders(case: Opened) -> list[Duty]:
    """The duties of `NAMED` that somebody holds, each with its unit."""
    rows = Duty.objects.filter(region_id=case.problem.region_id, problem_id=case.problem.id, dropped=False)
    return list(rows.filter(duty__in=[kind.value for kind in NAMED]).select_related("unit").order_by("id"))


def awaited(case: Opened, actor: Actor) -> list[Duty]:
    """The duties of this problem on which the actor has not said yes or no yet."""
    return [row for row in holders(case) if row.person_id == actor.person_id and is_open(row)]


def is_open(row: Duty) -> bool:
    """Is the word of the person named still wanted? Somebody without an account can give none."""
    return row.person_id is not None and row.confirmed_on is None and row.refused_on is None


def duties_held(post: Post) -> list[Duty]:
    """The duties of `NAMED` in open problems for which the holder of `post` was named in that unit."""
    return list(
        Duty.objects.filter(
            person_id=post.person_id,
            duty__in=[kind.value for kind in NAMED],
            dropped=False,
            unit_id=post.unit_id,
            problem__stage__in=[stage.value for stage in OPEN_STAGES],
        ).order_by("id")
    )


def posts_in(units: Iterable[int]) -> QuerySet[Post]:
    """The posts held today in these units by which one can confirm a duty."""
    roles = [role.value for role in MOVES[Move.CONFIRM_DUTY].roles]
    return Post.objects.filter(held_now(), unit_id__in=list(units), role__in=roles, person__is_active=True)


def awaiting(actor: Actor) -> Q:
    """The condition that a problem waits for the word of the actor on a duty of his own, in whichever post."""
    asked = Duty.objects.filter(
        person_id=actor.person_id,
        duty__in=[kind.value for kind in NAMED],
        dropped=False,
        confirmed_on__isnull=True,
        refused_on__isnull=True,
    )
    return Q(id__in=asked.values("problem_id"))


def unsigned_parts(actor: Actor) -> Q:
    """The condition that the actor's own unit supports a running problem and has not signed for its part."""
    parts = Responsibility.objects.filter(
        unit_id=actor.unit_id, role=Responsibility.Role.SUPPORT, dropped=False, signed_on__isnull=True
    )
    return Q(id__in=parts.values("problem_id"))
