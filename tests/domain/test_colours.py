"""Colours: every rule of the default policy at its edges, and trajectories against a day-by-day evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.case import PASSED_STAGES, RUNNING_STAGES, UNDISPATCHED_STAGES, UNFINISHED_STAGES, Stage, Step
from bihuan.domain.colours import (
    BEGINNING,
    DEFAULT_POLICY,
    REASONS,
    Colour,
    Facts,
    Policy,
    PolicyRule,
    Reason,
    Turn,
    achieved,
    at,
    evaluate,
    planned,
    trajectory,
)

GREEN, RED, YELLOW, BLUE, GREY = Colour
DUE = date(2026, 3, 31)
EARLIER = date(2026, 3, 10)
FIRST, SECOND = Step(EARLIER, 40, 0), Step(DUE, 60, 0)
WORKING = Facts(Stage.UNDER_WAY, sign_by=date(2026, 3, 3), signed_on=date(2026, 3, 3), due=DUE)
UNSIGNED = Facts(Stage.DISPATCHED, sign_by=date(2026, 3, 3), due=DUE)


def around(day: date) -> list[date]:
    """The day before, the day itself, the day after."""
    return [day + timedelta(days=n) for n in (-1, 0, 1)]


def colours(facts: Facts, days: list[date]) -> list[Colour]:
    return [evaluate(facts, DEFAULT_POLICY, day).colour for day in days]


def words(facts: Facts, day: date) -> str:
    reason = evaluate(facts, DEFAULT_POLICY, day).reason
    return REASONS[reason.code] % reason.params


@pytest.mark.parametrize("stage", sorted(RUNNING_STAGES))
def test_red_from_the_day_after_the_date(stage: Stage):
    facts = replace(WORKING, stage=stage)
    assert colours(facts, around(DUE)) == [BLUE, BLUE, RED]
    assert words(facts, DUE + timedelta(days=1)) == "整改时限2026-03-31已过"


@pytest.mark.parametrize(
    ("progress", "after"),
    [(0, RED), (25, RED), (28, YELLOW), (75, YELLOW), (78, BLUE), (100, BLUE)],
)
def test_behind_by_thirty_is_red_by_ten_yellow(progress: int, after: Colour):
    facts = replace(WORKING, steps=(replace(FIRST, progress=progress), SECOND))
    assert colours(facts, around(EARLIER)) == [BLUE, BLUE, after]


def test_how_far_behind_is_said_in_points():
    facts = replace(WORKING, steps=(replace(FIRST, progress=25), SECOND))
    assert words(facts, date(2026, 3, 11)) == "到2026-03-10应完成40%，实际10%，落后30个百分点"


def test_work_done_early_on_one_measure_makes_up_for_another():
    facts = replace(WORKING, steps=(FIRST, replace(SECOND, progress=60)))
    assert achieved(facts.steps) == 36
    assert colours(facts, around(EARLIER)) == [BLUE, BLUE, BLUE]


def test_a_measure_without_a_date_is_never_behind():
    facts = replace(WORKING, steps=(Step(None, 100, 0),))
    assert planned(facts.steps, date(2030, 1, 1)) == 0
    assert colours(facts, [DUE]) == [BLUE]


@pytest.mark.parametrize("stage", sorted(RUNNING_STAGES))
def test_a_rebound_is_red_while_it_runs_and_green_when_closed_again(stage: Stage):
    facts = replace(WORKING, stage=stage, cycle=1)
    assert words(facts, DUE) == "销号后反弹，第1次复号"
    assert colours(facts, [DUE]) == [RED]
    assert colours(replace(facts, stage=Stage.CLOSED), [DUE]) == [GREEN]


@pytest.mark.parametrize(("returns", "colour"), [(0, BLUE), (1, YELLOW), (2, RED), (3, RED)])
def test_returned_once_is_yellow_twice_red(returns: int, colour: Colour):
    facts = replace(WORKING, returns=returns)
    assert colours(facts, [DUE]) == [colour]
    if returns:
        assert words(facts, DUE) == f"被退回{returns}次"


@pytest.mark.parametrize(
    ("stage", "value", "colour"),
    [
        (Stage.UNDER_WAY, 60, BLUE),
        (Stage.UNDER_WAY, 59, RED),
        (Stage.UNDER_WAY, 0, RED),
        (Stage.UNDER_WAY, None, BLUE),
        (Stage.CLOSED, 59, GREEN),  # closed in time stands before it
        (Stage.LISTED, 59, GREY),
        (Stage.WITHDRAWN, 59, GREY),
    ],
)
def test_satisfaction_under_the_floor_is_red(stage: Stage, value: int | None, colour: Colour):
    assert colours(replace(WORKING, stage=stage, satisfaction=value), [DUE]) == [colour]


def test_satisfaction_under_the_floor_turns_what_was_closed_late_red():
    facts = replace(WORKING, stage=Stage.CLOSED, stopped_on=date(2026, 4, 1), satisfaction=59)
    assert words(facts, DUE) == "群众满意度59%，低于60%"


@pytest.mark.parametrize("stage", list(Stage))
def test_a_warning_is_red_while_the_problem_runs(stage: Stage):
    facts = Facts(stage, warned=True)
    assert (colours(facts, [DUE]) == [RED]) == (stage in UNFINISHED_STAGES)


def test_unsigned_is_yellow_from_the_day_after_until_it_is_signed():
    assert colours(UNSIGNED, around(date(2026, 3, 3))) == [BLUE, BLUE, YELLOW]
    assert words(UNSIGNED, date(2026, 3, 4)) == "2026-03-03前没有签收"
    assert colours(UNSIGNED, around(DUE)) == [YELLOW, YELLOW, RED]
    assert colours(replace(UNSIGNED, signed_on=date(2026, 3, 9)), [date(2026, 3, 9)]) == [BLUE]


@pytest.mark.parametrize(("day", "colour"), [*zip(around(DUE), (GREEN, GREEN, YELLOW), strict=True)])
@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE, Stage.CLOSED])
def test_in_time_is_judged_by_the_day_on_which_closeout_was_asked(stage: Stage, day: date, colour: Colour):
    facts = replace(WORKING, stage=stage, stopped_on=day)
    assert colours(facts, [DUE, date(2027, 1, 1)]) == [colour, colour]


def test_closed_late_becomes_green_when_the_lookback_is_passed():
    late = replace(WORKING, stage=Stage.CLOSED, stopped_on=date(2026, 4, 5))
    assert words(late, date(2026, 5, 1)) == "超过时限2026-03-31才完成"
    sustained = replace(late, stage=Stage.SUSTAINED)
    assert words(sustained, date(2026, 5, 1)) == "回头看通过，成果已巩固"
    assert colours(sustained, [date(2026, 5, 1)]) == [GREEN]


@pytest.mark.parametrize("stage", [*sorted(UNDISPATCHED_STAGES), Stage.MERGED, Stage.WITHDRAWN])
def test_what_is_not_in_hand_is_grey_whatever_its_dates(stage: Stage):
    facts = replace(UNSIGNED, stage=stage, returns=2, cycle=1, steps=(FIRST, SECOND))
    assert colours(facts, [BEGINNING, DUE, date(2030, 1, 1)]) == [GREY, GREY, GREY]
    assert words(facts, DUE) == "还没有交办，或已并案、撤销"


@pytest.mark.parametrize(("day", "late"), [*zip(around(DUE), (BLUE, BLUE, RED), strict=True)])
@pytest.mark.parametrize("stage", [Stage.CLOSEOUT_ASKED, Stage.SUSPENDED])
def test_a_clock_that_was_stopped_in_time_never_turns_red(stage: Stage, day: date, late: Colour):
    facts = replace(WORKING, stage=stage, stopped_on=day)
    assert colours(facts, [date(2027, 1, 1)]) == [late]


def test_a_stopped_clock_stops_signing_and_progress_too():
    stopped = replace(UNSIGNED, stage=Stage.SUSPENDED, stopped_on=date(2026, 3, 3), steps=(FIRST, SECOND))
    assert trajectory(stopped, DEFAULT_POLICY) == (Turn(BEGINNING, BLUE, Reason("open")),)
    late = replace(stopped, stopped_on=date(2026, 3, 4))
    assert [turn.reason.code for turn in trajectory(late, DEFAULT_POLICY)] == ["open", "unsigned"]


def test_the_first_rule_that_fits_wins_and_its_reason_is_shown():
    facts = replace(WORKING, returns=2, warned=True, cycle=1)
    codes = [evaluate(facts, DEFAULT_POLICY, day).reason.code for day in around(DUE)]
    assert codes == ["rebounded", "rebounded", "overdue"]


def test_the_dates_on_which_a_colour_will_change_are_known_at_once():
    facts = replace(UNSIGNED, steps=(Step(EARLIER, 20, 0), Step(date(2026, 3, 20), 80, 30)))
    found = [
        (turn.day.isoformat(), turn.colour.value, turn.reason.code) for turn in trajectory(facts, DEFAULT_POLICY)
    ]
    assert found == [
        ("0001-01-01", "blue", "open"),
        ("2026-03-04", "yellow", "unsigned"),
        ("2026-03-21", "red", "behind"),
        ("2026-04-01", "red", "overdue"),
    ]


def test_the_last_day_of_the_calendar_is_no_stumbling_block():
    facts = replace(UNSIGNED, due=date.max, sign_by=date.max, steps=(Step(date.max, 100, 0),))
    assert colours(facts, [DUE]) == [BLUE]


# Against an evaluation of one day at a time ---------------------------------------------------------------

START = date(2026, 1, 1)
TWO_YEARS = [START + timedelta(days=n) for n in range(731)]
DAYS = st.dates(START, TWO_YEARS[-1])
MAYBE = st.none() | DAYS
STEPS = st.builds(Step, MAYBE, st.integers(0, 100), st.integers(0, 100))
FACTS = st.builds(
    Facts,
    stage=st.sampled_from(Stage),
    sign_by=MAYBE,
    signed_on=MAYBE,
    due=MAYBE,
    steps=st.lists(STEPS, max_size=4).map(tuple),
    returns=st.integers(0, 3),
    cycle=st.integers(0, 2),
    satisfaction=st.none() | st.integers(0, 100),
    warned=st.booleans(),
    stopped_on=MAYBE,
    claimed=st.none() | st.integers(0, 100),
)


def holds(rule: PolicyRule, facts: Facts, day: date) -> bool:
    """Whether the condition of `rule` holds on `day`, told without trajectories: a stopped clock shows its day."""
    shown = day if facts.stopped_on is None else min(day, facts.stopped_on)
    running, passed = facts.stage in UNFINISHED_STAGES, facts.stage in PASSED_STAGES
    late = facts.due is not None and facts.stopped_on is not None and facts.stopped_on > facts.due
    past = [step.share for step in facts.steps if step.due and step.due < shown]
    proved = any(step.progress for step in facts.steps)
    behind = sum(past) - (achieved(facts.steps) if proved or facts.claimed is None else facts.claimed)
    low = facts.satisfaction if facts.satisfaction is not None else 1000
    numbers = rule.numbers
    return {
        "closed_in_time": passed and not late,
        "lookback_passed": facts.stage is Stage.SUSTAINED,
        "overdue": running and facts.due is not None and shown > facts.due,
        "behind": running
        and behind >= numbers.get("points", 0)
        and any(s.due and s.due < shown for s in facts.steps),
        "rebounded": running and facts.cycle > 0,
        "returned": running and facts.returns >= numbers.get("times", 0),
        "satisfaction_below": (running or passed) and low < numbers.get("floor", 0),
        "warned": running and facts.warned,
        "unsigned": running and facts.signed_on is None and facts.sign_by is not None and shown > facts.sign_by,
        "closed_late": passed and late,
        "open": running,
        "otherwise": True,
    }[rule.when]


def by_the_day(facts: Facts, policy: Policy, day: date) -> tuple[Colour, str]:
    rule = next(rule for rule in policy.rules if holds(rule, facts, day))
    only_claimed = not any(step.progress for step in facts.steps) and facts.claimed is not None
    if rule.when == "behind" and only_claimed:
        return rule.colour, "behind_claimed"
    if rule.when == "open" and facts.stage is Stage.CLAIMED_DONE:
        return rule.colour, "claimed_done"
    return rule.colour, rule.when


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The default policy, or its rules in any order, in any colours and with other numbers."""
    if draw(st.booleans()):
        return DEFAULT_POLICY
    rules = [
        replace(
            rule, colour=draw(st.sampled_from(Colour)), numbers={k: draw(st.integers(1, 60)) for k in rule.numbers}
        )
        for rule in draw(st.permutations(DEFAULT_POLICY.rules[:-1]))
    ]
    return Policy("任意", (*rules, PolicyRule(GREY, "otherwise")))


@settings(max_examples=60)
@given(FACTS, policies())
def test_a_trajectory_says_for_every_day_of_two_years_what_that_day_would_say(facts: Facts, policy: Policy):
    turns = trajectory(facts, policy)
    assert [turn.day for turn in turns] == sorted({turn.day for turn in turns})
    assert turns[0].day == BEGINNING
    for day in TWO_YEARS:
        turn = at(turns, day)
        assert (turn.colour, turn.reason.code) == by_the_day(facts, policy, day)
        assert evaluate(facts, policy, day) == turn


@given(FACTS)
def test_what_is_only_claimed_done_is_never_green(facts: Facts):
    claimed = replace(facts, stage=Stage.CLAIMED_DONE)
    assert GREEN not in {turn.colour for turn in trajectory(claimed, DEFAULT_POLICY)}


def test_claimed_progress_counts_until_any_is_proved():
    facts = replace(WORKING, steps=(FIRST, SECOND), claimed=35)
    assert colours(facts, around(EARLIER)) == [BLUE, BLUE, BLUE]
    behind = replace(facts, claimed=10)
    assert colours(behind, around(EARLIER)) == [BLUE, BLUE, RED]
    assert words(behind, date(2026, 3, 11)) == "到2026-03-10应完成40%，据台账只完成10%，落后30个百分点"
    proved = replace(facts, steps=(replace(FIRST, progress=50), SECOND))
    assert colours(proved, around(EARLIER)) == [BLUE, BLUE, YELLOW], "what is proved outweighs what was claimed"
    assert words(proved, date(2026, 3, 11)) == "到2026-03-10应完成40%，实际20%，落后20个百分点"


def test_claimed_done_stands_still_since_the_day_it_was_claimed_for():
    facts = replace(WORKING, stage=Stage.CLAIMED_DONE, steps=(FIRST, SECOND), claimed=100, stopped_on=DUE)
    assert colours(facts, around(DUE)) == [BLUE, BLUE, BLUE]
    assert words(facts, DUE) == "据台账已完成，还没有现场核查"
    late = replace(facts, stopped_on=date(2026, 4, 2))
    assert colours(late, around(DUE)) == [BLUE, BLUE, RED]


@given(FACTS)
def test_every_reason_can_be_read(facts: Facts):
    for turn in trajectory(facts, DEFAULT_POLICY):
        assert REASONS[turn.reason.code] % turn.reason.params
