"""The kept sums of a loaded ledger: what each history added to them, times how many copies count for each unit.

The additions are read from what the real actions left; whose they are follows from who sees a problem when: its
office from the start, every other unit from dispatch on, and its leading line for what it leads.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db.models import Sum

from bench.histories import Sums
from bihuan.ledger.models import Axis, Tally
from bihuan.ledger.tally import Key, rows_of

OWN, OTHERS, LED = "own", "others", "led"
"""Whose sums: the office's, those of all others who may see the problem, the leading line's."""
Counts = tuple[int, str, int]
"""Unit, whose sums, history."""


def forget_sums() -> None:
    """Take away the sums of the histories before (in their throw-away home)."""
    Tally.objects.all().delete()


def sums_left(office: int, lead: int) -> Sums:
    """What the history acted out since `forget_sums` added, seen by its `office` and its `lead` unit."""
    return {
        OWN: _left(office, Axis.SIGHT),
        OTHERS: _left(lead, Axis.SIGHT),
        LED: _left(lead, Axis.LEAD),
    }


def _left(unit: int, axis: Axis) -> list[tuple[str, date, int]]:
    rows = Tally.objects.filter(unit_id=unit, axis=axis, balance=False).order_by("code", "day")
    found = rows.values_list("code", "day").annotate(sum=Sum("change"))
    return [(code, day, change) for code, day, change in found if change]


def tallies(counted: Mapping[Counts, int], sums: Sequence[Sums], region: int) -> Iterator[list[Tally]]:
    """The rows of the kept sums, unit by unit, where so many copies of each history count for each unit."""
    by_unit: defaultdict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for (unit, whose, history), copies in counted.items():
        by_unit[unit].append((whose, history, copies))
    for unit, parts in by_unit.items():
        total: Counter[Key] = Counter()
        for whose, history, copies in parts:
            axis = Axis.LEAD.value if whose == LED else Axis.SIGHT.value
            for code, day, change in sums[history][whose]:
                total[region, unit, axis, code, day] += copies * change
        yield rows_of(total)
