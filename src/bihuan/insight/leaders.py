"""Leaders and their cases: who has taken what, and who has no quick fix (立行立改) of their own.

Every figure counts only what the reader may see, and opens to exactly the problems that it counts. Posts and units
are small tables and read whole; cases by the index of their people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery

from bihuan.domain.case import OPEN_STAGES, Horizon, Role, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.names import short_of
from bihuan.domain.refusals import say
from bihuan.insight.keyset import Bringing
from bihuan.ledger.asof import colour_is
from bihuan.ledger.models import Duty, Problem, Task
from bihuan.ledger.queries import in_sight_of
from bihuan.organisations.access import Actor
from bihuan.organisations.directory import held_now
from bihuan.organisations.models import Post, Unit

PAGE = 50
_OPEN = [stage.value for stage in OPEN_STAGES]
_DONE = [Stage.CLOSED.value, Stage.SUSTAINED.value]
_GONE = [Stage.MERGED.value, Stage.WITHDRAWN.value, Stage.REFERRED.value]


@dataclass(frozen=True)
class Figure:
    """A count of cases: its name, and which of them it counts on a day."""

    name: str
    asked: Callable[[date], Q]


FIGURES: Mapping[str, Figure] = {
    "taken": Figure(say("包案数"), lambda today: Q()),
    "open": Figure(say("在办"), lambda today: Q(stage__in=_OPEN)),
    "red": Figure(say("其中红色"), lambda today: Q(stage__in=_OPEN) & colour_is((Colour.RED,), today)),
    "done": Figure(say("已销号"), lambda today: Q(stage__in=_DONE)),
    "quick": Figure(say("立行立改"), lambda today: Q(horizon=Horizon.AT_ONCE.value)),
}


@dataclass(frozen=True)
class Leader:
    """Somebody who holds a leader's post, the unit in which it is (the first of them), and its title."""

    person_id: int
    name: str
    name_en: str
    title: str
    unit_id: int
    unit: str
    path: str
    quick: bool
    """Has a quick fix of their own, open or done."""


@dataclass(frozen=True)
class Line:
    """A leader with the figures of their cases, by the codes of `FIGURES`."""

    leader: Leader
    figures: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """A page of leaders: those of the own unit first, and among each those without a quick fix."""

    lines: list[Line]
    people: int
    lacking: int
    page: int
    pages: int


@dataclass(frozen=True)
class Cases:
    """A page of a leader's cases; `following` is where the next one begins."""

    rows: list[Problem]
    following: UUID | None = None


@dataclass(frozen=True)
class Own:
    """What waits on a desk of what leaders set going: open cases of one's own, tasks to do, tasks to accept."""

    cases: int = 0
    tasks: int = 0
    reported: int = 0


def leaders_of(actor: Actor) -> list[Leader]:
    """Everybody with a leader's post at or below the actor's unit, in the order of `Table`."""
    if actor.role is Role.ADMINISTRATOR:
        return []
    posts = _posts(actor)
    columns = ("person_id", "person__name", "person__name_en", "title", "unit_id", "unit__name")
    rows = posts.values_list(*columns, "unit__short_names", "unit__path")
    ordered = sorted(rows, key=lambda row: (row[4] != actor.unit_id, row[-1], row[0]))
    quick = _with_quick(actor, posts)
    found: dict[int, Leader] = {}
    for person, name, name_en, title, unit_id, unit, short, path in ordered:
        found.setdefault(
            person,
            Leader(person, name, name_en, title, unit_id, short_of(short, unit), path, person in quick),
        )
    return sorted(found.values(), key=lambda row: (row.unit_id != actor.unit_id, row.quick))


def table_of(actor: Actor, today: date, *, page: int = 1, lacking: bool = False) -> Table:
    """A page of leaders with their figures; `lacking`: only those without a quick fix of their own."""
    everybody = leaders_of(actor)
    without = [row for row in everybody if not row.quick]
    chosen = without if lacking else everybody
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(page, 1), pages)
    shown = chosen[(page - 1) * PAGE : page * PAGE]
    counts = _figures(actor, [row.person_id for row in shown], today)
    none = dict.fromkeys(FIGURES, 0)
    lines = [Line(row, counts.get(row.person_id, none)) for row in shown]
    return Table(lines, len(everybody), len(without), page, pages)


def find_leader(actor: Actor, person_id: int) -> Leader | None:
    """The leader with this id where they hold a post at or below the actor's unit, else None."""
    return next((row for row in leaders_of(actor) if row.person_id == person_id), None)


def cases_of(
    actor: Actor, person_id: int, figure: str, today: date, bringing: Bringing, after: UUID | None = None
) -> Cases:
    """The cases of a person that a figure counts, as far as the actor sees them, newest first.

    Raises KeyError for what is no figure.
    """
    rows = _cases(actor, [person_id]).filter(FIGURES[figure].asked(today))
    if after is not None:
        rows = rows.filter(id__lt=after)
    ids = list(rows.order_by("-id").values_list("id", flat=True)[: PAGE + 1])
    found = {row.id: row for row in bringing(Problem.objects.filter(id__in=ids[:PAGE]))}
    shown = [found[id_] for id_ in ids[:PAGE] if id_ in found]
    return Cases(shown, ids[PAGE - 1] if len(ids) > PAGE else None)


def on_the_desk(actor: Actor) -> Own:
    """What leaders set going that waits for this actor: asked in one statement, each count from an index."""
    mine = Task.objects.filter(unit_id=actor.unit_id, state=Task.State.OPEN)
    asked: dict[str, QuerySet[Any, Any]] = {"tasks": mine}
    if actor.role in (Role.LEADER, Role.COORDINATOR):
        asked["reported"] = Task.objects.filter(set_by_unit_id=actor.unit_id, state=Task.State.REPORTED)
    if actor.role is Role.LEADER:
        asked["cases"] = _cases(actor, [actor.person_id]).filter(stage__in=_OPEN)
    elif actor.role not in (Role.LIAISON, Role.COORDINATOR):
        return Own()
    counts = {name: Subquery(_count(rows), output_field=IntegerField()) for name, rows in asked.items()}
    found = Unit.objects.filter(pk=actor.unit_id).values_list(*counts.values())
    return Own(**{name: count or 0 for name, count in zip(counts, next(iter(found), ()), strict=False)})


def _count(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """A subquery that counts `rows`, none of which gives nothing."""
    every = rows.order_by().annotate(all_of=F("region_id") * 0).values("all_of")
    counted: QuerySet[Any, Any] = every.annotate(n=Count("pk")).values("n")
    return counted


def _posts(actor: Actor) -> QuerySet[Post]:
    here = f"/{actor.unit_id}/"
    return Post.objects.filter(
        held_now(), role=Role.LEADER, unit__path__contains=here, unit__is_active=True, person__is_active=True
    )


def _held(**conditions: object) -> Q:
    held = {"duty": Duty.Kind.LEADER.value, "dropped": False, **conditions}
    return Q(**{f"duties__{name}": value for name, value in held.items()})


def _cases(actor: Actor, people: Iterable[int]) -> QuerySet[Problem]:
    """The cases of `people` in sight; each once for each of them."""
    if actor.role is Role.ADMINISTRATOR:
        return Problem.objects.none()
    held = Problem.objects.filter(_held(person_id__in=list(people)))
    return held.filter(in_sight_of(actor)).exclude(stage__in=_GONE)


def _figures(actor: Actor, people: list[int], today: date) -> dict[int, dict[str, int]]:
    counts = {code: Count("id", filter=figure.asked(today)) for code, figure in FIGURES.items()}
    rows = _cases(actor, people).order_by().values_list("duties__person_id").annotate(**counts)
    return {person: dict(zip(FIGURES, found, strict=True)) for person, *found in rows}


def _with_quick(actor: Actor, posts: QuerySet[Post]) -> set[int]:
    """Those who have a quick fix of their own in sight."""
    mine = Duty.objects.filter(person_id__in=posts.values("person_id"), duty=Duty.Kind.LEADER, dropped=False)
    at_once = Problem.objects.filter(
        in_sight_of(actor),
        region_id=OuterRef("region_id"),
        id=OuterRef("problem_id"),
        horizon=Horizon.AT_ONCE,
    )
    quick = mine.filter(Exists(at_once.exclude(stage__in=_GONE)))
    return {person for person in quick.values_list("person_id", flat=True).distinct() if person}
