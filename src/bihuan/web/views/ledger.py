"""The ledger page: rows first, count and colour bar as a second part, export of exactly what is shown."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.book import clock
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import Refused, insist
from bihuan.insight.by_unit import out_of_sight
from bihuan.insight.counts import shares
from bihuan.insight.keyset import Cursor, Sort, cursor_from, page
from bihuan.insight.waiting import WAITING
from bihuan.ledger import choices, referrals
from bihuan.organisations.access import may_see_problems
from bihuan.web import columns, errors
from bihuan.web.chips import chips
from bihuan.web.choosing import column_boxes, filter_options
from bihuan.web.export import export_ledger
from bihuan.web.filters import LedgerFilter
from bihuan.web.gate import SignedInRequest
from bihuan.web.rows import bringing, table_head, table_rows

COLUMNS = "columns"
BULK = (
    Move.ENTER,
    Move.DISPATCH,
    Move.TAKE_OVER,
    Move.SIGN,
    Move.SIGN_PART,
    Move.ACCEPT,
    Move.PUBLISH,
    Move.CLOSE,
    Move.PLAN_LOOKBACK,
    Move.SUSPEND,
    Move.RESUME,
    Move.ENLIST,
    Move.DELIST,
    Move.RECALL,
    Move.MERGE,
    Move.WITHDRAW,
)


@require_GET
def ledger(request: SignedInRequest) -> HttpResponse:
    """One page of rows for the filter in the address."""
    insist(may_see_problems(request.actor))
    asked = LedgerFilter.from_query(request.GET)
    today = clock.today()
    shown = chosen_columns(request)
    rows = asked.listed(request.actor, today, bringing(shown, asked.order))
    found = page(rows, asked.order, _cursor(request.GET, asked.order))
    if any(column.code == "support" for column in shown):
        choices.name_supports(found.rows)
    moves, offered = bulk_moves(request, asked), choices.offered(request.actor)
    context = {
        "filter": asked,
        "page": found,
        "column_boxes": column_boxes(shown),
        "chips": chips(request.actor, asked, request.GET),
        "head": table_head(shown, sort=asked.sort, query=request.GET, selectable=bool(moves)),
        "rows": table_rows(found.rows, shown, today=today, selectable=bool(moves)),
        "bulk_moves": tuple(moves),
        "hidden_then": _hidden_then(request, asked),
        "views": offered.views,
        "query": _query_without_paging(request.GET),
        "options": filter_options(asked, offered),
        "is_filtered": bool(_query_without_paging(request.GET, "sort", "cols", "scope")),
    }
    return render(request, "web/ledger/page.html", context)


def _hidden_then(request: SignedInRequest, asked: LedgerFilter) -> int | None:
    """Of a past day's figure, how many problems are out of sight by now; None where no past day is asked for."""
    day, today = asked.on, clock.today()
    if not asked.figure or day is None or day >= today:
        return None
    if not asked.unit:
        return 0
    bare = LedgerFilter(figure=asked.figure, on=day, unit=asked.unit, alone=asked.alone)
    shown = bare.apply(request.actor, today).count()
    return out_of_sight(request.actor, asked.figure, asked.unit, day, alone=asked.alone, shown=shown)


@require_GET
def summary(request: SignedInRequest) -> HttpResponse:
    """The exact count and the colour bar of a filter: the second part of the page."""
    insist(may_see_problems(request.actor))
    asked = LedgerFilter.from_query(request.GET)
    today = clock.today()
    counts = asked.by_colour(request.actor, today)
    bars, at = [], 0.0
    for (colour, count), share in zip(counts.items(), shares(counts.values()), strict=True):
        bars.append({"colour": colour.value, "count": count, "x": f"{at:.3f}", "width": f"{share:.3f}"})
        at += share
    referred = referrals.count(request.actor) if asked.everything else 0
    context = {"total": sum(counts.values()), "bars": bars, "filter": asked, "referred": referred}
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
    name, query = (
        request.POST.get("name", ""),
        _query_without_paging(QueryDict(request.POST.get("query", "")[:1000])),
    )
    try:
        kept = choices.save_view(person=request.user, name=name, query=query)
        messages.success(request, _("视图“%(name)s”已保存。") % {"name": kept.name})
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    return redirect(f"/ledger/?{query}")


@require_POST
def delete_view(request: SignedInRequest, view_id: int) -> HttpResponse:
    """Forget one of one's own views."""
    choices.delete_view(person=request.user, view_id=view_id)
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


def _cursor(query: QueryDict, sort: Sort) -> Cursor | None:
    before, after = query.get("before", ""), query.get("after", "")
    if before:
        return cursor_from(before, sort, backwards=True)
    return cursor_from(after, sort) if after else None


def _query_without_paging(query: QueryDict, *more: str) -> str:
    rest = [
        (key, value) for key, values in query.lists() if key not in ("after", "before", *more) for value in values
    ]
    return urlencode([(key, value) for key, value in rest if value])


def parsed_ids(values: list[str]) -> dict[UUID, int]:
    """The `hex:version` pairs that a list's checkboxes send; raises ValueError for anything else."""
    pairs = (pair.partition(":") for value in values for pair in value.split(",") if pair)
    return {UUID(id_): int(version) for id_, _colon, version in pairs}
