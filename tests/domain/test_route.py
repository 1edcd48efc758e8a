"""How a route stands: each milestone by its days, the whole by the worst, sums and rows agreeing."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.route import (
    MOST_AMOUNT,
    MOST_MILESTONES,
    MOST_QUANTITIES,
    SOON_DAYS,
    WORST_FIRST,
    Mark,
    State,
    pace_on,
    rate,
    refuses_amount,
    refuses_counts,
    refuses_day_reached,
    refuses_milestone,
    refuses_quantity,
    standing_from,
    standing_on,
    state_on,
)

TODAY = date(2026, 3, 2)
days = st.integers(-40, 40).map(lambda n: TODAY + timedelta(days=n))
marks = st.lists(st.builds(Mark, planned_on=days, done_on=st.none() | days), max_size=8)


@given(st.builds(Mark, planned_on=days), days)
def test_what_is_not_reached_goes_by_its_planned_day(mark: Mark, day: date):
    left = (mark.planned_on - day).days
    expected = State.BEHIND if left < 0 else State.SOON if left <= SOON_DAYS else State.AHEAD
    assert state_on(mark, day) is expected


@given(st.builds(Mark, planned_on=days, done_on=days), days)
def test_what_is_reached_was_in_time_or_late_and_counts_from_its_day_on(mark: Mark, day: date):
    assert mark.done_on is not None
    if day < mark.done_on:
        assert state_on(mark, day) is state_on(Mark(mark.planned_on), day)
    else:
        late = mark.done_on > mark.planned_on
        assert state_on(mark, day) is (State.REACHED_LATE if late else State.REACHED)


@given(marks, days)
def test_a_route_stands_as_its_worst_milestone_whatever_their_order(route: list[Mark], day: date):
    standing = standing_on(route, day)
    assert standing is standing_on(reversed(route), day)
    if not route:
        assert standing is State.UNPLANNED
        return
    states = [state_on(mark, day) for mark in route]
    assert standing in states
    assert all(WORST_FIRST.index(standing) <= WORST_FIRST.index(state) for state in states)


@given(
    st.lists(st.builds(Mark, planned_on=days, done_on=st.none() | days.filter(lambda d: d <= TODAY)), max_size=8)
)
def test_sums_say_the_same_as_the_rows(route: list[Mark]):
    still_open = [mark.planned_on for mark in route if mark.done_on is None]
    late = sum(1 for mark in route if mark.done_on and mark.done_on > mark.planned_on)
    assert standing_from(min(still_open, default=None), late, len(route), TODAY) is standing_on(route, TODAY)


@given(marks, days)
def test_a_route_without_arrears_has_reached_at_least_what_was_planned(route: list[Mark], day: date):
    pace = pace_on(route, day)
    assert 0 <= pace.planned_percent <= 100
    assert 0 <= pace.reached_percent <= 100
    if standing_on(route, day) is not State.BEHIND:
        assert pace.reached >= pace.planned
    assert (pace.reached_percent == 100) == (bool(route) and pace.reached == len(route))


@given(st.integers(0, MOST_AMOUNT), st.integers(1, MOST_AMOUNT))
def test_a_rate_never_flatters(actual: int, target: int):
    found = rate(actual, target)
    assert found is not None
    assert (found >= 1000) == (actual >= target)
    assert found * target <= actual * 1000 < (found + 1) * target


def test_nothing_to_be_done_has_no_rate():
    assert rate(500, 0) is None


def test_what_may_be_planned():
    first, last = TODAY, TODAY + timedelta(days=30)
    assert refuses_milestone(1, "路基完工", first, first, last) is None
    assert refuses_milestone(1, "路基完工", last, first, last) is None
    assert refuses_milestone(1, "路基完工", date.max, first, None) is None
    for text, day, said in (
        (" ", first, "没有写内容"),
        ("长" * 201, first, "超过了200个字"),
        ("路基完工", None, "没有计划日期"),
        ("路基完工", first - timedelta(days=1), "早于交办日期2026-03-02"),
        ("路基完工", last + timedelta(days=1), "晚于整改时限2026-04-01"),
    ):
        assert said in str(refuses_milestone(3, text, day, first, last))
    assert refuses_counts(0, 1) is None
    assert refuses_counts(1, 0) is None
    assert "都没有填写" in str(refuses_counts(0, 0))
    assert "最多排60个" in str(refuses_counts(MOST_MILESTONES + 1, 0))
    assert "最多填20项" in str(refuses_counts(0, MOST_QUANTITIES + 1))


def test_what_an_amount_may_be():
    assert refuses_quantity(1, "道路", "公里", 0) is None
    assert "没有名称" in str(refuses_quantity(1, " ", "公里", 0))
    assert "没有计量单位" in str(refuses_quantity(1, "道路", "", 0))
    assert refuses_amount("道路", MOST_AMOUNT) is None
    assert "1万亿" in str(refuses_amount("道路", MOST_AMOUNT + 1))
    assert "“道路”" in str(refuses_amount("道路", -1))


def test_a_milestone_is_reached_between_dispatch_and_today():
    first = TODAY - timedelta(days=5)
    assert refuses_day_reached("路基", first, first, TODAY) is None
    assert refuses_day_reached("路基", TODAY, first, TODAY) is None
    for day in (first - timedelta(days=1), TODAY + timedelta(days=1)):
        assert "之间" in str(refuses_day_reached("路基", day, first, TODAY))
