"""The inventory of sources: what came from each, who reported what, and the changes to the list itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.classes import Quarter
from bihuan.domain.refusals import Refused, insist
from bihuan.insight.counts import sums_of
from bihuan.ledger.actions.sources import (
    NOTE_LENGTH,
    change_source,
    enter_source,
    may_keep_sources,
    quarters_open,
    report_nothing,
    set_source_active,
)
from bihuan.ledger.inventory import Line, find_source, inventory, left_over, this_year, units_below
from bihuan.organisations.access import may_keep_ledgers, may_see_problems
from bihuan.web import errors
from bihuan.web.chips import quarter_said
from bihuan.web.filters import NO_SOURCE
from bihuan.web.forms.sources import SourceForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.templatetags.bihuan import source_name

if TYPE_CHECKING:
    from bihuan.ledger.models import Source

AT_ONCE = 20_000
"""With more problems in sight than this the page comes first, and what stands under each source after it."""


@require_GET
def sources(request: SignedInRequest) -> HttpResponse:
    """The tree of sources with the state of a quarter."""
    actor, quarter = request.actor, _quarter(request.GET.get("quarter", ""))
    sees = may_see_problems(actor) is None
    standing = sees and ("all" in request.GET or _few(request))
    lines = inventory(actor, quarter, standing=standing)
    context: dict[str, Any] = {
        "rows": [(line, _links(request, line, quarter)) for line in lines],
        "quarter": quarter,
        "quarters": [(str(q), quarter_said(q), q == quarter) for q in quarters_open()],
        "said": quarter_said(quarter),
        "sees": sees,
        "standing": standing,
        "below": [(row, [source_name(source) for source in row.silent]) for row in units_below(actor, quarter)],
        "silent": sum(1 for line in lines if line.expected and not line.came and not line.report) if sees else 0,
        "may_edit": may_keep_sources(actor) is None,
        "may_report": may_keep_ledgers(actor) is None,
        "note_length": NOTE_LENGTH,
    }
    return render(request, "web/sources/page.html", context)


def _quarter(text: str) -> Quarter:
    """The quarter asked for, of those that can still be reported for; else the present one."""
    offered, asked = quarters_open(), Quarter.read(text)
    return asked if asked in offered else offered[0]


def _few(request: SignedInRequest) -> bool:
    return sum(sums_of(request.actor, clock.today()).sight.values()) <= AT_ONCE


def _links(request: SignedInRequest, line: Line, quarter: Quarter) -> dict[str, str]:
    """The addresses of the lists that the counts of a line open."""
    scope = {
        "office": request.actor.unit_id,
        "alone": 1,
        "source": line.source.pk if line.source else NO_SOURCE,
    }
    return {
        "came": "?" + urlencode(scope | {"registered": str(quarter), "scope": "all"}),
        "total": "?" + urlencode(scope | {"scope": "all"}),
        "open": "?" + urlencode(scope),
        "earlier": "?" + urlencode(scope | {"earlier": str(this_year())}),
    }


@require_GET
def sources_left(request: SignedInRequest) -> HttpResponse:
    """One line for the page on which problems are registered: what of this source is still open from before."""
    insist(may_keep_ledgers(request.actor))
    asked = request.GET.get("source", "")
    source = find_source(int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    context: dict[str, Any] = {"source": source, "count": 0}
    if source is not None:
        context["count"] = left_over(request.actor, source.pk)
        context["links"] = _links(request, Line(source, 0, 0, None, None, None), this_year())
    return render(request, "web/sources/left.html", context)


@require_http_methods(["GET", "POST"])
def source_new(request: SignedInRequest) -> HttpResponse:
    """Add a source."""
    insist(may_keep_sources(request.actor))
    form = SourceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = enter_source(actor=request.actor, entered=form.entered())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已增加来源“%(name)s”。") % {"name": source_name(made)})
            return redirect("sources")
    return render(request, "web/sources/edit.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def source_edit(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Change a source: its names, its place, whether it is reported every quarter."""
    insist(may_keep_sources(request.actor))
    source = _source(source_id)
    first = {
        "name": source.name,
        "name_en": source.name_en,
        "parent": source.parent_id,
        "keeper": source.keeper,
        "reports": source.reports,
    }
    form = SourceForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            change_source(actor=request.actor, source_id=source_id, entered=form.entered())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("来源“%(name)s”已保存。") % {"name": form.cleaned_data["name"]})
            return redirect("sources")
    context = {"form": form, "source": source}
    return render(request, "web/sources/edit.html", context, status=422 if form.errors else 200)


@require_POST
def source_active(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Retire a source, or bring it back."""
    insist(may_keep_sources(request.actor))
    source, active = _source(source_id), request.POST.get("active") == "1"
    try:
        set_source_active(actor=request.actor, source_id=source_id, active=active)
        told = _("来源“%(name)s”已重新启用。") if active else _("来源“%(name)s”已停用。")
        messages.success(request, told % {"name": source_name(source)})
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("source_edit", source_id)
    return redirect("sources")


@require_POST
def source_nothing(request: SignedInRequest, source_id: int) -> HttpResponse:
    """Declare that a source brought nothing new in a quarter."""
    insist(may_keep_ledgers(request.actor))
    source, quarter = _source(source_id), Quarter.read(request.POST.get("quarter", ""))
    if quarter is None:
        raise Http404
    note = request.POST.get("note", "")[:NOTE_LENGTH]
    try:
        report_nothing(actor=request.actor, source_id=source_id, quarter=quarter, note=note)
        told = _("已记下：%(quarter)s“%(name)s”无新增。")
        messages.success(request, told % {"quarter": quarter_said(quarter), "name": source_name(source)})
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    response = redirect("sources")
    response["Location"] += f"?quarter={quarter}"
    return response


def _source(source_id: int) -> Source:
    found = find_source(source_id) if source_id < 2**31 else None
    if found is None:
        raise Http404
    return found
