"""Business numbers: every number that a counter gave out must belong to a problem on the record.

Numbers are given out in the transaction that registers the problem, and problems are never taken off the record:
a gap means that one was removed.
"""

from __future__ import annotations

from typing import Any

from bihuan.ledger.models import Counter, Problem
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Stored

Key = tuple[Any, str]


class Numbers:
    """Counts the numbers met while the chains are walked, by region and series."""

    def __init__(self) -> None:
        self._met: dict[Key, tuple[int, int]] = {}

    def meet(self, region: Any, number: Any) -> None:
        """Take note of a problem's number; one that no counter can have given out is left alone."""
        series, dash, running = str(number).rpartition("-")
        if dash and running.isascii() and running.isdecimal():
            count, highest = self._met.get((region, series), (0, 0))
            self._met[region, series] = count + 1, max(highest, int(running))

    def compare(self, findings: Findings) -> None:
        """Compare with the counters: none behind what it gave out, no number without its problem."""
        counters = {(row["region_id"], row["key"]): row["value"] for row in Stored(Counter).dicts()}
        for key in sorted({*counters, *self._met}, key=str):
            value = counters.get(key, 0)
            count, highest = self._met.get(key, (0, 0))
            if not isinstance(value, int) or value < highest:
                findings.add(What.COUNTER, f"counter {key[1]}", value=value, highest=highest)
            last = max(value, highest) if isinstance(value, int) else highest
            if count < last:
                first = _first_missing(key, last)
                findings.add(What.NUMBERS, first, count=last - count, first=first)


def _first_missing(key: Key, last: int) -> str:
    """The first number of a series that no row has."""
    region, series = key
    begins = f"{series}-"
    rows = Stored(Problem, ("number",)).rows(
        "region_id = %s AND substr(number, 1, %s) = %s",
        [region, len(begins), begins],
        "length(number), number",
    )
    expected = 1
    for (number,) in rows:
        running = number.rpartition("-")[2]
        if not running.isdecimal() or int(running) != expected:
            break
        expected += 1
    return f"{series}-{min(expected, last):05d}"
