"""Bringing a file or pasted words in: choosing or pasting them, and what was brought in before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.domain.refusals import Refused, insist
from bihuan.intake.queries import readings_of, uploaders_of
from bihuan.intake.receiving import NewLedger, receive, receive_text
from bihuan.ledger.queries import own_ledgers
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.forms.intake import UploadForm
from bihuan.web.gate import SignedInRequest

if TYPE_CHECKING:
    from bihuan.intake.models import Reading

EARLIER = 50


@require_http_methods(["GET", "POST"])
def intake(request: SignedInRequest) -> HttpResponse:
    """Choose a file or paste words, have them read, go on to what was read."""
    insist(may_keep_ledgers(request.actor))
    ledgers = list(own_ledgers(request.actor).filter(is_open=True))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, ledgers=ledgers)
    reading = _received(request, form) if form.is_valid() else None
    if reading is not None:
        if count := reading.drafts_count:  # where there are none, the next page says so
            told = ngettext("读出%(count)s个问题。", "读出%(count)s个问题。", count)
            messages.success(request, told % {"count": count})
        return redirect("reading", reading_id=reading.id)
    context = {
        "form": form,
        "first_ledger": not ledgers,
        "earlier": _earlier(request),
    }
    return render(request, "web/intake/page.html", context)


def _received(request: SignedInRequest, form: UploadForm) -> Reading | None:
    file, text = form.cleaned_data["file"], form.cleaned_data["text"]
    try:
        if file is None:
            return receive_text(actor=request.actor, ledger=form.target(), text=text)
        return receive(actor=request.actor, ledger=form.target(), name=file.name, chunks=file.chunks())
    except Refused as refused:
        came_as = "text" if file is None else "file"
        form.add_error(None if isinstance(form.target(), NewLedger) else came_as, errors.told(refused.denied))
        return None


def _earlier(request: SignedInRequest) -> list[dict[str, Any]]:
    rows = list(readings_of(request.actor)[:EARLIER])
    people = uploaders_of(rows)
    return [{"reading": row, "person": people.get(row.person_id or 0)} for row in rows]
