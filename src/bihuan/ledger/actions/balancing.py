"""Kept sums that do not grow slower with the years: balances, and past changes folded into one row each.

A balance says what all days before the first of a month came to; counts then start from the newest one. Rows of
one unit, code and day that lie before it are merged, so that their sum stays and their number does not. Both may
be stopped, run again and run twice at once. No count of any day changes: `verify` proves balances and changes.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Count, Max, Q, Sum

from bihuan.book import clock
from bihuan.ledger import tally
from bihuan.ledger.actions import recolouring
from bihuan.ledger.models import Tally
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_for_change

BATCH = 2000
"""Sums folded in one transaction, which keeps everybody else from writing."""


def balance() -> int:
    """Balance the first day of the present month, once, and fold what lies before; how many rows it changed.

    Open problems take on the newest colour policy first: what lies before a balance must not change any more.
    """
    recolouring.recolour()
    day = clock.today().replace(day=1)
    with transaction.atomic():
        hold_for_change()  # changes under way, of yesterday perhaps, end first
        made = 0 if recolouring.pending() else tally.balance_up_to(day)
    return made + fold()


def fold() -> int:
    """Merge the changes of one unit, code and day before the newest balance; how many sums were merged."""
    last = Tally.objects.filter(balance=True).aggregate(day=Max("day"))["day"]
    if last is None:
        return 0
    return sum(_fold(unit, last) for unit in Unit.objects.order_by("pk").values_list("pk", flat=True))


def _fold(unit: int, last: date) -> int:
    done = 0
    while _keys(unit, last):
        with transaction.atomic():
            hold_for_change()  # two that fold at once would count double
            keys = _keys(unit, last)
            tally.replace(keys)
        done += len(keys)
    return done


def _keys(unit: int, last: date) -> dict[tally.Key, int]:
    """Some of the sums that are kept in several rows, or come to nothing."""
    columns = ("region_id", "unit_id", "axis", "code", "day")
    rows = Tally.objects.filter(unit_id=unit, balance=False, day__lt=last).order_by().values_list(*columns)
    several = rows.annotate(rows=Count("id"), sum=Sum("change")).filter(Q(rows__gt=1) | Q(sum=0))
    return {(r, u, a, c, d): sum_ for r, u, a, c, d, _rows, sum_ in several[:BATCH]}
