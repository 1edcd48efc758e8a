"""A ledger as it stood at the end of a past day, for lists and exports: the same rows and columns as today's list.

What the actor may see today is shown as it was then; a past day never changes. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.names import short_of
from bihuan.insight.keyset import Bringing
from bihuan.ledger.asof import colour_on
from bihuan.ledger.models import Problem, Responsibility, Span
from bihuan.ledger.queries import visible_to
from bihuan.ledger.then import Stood, stood_on
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen, tree_on

_OF_UNIT = {"lead_unit__name": "name", "lead_unit__short_names": "short_names"}


def registered_by(actor: Actor, ledger_id: UUID, day: date) -> QuerySet[Problem]:
    """The problems of a ledger, within the actor's sight, that were registered by the end of `day`."""
    begun = Entry.objects.filter(
        region_id=OuterRef("region_id"),
        subject=OuterRef("id"),
        seq=1,
        recorded_at__lt=clock.moment_on(day + timedelta(days=1), hour=0),
    )
    return visible_to(actor).filter(Exists(begun), ledger_id=ledger_id)


def bringing_then(day: date, names: Sequence[str]) -> Bringing:
    """How the rows of a list are read for `day`: `names` as the columns of the list need them."""

    def read(rows: QuerySet[Problem]) -> Iterable[Any]:
        problems = list(rows.select_related("source").annotate(colour_then=colour_on(day)))
        stood, tree = stood_on(problems, day), tree_on(day)
        colours = _colours(problems, day)
        return [_row(stood[row.id], names, colours[row.id], tree) for row in problems if row.id in stood]

    return read


def _row(stood: Stood, names: Sequence[str], colour: str, tree: Mapping[int, UnitThen]) -> SimpleNamespace:
    problem = stood.problem
    lead = tree.get(problem.lead_unit_id or 0)
    values: dict[str, Any] = {"colour_today": colour, "support_names": list(_supports(stood, tree))}
    for name in names:
        if name in _OF_UNIT:
            values[name] = getattr(lead, _OF_UNIT[name], None)
        elif name not in values:
            values[name] = _value(problem, name)
    return SimpleNamespace(**values)


def _supports(stood: Stood, tree: Mapping[int, UnitThen]) -> Iterator[str]:
    for row in stood.responsibilities:
        if row.role == Responsibility.Role.SUPPORT and (unit := tree.get(row.unit_id)):
            yield short_of(list(unit.short_names), unit.name)


def _value(problem: Problem, name: str) -> Any:
    found: Any = problem
    for part in name.split("__"):
        found = getattr(found, part, None)
    return found


def _colours(problems: Sequence[Problem], day: date) -> Mapping[UUID, str]:
    """The colour of each on `day`: from the span of that day, or from the row where nothing has changed since."""
    spans = Span.objects.filter(
        region_id__in={row.region_id for row in problems},
        problem_id__in=[row.id for row in problems],
        begins__lte=day,
        ends__gt=day,
    )
    since: dict[UUID, str] = {row.id: row.colour_then for row in problems}  # type: ignore[attr-defined]
    return since | dict(spans.values_list("problem_id", "colour"))
