"""One way of writing for what may be written in several, so that only what is said is compared.

Width, case, traditional characters, numbers and dates in their different forms, the number in front of a
paragraph. The result is for comparing, never for showing in place of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from opencc import OpenCC

from bihuan.likeness import words

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF
_FIRST_WIDE, _LAST_WIDE = 0xFF01, 0xFF5E
_PUNCTUATION = (0x2000, 0x2070)
_NOT_SAID = re.compile(r"[^\w%+]|_")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_ANY_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def _folded() -> Mapping[int, str]:
    """Full-width forms and traditional characters, and what is written for them; a table is faster than a rule."""
    wide = {
        code: unicodedata.normalize("NFKC", chr(code)) for code in (0x3000, *range(_FIRST_WIDE, _LAST_WIDE + 1))
    }
    han = [chr(code) for code in range(_FIRST_HAN, _LAST_HAN + 1)]
    simple = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return wide | {ord(old): new for old, new in zip(han, simple, strict=True) if old != new}


@lru_cache(maxsize=1)
def _letters_only() -> Mapping[int, str]:
    """As `_folded`, with single Chinese digits as digits, letters small, and nothing for punctuation."""
    digits = {ord(char): str(value) for char, value in words.DIGITS.items()}
    table = dict(_folded()) | {ord(char): char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} | digits
    for code in (*range(0x80), *range(*_PUNCTUATION), *range(0x3000, 0x3040), *range(_FIRST_WIDE, _LAST_WIDE + 1)):
        folded = table.get(code, chr(code)).lower()
        table[code] = "" if _NOT_SAID.match(folded) else folded
    return table


def letters(text: str) -> str:
    """Nearly `bare(plain(text))` in a fraction of the time, for sieving: numbers and dates keep their form."""
    return text.translate(_letters_only())


def plain(text: str) -> str:
    """`text` in the one way of writing, punctuation kept (one width, no blanks)."""
    text = text.translate(_folded())
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    numbered = words.LEADING_NUMBER.match(text)
    text = "".join((text[numbered.end() :] or text if numbered else text).lower().split())
    text = words.CHINESE_NUMBER.sub(_in_digits, text)
    if not _ANY_DIGIT.search(text):
        return text
    text = words.SEPARATED.sub("", text)
    text = words.DATE_WITH_MARKS.sub(r"\1年\2月\3日", text)
    text = words.MONTH_WITH_MARK.sub(r"\1年\2月", text)
    return words.DATE.sub(_one_date, words.SCALED.sub(_scaled, text))


def bare(text: str) -> str:
    """A plain text without its punctuation."""
    return _NOT_SAID.sub("", _POINT.sub("点", text))


def _in_digits(found: re.Match[str]) -> str:
    written = found[0]
    if all(char in words.DIGITS for char in written):
        return "".join(str(words.DIGITS[char]) for char in written)
    return str(_value(written))


def _value(written: str) -> int:
    """The value of a Chinese number with tens and hundreds: 三百二十, 一万二千."""
    total = part = digit = 0
    for char in written:
        if char in words.DIGITS:
            digit = words.DIGITS[char]
        elif char in words.TENS:
            part += max(digit, 1) * words.TENS[char]
            digit = 0
        else:
            total = (total + part + digit) * words.LARGE[char]
            part = digit = 0
    return total + part + digit


def _scaled(found: re.Match[str]) -> str:
    scale = (words.TENS | words.LARGE)[found[2]]
    return format((Decimal(found[1]) * scale).normalize(), "f")


def _one_date(found: re.Match[str]) -> str:
    year, month, day, year_alone = found.groups()
    if year_alone:
        return f"{year_alone}年"
    return (f"{year}年" if year else "") + f"{month}月" + (f"{day}日" if day else "")
