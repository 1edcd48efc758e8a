"""One file that was read: what was found, which units are meant, the drafts, and putting them on the ledger.

A reading is its office's own: for another office's coordinators it does not exist, for other roles the room is
closed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused, insist
from bihuan.intake import actions, queries
from bihuan.intake.matching import directory_of
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.claimed import counted
from bihuan.web.drafts import draft_rows, notes_told, tables_told
from bihuan.web.forms.intake import ConfirmForm, DraftForm
from bihuan.web.forms.unitnames import options_for, rows_of, said_in
from bihuan.web.gate import SignedInRequest

if TYPE_CHECKING:
    from bihuan.intake.models import Draft, Reading

ROWS = 50


@require_GET
def reading(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """What was read, in three steps, and what confirming would do."""
    return _page(request, _own(request, reading_id))


def _own(request: SignedInRequest, reading_id: UUID) -> Reading:
    insist(may_keep_ledgers(request.actor))
    found = queries.find_reading(request.actor, reading_id)
    if found is None:
        raise Http404
    return found


def _page(
    request: SignedInRequest,
    found: Reading,
    *,
    unclear: dict[str, str] | None = None,
    form: ConfirmForm | None = None,
) -> HttpResponse:
    names = queries.names_of(found)
    directory = directory_of(found.keeper)
    shown = request.GET.get("show", "all")
    page = Paginator(queries.drafts_of(found, shown), ROWS).get_page(request.GET.get("page"))
    name_rows = rows_of(directory, names, unclear)
    outlook = queries.outlook(found, names, clock.today())
    context = {
        "reading": found,
        "is_open": found.is_open,
        "same_file": queries.same_file(found),
        "tables": tables_told(found.tables),
        "several": sum(1 for table in found.tables if table["items"]) > 1,
        "file_notes": notes_told(queries.gathered(found.faults)),
        "faults": notes_told(queries.notes_on(found, "faulty")),
        "doubts": notes_told(queries.notes_on(found, "doubtful")),
        "outlook": outlook,
        "claims_counted": counted(outlook.claims),
        "undecided": [row for row in name_rows if not row.settled],
        "decided": [row for row in name_rows if row.settled],
        "page": page,
        "rows": draft_rows(page.object_list, names, directory),
        "shown": shown if shown in queries.SHOWN else "all",
        "form": form or ConfirmForm(half_done=outlook.claims.half_done),
        "withdrawn_by": queries.uploaders_of([found]).get(found.withdrawn_by_id or 0),
    }
    return render(request, "web/intake/reading.html", context)


@require_POST
def reading_units(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Keep what was decided about unit names; what was typed and names no one unit comes back with suggestions."""
    found = _own(request, reading_id)
    names = queries.names_of(found)
    said = said_in(request.POST, directory_of(found.keeper), names, heed_typed=not request.htmx)
    try:
        changed = actions.match_units(actor=request.actor, reading=found, decisions=said.decisions)
    except Refused as refused:
        return _back(request, found, refused)
    if said.unclear:
        return _page(request, found, unclear=said.unclear)
    if changed and not request.htmx:
        messages.success(request, _("%(count)s个单位名称已保存。") % {"count": changed})
    return _to(found, "units", request.GET.dict())


@require_GET
def reading_find(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """The choices for one unit name while a person types: part of the table of names."""
    found = _own(request, reading_id)
    name = next((row for row in queries.names_of(found) if row.id.hex == request.GET.get("name")), None)
    if name is None:
        raise Http404
    typed = request.GET.get(f"find-{name.id.hex}", "").strip()[:60]
    options = options_for(directory_of(found.keeper), name, typed)
    return render(request, "web/intake/options.html", {"key": name.id.hex, "options": options, "typed": typed})


@require_http_methods(["GET", "POST"])
def reading_draft(request: SignedInRequest, reading_id: UUID, place: int) -> HttpResponse:
    """Go over one draft."""
    found = _own(request, reading_id)
    draft = _draft(found, place)
    form = DraftForm(*((request.POST,) if request.method == "POST" else ()), draft=draft)
    if form.is_valid():
        try:
            actions.edit_draft(actor=request.actor, reading=found, place=place, correction=form.correction())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("第%(row)s行已改好。") % {"row": draft.item["place"]["row"]})
            return _to(found, f"row-{place}", request.GET.dict())
    context = {
        "reading": found,
        "draft": draft,
        "place": draft.item["place"],
        "other": draft.item.get("other", {}),
        "notes": notes_told(queries.gathered(draft.doubts)),
        "form": form,
        "back": _address(found, f"row-{place}", request.GET.dict()),
    }
    return render(request, "web/intake/draft.html", context)


@require_POST
def reading_drop(request: SignedInRequest, reading_id: UUID, place: int) -> HttpResponse:
    """Leave a draft out, or take it in again."""
    found = _own(request, reading_id)
    _draft(found, place)
    try:
        actions.drop_draft(
            actor=request.actor, reading=found, place=place, dropped=request.POST.get("dropped") == "1"
        )
    except Refused as refused:
        return _back(request, found, refused)
    return _to(found, "rows", request.GET.dict())


@require_POST
def reading_confirm(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Put all drafts on the ledger, or none."""
    found = _own(request, reading_id)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    try:
        problems = actions.confirm(
            actor=request.actor, reading=found, defaults=form.defaults(), half_done=form.half_done
        )
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _page(request, found, form=form)
    if problems:
        values = {
            "count": len(problems),
            "ledger": found.ledger.name,
            "first": problems[0].number,
            "last": problems[-1].number,
        }
        told = _("%(count)s个问题已登入《%(ledger)s》，编号%(first)s至%(last)s。核对后即可交办。")
        if form.half_done:
            stages = Counter(problem.stage for problem in problems)
            values |= {stage.value: stages[stage.value] for stage in Stage}
            told = _(
                "%(count)s个问题已登入《%(ledger)s》，编号%(first)s至%(last)s：%(dispatched)s个待牵头单位签收，"
                "%(claimed_done)s个报称完成、待现场核查，%(listed)s个还没有牵头单位。"
            )
        messages.success(request, told % values)
    else:
        messages.info(request, _("这个文件先前已经登记，没有重复登记。"))
    return redirect(reverse("ledger") + "?" + urlencode({"reading": found.id}))


@require_POST
def reading_discard(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Give a file up without putting anything on the ledger."""
    found = _own(request, reading_id)
    try:
        actions.discard(actor=request.actor, reading=found)
    except Refused as refused:
        return _back(request, found, refused)
    messages.success(request, _("已放弃导入“%(name)s”，台账没有变化。") % {"name": found.name})
    return redirect("intake")


def _draft(found: Reading, place: int) -> Draft:
    draft = queries.find_draft(found, place)
    if draft is None:
        raise Http404
    return draft


def _back(request: SignedInRequest, found: Reading, refused: Refused) -> HttpResponse:
    messages.error(request, errors.told(refused.denied))
    return _to(found, "")


def _to(found: Reading, anchor: str, query: dict[str, Any] | None = None) -> HttpResponse:
    return redirect(_address(found, anchor, query))


def _address(found: Reading, anchor: str, query: dict[str, Any] | None = None) -> str:
    kept = {key: value for key, value in (query or {}).items() if key in ("show", "page")}
    address = reverse("reading", args=[found.id])
    return address + (f"?{urlencode(kept)}" if kept else "") + (f"#{anchor}" if anchor else "")
