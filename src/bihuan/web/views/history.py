"""A ledger's past: its versions as they came in, and the ledger as it stood on any day: on screen, Excel, csv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.domain.refusals import insist
from bihuan.insight.keyset import Plain, Sort, cursor_from, page
from bihuan.insight.past import bringing_then, registered_by
from bihuan.intake.queries import uploaders_of, versions_of
from bihuan.ledger.queries import find_ledger, own_ledgers
from bihuan.organisations.access import may_see_problems
from bihuan.web.columns import chosen, needed
from bihuan.web.export import export_then
from bihuan.web.filters import day_asked
from bihuan.web.gate import SignedInRequest
from bihuan.web.rows import bringing, table_head, table_rows

if TYPE_CHECKING:
    from bihuan.ledger.models import Ledger

ORDER = Sort("number")
ON_SCREEN = ("colour", "number", "title", "stage", "unit", "due", "progress")
IN_FILE = (*ON_SCREEN, "text", "support", "due_original", "dispatched", "category", "goal", "claimed_stage")


@require_GET
def history(request: SignedInRequest) -> HttpResponse:
    """The versions of a ledger, and the ledger as it stood at the end of a day."""
    insist(may_see_problems(request.actor))
    own, today = list(own_ledgers(request.actor)), clock.today()
    ledger, day = _asked(request, own)
    context: dict[str, object] = {"ledger": ledger, "ledgers": own}
    if ledger is not None:
        columns = [replace(column, sort="") for column in chosen(ON_SCREEN)]
        rows = registered_by(request.actor, ledger.id, day)
        before = request.GET.get("before", "")
        cursor = cursor_from(before or request.GET.get("after", ""), ORDER, backwards=bool(before))
        read = bringing(columns, ORDER) if day == today else bringing_then(day, needed(columns))
        found = page(Plain(rows, read), ORDER, cursor)
        context |= {
            "day": day,
            "today": today,
            "count": rows.count(),
            "page": found,
            "head": table_head(columns, sort="", query=request.GET, selectable=False),
            "rows": table_rows(found.rows, columns, today=day, selectable=False),
            "versions": _versions(request, ledger),
        }
    return render(request, "web/history/page.html", context)


def _versions(request: SignedInRequest, ledger: Ledger) -> list[dict[str, object]]:
    rows = list(versions_of(request.actor, ledger))
    people = uploaders_of(rows)
    return [
        {"reading": row, "person": people.get(row.settled_by_id or 0), "day": clock.day_of(row.settled_at)}
        for row in rows
        if row.settled_at
    ]


@require_GET
def history_export(request: SignedInRequest) -> FileResponse:
    """The ledger as it stood at the end of a day, as Excel or csv (`as=csv`); who took it away is on record."""
    insist(may_see_problems(request.actor))
    ledger, day = _asked(request, list(own_ledgers(request.actor)))
    if ledger is None:
        raise Http404
    plain = request.GET.get("as") == "csv"
    file = export_then(request.actor, ledger, day, chosen(IN_FILE), plain=plain)
    ending = "csv" if plain else "xlsx"
    return FileResponse(file, as_attachment=True, filename=f"{ledger.name}-{day:%Y%m%d}.{ending}")


def _asked(request: SignedInRequest, own: Sequence[Ledger]) -> tuple[Ledger | None, date]:
    """The ledger and the day that the address names: the first own ledger, and today, where it names none."""
    today = clock.today()
    day = min(day_asked(request.GET.get("on")) or today, today)
    named = request.GET.get("ledger")
    if not named:
        return next(iter(own), None), day
    try:
        wanted = UUID(named)
    except ValueError:
        raise Http404 from None
    found = next((ledger for ledger in own if ledger.id == wanted), None) or find_ledger(request.actor, wanted)
    if found is None:
        raise Http404
    return found, day
