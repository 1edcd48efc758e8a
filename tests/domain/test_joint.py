"""Joint work: the colour of a part is the policy's own, and who may take part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import Stage, Step
from bihuan.domain.colours import DEFAULT_POLICY, Colour, Facts, Policy, evaluate
from bihuan.domain.joint import MOST_PARTS, PART_REASONS, Wanted, progress_of, refuses_parts, state_of

TODAY = date(2026, 3, 2)
DATED = Policy(
    "dates", tuple(r for r in DEFAULT_POLICY.rules if r.when in ("overdue", "behind", "open", "otherwise"))
)
DAYS = st.integers(-30, 30).map(lambda n: TODAY + timedelta(days=n))


@st.composite
def wholes(draw: st.DrawFn) -> tuple[Step, ...]:
    """Measures whose shares make up 100 and that are not all done."""
    cuts = sorted(draw(st.lists(st.integers(1, 99), max_size=4, unique=True)))
    shares = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    steps = [Step(due=draw(DAYS), share=share, progress=draw(st.integers(0, 100))) for share in shares]
    return (*steps[:-1], Step(due=steps[-1].due, share=shares[-1], progress=draw(st.integers(0, 99))))


@given(steps=wholes(), stopped_on=st.none() | DAYS)
def test_a_part_that_is_the_whole_has_the_colour_of_the_whole(steps: tuple[Step, ...], stopped_on: date | None):
    last = max(step.due for step in steps if step.due)
    facts = Facts(stage=Stage.UNDER_WAY, due=last, steps=steps, stopped_on=stopped_on)
    state = state_of(steps, stage=Stage.UNDER_WAY, stopped_on=stopped_on, policy=DEFAULT_POLICY, today=TODAY)
    turn = evaluate(facts, DATED, TODAY)
    assert (state.colour, state.code) == (turn.colour, turn.reason.code)
    assert PART_REASONS[state.code] % state.params


@given(steps=wholes(), parts=st.sampled_from([2, 4, 5]))
def test_a_small_part_is_judged_like_a_large_one(steps: tuple[Step, ...], parts: int):
    """Every measure with the same share of a smaller part: nothing about the part changes but its share."""
    whole = tuple(Step(due=s.due, share=s.share * parts, progress=s.progress) for s in steps)
    one, other = (
        state_of(rows, stage=Stage.UNDER_WAY, stopped_on=None, policy=DEFAULT_POLICY, today=TODAY)
        for rows in (steps, whole)
    )
    assert (one.progress, one.colour, one.why) == (other.progress, other.colour, other.why)
    assert other.share == parts * one.share


@pytest.mark.parametrize(
    ("steps", "stage", "colour"),
    [
        ((), Stage.UNDER_WAY, Colour.GREY),
        ((Step(TODAY - timedelta(days=9), 40, 100),), Stage.UNDER_WAY, Colour.GREEN),
        ((Step(TODAY - timedelta(days=9), 40, 99),), Stage.UNDER_WAY, Colour.RED),
        ((Step(TODAY, 40, 0),), Stage.UNDER_WAY, Colour.BLUE),
        ((Step(TODAY - timedelta(days=9), 40, 99),), Stage.ACCEPTED, Colour.GREEN),
        ((Step(TODAY - timedelta(days=9), 40, 99),), Stage.WITHDRAWN, Colour.GREY),
        ((Step(TODAY - timedelta(days=1), 10, 0), Step(TODAY, 50, 0)), Stage.UNDER_WAY, Colour.YELLOW),
    ],
)
def test_the_colour_of_a_part(steps: tuple[Step, ...], stage: Stage, colour: Colour):
    state = state_of(steps, stage=stage, stopped_on=None, policy=DEFAULT_POLICY, today=TODAY)
    assert (state.colour, state.progress) == (colour, progress_of(steps))


@pytest.mark.parametrize(
    ("wanted", "busy", "told"),
    [
        ([Wanted(1, "什么都管")], {}, "牵头单位不能同时配合"),
        ([Wanted(2), Wanted(2)], {}, "填了两次"),
        ([Wanted(unit, "排查") for unit in range(2, MOST_PARTS + 3)], {}, f"最多{MOST_PARTS}个"),
        ([Wanted(2), Wanted(3, " ")], {}, "还没有写任务"),
        ([Wanted(3, "排查")], {2: "市水利局"}, "“市水利局”还有正在执行的措施，不能去掉"),
        ([Wanted(2, " ")], {}, "没有变化"),
    ],
)
def test_who_cannot_take_part(wanted: list[Wanted], busy: dict[int, str], told: str):
    assert told in str(refuses_parts(wanted, lead=1, before={2: None}, busy=busy))


def test_a_present_unit_stays_without_a_task_and_one_without_measures_leaves():
    assert refuses_parts([Wanted(2), Wanted(3, "排查")], lead=1, before={2: None}, busy={2: "市水利局"}) is None
    assert refuses_parts([], lead=1, before={2: "排查"}, busy={}) is None
