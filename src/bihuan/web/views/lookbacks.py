"""Look-back: what is due and coming by week, the samples drawn, drawing one, and one draw with its results."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.ledgers import Column, write_ledger
from bihuan.domain.refusals import Refused, insist
from bihuan.insight.keyset import cursor_from
from bihuan.insight.lookbacks import BY_DAY, planned_page, weeks
from bihuan.ledger import draws
from bihuan.ledger.actions.drawing import Asked, draw_sample, may_draw, refuses
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.populations import population, spread
from bihuan.organisations.access import may_see_problems
from bihuan.web import errors
from bihuan.web.draws import conditions_told, preview_told, rows_told, units_told
from bihuan.web.forms.lookbacks import DrawForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.stored import handed_out
from bihuan.web.templatetags.bihuan import unit_name

if TYPE_CHECKING:
    from bihuan.ledger.models import Draw


@require_GET
def lookbacks(request: SignedInRequest) -> HttpResponse:
    """What is due and coming, by week; the days in the address say which are listed."""
    insist(may_see_problems(request.actor))
    asked, today = request.GET, clock.today()
    spans = weeks(request.actor, today)
    since, until = _day(asked.get("from", "")), _day(asked.get("to", ""))
    if since is None and until is None:
        until = spans[1].until
    after = asked.get("after", "")
    page = planned_page(request.actor, since, until, cursor_from(after, BY_DAY) if after else None)
    start = _number(asked.get("draws", ""))
    drawn = draws.draws_of(request.actor, start)
    context = {
        "weeks": spans,
        "since": since,
        "until": until,
        "rows": page.rows,
        "following": page.following.as_text() if page.following else "",
        "paged": bool(after),
        "today": today,
        "draws": drawn[: draws.DRAWS_AT_ONCE],
        "more_draws": start + draws.DRAWS_AT_ONCE if len(drawn) > draws.DRAWS_AT_ONCE else 0,
        "may_draw": may_draw(request.actor) is None,
    }
    return render(request, "web/lookbacks/page.html", context)


@require_http_methods(["GET", "POST"])
def lookback_new(request: SignedInRequest) -> HttpResponse:
    """Draw a sample; with `preview` only show how many there are to draw from, and with which risks."""
    insist(may_see_problems(request.actor) or may_draw(request.actor))
    form = DrawForm(request.POST if request.method == "POST" else None, actor=request.actor)
    preview = None
    if form.is_valid():
        asked = form.asked()
        if "preview" in request.POST:
            preview = _preview(request, asked, form)
        else:
            done = _drawn(request, asked, form)
            if done:
                return redirect("draw", done.id)
    context = {"form": form, "preview": preview, "names": list(form.choice.labels.values())[:300]}
    return render(request, "web/lookbacks/new.html", context, status=422 if form.errors else 200)


def _preview(request: SignedInRequest, asked: Asked, form: DrawForm) -> dict[str, Any] | None:
    denied = refuses(request.actor, asked)
    if denied:
        form.add_error(None, errors.told(denied))
        return None
    return preview_told(spread(population(request.actor, asked.conditions)), asked)


def _drawn(request: SignedInRequest, asked: Asked, form: DrawForm) -> Draw | None:
    try:
        done = draw_sample(actor=request.actor, asked=asked)
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return None
    told = _("已从%(population)s个问题中抽取%(count)s个，回头看已安排。")
    messages.success(request, told % {"population": done.population, "count": len(done.drawn)})
    return done


@require_GET
def draw(request: SignedInRequest, draw_id: UUID) -> HttpResponse:
    """One draw: its seed, who was drawn and why, and what came of it; each figure opens to its rows."""
    found = _found(request, draw_id)
    context = _told(request, found)
    return render(request, "web/lookbacks/draw.html", context)


@require_GET
def draw_print(request: SignedInRequest, draw_id: UUID) -> HttpResponse:
    """The list on paper, with room for what is found, for the people who go out."""
    found = _found(request, draw_id)
    return render(request, "web/lookbacks/print.html", _told(request, found, most=1000))


def _told(request: SignedInRequest, found: Draw, most: int = draws.PAGE) -> dict[str, Any]:
    rows = draws.rows_of(request.actor, found)
    asked, unit = request.GET.get("result", ""), _number(request.GET.get("unit", ""))
    shown = [row for row in rows if asked in ("", row.result) and unit in (0, row.lead_unit_id)]
    start = _number(request.GET.get("start", ""))
    page = shown[start : start + most]
    return {
        "draw": found,
        "conditions": conditions_told(found),
        "rows": rows_told(page, draws.problems_of(request.actor, page)),
        "count": len(shown),
        "hidden": len(found.drawn) - len(rows),
        "units": units_told(rows),
        "asked": asked,
        "asked_unit": unit,
        "start": start,
        "next": start + most if len(shown) > start + most else 0,
        "made": clock.now(),
        "root": latest_root() or "—",
    }


@require_GET
def draw_export(request: SignedInRequest, draw_id: UUID) -> FileResponse:
    """The list as Excel, with empty columns for what is found. Who took it away goes on the record."""
    found = _found(request, draw_id)
    file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
    heads = [
        Column(_("序号"), 6, "number"),
        Column(_("编号"), 16),
        Column(_("问题"), 40, "wrapped"),
        Column(_("牵头单位"), 20),
        Column(_("销号日期"), 12, "date"),
        Column(_("回头看日期"), 12, "date"),
        Column(_("为什么抽中"), 30, "wrapped"),
        Column(_("结果"), 12),
        Column(_("回头看情况"), 40, "wrapped"),
    ]
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    note = _("种子：%(seed)s　统计时间：%(made)s") % {"seed": found.seed, "made": made}
    with transaction.atomic():
        count = write_ledger(file, title=found.name, columns=heads, rows=_cells(request, found), note=note)
        record_export(actor=request.actor, details={"table": "draw", "draw": str(found.id), "rows": count})
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{found.name}-{clock.today():%Y%m%d}.xlsx")


def _cells(request: SignedInRequest, found: Draw) -> Iterator[list[object]]:
    rows = draws.rows_of(request.actor, found)
    for told in rows_told(rows, draws.problems_of(request.actor, rows)):
        row, problem = told["row"], told["problem"]
        yield [
            row.place,
            problem.number,
            problem.title,
            unit_name(problem.lead_unit),
            problem.closed_on,
            problem.lookback_on,
            told["why"],
            told["result"],
            row.finding,
        ]


@require_GET
def draw_list(request: SignedInRequest, draw_id: UUID) -> HttpResponse | FileResponse:
    """The list that was drawn from, as it was kept, for drawing again without this product."""
    found = _found(request, draw_id)
    return handed_out(request, sha256=found.population_sha256, name=f"{found.id}.csv.gz")


@require_POST
def draw_again(request: SignedInRequest, draw_id: UUID) -> HttpResponse:
    """Draw again from the kept list and say whether it gives the same."""
    found = _found(request, draw_id)
    try:
        again = draws.repeat(found)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("draw", draw_id)
    if again.same:
        messages.success(request, _("已用记录的种子从存档名单重新抽取：与记录完全一致。"))
    else:
        told = _("重新抽取与记录不一致：记录上有而没有抽到%(missing)s个，抽到而记录上没有%(added)s个。")
        compared = again.compared
        messages.error(request, told % {"missing": len(compared.missing), "added": len(compared.added)})
    return redirect("draw", draw_id)


def _found(request: SignedInRequest, draw_id: UUID) -> Draw:
    insist(may_see_problems(request.actor))
    found = draws.find_draw(request.actor, draw_id)
    if found is None:
        raise Http404
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
