"""Leaders: who has taken which cases, and who has no quick fix of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.domain.refusals import insist
from bihuan.insight.leaders import FIGURES, Line, cases_of, find_leader, table_of
from bihuan.ledger.asof import colour_on
from bihuan.organisations.access import may_see_problems
from bihuan.web.gate import SignedInRequest

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

HIGHEST_PAGE = 10_000


@require_GET
def leaders(request: SignedInRequest) -> HttpResponse:
    """The leaders of the own unit and of those below, with the figures of their cases."""
    insist(may_see_problems(request.actor))
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    lacking = request.GET.get("lacking") == "1"
    table = table_of(request.actor, clock.today(), page=min(number, HIGHEST_PAGE), lacking=lacking)
    context = {
        "table": table,
        "lines": [{"leader": line.leader, "figures": _told(line)} for line in table.lines],
        "heads": [_(figure.name) for figure in FIGURES.values()],
        "lacking": lacking,
    }
    return render(request, "web/leading/leaders.html", context)


@require_GET
def leader(request: SignedInRequest, person_id: int) -> HttpResponse:
    """The cases of one leader that a figure counts; 404 for whoever is no leader at or below the own unit."""
    insist(may_see_problems(request.actor))
    found = find_leader(request.actor, person_id) if person_id < 2**31 else None
    if found is None:
        raise Http404
    show, today = request.GET.get("show", ""), clock.today()
    show = show if show in FIGURES else "taken"
    page = cases_of(request.actor, person_id, show, today, _bringing, _after(request.GET.get("after", "")))
    context = {
        "leader": found,
        "show": show,
        "figures": [(code, _(figure.name)) for code, figure in FIGURES.items()],
        "rows": page.rows,
        "following": page.following,
    }
    return render(request, "web/leading/leader.html", context)


def _told(line: Line) -> list[tuple[str, str, int]]:
    return [(code, _(figure.name), line.figures[code]) for code, figure in FIGURES.items()]


def _bringing(rows: QuerySet[Problem]) -> QuerySet[Problem]:
    return rows.select_related("lead_unit").annotate(colour_today=colour_on(clock.today()))


def _after(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
