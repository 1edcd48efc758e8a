"""How a result changed: the sign, the share, and whether it is better; nothing is made of nought."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.outcomes import MOST, figure, refuses_figure, shift

FIGURES = st.decimals(-MOST + 1, MOST - 1, places=4)


@pytest.mark.parametrize(
    ("baseline", "now", "fewer", "percent", "better"),
    [
        ("91", "62", True, "-31.87", True),
        ("91", "62", False, "-31.87", False),
        ("86.4", "95.7", False, "10.76", True),
        ("0", "5", False, None, True),
        ("0", "0", False, None, None),
        ("-100", "-50", False, "50.00", True),
        ("-100", "-150", True, "-50.00", True),
        ("-5", "5", False, None, True),
        ("5", "0", True, "-100.00", True),
    ],
)
def test_the_sign_and_the_share(baseline, now, fewer, percent, better):
    found = shift(Decimal(baseline), Decimal(now), fewer_is_better=fewer)
    assert found.percent == (Decimal(percent) if percent else None)
    assert found.better is better
    assert found.difference == Decimal(now) - Decimal(baseline)


@given(FIGURES, FIGURES, st.booleans())
def test_the_share_goes_the_way_of_the_difference(baseline, now, fewer):
    found = shift(baseline, now, fewer_is_better=fewer)
    assert (found.better is None) == (baseline == now)
    assert found.better is None or found.better != shift(baseline, now, fewer_is_better=not fewer).better
    if found.percent:
        assert (found.percent > 0) == (now > baseline)
        assert abs(found.percent * abs(baseline) / 100 - found.difference) <= abs(baseline) / 10_000


@given(FIGURES)
def test_a_figure_that_is_taken_is_kept_whole(value):
    assert refuses_figure(value) is None
    assert figure(value) == value
    assert float(value).__class__(str(figure(value))) == float(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e11", "-1e40", "0.00001"])
def test_a_figure_that_cannot_be_kept_is_refused(value):
    assert refuses_figure(Decimal(value)) is not None
