"""The pages that are measured: who opens which address, and what the yardstick asks of it.

Addresses hold names in braces, which `statements` looks up in the loaded ledger. Targets are those of the design:
p50 in milliseconds; p95 may be three times that, and a page may ask the database twelve questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bench.words import COMMON, RARE, UNCOMMON

ROWS, TEXT, UNIT, COUNTS, CAMPAIGN = 20.0, 25.0, 15.0, 60.0, 50.0
"""Targets in milliseconds: a page of rows, with a text search, of one unit, exact counts, pages of campaigns."""
TAIL = 3.0
"""How many times the target the p95 may be."""
MOST_QUERIES = 12


@dataclass(frozen=True)
class Page:
    """One page as one person opens it; `target` in milliseconds, None where the design names none."""

    name: str
    user: str
    path: str
    target: float | None = None

    @property
    def is_part(self) -> bool:
        """Is it fetched into a page that is there already?"""
        return "/summary/" in self.path or self.path.endswith("/drawer/")

    def address(self, found: Mapping[str, str]) -> str:
        """Its address in a ledger in which these things were found."""
        return self.path.format_map(found)


def _county() -> list[Page]:
    """What a county's user opens: the yardstick's case."""
    return [
        Page("ledger, under way by due date", "county", "/ledger/?stage=under_way", ROWS),
        Page("ledger, open by due date", "county", "/ledger/", ROWS),
        Page("ledger, next page", "county", "{next}", ROWS),
        Page("ledger, all stages", "county", "/ledger/?scope=all", ROWS),
        Page("ledger, red", "county", "/ledger/?colour=red", ROWS),
        Page("+ text, rare word", "county", f"/ledger/?scope=all&q={RARE}", TEXT),
        Page("+ text, in 1 %", "county", f"/ledger/?scope=all&q={UNCOMMON}", TEXT),
        Page("+ text, in 50 %", "county", f"/ledger/?scope=all&q={COMMON}", TEXT),
        Page("+ text in 50 %, under way", "county", f"/ledger/?stage=under_way&q={COMMON}", TEXT),
        Page("one unit", "county", "/ledger/?unit={bureau}", UNIT),
        Page("one unit, under way", "county", "/ledger/?unit={bureau}&stage=under_way", UNIT),
        Page("sorted by original date", "county", "/ledger/?sort=due_original", ROWS),
        Page("sorted by dispatch, newest", "county", "/ledger/?sort=-dispatched", ROWS),
        Page("sorted by change, newest", "county", "/ledger/?sort=-changed", ROWS),
        Page("sorted by number", "county", "/ledger/?sort=number", ROWS),
        Page("sorted by unit", "county", "/ledger/?sort=unit", ROWS),
        Page("one problem", "county", "/problems/{problem}/", ROWS),
        Page("one problem, drawer", "county", "/problems/{problem}/drawer/", ROWS),
        Page("desk", "county", "/", ROWS),
        Page("summary, stage", "county", "/ledger/summary/?stage=under_way", COUNTS),
        Page("summary, colour", "county", "/ledger/summary/?colour=red", COUNTS),
        Page("summary, one unit", "county", "/ledger/summary/?unit={bureau}", COUNTS),
        Page("summary, free filter", "county", f"/ledger/summary/?scope=all&q={COMMON}", COUNTS),
        Page("counts by unit", "county", "/ledger/by-unit/", COUNTS),
        Page("a campaign of 20,000", "county", "/campaigns/{campaign}/", CAMPAIGN),
        Page("ledgers by level", "county", "/ledgers/", COUNTS),
        Page("sources", "county", "/sources/", COUNTS),
    ]


def _others() -> list[Page]:
    """The same where there is most of it: the whole city, and the bureau that leads a fifth."""
    return [
        Page("city: ledger, under way by due date", "city", "/ledger/?stage=under_way", ROWS),
        Page("city: ledger, open by due date", "city", "/ledger/", ROWS),
        Page("city: + text, rare word", "city", f"/ledger/?scope=all&q={RARE}", TEXT),
        Page("city: + text, in 1 %", "city", f"/ledger/?scope=all&q={UNCOMMON}", TEXT),
        Page("city: + text, in 50 %", "city", f"/ledger/?scope=all&q={COMMON}", TEXT),
        Page("city: one county's subtree", "city", "/ledger/?unit={county}", UNIT),
        Page("city: the unit with a fifth", "city", "/ledger/?unit={leaf}", UNIT),
        Page("city: the median unit", "city", "/ledger/?unit={median}", UNIT),
        Page("city: desk", "city", "/", ROWS),
        Page("city: a problem with 200 parts", "city", "/problems/{handed_down}/", COUNTS),
        Page("city: the parts of a problem", "city", "/problems/{handed_down}/parts/", COUNTS),
        Page("city: summary, stage", "city", "/ledger/summary/?stage=under_way", COUNTS),
        Page("city: summary, free filter", "city", f"/ledger/summary/?scope=all&q={COMMON}", None),
        Page("city: counts by unit", "city", "/ledger/by-unit/", COUNTS),
        Page("city: ledgers by level", "city", "/ledgers/", COUNTS),
        Page("city: a county's ledgers", "city", "/ledgers/?unit={county}", COUNTS),
        Page("city: list of a county's ledgers", "city", "/ledger/?office={county}", ROWS),
        Page("city: sources", "city", "/sources/", COUNTS),
        Page("city: campaigns", "city", "/campaigns/", CAMPAIGN),
        Page("city: a campaign of 20,000", "city", "/campaigns/{campaign}/", CAMPAIGN),
        Page("city: list of a campaign", "city", "/ledger/?campaign={campaign}", CAMPAIGN),
        Page("leaf: ledger, open by due date", "leaf", "/ledger/", ROWS),
        Page("leaf: + text, in 50 %", "leaf", f"/ledger/?scope=all&q={COMMON}", TEXT),
        Page("leaf: desk", "leaf", "/", ROWS),
        Page("leaf: summary, stage", "leaf", "/ledger/summary/?stage=under_way", COUNTS),
    ]


PAGES = (*_county(), *_others())
