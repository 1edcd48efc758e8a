"""Each unit its own Excel: to which units it goes, taking in what comes back, recording it on behalf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.intake import returns as sheets
from bihuan.intake.returns import Answers, Rehearsal
from bihuan.intake.sending import Served, send, served
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.forms.returns import ENDINGS, AnswersForm, ReturnsForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.returned import faults_told, rows_told, summary
from bihuan.web.stored import handed_out

if TYPE_CHECKING:
    from bihuan.intake.models import ReturnedSheet

EARLIER = 60


@require_http_methods(["GET", "POST"])
def returns(request: SignedInRequest) -> HttpResponse:
    """Which units to send a file to, and what came back; a POST takes files in."""
    insist(may_keep_ledgers(request.actor))
    form = ReturnsForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        return _take_in(request, form.cleaned_data["sheets"])
    rows = list(sheets.returned_to(request.actor)[:EARLIER])
    people = sheets.uploaders_of(rows)
    context = {
        "form": form,
        "served": served(request.actor),
        "endings": ENDINGS.replace(".", "").split(","),
        "earlier": [{"sheet": row, "person": people.get(row.person_id)} for row in rows],
    }
    return render(request, "web/returns/page.html", context, status=422 if form.errors else 200)


def _take_in(request: SignedInRequest, files: list[Any]) -> HttpResponse:
    """Receive each file by itself; the only one leads on to its page."""
    received: list[ReturnedSheet] = []
    for file in files:
        try:
            sheet = sheets.receive_return(actor=request.actor, name=file.name or "", chunks=file.chunks())
        except Refused as refused:
            told = {"name": file.name, "reason": errors.told(refused.denied)}
            messages.error(request, _("“%(name)s”没有收下：%(reason)s") % told)
            continue
        if not sheet.is_open:
            messages.info(request, _("“%(name)s”先前已经记录过，没有重复记录。") % {"name": file.name})
        received.append(sheet)
    if len(received) == 1:
        return redirect("returned", received[0].id)
    if received:
        messages.success(request, _("收到%(count)s个文件，请逐个核对、记录。") % {"count": len(received)})
    return redirect("returns")


@require_POST
def returns_send(request: SignedInRequest) -> HttpResponse | FileResponse:
    """The files of the chosen units, or of all units that nobody signs in for."""
    insist(may_keep_ledgers(request.actor))
    if "without" in request.POST:
        units = [row.unit.pk for row in served(request.actor) if not row.people]
    else:
        units = [int(value) for value in request.POST.getlist("unit") if value.isascii() and value.isdigit()]
    try:
        parcel = send(actor=request.actor, units=units)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("returns")
    return FileResponse(parcel.file, as_attachment=True, filename=parcel.name)


@require_http_methods(["GET", "POST"])
def returned(request: SignedInRequest, returned_id: UUID) -> HttpResponse:
    """What recording a returned file would do, row by row; a POST asks anew with what was typed, or records."""
    sheet = _own(request, returned_id)
    if not sheet.is_open:
        return render(request, "web/returns/settled.html", {"sheet": sheet, **_settled(sheet)})
    try:
        return _preview(request, sheet)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("returns")


def _preview(request: SignedInRequest, sheet: ReturnedSheet) -> HttpResponse:
    first = sheets.first_answers(sheet)
    taken = _taken(request)
    if request.method == "GET":
        form = AnswersForm(initial={"signed_by": first.signed_by, "day": first.day})
        return _page(request, sheet, form, first)
    form = AnswersForm(request.POST)
    answers = form.answers(taken) if form.is_valid() else Answers(first.signed_by, first.day, taken)
    if "confirm" not in request.POST or not form.is_valid():
        return _page(request, sheet, form, answers)
    told = sheets.confirm_return(
        actor=request.actor, returned=sheet, answers=answers, shown=request.POST.get("shown", "")
    )
    if told is None:
        messages.warning(request, _("结果与刚才显示的不同，还没有记录。请看过下面的内容再确认。"))
        return _page(request, sheet, form, answers)
    messages.success(request, _recorded(told))
    return redirect("returned", sheet.id)


def _taken(request: SignedInRequest) -> frozenset[UUID]:
    found = set()
    for value in request.POST.getlist("take"):
        try:
            found.add(UUID(value))
        except ValueError:
            continue
    return frozenset(found)


def _recorded(told: Rehearsal) -> str:
    count = told.count("will", "partly")
    if not count:
        return _("这份表没有可以记录的内容，已经收存。")
    said = ngettext("已代填%(count)s行。", "已代填%(count)s行。", count)
    return said % {"count": count}


def _page(request: SignedInRequest, sheet: ReturnedSheet, form: AnswersForm, answers: Answers) -> HttpResponse:
    told = sheets.rehearse(actor=request.actor, returned=sheet, answers=answers)
    rows = rows_told(told)
    context = {
        "sheet": sheet,
        "form": form,
        "rows": [row for row in rows if row.state != "same"],
        "same": [row for row in rows if row.state == "same"],
        "faults": faults_told(told.faults),
        "summary": summary(told),
        "shown": told.shown,
        "count": told.count("will", "partly"),
        "overtaken": told.count("overtaken") or bool(answers.taken),
    }
    return render(request, "web/returns/returned.html", context, status=422 if form.errors else 200)


def _settled(sheet: ReturnedSheet) -> dict[str, Any]:
    people = sheets.uploaders_of([sheet])
    return {"person": people.get(sheet.person_id), "result": sheet.result}


@require_POST
def returned_drop(request: SignedInRequest, returned_id: UUID) -> HttpResponse:
    """Give a returned file up."""
    sheet = _own(request, returned_id)
    try:
        sheets.drop_return(actor=request.actor, returned=sheet)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("returned", sheet.id)
    messages.success(request, _("已放弃“%(name)s”，没有记录任何内容。") % {"name": sheet.name})
    return redirect("returns")


@require_GET
def returned_file(request: SignedInRequest, returned_id: UUID) -> HttpResponse | FileResponse:
    """The file itself, as the unit sent it back."""
    sheet = _own(request, returned_id)
    return handed_out(request, sha256=sheet.sha256, name=sheet.name)


def _own(request: SignedInRequest, returned_id: UUID) -> ReturnedSheet:
    insist(may_keep_ledgers(request.actor))
    sheet = sheets.returned_to(request.actor).filter(id=returned_id).first()
    if sheet is None:
        raise Http404
    return sheet


def served_unit(request: SignedInRequest, unit_id: int) -> Served:
    """A unit that leads open problems of the actor's office; raises Http404 for any other."""
    insist(may_keep_ledgers(request.actor))
    found = next((row for row in served(request.actor) if row.unit.pk == unit_id), None)
    if found is None:
        raise Http404
    return found
