"""Problems follow the tree: when a unit is moved or merged, the units above it change.

Who may see a problem goes by today's tree, so its reach is stored anew, closed or open; the kept sums lose it on
the old line and gain it on the new one from today on. Past days, and the problems' own chains, stay as they are:
what happened is an entry of the units.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from uuid import UUID

from bihuan.ledger import tally
from bihuan.ledger.actions import recolouring
from bihuan.ledger.actions.following import stand, store_reach
from bihuan.ledger.actions.step import CHUNK
from bihuan.ledger.derived import reach_of
from bihuan.ledger.models import Problem, Reach, Responsibility

Lines = Mapping[int, Sequence[int]]
COLUMNS = (
    "id",
    "region_id",
    "office_id",
    "lead_unit_id",
    "dispatched_on",
    "stage",
    "due",
    "due_original",
    "asked_on",
    "suspended_on",
    "signed_on",
    "signed_by_office",
    "turns",
)
"""What reach and sums of a problem go by."""


def reline(unit_id: int, before: Lines, after: Lines, *, today: date) -> int:
    """Store anew the reach and sums of every problem that reached `unit_id`, whose line changed.

    `before` and `after` are the lines of all units. Returns how many problems reach other units than before.
    """
    changed = 0
    for ids in _chunks(unit_id):
        recolouring.catch_up(ids, before)
        problems = list(Problem.objects.filter(id__in=ids).only(*COLUMNS))
        supports = _supports([problem.id for problem in problems])
        reached, stands = [], []
        for problem in problems:
            row = problem.__dict__
            old = reach_of(row, supports[problem.id], before)
            new = reach_of(row, supports[problem.id], after)
            stands.append((stand(row, old, before), stand(row, new, after)))
            if old != new:
                reached.append((problem, new))
        store_reach(reached)
        tally.add(stands, today=today)
        changed += len(reached)
    return changed


def _chunks(unit_id: int) -> Iterator[list[UUID]]:
    ids = sorted(Reach.objects.filter(unit_id=unit_id).values_list("problem_id", flat=True))
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _supports(ids: Sequence[UUID]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    rows = Responsibility.objects.filter(problem_id__in=ids, role=Responsibility.Role.SUPPORT, dropped=False)
    for problem_id, unit_id in rows.values_list("problem_id", "unit_id"):
        found[problem_id].append(unit_id)
    return found
