"""What one actor may know of cases handed to another authority: number, day, receiver (docs/decisions/0025).

For every unit that had the problem in its sight before: the line of the office, of the lead unit and of supporting
units. Nothing here reads a title or a text; whoever has the right to the whole file finds it by `queries.find`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bihuan.domain.case import Role, Stage
from bihuan.domain.colours import Colour
from bihuan.ledger.models import Problem, Referral, Responsibility
from bihuan.ledger.queries import referred_for
from bihuan.organisations.access import Actor

PAGE = 50


@dataclass(frozen=True)
class Fact:
    """A case that was handed over: what everybody may know who had it in sight."""

    problem: UUID
    number: str
    day: date
    receiver: str
    office: str
    whole: bool
    """Has the reader the right to the whole file?"""


@dataclass(frozen=True)
class Facts:
    """A page of them, newest first; `following` is where the next one begins, empty where there is none."""

    rows: Sequence[Fact]
    following: str = ""


def is_referred(problem_id: UUID) -> bool:
    """Was this problem handed to another authority?"""
    return bool(referred_among([problem_id]))


def referred_among(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of `ids` that were handed to another authority: what was copied from them is not to be shown."""
    rows = Problem.objects.filter(id__in=set(ids), stage=Stage.REFERRED)
    return frozenset(rows.values_list("id", flat=True))


def facts(actor: Actor, after: str = "") -> Facts:
    """What was handed over of all that the actor's unit had in sight."""
    rows = _for(actor)
    day, _mark, id_ = after.partition("~")
    try:
        here, last = date.fromisoformat(day), UUID(id_)
    except ValueError:
        pass
    else:
        rows = rows.filter(Q(referred_on__lt=here) | Q(referred_on=here, id__lt=last))
    found = list(rows.order_by("-referred_on", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    whole = _whole(actor, [row.problem_id for row in shown])
    following = f"{shown[-1].referred_on.isoformat()}~{shown[-1].id.hex}" if len(found) > PAGE else ""
    return Facts([_fact(row, whole) for row in shown], following)


def fact_of(actor: Actor, problem_id: UUID) -> Fact | None:
    """What may be known of this problem, where it was handed over and the actor's unit had it in sight."""
    row = _for(actor).filter(problem_id=problem_id).order_by("-id").first()
    return _fact(row, _whole(actor, [problem_id])) if row else None


def count(actor: Actor) -> int:
    """How many problems were handed over of all that the actor's unit had in sight."""
    return _for(actor).count()


def file_of(problem: Problem) -> Referral | None:
    """With which letter and why a problem in sight was handed over: for whoever has the right to its file."""
    return problem.referrals.order_by("-id").first() if problem.stage == Stage.REFERRED else None


def agenda_told(agenda: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The items of a meeting's agenda as they may be shown: of what was handed over since the number alone."""
    gone = {str(id_) for id_ in referred_among(UUID(item["problem"]) for item in agenda)}
    return [
        {**item, "title": "", "unit": "", "due": None, "colour": Colour.GREY.value, "gone": True}
        if item["problem"] in gone
        else dict(item)
        for item in agenda
    ]


def _for(actor: Actor) -> QuerySet[Referral]:
    if actor.role is Role.ADMINISTRATOR:
        return Referral.objects.none()
    here = f"/{actor.unit_id}/"
    supports = Responsibility.objects.filter(
        region_id=OuterRef("region_id"),
        problem_id=OuterRef("problem_id"),
        role=Responsibility.Role.SUPPORT,
        dropped=False,
        unit__path__contains=here,
    )
    handed_out = Q(office__path__contains=here) | Q(lead_unit__path__contains=here) | Exists(supports)
    asked = Q(office_id=actor.unit_id) | Q(lead_unit__isnull=False) & handed_out
    return Referral.objects.filter(asked).select_related("office")


def _whole(actor: Actor, ids: Sequence[UUID]) -> frozenset[UUID]:
    return frozenset(referred_for(actor).filter(id__in=ids).values_list("id", flat=True)) if ids else frozenset()


def _fact(row: Referral, whole: frozenset[UUID]) -> Fact:
    return Fact(
        row.problem_id, row.number, row.referred_on, row.receiver, row.office.name, row.problem_id in whole
    )
