"""What of a problem's facts matters to its colour on one day: few values, shared by very many problems.

Every condition of a colour policy holds for some stages, and by one thing that only grows: days past, points
behind, returns. So a day's colour of a hundred thousand problems is found by some dozens of briefs, and the least
that makes a condition hold can be written down. A policy is still read by `colours` alone. Values only.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from bihuan.domain.case import PASSED_STAGES, UNFINISHED_STAGES, Stage, Step
from bihuan.domain.colours import Facts, counted, planned

_DAY = timedelta(days=1)


class Brief(NamedTuple):
    """The facts as a day's colour depends on them; `behind` in points, `late`: passed, but after its due day."""

    stage: Stage
    overdue: bool = False
    behind: int = 0
    unsigned: bool = False
    returns: int = 0
    rebounded: bool = False
    satisfaction: int | None = None
    warned: bool = False
    late: bool = False


def brief_of(facts: Facts, day: date) -> Brief:
    """What matters on `day`; a clock that was stopped before shows the day on which it was."""
    stopped, due, stage = facts.stopped_on, facts.due, facts.stage
    if stage not in UNFINISHED_STAGES:
        late = stage in PASSED_STAGES and due is not None and stopped is not None and stopped > due
        return Brief(stage, satisfaction=facts.satisfaction, late=late)
    shown = day if stopped is None or stopped > day else stopped
    return Brief(
        stage,
        due is not None and due < shown,
        max(0, planned(facts.steps, shown) - counted(facts)[0]) if facts.steps else 0,
        facts.signed_on is None and facts.sign_by is not None and facts.sign_by < shown,
        facts.returns,
        facts.cycle > 0,
        facts.satisfaction,
        facts.warned,
    )


def facts_like(brief: Brief, day: date) -> Facts:
    """The plainest facts of which this is the brief on `day`."""
    yesterday = day - _DAY
    due = yesterday if brief.overdue else yesterday - _DAY if brief.late else None
    return Facts(
        stage=brief.stage,
        sign_by=yesterday if brief.unsigned else None,
        due=due,
        steps=(Step(due=yesterday, share=brief.behind, progress=0),) if brief.behind else (),
        returns=brief.returns,
        cycle=int(brief.rebounded),
        satisfaction=brief.satisfaction,
        warned=brief.warned,
        stopped_on=yesterday if brief.late else None,
    )
