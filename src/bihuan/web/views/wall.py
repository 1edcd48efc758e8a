"""The project wall (挂图作战): on screen, and on A3."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.domain.refusals import insist
from bihuan.domain.route import STATE_NAMES, State
from bihuan.insight.wall import PAGE
from bihuan.insight.wall import wall as wall_of
from bihuan.ledger.choices import offered
from bihuan.ledger.routes import campaign_names
from bihuan.organisations.access import may_see_problems
from bihuan.web import wall as shown
from bihuan.web.choosing import moved_in, options
from bihuan.web.gate import SignedInRequest
from bihuan.web.timelines import axis

ON_SHEET = 25
MOST = 500
"""Rows on paper at most: twenty sheets. For more the wall is narrowed down."""
LEGEND = [(state.value, name) for state, name in STATE_NAMES.items() if state is not State.UNPLANNED]


@require_GET
def wall(request: SignedInRequest) -> HttpResponse:
    """One page of projects with their time lines, and the figures over all that the filter asks for."""
    context, found = _context(request)
    asked, today = context["asked"], context["day"]
    page = found.page(request.GET.get("after", ""), request.GET.get("before", ""), PAGE)
    choices = offered(request.actor)
    context |= {
        "rows": shown.lines(page.rows, context["window"], today, first=page.first),
        "tiles": shown.tiles(found.figures, asked),
        "count": len(found.rows),
        "last": page.first + len(page.rows) - 1,
        "page": page,
        "next": asked.address(after=page.following) if page.following else "",
        "previous": asked.address(before=page.preceding) if page.preceding else "",
        "earlier": asked.shifted(today, -max(1, asked.months // 3)),
        "later": asked.shifted(today, max(1, asked.months // 3)),
        "periods": shown.periods(asked),
        "sorts": [asked.address(sort=""), asked.address(sort="due")],
        "units": options(((unit.id, moved_in(unit)) for unit in choices.units), [asked.filter.unit]),
        "campaigns": options(context["campaign_names"].items(), [asked.filter.campaign]),
        "colours": options(shown.colours(), [asked.filter.colour]),
    }
    return render(request, "web/wall/page.html", context)


@require_GET
def wall_print(request: SignedInRequest) -> HttpResponse:
    """The same wall as it prints: every row, 25 to a sheet, each sheet with head, months and legend."""
    context, found = _context(request)
    rows = shown.lines(found.rows[:MOST], context["window"], context["day"])
    sheets = [rows[start : start + ON_SHEET] for start in range(0, len(rows), ON_SHEET)] or [[]]
    context |= {
        "sheets": sheets,
        "tiles": shown.tiles(found.figures, context["asked"]),
        "count": len(found.rows),
        "too_many": len(found.rows) > MOST,
        "most": MOST,
        "made": clock.now(),
        "root": latest_root() or "—",
    }
    return render(request, "web/wall/print.html", context)


def _context(request: SignedInRequest) -> tuple[dict[str, Any], Any]:
    """What both ways of showing it share, and the wall itself."""
    insist(may_see_problems(request.actor))
    asked, today = shown.Asked.from_query(request.GET), clock.today()
    found = wall_of(request.actor, today, asked.filter)
    window, names = asked.window(today), campaign_names(found.campaigns)
    context = {
        "asked": asked,
        "day": today,
        "window": window,
        "axis": axis(window, today),
        "months": shown.window_told(window),
        "legend": LEGEND,
        "campaign_names": names,
        "chips": shown.said(request.actor, asked, names),
        "query": asked.address(),
    }
    return context, found
