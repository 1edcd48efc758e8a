"""The ledger page: rows first, count and colour bar as a second part, export of exactly what is shown."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.book import clock
from bihuan.domain.case import RUNNING_STAGES, Horizon, Stage
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import insist
from bihuan.insight.counts import COLOUR_ORDER, by_colour, shares
from bihuan.insight.keyset import Cursor, cursor_from, page
from bihuan.insight.waiting import WAITING
from bihuan.ledger.asof import colour_on
from bihuan.ledger.models import Ledger, Problem, SavedView, Source
from bihuan.organisations.access import may_see_problems
from bihuan.organisations.models import Unit
from bihuan.web import columns
from bihuan.web.chips import chips
from bihuan.web.export import export_ledger
from bihuan.web.filters import DUE, TURNS, LedgerFilter
from bihuan.web.gate import SignedInRequest

COLUMNS = "columns"
BULK = (
    Move.ENTER,
    Move.DISPATCH,
    Move.SIGN,
    Move.ACCEPT,
    Move.PUBLISH,
    Move.CLOSE,
    Move.PLAN_LOOKBACK,
    Move.SUSPEND,
    Move.RESUME,
    Move.MERGE,
    Move.WITHDRAW,
)
VIEWS_KEPT = 30


@require_GET
def ledger(request: SignedInRequest) -> HttpResponse:
    """One page of rows for the filter in the address."""
    insist(may_see_problems(request.actor))
    asked = LedgerFilter.from_query(request.GET)
    today = clock.today()
    found = page(listed(asked, request, today), asked.order, _cursor(request.GET))
    shown = chosen_columns(request)
    if any(column.code == "support" for column in shown):
        columns.add_supports(found.rows)
    context = {
        "filter": asked,
        "page": found,
        "columns": shown,
        "all_columns": columns.COLUMNS.values(),
        "chips": chips(asked, request.GET),
        "bulk_moves": bulk_moves(request, asked),
        "views": SavedView.objects.filter(person=request.user).order_by("name"),
        "query": _query_without_paging(request.GET),
        "stage_choices": [stage.value for stage in Stage],
        "colour_choices": [colour.value for colour in COLOUR_ORDER],
        "horizon_choices": [horizon.value for horizon in Horizon],
        "running": RUNNING_STAGES,
        "due_choices": DUE,
        "turn_choices": TURNS,
        "units": units_below(request),
        "sources": Source.objects.filter(is_active=True).order_by("id"),
        "ledgers": Ledger.objects.filter(region_id=request.actor.region_id, office_id=request.actor.unit_id),
        "is_filtered": bool(_query_without_paging(request.GET, "sort", "cols", "scope")),
    }
    return render(request, "web/ledger/page.html", context)


def listed(asked: LedgerFilter, request: SignedInRequest, today: Any) -> QuerySet[Problem]:
    """The rows of the list with what its cells need, no more."""
    rows = asked.apply(request.actor, today).select_related("lead_unit", "source")
    return rows.defer("claims", "place", "turns", "worked_by").annotate(colour_today=colour_on(today))


@require_GET
def summary(request: SignedInRequest) -> HttpResponse:
    """The exact count and the colour bar of a filter: the second part of the page."""
    insist(may_see_problems(request.actor))
    asked = LedgerFilter.from_query(request.GET)
    today = clock.today()
    counts = by_colour(asked.apply(request.actor, today), today)
    bars, at = [], 0.0
    for (colour, count), share in zip(counts.items(), shares(counts.values()), strict=True):
        bars.append({"colour": colour.value, "count": count, "x": f"{at:.3f}", "width": f"{share:.3f}"})
        at += share
    context = {"total": sum(counts.values()), "bars": bars, "filter": asked}
    return render(request, "web/ledger/summary.html", context)


@require_GET
def export(request: SignedInRequest) -> HttpResponse | FileResponse:
    """The list as Excel: the same rows, columns and order."""
    file = export_ledger(request.actor, LedgerFilter.from_query(request.GET), chosen_columns(request))
    name = _("整改台账") + clock.today().strftime("-%Y%m%d") + ".xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


@require_POST
def save_view(request: SignedInRequest) -> HttpResponse:
    """Keep the present filter under a name, replacing the one of the same name."""
    name = request.POST.get("name", "").strip()[:40]
    query = _query_without_paging(QueryDict(request.POST.get("query", "")[:1000]))
    if not name:
        messages.error(request, _("请给视图起一个名称。"))
    elif SavedView.objects.filter(person=request.user).exclude(name=name).count() >= VIEWS_KEPT:
        messages.error(request, _("最多保存%(count)s个视图，请先删除不用的。") % {"count": VIEWS_KEPT})
    else:
        SavedView.objects.update_or_create(person=request.user, name=name, defaults={"query": query})
        messages.success(request, _("视图“%(name)s”已保存。") % {"name": name})
    return redirect(f"/ledger/?{query}")


@require_POST
def delete_view(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Forget one of one's own views."""
    SavedView.objects.filter(person=request.user, pk=view_id).delete()
    messages.success(request, _("视图已删除。"))
    return redirect("ledger")


def chosen_columns(request: SignedInRequest) -> list[columns.ListColumn]:
    """The columns asked for in the address, else those last chosen in this session."""
    codes = request.GET.getlist("cols")
    if codes:
        request.session[COLUMNS] = [code for code in codes if code in columns.COLUMNS]
    return columns.chosen(codes or request.session.get(COLUMNS, []))


def bulk_moves(request: SignedInRequest, asked: LedgerFilter) -> list[Move]:
    """The moves this role makes in bulk, those that fit the stages filtered for first."""
    mine = [move for move in BULK if request.actor.role in MOVES[move].roles]
    if asked.waiting and WAITING[asked.waiting].move in mine:
        return sorted(mine, key=lambda move: move != WAITING[asked.waiting].move)
    fitting = [move for move in mine if asked.stages and set(asked.stages) & MOVES[move].sources]
    return fitting + [move for move in mine if move not in fitting]


def units_below(request: SignedInRequest) -> QuerySet[Unit]:
    """The units one may filter by: the own subtree, in the order of the tree."""
    own = Unit.objects.filter(path__contains=f"/{request.actor.unit_id}/", is_active=True)
    return own.order_by("path")


def _cursor(query: QueryDict) -> Cursor | None:
    before, after = query.get("before", ""), query.get("after", "")
    if before:
        return cursor_from(before, backwards=True)
    return cursor_from(after) if after else None


def _query_without_paging(query: QueryDict, *more: str) -> str:
    rest = [
        (key, value) for key, values in query.lists() if key not in ("after", "before", *more) for value in values
    ]
    return urlencode([(key, value) for key, value in rest if value])


def parsed_ids(values: list[str]) -> dict[UUID, int]:
    """The `hex:version` pairs that a list's checkboxes send; raises ValueError for anything else."""
    pairs = (pair.partition(":") for value in values for pair in value.split(",") if pair)
    return {UUID(id_): int(version) for id_, _colon, version in pairs}
