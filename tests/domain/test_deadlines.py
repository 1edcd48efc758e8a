"""Deadlines: horizons, working and calendar days, 调休, caps by class, pauses, and both dates kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import Cap, Case, Horizon, Request, Role, Side, Stage, Standing, Terms, Urgency
from bihuan.domain.deadlines import after_pause, due_on_dispatch, notice_until, refuses_new_due, sign_by
from bihuan.domain.lifecycle import Move, may
from bihuan.domain.workdays import Calendar, Reckoned
from tests.domain.test_workdays import PUBLISHED

FRIDAY = date(2026, 2, 13)  # Saturday 14 February is a make-up day, 15 to 23 February are the spring festival
DUE = date(2026, 3, 31)
UNIT = Standing(Role.LIAISON, frozenset({Side.LEAD}))
LEADER = Standing(Role.LEADER, frozenset({Side.LEAD}))
OFFICE = Standing(Role.COORDINATOR, frozenset({Side.OFFICE}))
CASE = Case(
    today=date(2026, 3, 2),
    calendar=PUBLISHED,
    stage=Stage.UNDER_WAY,
    due_original=DUE,
    due=DUE,
    cycle_due=DUE,
)
ASKED = Request(date(2026, 4, 10), signed=False)
SIGNED = Request(date(2026, 4, 10), signed=True)


def due(day: date, horizon: Horizon, urgency: Urgency, terms: Terms, wanted: date | None = None) -> Reckoned:
    return due_on_dispatch(
        day=day, horizon=horizon, urgency=urgency, wanted=wanted, terms=terms, calendar=PUBLISHED
    )


@pytest.mark.parametrize("horizon", [Horizon.AT_ONCE, Horizon.BY_DATE])
@pytest.mark.parametrize(
    ("urgency", "calendar_days", "working_days"),
    [
        (Urgency.URGENT, date(2026, 2, 18), date(2026, 2, 27)),
        (Urgency.ORDINARY, date(2026, 2, 28), date(2026, 3, 12)),
        (Urgency.DIFFICULT, date(2026, 3, 15), date(2026, 4, 2)),
    ],
)
def test_the_limit_of_the_class_runs_from_dispatch(
    horizon: Horizon, urgency: Urgency, calendar_days: date, working_days: date
):
    assert due(FRIDAY, horizon, urgency, Terms()) == (calendar_days, False)
    assert due(FRIDAY, horizon, urgency, Terms(working_days=True)) == (working_days, False)


def test_a_ledger_sets_its_own_limits():
    terms = Terms(urgent_days=1, ordinary_days=2, difficult_days=183)
    days = [due(FRIDAY, Horizon.AT_ONCE, urgency, terms).day for urgency in Urgency]
    assert days == [date(2026, 2, 14), date(2026, 2, 15), date(2026, 8, 15)]


def test_a_standing_problem_comes_up_for_review_after_a_year():
    for terms in (Terms(), Terms(working_days=True)):
        assert due(FRIDAY, Horizon.STANDING, Urgency.URGENT, terms) == (date(2027, 2, 13), False)


@given(
    st.sampled_from(Horizon), st.sampled_from(Urgency), st.booleans(), st.dates(date(2026, 1, 1), date(2030, 1, 1))
)
def test_a_date_that_was_wanted_is_taken_as_it_is(horizon: Horizon, urgency: Urgency, working: bool, wanted: date):
    assert due(FRIDAY, horizon, urgency, Terms(working_days=working), wanted) == (wanted, False)


def test_working_days_that_reach_an_unpublished_year_are_provisional():
    assert due(date(2026, 12, 25), Horizon.AT_ONCE, Urgency.ORDINARY, Terms(working_days=True)).provisional
    assert not due(date(2026, 12, 25), Horizon.AT_ONCE, Urgency.ORDINARY, Terms()).provisional


@pytest.mark.parametrize(
    ("day", "signed_by"),
    [
        (FRIDAY, date(2026, 2, 14)),  # the next day is a Saturday to be worked
        (date(2026, 2, 14), date(2026, 2, 24)),  # then comes the festival
        (date(2026, 3, 6), date(2026, 3, 9)),  # an ordinary weekend
    ],
)
def test_signing_is_counted_in_working_days(day: date, signed_by: date):
    assert sign_by(day=day, terms=Terms(), calendar=PUBLISHED).day == signed_by


def test_a_public_notice_is_counted_in_working_days_without_its_first():
    assert notice_until(day=FRIDAY, days=7, calendar=PUBLISHED).day == date(2026, 3, 2)
    assert notice_until(day=FRIDAY, days=1, calendar=PUBLISHED).day == date(2026, 2, 14)


@pytest.mark.parametrize(("days", "moved"), [(0, 0), (1, 1), (100, 100), (-3, 0)])
def test_a_pause_moves_the_date_by_the_days_it_lasted(days: int, moved: int):
    start = date(2026, 3, 2)
    resumed = start + timedelta(days=days)
    assert after_pause(due=DUE, suspended_on=start, resumed_on=resumed) == DUE + timedelta(days=moved)


def test_no_pause_moves_a_date_out_of_the_calendar():
    assert after_pause(due=date.max, suspended_on=date(2026, 3, 2), resumed_on=date(2026, 3, 9)) == date.max


def said(move: Move, standing: Standing, **values: Any) -> str | None:
    denied = may(move, replace(CASE, **values), standing)
    return None if denied is None else str(denied)


DISPATCHED: dict[str, Any] = {"stage": Stage.LISTED, "due": None, "due_original": None, "cycle_due": None}


@pytest.mark.parametrize(
    ("move", "standing", "values", "words"),
    [
        (
            Move.DISPATCH,
            OFFICE,
            DISPATCHED | {"has_lead": False},
            "还没有牵头单位，不能交办。请先在“修改”中填写牵头单位。",
        ),
        (
            Move.DISPATCH,
            OFFICE,
            DISPATCHED | {"wanted_due": date(2026, 3, 1)},
            "整改时限2026-03-01已经过去，不能这样交办。请在交办时填写新的时限，原时限会留在台账上。",
        ),
        (Move.ASK_EXTENSION, UNIT, {"request": ASKED}, "已有一份延期申请在等待答复。请等待答复后再申请。"),
        (
            Move.ASK_EXTENSION,
            UNIT,
            {"horizon": Horizon.STANDING},
            "长期坚持的问题没有需要延期的时限。请调整阶段措施的日期。",
        ),
        (
            Move.ASK_EXTENSION,
            UNIT,
            {"today": date(2026, 4, 1)},
            "时限（2026-03-31）已过，延期应在到期前申请。请抓紧整改，并在进展中说明原因。",
        ),
        (
            Move.ASK_EXTENSION,
            UNIT,
            {"extensions": 2},
            "“一般”类问题最多延期2次，已经用完。确有困难的，请与交办单位联系。",
        ),
        (Move.SIGN_EXTENSION, LEADER, {}, "没有待签发的延期申请。"),
        (Move.SIGN_EXTENSION, LEADER, {"request": SIGNED}, "延期申请已经签发。"),
        (Move.GRANT_EXTENSION, OFFICE, {}, "没有待答复的延期申请。"),
        (
            Move.GRANT_EXTENSION,
            OFFICE,
            {"request": ASKED},
            "延期申请还没有经申请单位负责人签发。请该单位负责人先签发。",
        ),
        (Move.REFUSE_EXTENSION, OFFICE, {}, "没有待答复的延期申请。"),
        (Move.SUSPEND, OFFICE, {"request": ASKED}, "还有一份延期申请没有答复。请先答复延期申请。"),
    ],
)
def test_what_stands_against_it_is_said(move: Move, standing: Standing, values: dict[str, Any], words: str):
    assert said(move, standing, **values) == words


@pytest.mark.parametrize(
    ("move", "standing", "values"),
    [
        (Move.DISPATCH, OFFICE, DISPATCHED),
        (Move.DISPATCH, OFFICE, DISPATCHED | {"wanted_due": CASE.today}),
        (Move.ASK_EXTENSION, UNIT, {"today": DUE}),
        (Move.ASK_EXTENSION, UNIT, {"extensions": 1}),
        (Move.SIGN_EXTENSION, LEADER, {"request": ASKED}),
        (Move.GRANT_EXTENSION, OFFICE, {"request": SIGNED}),
        (Move.REFUSE_EXTENSION, OFFICE, {"request": ASKED}),
        (Move.REFUSE_EXTENSION, OFFICE, {"request": SIGNED}),
    ],
)
def test_where_nothing_stands_against_it_nothing_is_said(move: Move, standing: Standing, values: dict[str, Any]):
    assert said(move, standing, **values) is None


@pytest.mark.parametrize(
    ("urgency", "times", "last"),
    [
        (Urgency.URGENT, 1, date(2026, 4, 5)),
        (Urgency.ORDINARY, 2, date(2026, 5, 30)),
        (Urgency.DIFFICULT, 2, date(2026, 9, 27)),
    ],
)
def test_caps_by_class(urgency: Urgency, times: int, last: date):
    case = replace(CASE, urgency=urgency)
    assert refuses_new_due(case, last) is None
    assert f"最晚到{last}" in str(refuses_new_due(case, last + timedelta(days=1)))
    assert said(Move.ASK_EXTENSION, UNIT, urgency=urgency, extensions=times - 1) is None
    assert said(Move.ASK_EXTENSION, UNIT, urgency=urgency, extensions=times) is not None


def test_caps_are_counted_from_the_date_first_set_in_the_cycle_not_from_the_last():
    moved = replace(CASE, due=date(2026, 5, 20), extensions=1)
    assert refuses_new_due(moved, date(2026, 5, 30)) is None
    assert refuses_new_due(moved, date(2026, 5, 31)) is not None
    reopened = replace(moved, due_original=date(2025, 1, 1), cycle_due=date(2026, 5, 20))
    assert refuses_new_due(reopened, date(2026, 7, 19)) is None
    assert refuses_new_due(reopened, date(2026, 7, 20)) is not None


@pytest.mark.parametrize(("day", "refused"), [(30, True), (31, True)])
def test_a_new_date_is_later_than_the_one_in_force(day: int, refused: bool):
    denied = refuses_new_due(CASE, date(2026, 3, day))
    assert str(denied) == f"新的时限（2026-03-{day}）没有晚于现在的时限（2026-03-31）。请填写更晚的日期。"
    assert refuses_new_due(CASE, date(2026, 4, 1)) is None


def test_before_dispatch_there_is_nothing_to_extend():
    denied = refuses_new_due(replace(CASE, due=None, cycle_due=None), DUE)
    assert str(denied) == "该问题还没有整改时限，不能延期。请先交办。"


def test_a_cap_may_reach_beyond_the_calendar():
    endless = replace(CASE, terms=Terms(ordinary_cap=Cap(times=1, days=10**7)))
    assert refuses_new_due(endless, date.max) is None


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)), st.integers(0, 5), st.sampled_from(Urgency))
def test_no_granted_date_lies_outside_what_the_class_allows(asked: date, used: int, urgency: Urgency):
    case = replace(CASE, urgency=urgency, extensions=used)
    allowed = may(Move.ASK_EXTENSION, case, UNIT) is None and refuses_new_due(case, asked) is None
    cap = case.terms.cap(urgency)
    assert allowed == (used < cap.times and DUE < asked <= DUE + timedelta(days=cap.days))


def test_an_office_without_a_calendar_counts_monday_to_friday():
    plain = Calendar("周一至周五")
    assert sign_by(day=FRIDAY, terms=Terms(), calendar=plain) == (date(2026, 2, 16), True)
