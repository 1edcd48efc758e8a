"""What turned by itself on the days of a window, by unit: past its day, not signed for in time, due soon, over.

A fact belongs to the day on which it came true, so windows that do not overlap tell it once. What a move brings
about (a deadline moved into the past, a clock started again) is told by the move. Asked for many units at once,
a question for each kind: what it costs depends on what turned, not on how many problems there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from bihuan.domain.case import RUNNING_STAGES, Role, Stage
from bihuan.domain.indicators import SOON
from bihuan.domain.refusals import say
from bihuan.ledger.models import Problem
from bihuan.notices.models import Turned

NAMED = 10
"""So many of a kind are named; the others are counted."""
UNITS_AT_ONCE = 200
_DAY = timedelta(days=1)
_SOON = timedelta(days=SOON)
Side = Turned.Side
COLUMNS = {Side.LEAD: "lead_unit_id", Side.OFFICE: "office_id"}


@dataclass(frozen=True)
class Window:
    """Days, both included."""

    since: date
    until: date


@dataclass(frozen=True)
class Kind:
    """Something that turns by itself: the column that tells its day, in which stages, and for whom.

    `days` gives the first and last value of `column` with which it comes true within a window.
    """

    code: str
    name: str
    column: str
    stages: frozenset[Stage]
    days: Callable[[Window], tuple[date, date]]
    roles: Mapping[Turned.Side, frozenset[Role]]
    clock_runs: bool = False

    def asked(self, window: Window) -> Q:
        """The condition on a problem, but for the unit."""
        stages = sorted(stage.value for stage in self.stages)
        asked = Q(stage__in=stages, **{f"{self.column}__range": self.days(window)})
        return asked & Q(asked_on__isnull=True, suspended_on__isnull=True) if self.clock_runs else asked


def _over(window: Window) -> tuple[date, date]:
    """Over on the day after."""
    return window.since - _DAY, window.until - _DAY


def _soon(window: Window) -> tuple[date, date]:
    """So many days ahead; what is over by the end of a long window is not soon any more."""
    return max(window.since + _SOON, window.until), window.until + _SOON


_UNIT = frozenset({Role.LIAISON, Role.LEADER, Role.COORDINATOR})
_HANDS = frozenset({Role.LIAISON, Role.COORDINATOR})
_OFFICE = frozenset({Role.COORDINATOR})
_WATCHERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
_DISPATCHED, _NOTICED = frozenset({Stage.DISPATCHED}), frozenset({Stage.IN_PUBLIC_NOTICE})

_ALL = (
    Kind(
        "overdue", say("刚超时限"), "due", RUNNING_STAGES, _over, {Side.LEAD: _UNIT, Side.OFFICE: _WATCHERS}, True
    ),
    Kind("unsigned", say("逾期未签收"), "sign_by", _DISPATCHED, _over, {Side.LEAD: _UNIT, Side.OFFICE: _OFFICE}),
    Kind("due_soon", say("7天内到期"), "due", RUNNING_STAGES, _soon, {Side.LEAD: _HANDS}, True),
    Kind("notice_over", say("公示期满"), "notice_until", _NOTICED, _over, {Side.OFFICE: _OFFICE}),
    Kind(
        "lookback", say("7天内该回头看"), "lookback_on", frozenset({Stage.CLOSED}), _soon, {Side.OFFICE: _WATCHERS}
    ),
)
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _ALL}
"""By code, most pressing first."""


def kinds_for(role: Role, side: Turned.Side) -> list[str]:
    """What concerns somebody with this role on this side."""
    return [kind.code for kind in _ALL if role in kind.roles.get(side, frozenset())]


def turned(region: int, units: Collection[int], window: Window) -> dict[tuple[int, Turned.Side], Turned]:
    """By unit and side, what turned in this region within the window; kept for all people of the unit."""
    known = _kept(region, units, window)
    missing = [unit for unit in units if not {(unit, side) for side in Side} & known.keys()]
    rows = [
        Turned(region_id=region, unit_id=unit, side=side, since=window.since, until=window.until, found=found)
        for (unit, side), found in _found(region, missing, window).items()
    ]
    if rows:
        Turned.objects.bulk_create(rows, ignore_conflicts=True)
        known = _kept(region, units, window)
    return known


def _kept(region: int, units: Collection[int], window: Window) -> dict[tuple[int, Turned.Side], Turned]:
    wanted = set(units)
    rows = Turned.objects.filter(region_id=region, since=window.since, until=window.until)
    return {(row.unit_id, Side(row.side)): row for row in rows if row.unit_id in wanted}


Found = dict[str, tuple[int, list[str]]]


def _found(region: int, units: Collection[int], window: Window) -> dict[tuple[int, Turned.Side], Found]:
    """By unit and side, how many problems of each kind, and the first of them."""
    found: defaultdict[tuple[int, Turned.Side], Found] = defaultdict(dict)
    for kind in _ALL:
        for side in kind.roles:
            for unit, problem in _rows(region, units, kind, side, window):
                count, named = found[unit, side].get(kind.code, (0, []))
                found[unit, side][kind.code] = (count + 1, [*named, str(problem)] if count < NAMED else named)
    return found


def _rows(
    region: int, units: Collection[int], kind: Kind, side: Turned.Side, window: Window
) -> Iterator[tuple[int, UUID]]:
    """Unit and problem, the most pressing first."""
    chosen, column = sorted(units), COLUMNS[side]
    for start in range(0, len(chosen), UNITS_AT_ONCE):
        of_units = {f"{column}__in": chosen[start : start + UNITS_AT_ONCE]}
        asked = Problem.objects.filter(kind.asked(window), region_id=region, **of_units)
        yield from asked.order_by(kind.column, "id").values_list(column, "id")
