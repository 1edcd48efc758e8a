"""Codes that identify an organisation or a place, checked by their own published rules.

Tells only whether a code can be right, never whether it was ever issued: nothing is looked up. Spelling is
not mended here: whoever reads files tidies case and width first.
"""

from __future__ import annotations

from bihuan.domain.refusals import Denied, Refused, say

_DIGITS = frozenset("0123456789")
# GB 32100-2015, table 2: digits and capital letters without I, O, S, V, Z.
_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_DIVISION_LENGTHS = (6, 9, 12)


class InvalidCode(Refused):
    """The code breaks the rule of its kind; the message says which."""


def check_uscc(code: str) -> None:
    """Check a unified social credit code (统一社会信用代码), 18 characters, by GB 32100-2015.

    Raises `InvalidCode` where length, characters, the division in places 3 to 8 or the check character are
    wrong.
    """
    if len(code) != 18:
        raise _invalid(say("统一社会信用代码应为 18 位，现为 %(length)s 位"), length=len(code))
    for place, letter in enumerate(code, start=1):
        if letter not in _VALUES:
            raise _invalid(
                say("统一社会信用代码第 %(place)s 位“%(letter)s”有误：只用数字和大写字母，不含 I、O、S、V、Z"),
                place=place,
                letter=letter,
            )
    if not _DIGITS.issuperset(code[2:8]):
        raise _invalid(say("统一社会信用代码第 3 至 8 位是行政区划码，应全为数字"))
    if code[-1] != _check_letter(code):
        raise _invalid(say("统一社会信用代码的校验码不符，请逐位核对"))


def check_division(code: str) -> None:
    """Check a division code (区划代码): 6 digits to the county, 9 to the township, 12 to the village.

    Raises `InvalidCode` where the length is another or anything but the digits 0 to 9 stands in it.
    """
    if len(code) not in _DIVISION_LENGTHS:
        raise _invalid(say("区划代码应为 6、9 或 12 位，现为 %(length)s 位"), length=len(code))
    if not _DIGITS.issuperset(code):
        raise _invalid(say("区划代码只能由数字 0 至 9 组成"))


def _check_letter(code: str) -> str:
    total = sum(_VALUES[letter] * weight for letter, weight in zip(code, _WEIGHTS, strict=False))
    return _LETTERS[-total % 31]


def _invalid(text: str, **params: object) -> InvalidCode:
    return InvalidCode(Denied(text, params=params))
