"""Open problems take on a new colour policy: their coming turns and the kept sums, and nothing else.

A row says by which version of the policy it was coloured, so this can stop anywhere and go on later, and running
it twice changes nothing. A policy counts from a day on that was still to come when it was put on the record: no
day before is touched, no entry is written (the policy has its own) and a row keeps its version, so that nobody who
has a problem open is told that somebody was faster. An action that comes first recolours its rows itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.book.rows import collector_at_rest, insert, update_where
from bihuan.book.writing import Conflict
from bihuan.domain.case import OPEN_STAGES, Step
from bihuan.domain.colours import MAX_TURNS
from bihuan.domain.schedule import Schedule
from bihuan.ledger import tally
from bihuan.ledger.actions.following import lines_of, recoloured_from, stand
from bihuan.ledger.actions.recording import GUARD
from bihuan.ledger.derived import COLOURED, colour_changes, colour_from, past_spans, turns_from
from bihuan.ledger.models import Problem, Reach, Span
from bihuan.ledger.policies import schedule_on_record
from bihuan.ledger.swift import FACTS, with_steps
from bihuan.organisations.tree import hold_still

CHUNK = 5000
AT_ONCE = 100_000
Lines = Mapping[int, Sequence[int]]
Tell = Callable[[int], None]

_OPEN = [stage.value for stage in OPEN_STAGES]
COLUMNS = (
    *FACTS,
    "region_id",
    "version",
    "office_id",
    "lead_unit_id",
    "dispatched_on",
    "signed_by_office",
    "due_original",
    *COLOURED,
)
"""What the colours of a problem depend on, how it counts, and what is set."""


@dataclass
class Changed:
    """A row with new colours, the columns as they are stored, and the past days that it gives away as spans."""

    problem: Problem
    stored: dict[str, Any]
    spans: list[Span]


def pending() -> int:
    """How many open problems are still to be coloured by the newest policy."""
    return int(_behind(schedule_on_record()).count())


def recolour(tell: Tell | None = None) -> int:
    """Colour every open problem by the policies on the record, and fill up rows whose turns have come.

    Returns how many rows it changed. May be stopped, run again, and run twice at once.
    """
    schedule, today = schedule_on_record(), clock.today()
    done = 0
    for region in Region.objects.order_by("pk").values_list("pk", flat=True):
        for rows in (_behind(schedule), _turned(today)):
            for ids in _chunks(region, rows):
                with collector_at_rest():
                    done += _settle(ids, region, schedule, today)
                if tell:
                    tell(done)
    return done


def catch_up(ids: Sequence[UUID], lines: Lines) -> None:
    """Colour those of these problems that are behind, before the tree of units changes around them.

    `lines` are those of the tree so far. Inside the caller's transaction, who holds the tree.
    """
    schedule = schedule_on_record()
    changed = [
        _recoloured(row, steps, schedule)
        for row, steps in with_steps(_behind(schedule).filter(id__in=ids).order_by("id"), COLUMNS)
    ]
    _write(changed, schedule, lines)


def _behind(schedule: Schedule) -> Any:
    return Problem.objects.filter(stage__in=_OPEN, coloured_by__lt=schedule.version)


def _turned(today: date) -> Any:
    """Rows whose room is full and whose first turn has come: more may be to come than the row has room for."""
    return Problem.objects.filter(Q((f"turn{MAX_TURNS}_on__isnull", False)), turn1_on__lte=today)


def _chunks(region: int, rows: Any) -> Iterator[list[UUID]]:
    """The ids of `rows` in this region, in their order."""
    last: UUID | None = None
    while True:
        further = rows.filter(region_id=region) if last is None else rows.filter(region_id=region, id__gt=last)
        ids = list(further.order_by("id").values_list("id", flat=True)[:AT_ONCE])
        for start in range(0, len(ids), CHUNK):
            yield ids[start : start + CHUNK]
        if len(ids) < AT_ONCE:
            return
        last = ids[-1]


def _settle(ids: Sequence[UUID], region: int, schedule: Schedule, today: date) -> int:
    """One chunk. No transaction is open while colours are computed: a row that changes in the meantime makes the
    chunk start again, in smaller ones."""
    wanted = Problem.objects.filter(region_id=region, id__in=ids)
    changed = []
    for row, steps in with_steps(wanted.order_by("id"), COLUMNS):
        new = _renewed(row, steps, schedule, today)
        if new is not None:
            changed.append(new)
    try:
        with transaction.atomic():
            hold_still()
            _write(changed, schedule, None)
    except Conflict:
        half = max(1, len(ids) // 2)
        parts = (ids[:half], ids[half:])
        return sum(_settle(part, region, schedule, today) for part in parts if part)
    return len(changed)


def _renewed(row: Problem, steps: tuple[Step, ...], schedule: Schedule, today: date) -> Changed | None:
    """The row with what it lacks: the newest policies where it is open, else room where its turns have come."""
    if row.stage in _OPEN and row.coloured_by < schedule.version:
        return _recoloured(row, steps, schedule)
    coming = colour_changes(turns_from(row.turns), after=row.state_from)
    come = [turn.day for turn in coming if turn.day <= today]
    if len(coming) <= MAX_TURNS or not come:
        return None
    stored = dict(row.__dict__)
    colour_from(row, steps, schedule=schedule.up_to(row.coloured_by), day=come[-1])
    return Changed(row, stored, past_spans(stored, until=come[-1]))


def _recoloured(row: Problem, steps: tuple[Step, ...], schedule: Schedule) -> Changed:
    stored = dict(row.__dict__)
    colour_from(row, steps, schedule=schedule, day=row.state_from)
    return Changed(row, stored, [])


def _write(changed: Sequence[Changed], schedule: Schedule, lines: Lines | None) -> None:
    """Write rows, spans and sums; raises `Conflict` where a row is no longer as it was read."""
    rows = [(new.problem, {name: new.stored[name] for name in GUARD}) for new in changed]
    if update_where(Problem, COLOURED, rows) != len(rows):
        raise Conflict
    insert([span for new in changed for span in new.spans])
    counted = [new for new in changed if _counts_differently(new)]
    leads = {new.stored["lead_unit_id"] for new in counted} - {None}
    along = lines if lines is not None else lines_of(leads)
    sight = _sight([new.problem.id for new in counted])
    tally.add_from(
        (
            stand(new.stored, sight[new.problem.id], along),
            stand(new.problem.__dict__, sight[new.problem.id], along),
            recoloured_from(new.stored, schedule),
        )
        for new in counted
    )


def _counts_differently(new: Changed) -> bool:
    """Do the colours of any day differ? A row that was filled up has the turns that it had before."""
    if new.spans or new.stored["turns"] == new.problem.turns:
        return False
    old, now = turns_from(new.stored["turns"]), turns_from(new.problem.turns)
    day = new.stored["state_from"]
    return [(turn.day, turn.colour) for turn in colour_changes(old, after=day)] != [
        (turn.day, turn.colour) for turn in colour_changes(now, after=day)
    ]


def _sight(ids: Sequence[UUID]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    for problem, unit in Reach.objects.filter(problem_id__in=ids).values_list("problem_id", "unit_id"):
        found[problem].append(unit)
    return found
