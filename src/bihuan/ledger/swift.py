"""Very many problems with their measures, read much faster than the ORM makes rows: for work on all of them.

Such a row has the columns asked for and nothing else. Nothing here knows who may see what, and nothing writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from bihuan.domain.case import Step
from bihuan.ledger.models import Measure, Problem

FACTS = (
    "id",
    "stage",
    "sign_by",
    "signed_on",
    "due",
    "returns",
    "cycle",
    "satisfaction",
    "warned",
    "asked_on",
    "suspended_on",
    "taken_over_on",
    "claimed_done_on",
    "claimed_progress",
)
"""The columns that `derived.facts_of` reads."""


def with_steps(rows: Any, columns: Sequence[str]) -> Iterator[tuple[Problem, tuple[Step, ...]]]:
    """The problems in the order of `rows` with their measures, the measures read after them: a change to these is
    one of the row, too.

    `columns` must name `id`.
    """
    problems = [_row(columns, values) for values in rows.values_list(*columns)]
    steps: dict[UUID, list[Step]] = defaultdict(list)
    alike: dict[tuple[date | None, int, int], Step] = {}
    measures = Measure.objects.filter(problem_id__in=[row.id for row in problems], dropped=False)
    told = ("problem_id", "due", "share", "progress")
    for problem, *said in measures.order_by("problem_id", "place").values_list(*told):
        key = (said[0], said[1], said[2])
        steps[problem].append(alike.get(key) or alike.setdefault(key, Step(*key)))
    for row in problems:
        yield row, tuple(steps.get(row.id, ()))


def _row(columns: Sequence[str], values: Sequence[Any]) -> Problem:
    row = Problem.__new__(Problem)
    row.__dict__.update(zip(columns, values, strict=True))
    return row
