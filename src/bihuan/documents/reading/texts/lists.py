"""Numbers that Word counts itself (ECMA-376 part 1, 17.9): the text "（一）" that no paragraph holds.

Counts on as the paragraphs come by, in order; bullets have no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = "零一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")
_MOST_LEVELS = 9


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str


@dataclass
class Lists:
    """The lists of one document; `next_number` is asked once for each numbered paragraph."""

    _levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: etree._Element | None) -> Lists:
        """The lists a numbering part defines; none where there is no such part."""
        lists = cls()
        if numbering is None:
            return lists
        defined = {one.get(f"{_W}abstractNumId", ""): one for one in numbering.iter(f"{_W}abstractNum")}
        levels = {name: _levels_of(one) for name, one in defined.items()}
        for num in numbering.iter(f"{_W}num"):
            name = num.get(f"{_W}numId", "")
            abstract = _value(num.find(f"{_W}abstractNumId"))
            lists._abstract[name] = abstract
            lists._levels[name] = levels.get(abstract, {}) | _overrides(num, levels.get(abstract, {}))
        return lists

    def next_number(self, list_id: str, level: int) -> str:
        """The number of the next paragraph of a list at a level (0-based); '' for bullets and unknown lists."""
        levels = self._levels.get(list_id, {})
        own = levels.get(level)
        if own is None or not 0 <= level < _MOST_LEVELS:
            return ""
        counts = self._counts.setdefault(self._abstract.get(list_id, list_id), [])
        while len(counts) <= level:
            counts.append(levels[len(counts)].start - 1 if len(counts) in levels else 0)
        counts[level] += 1
        del counts[level + 1 :]
        if own.form in ("bullet", "none"):
            return ""

        def count(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            form = levels[at].form if at in levels else "decimal"
            return _written(max(counts[at], 1), form) if at < len(counts) else ""

        return _PLACE.sub(count, own.text)


def _levels_of(holder: etree._Element) -> dict[int, _Level]:
    return {int(one.get(f"{_W}ilvl", "0")): _level(one) for one in holder.findall(f"{_W}lvl")}


def _overrides(num: etree._Element, levels: dict[int, _Level]) -> dict[int, _Level]:
    """Levels a list changes for itself: another start, or another look."""
    changed: dict[int, _Level] = {}
    for one in num.findall(f"{_W}lvlOverride"):
        at = int(one.get(f"{_W}ilvl", "0"))
        if (own := one.find(f"{_W}lvl")) is not None:
            changed[at] = _level(own)
        elif (start := one.find(f"{_W}startOverride")) is not None and at in levels:
            changed[at] = _Level(_whole(_value(start), 1), levels[at].form, levels[at].text)
    return changed


def _level(one: etree._Element) -> _Level:
    start = _whole(_value(one.find(f"{_W}start")), 1)
    return _Level(start, _value(one.find(f"{_W}numFmt")) or "decimal", _value(one.find(f"{_W}lvlText")))


def _value(one: etree._Element | None) -> str:
    return one.get(f"{_W}val", "") if one is not None else ""


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) <= 6 else otherwise


def _chinese(value: int) -> str:
    """一 … 九十九 as Chinese lists count; digit by digit above."""
    if value > 99:
        return "".join(_CHINESE[int(digit)] for digit in str(value))
    tens, ones = divmod(value, 10)
    head = ("" if tens == 1 else _CHINESE[tens]) + "十" if tens else ""
    return head + (_CHINESE[ones] if ones or not tens else "")


def _circled(value: int) -> str:
    return chr(0x2460 + value - 1) if 1 <= value <= 20 else str(value)


def _letter(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26)


def _roman(value: int) -> str:
    signs = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
    written = ""
    for worth, sign in signs:
        while value >= worth and len(written) < 20:
            written += sign
            value -= worth
    return written


_FORMS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "koreanDigital2": _chinese,
    "ideographDigital": _chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "lowerLetter": _letter,
    "upperLetter": lambda value: _letter(value).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda value: _roman(value).upper(),
    "decimalZero": lambda value: f"{value:02d}",
}


def _written(value: int, form: str) -> str:
    return _FORMS.get(form, str)(value)
