"""Working days against the published calendar, and against counting day by day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.workdays import Calendar, Reckoned

VECTORS = Path(__file__).parents[1] / "vectors" / "cn" / "calendar"
YEARS: dict[str, Any] = json.loads((VECTORS / "cn-workdays-2018-2026.json").read_text())["years"]
CASES = json.loads((VECTORS / "working-day-deadline-vectors.json").read_text())["cases"]
DAY = timedelta(days=1)


def days(field: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for year in YEARS.values() for day in year[field])


PUBLISHED = Calendar(
    name="国家",
    off=days("statutory_or_shifted_days_off"),
    makeup=days("makeup_workdays"),
    published=frozenset(int(year) for year in YEARS),
)

NEAR = st.dates(date(2017, 6, 1), date(2028, 6, 30))
COUNTS = st.integers(0, 400)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """The published calendar, or one with any days off and on in a few weeks."""
    if draw(st.booleans()):
        return PUBLISHED
    some = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=30)
    off = draw(some)
    return Calendar("任意", off=off, makeup=draw(some) - off, published=frozenset({2026}))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['start']}+{case['working_days']}")
def test_published_deadlines(case: dict[str, Any]) -> None:
    due = PUBLISHED.add_workdays(date.fromisoformat(case["start"]), case["working_days"])
    assert due == Reckoned(date.fromisoformat(case["due"]), provisional=False)


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_its_published_number_of_working_days(year: str) -> None:
    end = date(int(year), 12, 31)
    assert PUBLISHED.count_workdays(date(int(year) - 1, 12, 31), end) == YEARS[year]["total_workdays"]


@given(calendars(), NEAR, COUNTS)
def test_counting_and_adding_undo_each_other(calendar: Calendar, start: date, n: int) -> None:
    due = calendar.add_workdays(start, n).day
    assert calendar.count_workdays(start, due) == n
    assert n == 0 or calendar.is_workday(due)


@given(calendars(), NEAR, COUNTS)
def test_counting_backwards_mirrors_counting_on(calendar: Calendar, end: date, n: int) -> None:
    begin = calendar.add_workdays(end, -n).day
    assert calendar.count_workdays(begin - DAY, end - DAY) == n
    assert n == 0 or calendar.is_workday(begin)


@given(calendars(), NEAR, NEAR)
def test_the_count_is_that_of_going_day_by_day(calendar: Calendar, start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    between = [start + DAY * n for n in range(1, (end - start).days + 1)]
    assert calendar.count_workdays(start, end) == sum(map(calendar.is_workday, between))
    assert calendar.count_workdays(end, start) == -calendar.count_workdays(start, end)


@given(calendars(), NEAR, NEAR, COUNTS, COUNTS)
def test_later_starts_and_longer_limits_never_end_earlier(
    calendar: Calendar, one: date, other: date, n: int, m: int
) -> None:
    early, late = min(one, other), max(one, other)
    few, many = min(n, m), max(n, m)
    assert calendar.add_workdays(early, few).day <= calendar.add_workdays(late, few).day
    assert calendar.add_workdays(early, few).day <= calendar.add_workdays(early, many).day


@given(calendars(), NEAR)
def test_a_deadline_on_a_day_off_moves_to_the_next_working_day(calendar: Calendar, day: date) -> None:
    moved = calendar.next_workday(day).day
    assert calendar.is_workday(moved)
    assert calendar.count_workdays(day - DAY, moved) == 1


def test_the_days_that_make_chinese_calendars_hard() -> None:
    assert not PUBLISHED.is_workday(date(2026, 2, 20))  # a Friday of the Spring Festival
    assert PUBLISHED.is_workday(date(2026, 2, 28))  # a Saturday worked for it
    assert PUBLISHED.next_workday(date(2026, 10, 1)) == Reckoned(date(2026, 10, 8), provisional=False)
    assert PUBLISHED.next_workday(date(2026, 10, 10)) == Reckoned(date(2026, 10, 10), provisional=False)


@pytest.mark.parametrize(
    ("start", "n", "day", "provisional"),
    [
        (date(2026, 12, 30), 1, date(2026, 12, 31), False),
        (date(2026, 12, 31), 1, date(2027, 1, 1), True),  # until 2027 is published, a plain Friday
        (date(2026, 12, 1), 60, date(2027, 2, 23), True),
        (date(2027, 3, 1), -60, date(2026, 12, 7), True),
        (date(2017, 12, 31), 1, date(2018, 1, 2), False),  # the start itself is not counted
        (date(2027, 1, 1), -1, date(2026, 12, 31), False),
        (date(2030, 5, 1), 0, date(2030, 5, 1), False),
    ],
)
def test_an_unpublished_year_makes_a_date_provisional(start: date, n: int, day: date, provisional: bool) -> None:
    assert PUBLISHED.add_workdays(start, n) == Reckoned(day, provisional)


def test_calendar_days_need_no_calendar() -> None:
    assert PUBLISHED.add_days(date(2026, 12, 31), 15) == Reckoned(date(2027, 1, 15), provisional=False)


def test_an_office_lays_its_own_days_over_the_calendar() -> None:
    closed, worked = date(2026, 3, 2), date(2026, 10, 7)
    office = PUBLISHED.with_changes(off=[closed], on=[worked], name="云汀市")
    assert (office.is_workday(closed), office.is_workday(worked)) == (False, True)
    assert (PUBLISHED.is_workday(closed), PUBLISHED.is_workday(worked)) == (True, False)
    assert office.name == "云汀市"
    assert office.with_changes(off=[worked], on=[closed]).is_workday(closed)
    assert office.add_workdays(date(2026, 9, 30), 1).day == worked
    with pytest.raises(ValueError, match="2026-03-02"):
        PUBLISHED.with_changes(off=[closed], on=[closed])


def test_a_day_cannot_be_both_off_and_worked() -> None:
    day = frozenset({date(2026, 3, 2)})
    with pytest.raises(ValueError, match="2026-03-02"):
        Calendar("x", off=day, makeup=day)


def test_the_end_of_the_calendar_is_an_error_not_a_wrong_day() -> None:
    assert PUBLISHED.add_workdays(date(9999, 12, 30), 1).day == date(9999, 12, 31)
    assert PUBLISHED.add_workdays(date(1, 1, 2), -1).day == date(1, 1, 1)
    for start, n in ((date(9999, 12, 31), 1), (date(1, 1, 1), -1), (date(2026, 1, 1), 10**9)):
        with pytest.raises(OverflowError):
            PUBLISHED.add_workdays(start, n)
