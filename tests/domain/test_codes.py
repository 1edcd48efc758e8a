"""Codes of organisations and places: what is refused, and what the refusal says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.domain.codes import InvalidCode, check_division, check_uscc

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "cn" / "uscc" / "uscc-vectors.json").read_text()
)
LETTERS: str = VECTORS["alphabet"]
STEMS = st.tuples(
    st.text(LETTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(LETTERS, min_size=9, max_size=9),
).map("".join)


def is_uscc(code: str) -> bool:
    try:
        check_uscc(code)
    except InvalidCode:
        return False
    return True


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["code"])
def test_published_credit_codes(case: dict[str, Any]) -> None:
    assert is_uscc(case["code"]) is case["valid"]


@given(STEMS)
def test_exactly_one_check_character_fits(stem: str) -> None:
    assert sum(is_uscc(stem + letter) for letter in LETTERS) == 1


@given(STEMS, st.integers(0, 17), st.sampled_from(LETTERS))
def test_one_mistyped_character_is_always_noticed(stem: str, place: int, letter: str) -> None:
    code = next(stem + last for last in LETTERS if is_uscc(stem + last))
    mistyped = code[:place] + letter + code[place + 1 :]
    assert is_uscc(mistyped) is (mistyped == code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "统一社会信用代码应为 18 位，现为 0 位"),
        ("91350100M000100Y4", "统一社会信用代码应为 18 位，现为 17 位"),
        (
            "91350100m000100Y43",
            "统一社会信用代码第 9 位“m”有误：只用数字和大写字母，不含 I、O、S、V、Z",
        ),
        (
            "９1350100M000100Y43",
            "统一社会信用代码第 1 位“９”有误：只用数字和大写字母，不含 I、O、S、V、Z",
        ),
        ("91A50100M000100Y43", "统一社会信用代码第 3 至 8 位是行政区划码，应全为数字"),
        ("91350100M000100Y44", "统一社会信用代码的校验码不符，请逐位核对"),
    ],
)
def test_the_refusal_says_what_is_wrong(code: str, message: str) -> None:
    with pytest.raises(InvalidCode) as refused:
        check_uscc(code)
    assert str(refused.value) == message


@pytest.mark.parametrize("code", ["530100", "530102001", "530102001005"])
def test_division_codes_of_county_township_and_village(code: str) -> None:
    check_division(code)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "区划代码应为 6、9 或 12 位，现为 0 位"),
        ("5301021", "区划代码应为 6、9 或 12 位，现为 7 位"),
        ("53010A", "区划代码只能由数字 0 至 9 组成"),
        ("５３０１００", "区划代码只能由数字 0 至 9 组成"),
        ("53010²", "区划代码只能由数字 0 至 9 组成"),
    ],
)
def test_other_division_codes_are_refused(code: str, message: str) -> None:
    with pytest.raises(InvalidCode) as refused:
        check_division(code)
    assert str(refused.value) == message
