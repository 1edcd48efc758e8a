"""Reading routes: milestones, quantities and money of a problem, and of all problems in sight that have any.

The problems with a route are few among many: they are found from their milestones and quantities, each asked
whether it reaches the actor's unit, never by going through what is in sight. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Min, Q, Sum

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
CHUNK = 5000
_TURNS = tuple(f"problem__turn{n}{part}" for n in range(1, MAX_TURNS + 1) for part in ("_on", ""))
_COLUMNS = ("problem_id", "problem__lead_unit_id", "problem__campaign_id", "due", "problem__colour", *_TURNS)


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


@dataclass(frozen=True)
class Project:
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


def projects(actor: Actor | None, today: date, stages: Iterable[Stage]) -> list[Project]:
    """All problems at one of `stages` that have a route and that `actor` may see, in no order."""
    if actor is None or actor.role is Role.ADMINISTRATOR:
        return []
    having = Milestone.objects.filter(dropped=False).values("problem_id")
    counted = Quantity.objects.filter(dropped=False).values("problem_id")
    seen = Reach.objects.filter(unit_id=actor.unit_id, problem_id__in=having.union(counted))
    rows = seen.filter(stage__in=[stage.value for stage in stages]).values_list(*_COLUMNS)
    found = {row[0]: row for row in rows}
    steps, money = _steps(list(found), today), _money(list(found))
    return [_project(row, steps.get(row[0]), money.get(row[0]), today) for row in found.values()]


def _project(row: tuple[Any, ...], steps: Any, money: Any, today: date) -> Project:
    id_, unit_id, campaign_id, due, colour, *turns = row
    _id, first_open, late, behind, coming, milestones = steps or (id_, None, 0, 0, 0, 0)
    for day, turned in zip(turns[::2], turns[1::2], strict=True):
        colour = turned if day is not None and day <= today else colour
    return Project(
        id=id_,
        unit_id=unit_id,
        campaign_id=campaign_id,
        due=due,
        colour=colour,
        standing=standing_from(first_open, late, milestones, today),
        first_open=first_open,
        behind=behind,
        coming=coming,
        planned=money[1] if money else 0,
        spent=money[2] if money else 0,
        has_money=money is not None,
    )


def _steps(ids: Sequence[UUID], today: date) -> dict[UUID, Any]:
    still_open = Q(done_on__isnull=True)
    sums = {
        "first_open": Min("planned_on", filter=still_open),
        "late": Count("id", filter=Q(done_on__gt=F("planned_on"))),
        "behind": Count("id", filter=still_open & Q(planned_on__lt=today)),
        "coming": Count("id", filter=still_open & Q(planned_on__range=(today, today + timedelta(days=MONTH)))),
        "milestones": Count("id"),
    }
    return _summed(Milestone, ids, sums, Q(dropped=False))


def _money(ids: Sequence[UUID]) -> dict[UUID, Any]:
    sums = {"planned": Sum("target"), "spent": Sum("actual")}
    return _summed(Quantity, ids, sums, Q(dropped=False, is_money=True))


def _summed(model: Any, ids: Sequence[UUID], sums: Mapping[str, Any], asked: Q) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for start in range(0, len(ids), CHUNK):
        rows = model.objects.filter(asked, problem_id__in=ids[start : start + CHUNK]).order_by()
        grouped = rows.values_list("problem_id").annotate(**sums)
        found.update({row[0]: row for row in grouped.values_list("problem_id", *sums)})
    return found


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
