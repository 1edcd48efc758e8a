"""How shares are divided among parts: whole, adding up, and in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.links import divided, scaled
from bihuan.domain.refusals import Denied


@given(st.lists(st.integers(1, 100), min_size=1, max_size=20), st.integers(20, 100))
def test_scaled_shares_are_whole_add_up_and_keep_their_order(shares: list[int], total: int):
    found = scaled(shares, total)
    assert sum(found) == total
    assert min(found) >= 1
    assert all(
        a <= b + 1
        for (x, a) in zip(shares, found, strict=True)
        for (y, b) in zip(shares, found, strict=True)
        if x < y
    )
    assert scaled(found, total) == found


@given(
    st.lists(st.none() | st.integers(-5, 120), max_size=130), st.integers(0, 20), st.none() | st.integers(-5, 150)
)
def test_a_division_adds_up_or_says_what_is_wrong(given_: list[int | None], kept: int, together: int | None):
    found = divided(given_, kept=[5] * kept, together=together)
    if isinstance(found, Denied):
        assert str(found)
        return
    shares = (*found.parts, *found.kept)
    assert len(shares) == len(given_) + kept
    assert (sum(shares), min(shares) >= 1) in [(100, True), (0, False)]
