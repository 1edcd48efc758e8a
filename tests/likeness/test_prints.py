"""Fingerprints: the same text has the same one, a text changed in places shares a band, others share none."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from bihuan.likeness.prints import LEAST, apart, bands_of, picture_bands, whole_band

KNOWN = (
    -2864320673529262791,
    1213567151537576076,
    90180006886668972,
    255326292653586433,
    2854875404746229005,
    970398017552994530,
    181766430513395435,
)
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]


def _text(draw: random.Random, length: int = 100) -> str:
    return "".join(draw.choices(HAN, k=length))


@given(st.text(max_size=60))
def test_a_text_has_one_print_for_ever(text: str):
    bands = bands_of(text)
    assert bands == bands_of(text)
    assert all(-(2**63) <= band < 2**63 for band in bands)
    assert whole_band(text) == (bands[0] if bands else None)


def test_the_print_does_not_change_between_versions():
    """Stored prints would no longer be found: whoever changes this tells operators to rebuild."""
    assert bands_of("滨河路五处井盖全部更换为防沉降井盖，路面恢复平整。") == KNOWN


def test_a_way_of_writing_changes_nothing():
    assert bands_of("滨河路5处井盖，已更换为防沉降井盖。") == bands_of("滨河路５处井盖 已更换为防沉降井盖")


def test_texts_changed_in_up_to_a_tenth_share_a_band():
    draw, missed = random.Random(6), 0
    for _number in range(200):
        text = _text(draw)
        letters = list(text)
        for place in draw.sample(range(100), draw.randint(1, 10)):
            letters[place] = draw.choice(HAN)
        missed += not set(bands_of(text)) & set(bands_of("".join(letters)))
    assert missed <= 6


def test_texts_that_have_nothing_to_do_with_one_another_share_none():
    draw, seen, shared = random.Random(7), set[int](), 0
    for _number in range(400):
        bands = set(bands_of(_text(draw)))
        shared += bool(bands & seen)
        seen |= bands
    assert shared == 0


def test_what_every_report_says_does_not_make_twins():
    one = "按照整改要求，我单位高度重视，已全部落实到位：更换滨河路破损井盖五处，恢复路面平整。"
    other = "按照整改要求，我单位高度重视，已全部落实到位：松林小学食堂补齐留样记录，增设冷藏柜。"
    assert not set(bands_of(one)) & set(bands_of(other))


def test_short_texts_are_everybodys_twins_and_have_no_print():
    assert bands_of("已完成。") == bands_of("") == bands_of("，。！") == ()
    assert whole_band("已完成") is None
    assert bands_of("井" * (LEAST - 1)) == ()
    assert bands_of("\ud800" * 20 + "井盖更换完毕恢复平整通行正常") != ()


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=3))
def test_looks_that_differ_in_three_bits_share_a_band(bits: int, flipped: set[int]):
    other = bits
    for place in flipped:
        other ^= 1 << place
    ours, theirs = f"{bits:016x}", f"{other:016x}"
    assert apart(ours, theirs) == len(flipped)
    if (mine := picture_bands(ours)) and (its := picture_bands(theirs)):
        assert set(mine) & set(its)
        assert all(0 <= band < 2**31 for band in mine)


def test_an_even_surface_is_no_picture_to_be_found_again():
    assert picture_bands("0" * 16) == picture_bands("f" * 16) == ()
