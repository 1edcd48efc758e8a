"""Reading what leaders set going: tasks and dispatch meetings, each within sight. Fails closed, writes nothing.

A task is for the eyes of the unit that does it, the unit that set it, and those above either; a meeting for the
unit that held it and those above.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from bihuan.book.keys import RegionalModel
from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.ledger.actions.step import Opened
from bihuan.ledger.models import Duty, Meeting, Problem, Task
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

PAGE = 50
MOST_ON_A_PROBLEM = 50
SIDES: Mapping[str, str] = {"ours": "unit_id", "set": "set_by_unit_id"}
"""Whose tasks: those that the own unit does, those that it set."""
STATES = tuple(Task.State.values)
R = TypeVar("R")


@dataclass(frozen=True)
class Stretch(Generic[R]):
    """A page of rows; `following` is where the next one begins, empty where there is none."""

    rows: list[R]
    following: str = ""


@dataclass(frozen=True)
class Happened:
    """A line of a task's or meeting's record: what was done, when, by whom, and what was said."""

    action: str
    at: datetime
    person: Person | None
    unit: Unit | None
    said: str
    hash: str


def tasks_in_sight(actor: Actor) -> QuerySet[Task]:
    """The tasks that `actor` may see."""
    if actor.role is Role.ADMINISTRATOR:
        return Task.objects.none()
    here = f"/{actor.unit_id}/"
    mine = Q(unit__path__contains=here) | Q(set_by_unit__path__contains=here)
    return Task.objects.filter(mine).select_related("unit", "set_by_unit")


def find_task(actor: Actor, task_id: UUID) -> Task | None:
    """The task with this id where the actor may see it, else None."""
    return tasks_in_sight(actor).filter(id=task_id).first()


def tasks_page(actor: Actor, side: str, state: str, after: str = "") -> Stretch[Task]:
    """A page of the own unit's tasks in one state (`side`: a key of `SIDES`), by due day; what is over: newest
    first. Raises KeyError for another side."""
    if actor.role is Role.ADMINISTRATOR:
        return Stretch([])
    over = state in (Task.State.DONE, Task.State.DROPPED)
    rows = Task.objects.filter(**{SIDES[side]: actor.unit_id}, state=state).select_related("unit", "set_by_unit")
    cursor = _cursor(after)
    if cursor is not None:
        rows = rows.filter(_beyond("due", cursor, backwards=over))
    found = list(rows.order_by(*(("-due", "-id") if over else ("due", "id")))[: PAGE + 1])
    return _stretch(found, "due")


def task_counts(actor: Actor, side: str) -> Mapping[str, int]:
    """How many tasks the own unit has in each state."""
    if actor.role is Role.ADMINISTRATOR:
        return {}
    rows = Task.objects.filter(**{SIDES[side]: actor.unit_id}).order_by()
    return Counter(dict(rows.values_list("state").annotate(n=Count("id"))))


def tasks_of_meeting(actor: Actor, meeting: Meeting) -> list[Task]:
    """The decisions of a meeting in sight, in the order in which they were taken."""
    rows = Task.objects.filter(meeting_id=meeting.id) if meeting_seen(actor, meeting) else Task.objects.none()
    return list(rows.select_related("unit", "set_by_unit").order_by("id"))


def tasks_about(actor: Actor, problem: Problem) -> list[Task]:
    """The last tasks about a problem that the actor may see, newest first."""
    return list(tasks_in_sight(actor).filter(problem_id=problem.id).order_by("-id")[:MOST_ON_A_PROBLEM])


def holds_case(opened: Opened) -> bool:
    """Is an opened problem the case of the person for whom it was opened?"""
    rows = opened.duties
    if rows is None:
        rows = list(Duty.objects.filter(problem_id=opened.problem.id, person_id=opened.asked_by, dropped=False))
    return any(row.duty == Duty.Kind.LEADER and row.person_id == opened.asked_by for row in rows)


def meetings_in_sight(actor: Actor) -> QuerySet[Meeting]:
    """The meetings that `actor` may see."""
    if actor.role is Role.ADMINISTRATOR:
        return Meeting.objects.none()
    return Meeting.objects.filter(unit__path__contains=f"/{actor.unit_id}/").select_related("unit")


def meeting_seen(actor: Actor, meeting: Meeting) -> bool:
    """May the actor see this meeting?"""
    return actor.role is not Role.ADMINISTRATOR and actor.unit_id in meeting.unit.line


def find_meeting(actor: Actor, meeting_id: UUID | None) -> Meeting | None:
    """The meeting with this id where the actor may see it, else None."""
    return meetings_in_sight(actor).filter(id=meeting_id).first() if meeting_id else None


def meetings_page(actor: Actor, *, below: bool = False, after: str = "") -> Stretch[Meeting]:
    """A page of the own unit's meetings (`below`: those of the units right below it), newest first."""
    if actor.role is Role.ADMINISTRATOR:
        return Stretch([])
    if below:
        units = list(Unit.objects.filter(parent_id=actor.unit_id).values_list("pk", flat=True))
        rows = Meeting.objects.filter(unit_id__in=units)
    else:
        rows = Meeting.objects.filter(unit_id=actor.unit_id)
    cursor = _cursor(after)
    if cursor is not None:
        rows = rows.filter(_beyond("held_on", cursor, backwards=True))
    found = list(rows.select_related("unit").order_by("-held_on", "-id")[: PAGE + 1])
    return _stretch(found, "held_on")


def own_unit(actor: Actor) -> Unit:
    """The actor's own unit."""
    return Unit.objects.get(pk=actor.unit_id)


def problems_named(actor: Actor, ids: Iterable[UUID | None]) -> Mapping[UUID, Problem]:
    """Number and title of those of the problems that the actor may see, by id."""
    wanted = {id_ for id_ in ids if id_}
    rows = visible_to(actor).filter(id__in=wanted).only("number", "title", "region_id") if wanted else ()
    return {row.id: row for row in rows}


def record_of(row: RegionalModel) -> list[Happened]:
    """What happened to a row with a chain of its own that the caller has in sight, newest first."""
    entries = list(Entry.objects.filter(region_id=row.region_id, subject=row.id).order_by("-seq"))
    people = Person.objects.in_bulk({entry.person_id for entry in entries if entry.person_id})
    units = Unit.objects.in_bulk({entry.unit_id for entry in entries if entry.unit_id})
    return [
        Happened(
            entry.action,
            entry.recorded_at,
            people.get(entry.person_id or 0),
            units.get(entry.unit_id or 0),
            str(details_of(entry).get("note", "")),
            entry.hash,
        )
        for entry in entries
    ]


def details_of(entry: Entry) -> Mapping[str, Any]:
    """The details of an entry."""
    found: Mapping[str, Any] = json.loads(entry.body)["details"]
    return found


def _cursor(text: str) -> tuple[date, UUID] | None:
    """Read a cursor from the address; None where somebody has tampered with it."""
    day, _mark, id_ = text.partition("~")
    try:
        return date.fromisoformat(day), UUID(id_)
    except ValueError:
        return None


def _beyond(column: str, cursor: tuple[date, UUID], *, backwards: bool) -> Q:
    word = "lt" if backwards else "gt"
    same = Q(**{column: cursor[0], f"id__{word}": cursor[1]})
    return Q(**{f"{column}__{word}e": cursor[0]}) & (Q(**{f"{column}__{word}": cursor[0]}) | same)


def _stretch(found: list[Any], column: str) -> Stretch[Any]:
    shown = found[:PAGE]
    more = len(found) > PAGE
    return Stretch(shown, f"{getattr(shown[-1], column).isoformat()}~{shown[-1].id.hex}" if more else "")
