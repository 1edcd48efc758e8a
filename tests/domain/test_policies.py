"""Policies as people write them: what is of no use is refused with its rule; what differs is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.briefs import brief_of, facts_like
from bihuan.domain.colours import (
    CONDITIONS,
    DEFAULT_POLICY,
    NUMBERS,
    Colour,
    Facts,
    Policy,
    PolicyRule,
    evaluate,
    refuses_policy,
)
from bihuan.domain.policies import (
    CONDITION_NAMES,
    MOST,
    Differs,
    differences,
    faults_of,
    refuses_new,
    rule_words,
)
from tests.domain.test_colours import FACTS, TWO_YEARS, policies

RED, BLUE, GREY = Colour.RED, Colour.BLUE, Colour.GREY
OPEN, LAST = PolicyRule(BLUE, "open"), PolicyRule(GREY, "otherwise")
DAYS = st.sampled_from(list(TWO_YEARS))


def rule(when: str, number: int | None = None, colour: Colour = RED) -> PolicyRule:
    names = NUMBERS.get(when, frozenset())
    return PolicyRule(colour, when, {name: number for name in names if number is not None})


@st.composite
def written(draw: st.DrawFn) -> Policy:
    """What somebody may put together: few or many rules in any order, conditions more than once."""
    whens = draw(st.lists(st.sampled_from([*CONDITIONS][:-1]), max_size=9))
    rules = [
        rule(when, draw(st.sampled_from([1, 2, 10, 50, 99])), draw(st.sampled_from(Colour))) for when in whens
    ]
    return Policy("任意", (*rules, LAST))


@given(FACTS, policies(), DAYS)
def test_the_brief_of_a_day_has_the_colour_of_that_day(facts: Facts, policy: Policy, day: date):
    brief = brief_of(facts, day)
    assert evaluate(facts_like(brief, day), policy, day).colour == evaluate(facts, policy, day).colour
    assert brief_of(facts_like(brief, day), day) == brief


@given(FACTS, written(), DAYS)
def test_a_rule_that_is_refused_as_useless_gives_no_problem_its_colour(facts: Facts, policy: Policy, day: date):
    useless = {wrong.place for wrong in faults_of(policy) if wrong.place is not None}
    if not useless:
        return
    without = replace(policy, rules=tuple(r for n, r in enumerate(policy.rules) if n not in useless))
    assert evaluate(facts, without, day) == evaluate(facts, policy, day)
    assert not [wrong for wrong in faults_of(without) if wrong.place is not None], "and all others are of use"


def test_the_default_policy_can_be_put_on_record():
    assert refuses_new(DEFAULT_POLICY) is None


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([rule("behind", 10), rule("behind", 30)], "第2条规则永远用不上：符合它的问题，都先符合第1条。"),
        (
            [rule("returned", 1), rule("warned"), rule("returned", 1)],
            "第3条规则永远用不上：符合它的问题，都先符合第1条",
        ),
        ([OPEN, rule("overdue")], "第2条规则永远用不上"),
        ([rule("closed_late"), rule("closed_in_time"), rule("lookback_passed")], "都先符合第1、2条"),
        ([rule("otherwise"), OPEN], "第2条规则永远用不上"),
        ([rule("behind", 101)], "第1条规则的数值要填1到100的整数。"),
        ([rule("satisfaction_below", 101)], "第1条规则的数值要填1到100的整数。"),
        ([rule("returned", 10**30)], "第1条规则的数值要填1到99的整数。"),
        ([rule("behind")], "条件“进度落后”需要1个数"),
        ([PolicyRule(RED, "overdue", {"points": 3})], "需要0个数"),
        ([PolicyRule(RED, "tuesday")], "第1条规则没有选择条件"),
        (
            [rule("overdue"), rule("behind", 9, BLUE), rule("unsigned"), rule("behind", 99, BLUE)],
            "第4条规则永远用不上",
        ),
        ([rule("overdue"), rule("behind", 9, BLUE), rule("unsigned"), rule("behind", 5, BLUE)], "变色超过3次"),
        ([rule("returned", 99 - n) for n in range(40)], "最多40条"),
    ],
)
def test_what_is_of_no_use_is_refused_with_its_rule(rules: list[PolicyRule], told: str):
    denied = refuses_new(Policy("试行", (*rules, LAST)))
    assert denied is not None
    assert told in str(denied)


def test_what_went_on_record_before_is_read_all_the_same():
    assert refuses_policy(Policy("旧", (rule("behind", 101), LAST))) is None


@given(written(), written())
def test_differences_are_told_of_every_rule_that_differs_and_of_no_other(old: Policy, new: Policy):
    found = differences(old, new)
    assert bool(found) == (old.rules != new.rules)
    kinds = [one.kind for one in found]
    assert len(new.rules) - len(old.rules) == kinds.count(Differs.ADDED) - kinds.count(Differs.REMOVED)


def test_differences_name_what_changed():
    old = Policy("旧", (rule("overdue"), rule("behind", 30), rule("warned"), OPEN, LAST))
    new = Policy(
        "新", (rule("warned"), rule("overdue", colour=BLUE), rule("behind", 20), rule("rebounded"), OPEN, LAST)
    )
    told = [(one.kind.value, one.place, one.new.when) for one in differences(old, new) if one.new]
    assert told == [
        ("moved", 1, "warned"),
        ("colour", 2, "overdue"),
        ("number", 3, "behind"),
        ("added", 4, "rebounded"),
    ]
    assert [one.kind for one in differences(new, old)].count(Differs.REMOVED) == 1


def test_every_condition_has_its_words_and_limits():
    assert CONDITION_NAMES.keys() == CONDITIONS.keys()
    assert MOST.keys() == {name for names in NUMBERS.values() for name in names}
    for when in CONDITIONS:
        words = rule_words(rule(when, 7))
        assert words.text % words.params
