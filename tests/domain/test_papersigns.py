"""Signs of a paper closing: each where it is due and nowhere else, whatever the dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.papersigns import (
    CLOCK_SLACK,
    LEAST_DAYS,
    REBOUND_DAYS,
    SIGN_NAMES,
    WORDS,
    Facts,
    Shot,
    Sign,
    says_nothing,
    signs_in,
)

DAY = date(2026, 4, 20)
SENT = date(2026, 4, 1)
SAID = "滨河路五处井盖已更换为防沉降井盖，路面恢复平整。"
HONEST = Facts(
    today=DAY,
    summary=SAID,
    dispatched_on=SENT,
    due=DAY + timedelta(days=5),
    asked_on=DAY,
    done_on=[DAY - timedelta(days=6), DAY - timedelta(days=1)],
    visited_on=[DAY],
    shots=[Shot("a", "井盖.jpg", "2026-04-19 09:30:00", DAY, "a")],
)
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
moments = st.none() | st.datetimes().map(lambda moment: moment.isoformat(" ", "seconds"))


def _signs(**values: object) -> list[Sign]:
    return [found.sign for found in signs_in(replace(HONEST, **values))]  # type: ignore[arg-type]


def test_honest_work_bears_no_sign():
    assert _signs() == []
    assert set(WORDS) == set(SIGN_NAMES) == set(Sign)


@given(taken=days, begun=days, added=days)
def test_a_picture_is_from_before_after_or_from_the_time_of_the_work(taken: date, begun: date, added: date):
    shot = Shot("a", "a.jpg", f"{taken} 10:00:00", added, "a")
    signs = _signs(shots=[shot], dispatched_on=begun, done_on=())
    assert (Sign.TAKEN_LATER in signs) == (taken > added + CLOCK_SLACK)
    assert (Sign.TAKEN_BEFORE in signs) == (taken < begun and Sign.TAKEN_LATER not in signs)


@given(
    st.builds(
        Facts,
        today=days,
        summary=st.none() | st.text(max_size=40),
        dispatched_on=st.none() | days,
        due=st.none() | days,
        asked_on=st.none() | days,
        done_on=st.lists(st.none() | days, max_size=4),
        visited_on=st.lists(days, max_size=2),
        awaits_visit=st.booleans(),
        closed_on=st.none() | days,
        found_on=st.none() | days,
        shots=st.lists(
            st.builds(
                Shot,
                st.sampled_from("abc"),
                st.just("a.jpg"),
                moments,
                days,
                st.sampled_from("abc"),
                st.booleans(),
            ),
            max_size=5,
        ),
    )
)
def test_whatever_the_facts_every_sign_can_be_said_and_the_gravest_come_first(facts: Facts):
    found = signs_in(facts)
    assert [one.sign for one in found] == sorted((one.sign for one in found), key=list(Sign).index)
    for one in found:
        assert one.text % one.params
    came = any(day <= facts.today for day in facts.visited_on)
    assert (Sign.NO_VISIT in {one.sign for one in found}) == (not came and not facts.awaits_visit)


def test_measures_all_done_on_the_last_day():
    assert _signs(done_on=[DAY, DAY, DAY]) == [Sign.LAST_DAY], "the day of asking"
    assert _signs(done_on=[DAY + timedelta(days=5)] * 2) == [Sign.LAST_DAY], "the day of the limit"
    assert _signs(done_on=[DAY - timedelta(days=1)] * 2) == [], "together, but in time"
    assert _signs(done_on=[DAY]) == [], "one measure is always done on one day"
    assert _signs(done_on=[DAY, None]) == []
    soon = DAY - timedelta(days=LEAST_DAYS - 1)
    assert _signs(done_on=[DAY, DAY], dispatched_on=soon) == [], "there were hardly other days"


def test_a_visit_still_to_come_is_not_missed_yet():
    assert _signs(visited_on=[]) == [Sign.NO_VISIT]
    assert _signs(visited_on=[DAY + timedelta(days=1)]) == [Sign.NO_VISIT]
    assert _signs(visited_on=[], awaits_visit=True) == []


@pytest.mark.parametrize(("days_later", "told"), [(0, True), (REBOUND_DAYS, True), (REBOUND_DAYS + 1, False)])
def test_what_shows_itself_again_within_the_time(days_later: int, told: bool):
    closed = DAY - timedelta(days=200)
    found = closed + timedelta(days=days_later)
    assert (Sign.REBOUND in _signs(closed_on=closed, found_on=found)) == told


def test_a_picture_of_the_last_cycle_and_one_used_twice():
    old = Shot("o", "旧.jpg", None, SENT, "o", is_new=False)
    again = Shot("n", "新.jpg", None, DAY, "o")
    twice = [Shot("a", "a.jpg", None, DAY, "a"), Shot("b", "b.jpg", None, DAY, "a")]
    found = signs_in(replace(HONEST, shots=[old, again, *twice]))
    assert [one.sign for one in found] == [Sign.PICTURE_OF_LAST_TIME, Sign.PICTURE_TWICE]
    assert found[1].params == {"name": "a.jpg", "count": 2}


@pytest.mark.parametrize(
    "text", ["", "已完成。", "按照要求，各项措施已全部落实到位，问题已彻底解决。", "已整改到位，申请销号"]
)
def test_words_that_say_nothing(text: str):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text", [SAID, "已完成井盖更换五处。", "食堂留样柜已添置，留样记录补齐。", "5处路灯已修复通电"]
)
def test_words_that_say_something(text: str):
    assert not says_nothing(text)
