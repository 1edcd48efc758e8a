"""Look-backs that are due or coming, of the actor's own office: counted by week, listed by day.

Each figure opens to its rows. Read along the index of look-back days; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from bihuan.domain.case import Side, Stage
from bihuan.insight.keyset import Cursor, Page, Plain, Sort, page
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import own_work
from bihuan.organisations.access import Actor

BY_DAY = Sort("lookback_on")
WEEKS_AHEAD = 5


@dataclass(frozen=True)
class Week:
    """A span of days with how many look-backs are planned in it; `since` None for all that is overdue."""

    since: date | None
    until: date
    count: int


def planned(actor: Actor, since: date | None, until: date | None) -> QuerySet[Problem]:
    """The problems struck off by the own office whose look-back is planned for these days."""
    rows = own_work(actor, Side.OFFICE).filter(stage=Stage.CLOSED.value, lookback_on__isnull=False)
    rows = rows.filter(lookback_on__gte=since) if since else rows
    return rows.filter(lookback_on__lte=until) if until else rows


def weeks(actor: Actor, today: date) -> list[Week]:
    """What is overdue, what the rest of this week brings, and each of the weeks after it."""
    sunday = today + timedelta(days=6 - today.weekday())
    spans: list[tuple[date | None, date]] = [(None, today - timedelta(days=1)), (today, sunday)]
    for _ahead in range(WEEKS_AHEAD - 1):
        since = spans[-1][1] + timedelta(days=1)
        spans.append((since, since + timedelta(days=6)))
    counts = planned(actor, None, spans[-1][1]).aggregate(
        **{f"n{place}": Count("id", filter=_within(span)) for place, span in enumerate(spans)}
    )
    return [Week(*span, counts[f"n{place}"]) for place, span in enumerate(spans)]


def _within(span: tuple[date | None, date]) -> Q:
    since, until = span
    return Q(lookback_on__lte=until) & (Q(lookback_on__gte=since) if since else Q())


def planned_page(actor: Actor, since: date | None, until: date | None, cursor: Cursor | None) -> Page:
    """A page of what is planned for these days, by day."""

    def bringing(rows: QuerySet[Problem]) -> Sequence[Problem]:
        return list(rows.select_related("lead_unit"))

    return page(Plain(planned(actor, since, until), bringing), BY_DAY, cursor)
