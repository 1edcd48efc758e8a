"""The colours of every day go by the policy in force on it, whatever is known of later ones."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.case import UNFINISHED_STAGES, Stage, Step
from bihuan.domain.colours import DEFAULT_POLICY, Colour, Facts, Policy, PolicyRule, at, evaluate
from bihuan.domain.schedule import Dated, Schedule, schedule_of, scheduled

DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
days = st.integers(-40, 120).map(lambda n: TODAY + n * DAY)
colours = st.sampled_from(Colour)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """The default policy in other colours, its dated rules in another order."""
    dated = draw(st.permutations([("overdue", {}), ("behind", {"points": 20}), ("unsigned", {})]))
    rules = [PolicyRule(draw(colours), when, numbers) for when, numbers in dated]
    undated = [PolicyRule(draw(colours), when) for when in ("closed_in_time", "warned", "open", "otherwise")]
    return Policy("另一种颜色", (*rules, *undated))


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    steps = tuple(Step(draw(days), 50, draw(st.sampled_from([0, 100]))) for _ in range(2))
    return Facts(
        stage=draw(st.sampled_from([*sorted(UNFINISHED_STAGES), Stage.CLOSED, Stage.LISTED])),
        sign_by=draw(st.none() | days),
        due=draw(st.none() | days),
        steps=steps,
        warned=draw(st.booleans()),
        stopped_on=draw(st.none() | days),
    )


def in_force(schedule: Schedule, day: date) -> Policy:
    begun = [dated for dated in schedule.known if dated.begins <= day]
    found = max(begun, key=lambda dated: (dated.begins, dated.version), default=None)
    return found.policy if found else DEFAULT_POLICY


@given(facts(), st.lists(st.tuples(days, policies()), max_size=4))
def test_every_day_goes_by_the_policy_of_that_day(known, later):
    schedule = schedule_of(Dated(begins, n + 1, policy) for n, (begins, policy) in enumerate(later))
    turns = scheduled(known, schedule, TODAY)
    for n in range(140):
        day = TODAY + n * DAY
        expected, found = evaluate(known, in_force(schedule, day), day), at(turns, day)
        assert (found.colour, found.reason) == (expected.colour, expected.reason)
        dated = schedule.in_force(day)
        assert (dated.policy if dated else DEFAULT_POLICY) == in_force(schedule, day)
    assert all(a.day < b.day and (a.colour, a.reason) != (b.colour, b.reason) for a, b in pairwise(turns))


@given(facts(), st.lists(st.tuples(days, policies()), min_size=1, max_size=4))
def test_what_is_known_later_changes_no_day_before_it_is_in_force(known, later):
    schedule = schedule_of(Dated(begins, n + 1, policy) for n, (begins, policy) in enumerate(later))
    for version in range(schedule.version):
        before, begins = schedule.up_to(version), schedule.changes_from(version)
        assert begins is not None
        old, new = scheduled(known, before, TODAY), scheduled(known, schedule, TODAY)
        for n in range((begins - TODAY).days):
            assert at(old, TODAY + n * DAY).colour == at(new, TODAY + n * DAY).colour


def test_of_two_policies_for_one_day_the_later_one_counts():
    red, blue = (Policy(c.value, (PolicyRule(c, "otherwise"),)) for c in (Colour.RED, Colour.BLUE))
    schedule = schedule_of([Dated(TODAY + DAY, 1, red), Dated(TODAY + DAY, 2, blue)])
    turns = scheduled(Facts(Stage.LISTED), schedule, TODAY)
    assert [(turn.day, turn.colour) for turn in turns[1:]] == [(TODAY + DAY, Colour.BLUE)]
    assert schedule.changes_from(1) == TODAY + DAY
    assert schedule.changes_from(2) is None
    assert schedule.up_to(2) is schedule


def test_a_reason_may_turn_while_the_colour_stays():
    rules = (PolicyRule(Colour.GREY, "open"), PolicyRule(Colour.GREY, "otherwise"))
    turns = scheduled(Facts(Stage.LISTED), schedule_of([Dated(TODAY + DAY, 1, Policy("灰", rules[1:]))]), TODAY)
    assert len(turns) == 1  # the same colour for the same reason
    begun = Facts(Stage.UNDER_WAY)
    known = [Dated(TODAY, 1, Policy("灰", rules)), Dated(TODAY + DAY, 2, Policy("灰", rules[1:]))]
    assert [turn.reason.code for turn in scheduled(begun, schedule_of(known), TODAY)] == ["open", "otherwise"]
