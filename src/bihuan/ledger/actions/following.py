"""What follows from a change for lists, counts and search: reach, kept sums, the text index.

Called by `recording` and `register` with what they wrote, and by nothing else but regroupings of units, which
change the lines that problems stand in. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from bihuan.book.rows import insert, made, update_linked
from bihuan.book.writing import CHUNK
from bihuan.domain.schedule import Schedule
from bihuan.ledger import search, tally
from bihuan.ledger.actions.step import Moment, Opened
from bihuan.ledger.derived import reach_of
from bihuan.ledger.models import Part, Problem, Reach
from bihuan.ledger.tally import Stand, crosstab, figures
from bihuan.organisations.models import Unit


def follow(opened: Sequence[Opened], moment: Moment) -> None:
    """Bring up to date what follows for lists, counts and search: reach, kept sums, the text index."""
    today = moment.today
    moved = [case for case in opened if case.stored is not case.before or _counts_differ(case, today)]
    lines = lines_of({unit for case in moved for unit in _units(case)})
    reached, repeated, stands = [], [], []
    for case in moved:
        before = reach_of(case.before, case.supports_before, lines)
        after = reach_of(case.problem.__dict__, case.supports, lines)
        stood = stand(case.before, before, lines)
        if case.stored is not case.before:
            day = recoloured_from(case.stored, moment.schedule)
            stands.append((stand(case.stored, before, lines), stood, day))
        stands.append((stood, stand(case.problem.__dict__, after, lines), today))
        if before != after:
            reached.append((case.problem, after))
        elif _list_place(case.before) != _list_place(case.problem.__dict__):
            repeated.append(case.problem)
    store_reach(reached)
    update_linked(Reach, ("stage", "due"), "problem_id", repeated)
    tally.add_from(stands)
    search.renew([(case.before, case.problem) for case in opened])


def stand(row: Mapping[str, Any], reach: Iterable[int], lines: Mapping[int, Sequence[int]]) -> Stand:
    """How a problem with these columns counts."""
    lead = row["lead_unit_id"] if row["dispatched_on"] is not None else None
    return Stand(dict(row), frozenset(reach), frozenset(lines[lead]) if lead is not None else frozenset())


def recoloured_from(row: Mapping[str, Any], schedule: Schedule) -> date:
    """The last day on which the stored colours of `row` are still those of `schedule`: what follows may differ."""
    changes = schedule.changes_from(row["coloured_by"])
    assert changes is not None, "the schedule knows no more than the row"
    since: date = row["state_from"]
    return max(since, changes - timedelta(days=1))


def _list_place(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row["stage"], row["due"]


def _units(case: Opened) -> set[int]:
    rows = (case.before, case.problem.__dict__)
    units = {row[name] for row in rows for name in ("office_id", "lead_unit_id")}
    return {unit for unit in (*units, *case.supports, *case.supports_before) if unit is not None}


def _counts_differ(case: Opened, today: date) -> bool:
    """Does anything change that lists and counts go by? A report of progress mostly changes nothing of it."""
    old, new = case.before, case.problem.__dict__
    placed = ("stage", "due", "dispatched_on", "lead_unit_id", "office_id")
    return (
        any(old[name] != new[name] for name in placed)
        or case.supports != case.supports_before
        or crosstab(old, today) != crosstab(new, today)
        or figures(old, today) != figures(new, today)
    )


def store_reach(reached: Sequence[tuple[Problem, Mapping[int, Part]]]) -> None:
    """Store anew which units may see these problems, and in which part."""
    ids = [problem.id for problem, _reach in reached]
    for start in range(0, len(ids), CHUNK):
        Reach.objects.filter(problem_id__in=ids[start : start + CHUNK]).delete()
    insert_reach(reached)


def insert_reach(reaches: Iterable[tuple[Problem, Mapping[int, Part]]]) -> None:
    """Add the rows of reach for problems that have none."""
    insert(
        [
            made(
                Reach,
                region_id=problem.region_id,
                problem_id=problem.id,
                unit_id=unit,
                part=part,
                stage=problem.stage,
                due=problem.due,
            )
            for problem, reach in reaches
            for unit, part in reach.items()
        ]
    )


def lines_of(units: set[int]) -> dict[int, tuple[int, ...]]:
    """For each unit the ids from the root down to it."""
    return {unit.pk: unit.line for unit in Unit.objects.filter(pk__in=units).only("pk", "path")}
