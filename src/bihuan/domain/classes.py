"""What problems are sorted by beside their source: nature, impact, and whether they are new. And quarters.

Data and plain arithmetic; an office may write a nature of its own, these are offered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.domain.refusals import say

NATURES = (
    say("体制机制"),
    say("责任落实"),
    say("资金管理"),
    say("项目管理"),
    say("工程质量"),
    say("作风纪律"),
    say("服务效能"),
    say("历史遗留"),
)
"""What kind of problem it is (问题性质), as offered."""
IMPACT_NAMES: Mapping[str, str] = {
    "local": say("局部影响"),
    "wide": say("面上影响"),
    "grave": say("重大影响"),
}
ORIGIN_NAMES: Mapping[str, str] = {"new": say("新发现"), "carried": say("以前遗留")}
_QUARTER = re.compile(r"(\d{4})Q([1-4])", re.ASCII)
_YEARS = range(1900, 2201)


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year: 2026Q3."""

    year: int
    number: int

    @staticmethod
    def of(day: date) -> Quarter:
        """The quarter in which a day lies."""
        return Quarter(day.year, (day.month - 1) // 3 + 1)

    @staticmethod
    def read(text: str) -> Quarter | None:
        """The quarter that `2026Q3` names; None for what names none, and for years nobody plans for."""
        found = _QUARTER.fullmatch(text)
        if found is None or int(found[1]) not in _YEARS:
            return None
        return Quarter(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before it."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)
