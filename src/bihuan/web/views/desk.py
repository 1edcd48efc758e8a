"""The desk: what waits for me in this post, and what turns yellow or red soon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.book.checkpoints import latest
from bihuan.domain.case import Role
from bihuan.domain.colours import Colour
from bihuan.insight.counts import in_sight, sums_of
from bihuan.insight.leaders import on_the_desk
from bihuan.insight.turning import forecast, turning
from bihuan.insight.waiting import groups_for
from bihuan.ledger.asof import colour_on
from bihuan.ledger.topics import waiting_count
from bihuan.organisations.roster import headcount
from bihuan.web.gate import SignedInRequest
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

ROWS = 5
WEEK = 7
AHEAD = 28
SHOWN = ("title", "stage", "due", "asked_on", "lead_unit__name", "lead_unit__short_names")


@require_GET
def desk(request: SignedInRequest) -> HttpResponse:
    """The first page of the day, by role."""
    if request.actor.role is Role.ADMINISTRATOR:
        return _administrator(request)
    actor, today = request.actor, clock.today()
    groups = groups_for(actor, today, ROWS, _bringing)
    sums, topics, led = sums_of(actor, today), waiting_count(actor), on_the_desk(actor)
    context = {
        "groups": groups,
        "total": sum(group.count for group in groups) + topics + led.tasks + led.reported,
        "colours": in_sight(actor, today, sums=sums),
        "turning": turning(actor, today, WEEK, 12, sums),
        "week_end": today + timedelta(days=WEEK),
        "forecast": _chart(forecast(actor, today, AHEAD)),
        "topics_waiting": topics,
        "led": led,
        "checkpoint": latest() if actor.role is Role.AUDITOR else None,
    }
    return render(request, "web/desk/page.html", context)


def _bringing(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    return rows.select_related("lead_unit").annotate(colour_today=colour_on(clock.today())).only(*SHOWN)


def _chart(counts: dict[Colour, list[int]]) -> dict[str, object]:
    """What the forecast chart needs, as JSON values."""
    today = clock.today()
    days = [(today + timedelta(days=n)).strftime("%m-%d") for n in range(1, AHEAD + 1)]
    return {
        "days": days,
        "series": [
            {"name": shown.colour_name(colour.value), "colour": colour.value, "counts": values}
            for colour, values in counts.items()
        ],
        "any": sum(sum(values) for values in counts.values()) > 0,
    }


def _administrator(request: SignedInRequest) -> HttpResponse:
    context = {
        "counts": headcount(),
        "checkpoint": latest(),
    }
    return render(request, "web/desk/administrator.html", context)
