"""Supervision: letters, what is listed, urgings by unit; a letter as a Word file; what was handed to others."""

from __future__ import annotations

import io
from datetime import date
from itertools import islice
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.domain.refusals import insist, say
from bihuan.ledger import referrals as handed_over
from bihuan.ledger.supervising import KINDS, SIDES, STATES, Asked, find_letter, page_of, rows_of, urged
from bihuan.organisations.access import may_see_problems
from bihuan.web.gate import SignedInRequest
from bihuan.web.letters import NAME, letter_of
from bihuan.web.minutes import TYPE
from bihuan.web.stored import LOCKED_DOWN
from bihuan.web.supervision import told, urgings_sheet

MOST_EXPORTED = 20_000
KIND_NAMES = {"letter": say("督办函"), "listed": say("挂牌督办"), "urge": say("催办")}
STATE_NAMES = {
    "letter": {"": say("全部"), "open": say("待回复"), "late": say("逾期未回复"), "over": say("已回复")},
    "listed": {"": say("全部"), "open": say("正在挂牌"), "late": say("超过督办期限"), "over": say("已摘牌")},
    "urge": {"": say("全部")},
}
SIDE_NAMES = {"sent": say("本单位发出"), "got": say("发给本单位")}


@require_GET
def supervision(request: SignedInRequest) -> HttpResponse:
    """What the own unit sent, or what was sent to it: letters, listings, urgings."""
    insist(may_see_problems(request.actor))
    asked, today = _asked(request), clock.today()
    page = page_of(request.actor, asked, today, request.GET.get("after", ""))
    context = {
        "asked": asked,
        "sides": SIDE_NAMES.items(),
        "kinds": KIND_NAMES.items(),
        "states": STATE_NAMES[asked.kind].items(),
        "rows": [told(row, today) for row in page.rows],
        "following": page.following,
        "urged": urged(request.actor, asked.side, date(today.year, 1, 1)) if asked.kind == "urge" else [],
        "year": today.year,
    }
    return render(request, "web/supervision/page.html", context)


@require_GET
def supervision_export(request: SignedInRequest) -> FileResponse:
    """The same rows as Excel; that they were taken away is on the record."""
    insist(may_see_problems(request.actor))
    asked, today = _asked(request), clock.today()
    rows = list(islice(rows_of(request.actor, asked, today).iterator(), MOST_EXPORTED))
    file = urgings_sheet(request.actor, asked, rows, _(KIND_NAMES[asked.kind]), today)
    name = _("%(kind)s%(day)s.xlsx") % {"kind": _(KIND_NAMES[asked.kind]), "day": today.isoformat()}
    return FileResponse(file, as_attachment=True, filename=name)


@require_GET
def letter_paper(request: SignedInRequest, letter_id: UUID) -> FileResponse:
    """A letter as a Word file."""
    insist(may_see_problems(request.actor))
    letter = find_letter(request.actor, letter_id)
    if letter is None:
        raise Http404
    made = letter_of(request.actor, letter)
    name = str(NAME) % {"number": letter.row.number}
    response = FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type=TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED_DOWN
    return response


@require_GET
def referrals(request: SignedInRequest) -> HttpResponse:
    """What was handed to another authority: number, day, receiver."""
    insist(may_see_problems(request.actor))
    page = handed_over.facts(request.actor, request.GET.get("after", ""))
    context = {"rows": page.rows, "following": page.following, "count": handed_over.count(request.actor)}
    return render(request, "web/referrals/page.html", context)


def _asked(request: SignedInRequest) -> Asked:
    kind = _one_of(request.GET.get("kind", ""), KINDS)
    state = request.GET.get("state", "")
    known = state in STATES and kind != "urge"
    return Asked(_one_of(request.GET.get("side", ""), tuple(SIDES)), kind, state if known else "")


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else str(known[0])
