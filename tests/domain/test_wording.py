"""Advice on wording: rare, right, with a reason and an example, and never in the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.wording import Advice, Code, advise
from tests.domain import wordings

PLAIN = "滨河路5处井盖缺失"
TEXTS = st.text(alphabet="加强管理，提高认识；滨河路井盖12处尽快修复一批1.①（一）月底。", max_size=40)


def told() -> Iterator[tuple[int, str | None, object, tuple[Advice, ...]]]:
    """Each sentence of the set: its place in its list, what is wrong with it (None: nothing), the advice."""
    for place, text in enumerate(wordings.GOOD_PROBLEMS):
        yield place, None, text, advise(text, dated=True)
    for place, text in enumerate(wordings.GOOD_MEASURES):
        yield place, None, text, advise(PLAIN, [text], dated=False)
    for place, (code, text) in enumerate(wordings.BAD_PROBLEMS):
        yield place, code, text, advise(text, dated=True)
    for place, (code, text) in enumerate(wordings.BAD_MEASURES):
        yield place, code, text, advise(PLAIN, [text], dated=False)
    for place, measures in enumerate(wordings.RESTATING):
        yield place, Code.RESTATES, measures, advise(PLAIN, measures, dated=False)
    for place, (problem, measure) in enumerate(wordings.COPIED):
        yield place, Code.COPIED, measure, advise(problem, [measure], dated=False)


@pytest.mark.parametrize("half", [0, 1], ids=["tuned", "held out"])
def test_nine_pieces_of_advice_in_ten_are_right_and_most_bad_sentences_get_one(half):
    counted: Counter[str] = Counter()
    odd = []
    for place, wrong, text, found in told():
        if place % 2 == half:
            codes = [one.code for one in found]
            counted["right"] += codes == [wrong]
            counted["given"] += len(codes)
            counted["bad"] += wrong is not None
            odd += [(wrong, codes, text)] if codes != ([wrong] if wrong else []) else []
    assert counted["bad"] > 30
    assert counted["right"] >= 0.9 * counted["given"], odd
    assert counted["right"] >= 0.8 * counted["bad"], odd


@given(TEXTS, st.lists(TEXTS, max_size=3), st.booleans())
def test_it_is_quiet_and_says_why_and_what_would_be_better(problem: str, measures: list[str], dated: bool):
    found = advise(problem, measures, dated=dated)
    places = [(one.measure, one.code is Code.RESTATES) for one in found]
    assert len(places) == len(set(places)), "one piece of advice for the problem, one for each measure"
    for one in found:
        assert one.what % one.params
        assert one.why
        assert one.example
        assert one.measure is None or measures[one.measure]


def test_the_examples_of_better_wording_get_no_advice():
    better = ["9月底前更换进水泵1台，恢复日处理能力500吨", "每周巡查3次并登记，发现堆物当天清走"]
    better += ["10月20日前修好护栏40米", "年底前安装路灯36盏", "9月底前更换井盖5处，由市政所逐处验收"]
    problems = ["柳塘镇政务大厅只开2个窗口，办理社保平均等候70分钟", "公文审核把关不严，抽查20份有6份存在错漏"]
    for problem in problems:
        assert advise(problem, better, dated=False) == ()


def test_the_words_meant_are_named_and_the_place_of_the_measure():
    (one,) = advise(PLAIN, ["更换井盖5处", "尽快修复护栏"], dated=False)
    assert (one.code, one.measure, one.params) == (Code.NO_DATE, 1, {"words": "尽快"})
    assert "尽快" in one.what % one.params


def test_with_a_date_for_the_problem_no_measure_needs_its_own():
    assert advise(PLAIN, ["尽快修复护栏"], dated=True) == ()
    assert advise(PLAIN, ["已书面告知限期整改"], dated=False) == (), "what was done is no promise"


def test_a_date_is_no_amount():
    (one,) = advise(PLAIN, ["2024年10月底前安装一批路灯"], dated=True)
    assert one.code is Code.NO_AMOUNT
    assert advise(PLAIN, ["2024年10月底前安装一批路灯，共36盏"], dated=True) == ()


def test_one_empty_measure_among_good_ones_is_named_alone():
    found = advise(PLAIN, ["更换井盖5处", "高度重视，加强组织领导", "每周巡查3次"], dated=True)
    assert [(one.code, one.measure) for one in found] == [(Code.NO_RESULT, 1)]


def test_facets_of_one_problem_are_not_several_problems():
    assert advise("松林小学食堂管理混乱：一是留样缺9天；二是晨检缺4天", dated=True) == ()
    (one,) = advise("一是留样缺9天；二是围墙开裂；三是未配保安", dated=True)
    assert (one.code, one.params) == (Code.SEVERAL, {"count": 3})


def test_nothing_written_gets_no_advice():
    assert advise("", [""], dated=False) == advise("  ", [], dated=False) == ()


@pytest.mark.parametrize("piece", ["1", "加强", "的问题", "落实", "（一）", "进一步提高", "一批", "；滨河路"])
def test_a_hostile_text_takes_no_time(piece):
    text = piece * 20_000
    begun = time.process_time()
    advise(text, [text, text + "尽快"], dated=False)
    assert time.process_time() - begun < 1
