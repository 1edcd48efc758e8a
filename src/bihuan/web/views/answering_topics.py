"""Answering a mandatory check topic, reading an answer, and the table of units × topics as Excel."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.ledgers import Column, write_ledger
from bihuan.domain.refusals import Refused, insist, say
from bihuan.ledger import topics as reads
from bihuan.ledger.actions import answering
from bihuan.ledger.actions.exporting import record_export
from bihuan.organisations.access import may_see_problems
from bihuan.web import errors
from bihuan.web.forms.topics import FoundForm, NotFoundForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.topic_rows import cell_told, row_told

if TYPE_CHECKING:
    from django.forms import Form

    from bihuan.ledger.models import CheckAnswer
    from bihuan.ledger.topics import Said, Scope

IN_EXCEL = 100
"""So many topics stand beside one another in the Excel table at most, those due first."""
DONE: Mapping[str, str] = {
    "ask_check": say("下发"),
    "answer_found": say("答复：发现问题"),
    "answer_not_found": say("答复：未发现"),
    "add_found": say("补报：发现问题"),
}
FOUND, NOT_FOUND, MORE = "found", "not_found", "more"


@require_http_methods(["GET", "POST"])
def check_answer(request: SignedInRequest, answer_id: UUID) -> HttpResponse:
    """One unit's answer: given here by the unit, read by those above it."""
    insist(may_see_problems(request.actor))
    row = reads.find_answer(request.actor, answer_id)
    if row is None:
        raise Http404
    if request.method == "GET":
        return _page(request, row)
    if NOT_FOUND in request.POST:
        return _not_found(request, row)
    return _found(request, row)


def _not_found(request: SignedInRequest, row: CheckAnswer) -> HttpResponse:
    form = NotFoundForm(request.POST)
    if form.is_valid():
        try:
            answering.answer_not_found(
                actor=request.actor, answer=row.id, statement=form.cleaned_data["statement"]
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
            return _page(request, row, refused=form, status=409)
        else:
            messages.success(request, _("已答复：未发现。由您签署，记录在案。"))
            return redirect("check_answer", row.id)
    return _page(request, row, refused=form)


def _found(request: SignedInRequest, row: CheckAnswer) -> HttpResponse:
    asked = request.POST.get("blocks", "")
    blocks = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    if MORE in request.POST:
        more = _found_form(row, None, blocks).more
        return _page(request, row, found=_found_form(row, None, more, request.POST.dict()), status=200)
    form = _found_form(row, request.POST, blocks)
    if form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            done = answering.answer_found(actor=request.actor, answer=row.id, found=form.found(), reason=reason)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
            return _page(request, row, found=form, status=409)
        else:
            told = _("已答复：发现问题%(count)s个，已记入本单位台账。") % {"count": len(done.problems)}
            messages.success(request, told)
            return redirect("check_answer", row.id)
    return _page(request, row, found=form)


def _found_form(row: CheckAnswer, said: Any, blocks: int = 0, typed: dict[str, str] | None = None) -> FoundForm:
    """The form with so many blocks: sent (`said`), or to be filled in further (`typed`)."""
    return FoundForm(said, initial=typed, unit=row.unit, added=row.answer == NOT_FOUND, blocks=blocks)


def _page(
    request: SignedInRequest,
    row: CheckAnswer,
    *,
    found: FoundForm | None = None,
    refused: Form | None = None,
    status: int = 422,
) -> HttpResponse:
    denied = answering.refuses_answering(request.actor, row)
    asks = denied is None and row.answer != FOUND
    form = found or (_found_form(row, None) if asks else None)
    typed, shown = found or refused, reads.answered(request.actor, row)
    context = {
        "told": row_told(row),
        "row": row,
        "topic": row.topic,
        "answered": shown,
        "asks": asks,
        "adding": asks and row.answer == NOT_FOUND,
        "found": form,
        "blocks": form.blocks if form else 0,
        "not_found": refused or NotFoundForm(),
        "wrong": typed.non_field_errors() if typed and typed.is_bound else [],
        "names": form.names if form else [],
        "own": row.unit_id == request.actor.unit_id,
        "denied": denied,
        "lines": [{"at": said.at, "what": _(DONE[said.action]), **_words(said)} for said in shown.said],
    }
    return render(request, "web/topics/answer.html", context, status=status if typed else 200)


def _words(said: Said) -> dict[str, Any]:
    return {"person": said.person, "statement": said.statement, "reason": said.reason}


@require_GET
def check_topics_export(request: SignedInRequest) -> HttpResponse | FileResponse:
    """Units × open topics as Excel: those that the own unit sent, or where it sent none those from above. Who took
    it away goes on the record."""
    insist(may_see_problems(request.actor))
    scopes = reads.scopes_for_table(request.actor, IN_EXCEL)
    if not scopes:
        raise Http404
    file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
    heads = [Column(_("单位"), 28), *(Column(scope.topic.title, 16, "wrapped") for scope in scopes)]
    with transaction.atomic():
        count = write_ledger(file, title=_("必查事项答复情况"), columns=heads, rows=_cells(scopes), note=_note())
        details = {"table": "check_topics", "topics": [str(scope.topic.uid) for scope in scopes], "rows": count}
        record_export(actor=request.actor, details=details)
    file.seek(0)
    name = _("必查事项答复情况") + clock.today().strftime("-%Y%m%d") + ".xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _cells(scopes: Sequence[Scope]) -> Iterator[list[str]]:
    units, cells = reads.table_of(scopes)
    today = clock.today()
    for unit in units:
        line = [unit.name]
        for scope in scopes:
            answer, problems = cells.get((unit.pk, scope.topic.pk), ("", 0))
            over = scope.topic.due < today
            line.append(cell_told(answer, problems, over=over, active=unit.is_active) if answer else "—")
        yield line


def _note() -> str:
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    return _("统计时间：%(made)s　校验根：%(root)s") % {"made": made, "root": latest_root() or "—"}
