"""Problems as they stood at the end of a day: today's rows with everything recorded later taken back.

What an entry changed it names old and new, so the way back needs only the entries since then. A past day therefore
never changes, whatever is mended afterwards. The caller has already chosen rows within the actor's sight; nothing
here decides who may see what, and nothing is written or saved.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Field

from bihuan.book import clock
from bihuan.book.booked import Booked
from bihuan.book.models import Entry
from bihuan.book.writing import CHUNK
from bihuan.domain.colours import achieved
from bihuan.ledger.derived import steps_of
from bihuan.ledger.models import Measure, Problem, Responsibility
from bihuan.ledger.models.parts import PartOfProblem

P = TypeVar("P", bound=PartOfProblem)
Taken = dict[str, dict[str, Any]]
"""For each row on the record (`kind:id`) the columns that were changed since, with their values of then."""


@dataclass(frozen=True)
class Stood:
    """A problem as it stood, with its measures and responsibilities of then (not those dropped by then).

    The rows are copies and must not be saved; of the derived columns only `progress` is that of then.
    """

    problem: Problem
    measures: tuple[Measure, ...]
    responsibilities: tuple[Responsibility, ...]

    @property
    def lead(self) -> Responsibility | None:
        """The lead unit's row."""
        return next((row for row in self.responsibilities if row.role == Responsibility.Role.LEAD), None)

    @property
    def person(self) -> str:
        """Who is in charge in the lead unit."""
        return self.lead.person if self.lead else ""

    @property
    def supports(self) -> tuple[int, ...]:
        """Ids of the supporting units."""
        return tuple(row.unit_id for row in self.responsibilities if row.role == Responsibility.Role.SUPPORT)


def stood_on(problems: Sequence[Problem], day: date) -> dict[UUID, Stood]:
    """How these problems stood at the end of `day`, by id; those not yet registered by then are left out."""
    return stood_before(problems, clock.moment_on(day + timedelta(days=1), hour=0))


def stood_before(problems: Sequence[Problem], moment: datetime) -> dict[UUID, Stood]:
    """How these problems (whole rows) stood just before `moment`; those not yet registered are left out."""
    found: dict[UUID, Stood] = {}
    for start in range(0, len(problems), CHUNK):
        found |= _stood(problems[start : start + CHUNK], moment)
    return found


def _stood(problems: Sequence[Problem], moment: datetime) -> dict[UUID, Stood]:
    taken = _taken_back(problems, moment)
    measures, duties = _parts(Measure, problems, taken), _parts(Responsibility, problems, taken)
    found = {}
    for problem in problems:
        then = _as_then(problem, taken)
        if then.number is None:
            continue
        own = sorted(measures[problem.id], key=lambda row: row.place)
        then.progress = achieved(steps_of(own))
        found[problem.id] = Stood(then, tuple(own), tuple(duties[problem.id]))
    return found


def _taken_back(problems: Sequence[Problem], moment: datetime) -> Taken:
    """The values that later entries replaced; of several changes of a column the earliest one's old value."""
    taken: Taken = defaultdict(dict)
    rows = Entry.objects.filter(
        region_id__in={problem.region_id for problem in problems},
        subject__in=[problem.id for problem in problems],
        recorded_at__gte=moment,
    )
    for body in rows.order_by("subject", "-seq").values_list("body", flat=True).iterator():
        for key, columns in json.loads(body)["changes"].items():
            taken[key] |= {name: old for name, (old, _new) in columns.items()}
    return taken


def _parts(model: type[P], problems: Sequence[Problem], taken: Taken) -> Mapping[UUID, list[P]]:
    found: dict[UUID, list[P]] = defaultdict(list)
    rows = model._default_manager.filter(
        region_id__in={problem.region_id for problem in problems},
        problem_id__in=[problem.id for problem in problems],
    )
    for row in _as_then_each(rows.order_by("id"), taken):
        found[row.problem_id].append(row)
    return found


def _as_then_each(rows: Any, taken: Taken) -> Iterator[Any]:
    for row in rows:
        then = _as_then(row, taken)
        if then.dropped is False:
            yield then


def _as_then(row: Any, taken: Taken) -> Any:
    """A copy of the row with the values of then; a column that had none yet is None."""
    changed = taken.get(row.record_key)
    if not changed:
        return row
    then = copy.copy(row)
    then._state = copy.copy(row._state)
    then._state.fields_cache = dict(row._state.fields_cache)
    model: type[Booked] = type(row)
    fields = _fields(model)
    for name, old in changed.items():
        if name in fields:
            setattr(then, name, None if old is None else fields[name].to_python(old))
    return then


@cache
def _fields(model: type[Booked]) -> dict[str, Field[Any, Any]]:
    """The columns on the record by the names that entries give them."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    return {name: by_column[name] for name in model.ON_RECORD}
