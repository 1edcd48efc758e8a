"""A later version of a ledger on its way in: what the file is taken for, what a row stands for, what is absent.

Part of the screen on which a file is gone over (`reading`); whose file it is not, for them it does not exist.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bihuan.book import clock
from bihuan.domain.refusals import Refused
from bihuan.insight.keyset import Plain, Sort, cursor_from, page
from bihuan.intake import rounds
from bihuan.intake.lineup import At, find_at
from bihuan.ledger.queries import among_visible
from bihuan.web.columns import DEFAULT, chosen
from bihuan.web.confirming import address_of, asked_in
from bihuan.web.drafts import where
from bihuan.web.rows import bringing, table_head, table_rows
from bihuan.web.views.reading import back, own_reading

if TYPE_CHECKING:
    from bihuan.web.gate import SignedInRequest

ORDER = Sort("number")


@require_POST
def reading_round(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Take the file as a later version of its ledger, or as new problems only."""
    found = own_reading(request, reading_id)
    as_round = request.POST.get("as_round") == "1"
    try:
        rounds.take_as(actor=request.actor, reading=found, as_round=as_round)
    except Refused as refused:
        return back(request, found, refused)
    told = _("已按《%(ledger)s》的新一版核对。") if as_round else _("已改为只作新问题登记，不和台账上的问题核对。")
    messages.success(request, told % {"ledger": found.ledger.name})
    return redirect("reading", reading_id=found.id)


@require_POST
def reading_pair(request: SignedInRequest, reading_id: UUID, at: At) -> HttpResponse:
    """Say which problem a row stands for: by its number, or with `new` that it is a new one."""
    found = own_reading(request, reading_id)
    draft = find_at(found, at)
    if draft is None:
        raise Http404
    address = address_of(found, asked_in(request.GET), at)
    number = "" if "new" in request.POST else request.POST.get("number", "").strip()[:60]
    if not number and "new" not in request.POST:
        messages.error(request, _("请填写编号，或选“是新问题”。"))
        return redirect(address)
    try:
        rounds.pair_by_hand(actor=request.actor, reading=found, draft=draft, number=number)
    except Refused as refused:
        return back(request, found, refused, address)
    told = _("%(place)s对应%(number)s。") if number else _("%(place)s作为新问题。")
    messages.success(request, told % {"place": where(draft), "number": number})
    return redirect(address)


@require_GET
def reading_absent(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """The problems on the ledger for which no row of the file stands; nothing happens to them."""
    found = own_reading(request, reading_id)
    columns = [replace(column, sort="") for column in chosen(DEFAULT)]
    rows = among_visible(request.actor, [UUID(id_) for id_ in found.absent])
    before = request.GET.get("before", "")
    cursor = cursor_from(before or request.GET.get("after", ""), ORDER, backwards=bool(before))
    part = page(Plain(rows, bringing(columns, ORDER)), ORDER, cursor)
    context = {
        "reading": found,
        "is_open": found.is_open,
        "page": part,
        "head": table_head(columns, sort="", query=request.GET, selectable=False),
        "rows": table_rows(part.rows, columns, today=clock.today(), selectable=False),
    }
    return render(request, "web/rounds/absent.html", context)
