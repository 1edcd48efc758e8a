"""Reading routes: milestones, quantities and money of a problem, and of all problems in sight that have any.

The problems with a route are few among many: they are found from their milestones and quantities, each asked
whether it reaches the actor's unit, never by going through what is in sight. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection

from bihuan.domain.case import Role, Stage
from bihuan.domain.colours import MAX_TURNS
from bihuan.domain.route import Mark, State, standing_from
from bihuan.ledger.models import Campaign, Milestone, Problem, Quantity, Reach

if TYPE_CHECKING:
    from bihuan.organisations.access import Actor

KINDS = frozenset({Milestone.KIND, Quantity.KIND})
"""The kinds of rows that make a route (`ledger.present`)."""
MONTH = 30
"""Days ahead within which milestones are counted as coming."""


@dataclass(frozen=True)
class Route:
    """The milestones and quantities of one problem in force, each in their order."""

    milestones: Sequence[Milestone]
    quantities: Sequence[Quantity]

    def __bool__(self) -> bool:
        return bool(self.milestones or self.quantities)

    @property
    def marks(self) -> list[Mark]:
        """The milestones as the rules see them."""
        return [Mark(row.planned_on, row.done_on) for row in self.milestones]


def route_of(problem: Problem) -> Route:
    """The route of a problem that was loaded within sight."""
    return routes_of([problem.id])[problem.id]


def routes_of(problems: Collection[UUID]) -> Mapping[UUID, Route]:
    """The routes of problems known to be in sight, empty for those that have none; some hundreds at most."""
    steps: dict[UUID, list[Milestone]] = defaultdict(list)
    amounts: dict[UUID, list[Quantity]] = defaultdict(list)
    wanted = {"problem_id__in": list(problems), "dropped": False}
    for step in Milestone.objects.filter(**wanted).order_by("problem_id", "place"):
        steps[step.problem_id].append(step)
    for amount in Quantity.objects.filter(**wanted).order_by("problem_id", "place"):
        amounts[amount.problem_id].append(amount)
    return {id_: Route(steps[id_], amounts[id_]) for id_ in problems}


class Project(NamedTuple):
    """A problem in sight that has a route, as far as lists and figures need it. Money in hundredths of 万元.

    `behind` counts milestones not reached though their day has passed, `coming` those of the next 30 days;
    `first_open` is the first planned day that is not reached yet.
    """

    id: UUID
    unit_id: int | None
    campaign_id: int | None
    due: date | None
    colour: str
    standing: State
    first_open: date | None
    behind: int
    coming: int
    planned: int
    spent: int
    has_money: bool


_TURNED = " ".join(f"WHEN p.turn{n}_on <= %(today)s THEN p.turn{n}" for n in range(MAX_TURNS, 0, -1))
_TABLES = {
    "milestone": Milestone._meta.db_table,
    "quantity": Quantity._meta.db_table,
    "reach": Reach._meta.db_table,
    "problem": Problem._meta.db_table,
}
_STEPS = """
SELECT problem_id, MIN(CASE WHEN done_on IS NULL THEN planned_on END),
  SUM(CASE WHEN done_on > planned_on THEN 1 ELSE 0 END),
  SUM(CASE WHEN done_on IS NULL AND planned_on < %(today)s THEN 1 ELSE 0 END),
  SUM(CASE WHEN done_on IS NULL AND planned_on BETWEEN %(today)s AND %(month)s THEN 1 ELSE 0 END),
  COUNT(*)
FROM {milestone} WHERE NOT dropped GROUP BY problem_id
"""
_MONEY = """
SELECT problem_id, SUM(target), SUM(actual) FROM {quantity} WHERE is_money AND NOT dropped GROUP BY problem_id
"""
# CROSS JOIN keeps SQLite from beginning with all that is in sight; PostgreSQL orders joins as it likes.
_SEEN = """
SELECT p.id, p.lead_unit_id, p.campaign_id, p.due, CASE {turned} ELSE p.colour END
FROM (SELECT problem_id FROM {milestone} WHERE NOT dropped UNION
      SELECT problem_id FROM {quantity} WHERE NOT dropped) q
  CROSS JOIN {reach} r CROSS JOIN {problem} p
WHERE r.problem_id = q.problem_id AND r.unit_id = %(unit)s AND p.id = r.problem_id AND p.region_id = r.region_id
  AND p.stage IN ({stages})
"""
_NO_STEPS, _NO_MONEY = (None, 0, 0, 0, 0), (None, 0)


def projects(actor: Actor | None, today: date, stages: Iterable[Stage]) -> list[Project]:
    """All problems at one of `stages` that have a route and that `actor` may see, in no order.

    Plain SQL: for the two thousand projects of a city the query builder needs three times as long. The sums are
    taken over all routes; only what is in sight comes out.
    """
    if actor is None or actor.role is Role.ADMINISTRATOR:
        return []
    asked: dict[str, str | int] = {f"stage{n}": stage.value for n, stage in enumerate(stages)}
    stages_in = ", ".join(f"%({name})s" for name in asked)
    asked |= {
        "unit": actor.unit_id,
        "today": today.isoformat(),
        "month": (today + timedelta(days=MONTH)).isoformat(),
    }
    with connection.cursor() as cursor:

        def rows(sql: str) -> Sequence[tuple[Any, ...]]:
            cursor.execute(sql.format(turned=_TURNED, stages=stages_in, **_TABLES), asked)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
            return found

        seen = rows(_SEEN)
        steps = {row[0]: row[1:] for row in rows(_STEPS)} if seen else {}
        money = {row[0]: row[1:] for row in rows(_MONEY)} if seen else {}
    return [_project(row, steps.get(row[0], _NO_STEPS), money.get(row[0], _NO_MONEY), today) for row in seen]


def _project(row: tuple[Any, ...], steps: tuple[Any, ...], money: tuple[Any, ...], today: date) -> Project:
    id_, unit_id, campaign_id, due, colour = row
    first_open, late, behind, coming, milestones = steps
    planned, spent = money
    first = _day(first_open)
    return Project(
        id_ if isinstance(id_, UUID) else UUID(id_),
        unit_id,
        campaign_id,
        _day(due),
        colour,
        standing_from(first, late, milestones, today),
        first,
        behind,
        coming,
        int(planned or 0),
        int(spent or 0),
        planned is not None,
    )


def _day(value: date | str | None) -> date | None:
    """A day as either database gives it out."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def problems_of(ids: Collection[UUID]) -> Mapping[UUID, Problem]:
    """What a row of the wall names of the problems, known to be in sight: number, title, lead unit."""
    rows = Problem.objects.filter(id__in=list(ids)).select_related("lead_unit")
    return {
        row.id: row
        for row in rows.only(
            "number",
            "title",
            "due",
            "stage",
            "lead_unit__name",
            "lead_unit__short_names",
            "lead_unit__path",
            "region_id",
        )
    }


def campaign_names(ids: Collection[int]) -> dict[int, str]:
    """The names of campaigns to which problems in sight belong, by id."""
    return dict(Campaign.objects.filter(pk__in=list(ids)).order_by("name").values_list("pk", "name"))
