"""Kept sums that do not grow slower with the years: balances, and past changes folded into one row each.

A balance says what all days before the first of a month came to; counts then start from the newest one. Rows of
one unit, code and day that lie before it are merged, so that their sum stays and their number does not. It may
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
    """Fold the changes before the present month, then balance its first day; how many sums it wrote.

    Once a month, else nothing: the balance comes last and tells that all before it is folded. Open problems take
    on the newest colour policy first, because what lies before a balance must not change any more.
    """
    recolouring.recolour()
    day = clock.today().replace(day=1)
    if not _is_due(day):
        return 0
    since = Tally.objects.filter(balance=True).aggregate(day=Max("day"))["day"] or date.min
    units = Unit.objects.order_by("pk").values_list("pk", flat=True)
    folded = sum(_fold(unit, since, day) for unit in units)
    with transaction.atomic():
        hold_for_change()  # changes under way, of yesterday perhaps, end first; and nobody else balances
        return folded + (tally.balance_up_to(day) if _is_due(day) else 0)


def _is_due(day: date) -> bool:
    return not Tally.objects.filter(balance=True, day__gte=day).exists() and not recolouring.pending()


def _fold(unit: int, since: date, day: date) -> int:
    """Merge the changes of one unit, code and day, from `since` up to `day`; how many sums were merged."""
    done = 0
    while _keys(unit, since, day):
        with transaction.atomic():
            hold_for_change()  # two that fold at once would count double
            keys = _keys(unit, since, day)
            tally.replace(keys)
        done += len(keys)
    return done


def _keys(unit: int, since: date, day: date) -> dict[tally.Key, int]:
    """Some of the sums that are kept in several rows, or come to nothing."""
    columns = ("region_id", "unit_id", "axis", "code", "day")
    changes = Tally.objects.filter(unit_id=unit, balance=False, day__gte=since, day__lt=day)
    rows = changes.order_by().values_list(*columns)
    several = rows.annotate(rows=Count("id"), sum=Sum("change")).filter(Q(rows__gt=1) | Q(sum=0))
    return {(r, u, a, c, d): sum_ for r, u, a, c, d, _rows, sum_ in several[:BATCH]}
