"""Samples for look-back: the same for the same seed, whatever the order; risk counts as lots."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.sampling import (
    SIGNS,
    How,
    codes_of,
    compare,
    draw,
    lot,
    points_of,
    refuses_seed,
    refuses_sizes,
    signs_named,
    signs_of,
)

IDS = [f"{number:032x}" for number in range(400)]
ROWS = [(id_, number % 4, "") for number, id_ in enumerate(IDS)]


@given(st.randoms(), st.text(min_size=1, max_size=10), st.integers(0, 60), st.integers(0, 60))
def test_the_order_of_the_list_does_not_matter(random: Random, seed: str, by_risk: int, at_random: int):
    rows = list(ROWS)
    random.shuffle(rows)
    found = draw(seed, rows, by_risk=by_risk, at_random=at_random)
    assert found == draw(seed, ROWS, by_risk=by_risk, at_random=at_random)
    assert len({row.id for row in found}) == len(found) == by_risk + at_random
    assert [row.how for row in found] == [How.RISK] * by_risk + [How.RANDOM] * at_random
    points = {id_: points for id_, points, _codes in ROWS}
    assert all(points[row.id] for row in found if row.how is How.RISK)


@given(st.text(min_size=1, max_size=10), st.integers(0, 60), st.integers(1, 60))
def test_it_is_the_smallest_lots_that_win(seed: str, by_risk: int, at_random: int):
    """The rule in its plainest form, as anybody would write it down."""
    risky = sorted((min(lot(seed, i, n) for n in range(1, p + 1)), i) for i, p, _codes in ROWS if p)
    first = [i for _lot, i in risky[:by_risk]]
    rest = sorted((lot(seed, i, 0), i) for i, _p, _codes in ROWS if i not in first)
    found = draw(seed, ROWS, by_risk=by_risk, at_random=at_random)
    assert [row.id for row in found] == first + [i for _lot, i in rest[:at_random]]


def test_three_points_are_drawn_three_times_as_often_as_one_and_none_never():
    rows = [("a" * 32, 3, ""), ("b" * 32, 1, ""), ("c" * 32, 0, "")]
    by_risk = Counter(draw(str(n), rows, by_risk=1, at_random=0)[0].id[0] for n in range(4000))
    at_random = Counter(draw(str(n), rows, by_risk=0, at_random=1)[0].id[0] for n in range(3000))
    assert by_risk["c"] == 0
    assert abs(by_risk["a"] - 3000) < 150
    assert all(abs(at_random[one] - 1000) < 120 for one in "abc")


def test_a_list_that_is_too_short_is_drawn_whole():
    found = draw("s", ROWS[:8], by_risk=50, at_random=50)
    assert sorted(row.id for row in found) == IDS[:8]
    assert Counter(row.how for row in found) == {How.RISK: 6, How.RANDOM: 2}
    assert draw("s", [], by_risk=1, at_random=1) == []


def test_another_sample_is_told_apart():
    found = draw("s", ROWS, by_risk=3, at_random=3)
    recorded = [(row.id, row.how.value) for row in found]
    assert compare(recorded, found).same
    assert not compare(recorded[::-1], found).same
    other = compare([*recorded[:-1], ("f" * 32, "random")], found)
    assert (other.missing, other.added, other.same) == (["f" * 32], [recorded[-1][0]], False)


def test_signs_are_read_from_bits_and_from_codes_alike():
    for bits in range(1 << len(SIGNS)):
        assert signs_named(codes_of(bits)) == signs_of(bits)
        assert points_of(bits) == sum(sign.points for sign in signs_of(bits))


@pytest.mark.parametrize("seed", ["", " a", "a\n", "a\0", "x" * 65, "\ud800"])
def test_a_seed_can_be_read_out(seed: str):
    assert refuses_seed(seed)
    assert not refuses_seed("2026-03-02 18:30 3 7 12")


@pytest.mark.parametrize(("by_risk", "at_random"), [(0, 0), (-1, 5), (5, -1), (900, 101)])
def test_a_sample_is_of_some_and_not_of_thousands(by_risk: int, at_random: int):
    assert refuses_sizes(by_risk, at_random)
