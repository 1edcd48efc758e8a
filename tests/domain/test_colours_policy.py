"""Colour policies as data: what is read, what is refused, and that a row has room for what was let through."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.colours import (
    CONDITIONS,
    DEFAULT_POLICY,
    MAX_TURNS,
    REASONS,
    Colour,
    Facts,
    Policy,
    policy_from_data,
    refuses_policy,
    trajectory,
)
from bihuan.domain.refusals import Refused
from tests.domain.test_colours import FACTS, policies

LAST = {"colour": "grey", "when": "otherwise"}


def data(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"name": "试行", "rules": [*rules, LAST]}


def test_the_default_policy_is_usable_and_survives_being_stored():
    assert refuses_policy(DEFAULT_POLICY) is None
    assert policy_from_data(DEFAULT_POLICY.as_data()) == DEFAULT_POLICY


def test_every_condition_has_its_reason():
    assert set(REASONS) - set(CONDITIONS) == {"behind_claimed", "claimed_done"}, "and two for what is only claimed"
    assert set(CONDITIONS) <= set(REASONS)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": "试行"}, "颜色规则的内容不完整或格式不对"),
        ({"rules": [LAST]}, "颜色规则的内容不完整或格式不对"),
        ({"name": "试行", "rules": None}, "颜色规则的内容不完整或格式不对"),
        ({"name": "试行", "rules": ["otherwise"]}, "颜色规则的内容不完整或格式不对"),
        ({"name": "试行", "rules": []}, "最后一条规则必须是“其他情况”"),
        ({"name": "试行", "rules": [LAST, {"colour": "red", "when": "warned"}]}, "最后一条规则必须是“其他情况”"),
        (data({"colour": "purple", "when": "warned"}), "颜色规则的内容不完整或格式不对"),
        (data({"colour": "red"}), "颜色规则的内容不完整或格式不对"),
        (data({"when": "warned"}), "颜色规则的内容不完整或格式不对"),
        (data({"colour": "red", "when": "tuesday"}), "不认识的条件：tuesday"),
        (data({"colour": "red", "when": "behind"}), "条件behind需要的数值（正整数）：points"),
        (data({"colour": "red", "when": "behind", "points": "30"}), "条件behind需要的数值"),
        (data({"colour": "red", "when": "behind", "points": 30.5}), "条件behind需要的数值"),
        (data({"colour": "red", "when": "behind", "points": 0}), "条件behind需要的数值"),
        (data({"colour": "red", "when": "behind", "points": None}), "条件behind需要的数值"),
        (data({"colour": "red", "when": "returned", "points": 3}), "条件returned需要的数值（正整数）：times"),
        (data({"colour": "red", "when": "warned", "times": 3}), "条件warned需要的数值（正整数）：—"),
    ],
)
def test_a_policy_that_cannot_work_is_refused_with_the_reason(wrong: dict[str, Any], words: str):
    with pytest.raises(Refused, match=words):
        policy_from_data(wrong)


def test_more_turns_than_a_row_has_room_for_are_refused():
    turning: list[dict[str, Any]] = [
        {"colour": "red", "when": "overdue"},
        {"colour": "yellow", "when": "behind", "points": 30},
        {"colour": "red", "when": "behind", "points": 20},
        {"colour": "yellow", "when": "unsigned"},
    ]
    assert policy_from_data(data(*turning[1:]))
    with pytest.raises(Refused, match="变色超过3次"):
        policy_from_data(data(*turning))


@given(FACTS, policies())
def test_a_policy_let_through_never_turns_more_often_than_a_row_has_room_for(facts: Facts, policy: Policy):
    changes = [a.colour for a, b in pairwise(trajectory(facts, policy)) if a.colour != b.colour]
    if refuses_policy(policy) is None:
        assert len(changes) <= MAX_TURNS


@given(st.sampled_from(Colour))
def test_colours_may_mean_something_else_elsewhere(colour: Colour):
    policy = policy_from_data(data({"colour": colour.value, "when": "closed_in_time"}))
    assert policy.rules[0].colour is colour
