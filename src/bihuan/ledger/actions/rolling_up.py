"""What happens to a part counts in the problem above of which it is a part (docs/decisions/0021).

Called by `recording` with what it is about to write, in the same transaction: the measure above takes over how
far its part is, and the problem above gets an entry of its own. Decides nothing: `domain.links` says what counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from bihuan.domain.case import UNFINISHED_STAGES, Stage
from bihuan.domain.indicators import ASIDE_STAGES
from bihuan.domain.links import counts_above
from bihuan.ledger.actions.step import Moment, Opened, open_all, this_moment
from bihuan.ledger.models import Measure, Problem
from bihuan.organisations.access import Actor


def changed_above(opened: Sequence[Opened], *, actor: Actor) -> tuple[list[Opened], Moment | None]:
    """The problems above in which one of `opened` counts differently now, locked, opened and changed, with the
    moment at which that happens; none and None where nothing changes above.

    What was accepted above, or is not handed out, is not touched, whatever happens to a part meanwhile; when it is
    worked on again it catches up with all its parts.
    """
    moved: dict[UUID, list[Problem]] = defaultdict(list)
    regions: set[int] = set()
    for part in (*_counting_otherwise(opened), *_parts_of_woken(opened)):
        if part.above_id is not None and part.above_region_id is not None:
            moved[part.above_id].append(part)
            regions.add(part.above_region_id)
    if not moved:
        return [], None
    rows = Problem.objects.filter(id__in=list(moved), region_id__in=regions).order_by("id")
    locked = [row for row in rows.select_for_update(of=("self",)) if Stage(row.stage) in UNFINISHED_STAGES]
    moment = this_moment()  # after the lock, so that it is later than what they hold
    cases = [case for case in open_all(locked, actor=actor, moment=moment) if _take(case, moved, moment)]
    return cases, moment


def _counting_otherwise(opened: Sequence[Opened]) -> Iterator[Problem]:
    for case in opened:
        if case.problem.above_id is not None and _place(case.before) != _place(case.problem.__dict__):
            yield case.problem


def _parts_of_woken(opened: Sequence[Opened]) -> Iterable[Problem]:
    """The parts of what was not touched by them until now."""
    below = {
        measure.part_id: measure.part_region_id
        for case in opened
        if Stage(case.before["stage"]) not in UNFINISHED_STAGES and Stage(case.problem.stage) in UNFINISHED_STAGES
        for measure in case.measures
        if measure.part_id is not None and measure.part_region_id is not None and not measure.dropped
    }
    return Problem.objects.filter(id__in=below, region_id__in=set(below.values())) if below else ()


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    stage = Stage(row["stage"])
    aside = stage in ASIDE_STAGES
    return row["above_measure_id"], aside, counts_above(stage=stage, progress=row["progress"])


def _take(case: Opened, moved: Mapping[UUID, Sequence[Problem]], moment: Moment) -> bool:
    """Let the measures of the problem above stand as their parts do; says whether any of them changed."""
    measures = {row.id: row for row in case.measures}
    changed = []
    for part in moved[case.problem.id]:
        measure = measures.get(part.above_measure_id) if part.above_measure_id else None
        if measure is not None and measure.part_id == part.id and _follow(measure, part, moment):
            changed.append(part.number)
    case.details["parts"] = changed
    return bool(changed)


def _follow(measure: Measure, part: Problem, moment: Moment) -> bool:
    """Take over how far the part is. A part set aside is let go: the measure is the lead unit's own again."""
    before = measure.snapshot()
    stage = Stage(part.stage)
    if stage in ASIDE_STAGES:
        measure.part_id = measure.part_region_id = None
    else:
        measure.progress = counts_above(stage=stage, progress=part.progress)
        measure.done_on = (measure.done_on or moment.today) if measure.progress >= 100 else None
    return measure.snapshot() != before
