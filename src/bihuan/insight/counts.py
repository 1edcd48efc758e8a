"""Counts of problems in sight. Exact always; each one is the count of a list that can be opened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet

from bihuan.domain.colours import Colour
from bihuan.ledger.asof import colour_on
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

COLOUR_ORDER = (Colour.RED, Colour.YELLOW, Colour.BLUE, Colour.GREEN, Colour.GREY)


def by_stage(actor: Actor) -> dict[str, int]:
    """How many problems in sight stand in each stage."""
    rows = visible_to(actor).order_by().values_list("stage").annotate(n=Count("id"))
    return dict(rows)


def by_colour(rows: QuerySet[Problem], today: date) -> dict[Colour, int]:
    """How many of `rows` have each colour today, in the order red, yellow, blue, green, grey."""
    counted = dict(rows.order_by().annotate(shown=colour_on(today)).values_list("shown").annotate(n=Count("id")))
    return {colour: counted.get(colour.value, 0) for colour in COLOUR_ORDER}


def shares(counts: Iterable[int]) -> list[float]:
    """Each count in per cent of their sum (all 0 where the sum is)."""
    values = list(counts)
    total = sum(values)
    return [100 * value / total if total else 0.0 for value in values]
