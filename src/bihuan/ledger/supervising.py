"""Reading what presses problems: urgings, supervision letters, listed supervision. Fails closed, writes nothing.

Of the own unit: what it sent, what was sent to it; for the eyes of the lines of the office and of the lead unit.
What was handed to another authority since is in nobody's sight, and so is not shown here either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bihuan.domain.case import Role
from bihuan.ledger.models import Part, Problem, Reach, Urging
from bihuan.ledger.queries import find
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

PAGE = 50
MOST_UNITS = 100
SIDES: Mapping[str, str] = {"sent": "by_unit_id", "got": "to_unit_id"}
KINDS: tuple[str, ...] = (Urging.Kind.LETTER, Urging.Kind.LISTED, Urging.Kind.URGE)
STATES = ("open", "late", "over")
_AMONG_UNITS = (Part.OFFICE, Part.LEAD)


@dataclass(frozen=True)
class Asked:
    """Which rows: of which side (a key of `SIDES`), of which kind, in which state (empty: in any)."""

    side: str
    kind: str
    state: str = ""


@dataclass(frozen=True)
class Page:
    """A page of rows, newest first; `following` is where the next one begins, empty where there is none."""

    rows: Sequence[Urging]
    following: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter, the problem it is about, and whose it is."""

    row: Urging
    problem: Problem
    by_unit: Unit
    to_unit: Unit
    by_person: Person | None


def page_of(actor: Actor, asked: Asked, today: date, after: str = "") -> Page:
    """A page of rows in sight."""
    rows = rows_of(actor, asked, today)
    day, _mark, id_ = after.partition("~")
    try:
        here, last = date.fromisoformat(day), UUID(id_)
    except ValueError:
        pass
    else:
        rows = rows.filter(sent_on__lte=here).filter(Q(sent_on__lt=here) | Q(id__lt=last))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    more = len(found) > PAGE
    return Page(shown, f"{shown[-1].sent_on.isoformat()}~{shown[-1].id.hex}" if more else "")


def rows_of(actor: Actor, asked: Asked, today: date) -> QuerySet[Urging]:
    """All rows in sight, newest first; raises KeyError for another side."""
    if actor.role is Role.ADMINISTRATOR:
        return Urging.objects.none()
    mine = Urging.objects.filter(_seen(actor), **{SIDES[asked.side]: actor.unit_id}, kind=asked.kind)
    state = {
        "open": Q(ended_on__isnull=True),
        "late": Q(ended_on__isnull=True, reply_by__lt=today),
        "over": Q(ended_on__isnull=False),
    }.get(asked.state, Q())
    rows = mine.filter(state) if asked.kind != Urging.Kind.URGE else mine
    return rows.select_related("problem", "by_unit", "to_unit").order_by("-sent_on", "-id")


def urged(actor: Actor, side: str, since: date) -> list[tuple[Unit, int]]:
    """How often which unit was urged since a day (`got`: who urged how often), most often first."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    other = {"sent": "to_unit_id", "got": "by_unit_id"}[side]
    rows = Urging.objects.filter(
        _seen(actor), **{SIDES[side]: actor.unit_id}, kind=Urging.Kind.URGE, sent_on__gte=since
    )
    counted = list(rows.order_by().values_list(other).annotate(n=Count("id")).order_by("-n", other)[:MOST_UNITS])
    units = Unit.objects.in_bulk([unit for unit, _n in counted])
    return [(units[unit], n) for unit, n in counted]


def letters_to_answer(actor: Actor) -> Q:
    """The condition that the actor's own unit leads a problem and has a letter about it to answer."""
    waiting = Urging.objects.filter(to_unit_id=actor.unit_id, kind=Urging.Kind.LETTER.value, ended_on__isnull=True)
    return Q(lead_unit_id=actor.unit_id, id__in=waiting.values("problem_id"))


def find_letter(actor: Actor, letter_id: UUID) -> Letter | None:
    """The letter with this id where the actor may see it, else None."""
    row = Urging.objects.filter(id=letter_id, kind=Urging.Kind.LETTER).select_related("by_unit", "to_unit").first()
    seen = find(actor, row.problem_id) if row else None
    if row is None or seen is None or not (seen.part in _AMONG_UNITS or actor.role is Role.AUDITOR):
        return None
    person = Person.objects.filter(pk=row.by_person_id).first()
    return Letter(row, seen.problem, row.by_unit, row.to_unit, person)


def _seen(actor: Actor) -> Exists:
    """The problem reaches the actor's unit, and not only as supporting unit."""
    return Exists(
        Reach.objects.filter(
            unit_id=actor.unit_id,
            region_id=OuterRef("region_id"),
            problem_id=OuterRef("problem_id"),
            part__in=_AMONG_UNITS,
        )
    )
