"""Likeness: the number means what it says, the same both ways, and says what two texts state differently."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.likeness.alike import LIKELY, RELATED, SAME, alike, compare, nearest
from bihuan.likeness.facts import Kind
from bihuan.likeness.plain import bare, plain
from tests.likeness import pairs

TEXTS = st.text(alphabet="滨河路12号三处井盖缺失，云溪镇未整改2024年6月5日万元", max_size=40)


def judged(score: float) -> str:
    return pairs.SAME if score >= SAME else pairs.LIKELY if score >= LIKELY else pairs.OTHER


def misjudged(rows: tuple[pairs.Pair, ...]) -> list[tuple[str, str, str, str]]:
    return [(want, got, a, b) for want, a, b in rows if (got := judged(alike(a, b))) != want]


@pytest.mark.parametrize("rows", [pairs.TUNED, pairs.HELD_OUT])
def test_nothing_different_is_called_alike_and_little_that_is_alike_is_missed(rows):
    wrong = misjudged(rows)
    assert [one for one in wrong if one[1] != pairs.OTHER] == [], "two problems were taken for one"
    assert len(wrong) <= 3


@given(TEXTS, TEXTS)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_all(left: str, right: str):
    there, back = compare(left, right), compare(right, left)
    assert (there.score, there.wording) == (back.score, back.wording)
    assert 0 <= there.score <= there.wording <= 1
    assert [(one.kind, one.left, one.right) for one in there.apart] == [
        (one.kind, one.right, one.left) for one in back.apart
    ]
    if there.apart:
        assert there.score < LIKELY


@given(TEXTS)
def test_a_text_is_the_same_as_itself_with_other_marks_and_widths(text: str):
    marked = text.replace("，", " ， ").translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    assert alike(text, marked) == (1.0 if bare(plain(text)) else 0.0)


def test_an_empty_text_is_like_nothing():
    assert alike("", "") == alike("", "井盖缺失") == alike("。", "。") == 0.0


@pytest.mark.parametrize(
    ("left", "right", "kind", "words"),
    [
        ("滨河路井盖缺失", "槐荫路井盖缺失", Kind.PLACE, ("滨河路", "槐荫路")),
        ("滨河路12号井盖缺失", "滨河路120号井盖缺失", Kind.ADDRESS, ("12", "120")),
        ("3月5日接到投诉", "3月15日接到投诉", Kind.DATE, ("3月5日", "3月15日")),
        ("拖欠工资八万元", "拖欠工资9.5万元", Kind.AMOUNT, ("80000", "95000")),
    ],
)
def test_what_two_texts_state_differently_is_named(left, right, kind, words):
    (apart,) = compare(left, right).apart
    assert (apart.kind, apart.left, apart.right) == (kind, (words[0],), (words[1],))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("滨河路12号井盖缺失", "滨河路井盖缺失"),
        ("2024年6月5日发现柳溪水面有油污", "2024年6月柳溪水面有油污"),
        ("云溪镇柳塘村道路未硬化", "柳塘村道路未硬化"),
        ("在滨河路上井盖缺失", "位于滨河路的井盖缺失"),
    ],
)
def test_what_only_one_text_states_tells_nothing_apart(left, right):
    assert not compare(left, right).apart
    assert alike(left, right) >= LIKELY


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("二〇二四年六月五日", "2024年6月5日"),
        ("2024-06-05", "2024年6月5日"),
        ("一千二百五十米", "1250米"),
        ("1.2万元", "12,000元"),
        ("三十七眼", "３７眼"),
        ("兩處違章建築", "两处违章建筑"),
        ("（二）井盖缺失", "2、井盖缺失"),
    ],
)
def test_what_is_written_in_several_ways_is_one(written, meant):
    assert bare(plain(written)) == bare(plain(meant))


def test_a_decimal_point_is_no_punctuation():
    assert bare(plain("超标2.1倍")) != bare(plain("超标21倍"))


def test_of_a_handful_the_likeliest_come_first_and_the_rest_not_at_all():
    candidates = [
        (1, "槐荫路路灯不亮"),
        (2, "经现场检查发现，滨河路12号井盖缺失。"),
        (3, "滨河路的雨水井盖缺失"),
        (4, ""),
    ]
    found = nearest("滨河路12号井盖缺失", candidates)
    assert [near.key for near in found] == [2, 3]
    assert found[0].likeness.score >= SAME > found[1].likeness.score >= LIKELY
    assert nearest("滨河路12号井盖缺失", reversed(candidates)) == found
    assert [near.key for near in nearest("滨河路12号井盖缺失", candidates, most=1, least=RELATED)] == [2]


@pytest.mark.parametrize(
    "piece", ["1", "九万", "云溪镇柳塘村", "1,", "（", "整改落实", " ", "1.", "2024年1月1日", "一"]
)
def test_a_hostile_text_takes_no_time(piece):
    text = piece * 20_000
    compare("", text)
    begun = time.process_time()
    bare(plain(text))
    compare(text, text + "井盖缺失")
    assert time.process_time() - begun < 1
