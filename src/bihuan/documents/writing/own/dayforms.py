"""A day written as the cells of a column write theirs: 2026-03-31, 2026年3月31日前, 2026年3月底前, 20260331 …

The form is taken from dates that are there, the cell's own first, and only used if the reader reads the day back.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date

from bihuan.documents.reading.dates import read_deadline

_FULL = re.compile(r"(\d{4})(\s*[-/.年]\s*)(\d{1,2})(\s*[-/.月]\s*)(\d{1,2})")
_MONTH_END = re.compile(r"(\d{4})(\s*[-/.年]\s*)(\d{1,2})(\s*月?\s*(?:底|末))")
_MONTH = re.compile(r"(\d{4})(\s*年\s*)(\d{1,2})(\s*月)(?!\s*[\d底末上中下])")
_PACKED = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)")


def day_as_text(day: date, samples: Iterable[str]) -> str:
    """The day in the form of the first sample that fits; 2026年3月31日前 where none does."""
    for sample in samples:
        for text in _like(sample, day):
            found = read_deadline(text)
            if found is not None and found.day == day and not found.wrong:
                return text
    return f"{day.year}年{day.month}月{day.day}日前"


def ends_month(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def _like(sample: str, day: date) -> Iterator[str]:
    """The sample with its only date replaced."""
    ends = ends_month(day)
    for pattern, fits in ((_FULL, True), (_MONTH_END, ends), (_MONTH, ends), (_PACKED, True)):
        found = pattern.findall(sample)
        if len(found) == 1 and fits:
            yield pattern.sub(lambda one: _replaced(one, day), sample)
    if _MONTH_END.search(sample):
        yield f"{day.year}年{day.month}月{day.day}日前"


def _replaced(found: re.Match[str], day: date) -> str:
    groups = found.groups()
    if found.re is _PACKED:
        return f"{day:%Y%m%d}"
    told = f"{day.year}{groups[1]}{_digits(day.month, groups[2], groups[1])}{groups[3]}"
    return told + (_digits(day.day, groups[4], groups[1]) if len(groups) > 4 else "")


def _digits(number: int, sample: str, mark: str) -> str:
    """Two digits where the sample shows that it fills up, or may: 2026-10-31 does, 2026年10月31日 does not."""
    filled = sample.startswith("0") or (len(sample) == 2 and mark.strip() == "-")
    return f"{number:02d}" if filled else str(number)
