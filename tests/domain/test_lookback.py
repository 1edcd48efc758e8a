"""Look-back: planned for the working day after the interval, never for a day gone by."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.lookback import planned_for, refuses_day
from bihuan.domain.workdays import Calendar

HOLIDAY = Calendar("国庆", off=frozenset({date(2026, 10, 1), date(2026, 10, 2)}), published=frozenset({2026}))


@pytest.mark.parametrize(
    ("closed", "days", "planned"),
    [
        (date(2026, 3, 2), 90, date(2026, 6, 1)),  # 31 May is a Sunday
        (date(2026, 3, 3), 90, date(2026, 6, 1)),
        (date(2026, 7, 3), 90, date(2026, 10, 5)),  # 1 October: two days off, then a weekend
        (date(2026, 3, 2), 30, date(2026, 4, 1)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_it_falls_on_a_working_day(closed: date, days: int, planned: date):
    assert planned_for(closed_on=closed, days=days, calendar=HOLIDAY).day == planned


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 400))
def test_it_is_never_early_and_never_on_a_day_off(closed: date, days: int):
    planned = planned_for(closed_on=closed, days=days, calendar=HOLIDAY).day
    assert planned >= closed + timedelta(days=days)
    assert HOLIDAY.is_workday(planned)


def test_a_year_not_yet_published_makes_it_provisional():
    plan = planned_for(closed_on=date(2026, 11, 1), days=90, calendar=HOLIDAY)
    assert (plan.day.year, plan.provisional) == (2027, True)


@pytest.mark.parametrize(("day", "refused"), [(1, True), (2, False), (3, False)])
def test_a_day_gone_by_is_refused(day: int, refused: bool):
    denied = refuses_day(day=date(2026, 3, day), today=date(2026, 3, 2))
    assert (denied is not None) is refused
    if denied:
        assert str(denied) == "回头看日期2026-03-01已经过去。请填写今天或以后的日期。"
