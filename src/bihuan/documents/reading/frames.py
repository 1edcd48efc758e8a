"""What stands around a table and helps to read it: the year it is about, the day it was filled in.

Both are guesses from titles such as 2024年度…台账 or 填报时间：2024年7月5日; whoever uses one says so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年")
_FILLED_IN = re.compile(
    r"(?:填报|填表|报送|统计|截至|截止|更新|制表|上报|编制|日期|时间)[^\d]{0,6}"
    r"((?:19|20)\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
)


@dataclass(frozen=True)
class Frame:
    """`year` a date without one is taken to be in; `today` the day words such as 本月底 are counted from."""

    year: int | None = None
    today: date | None = None


def frame_of(texts: Iterable[str]) -> Frame:
    """Read the frame from titles, sheet names and lines above or below a table."""
    years: set[int] = set()
    today: date | None = None
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)
        if today is None and (found := _FILLED_IN.search(plain)):
            today = _day(found)
        years.update(int(year) for year in _YEAR.findall(plain))
    if len(years) == 1:
        return Frame(years.pop(), today)
    return Frame(today.year if today else None, today)


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
