"""One file that was read, in three steps: going over its drafts, its unit names, putting all of it on the ledger.

A reading is its office's own: for another office's coordinators it does not exist, for other roles the room is
closed. What is done to single drafts is in `drafting`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused, insist
from bihuan.intake import actions, judging, queries, rounds
from bihuan.intake.matching import directory_of
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.claimed import counted
from bihuan.web.confirming import Asked, address_of, asked_in, at_in, screen_of
from bihuan.web.drafts import notes_told, tables_told
from bihuan.web.forms.intake import ConfirmForm
from bihuan.web.forms.unitnames import options_for, rows_of, said_in
from bihuan.web.gate import SignedInRequest
from bihuan.web.panels import Given
from bihuan.web.rounds import did

if TYPE_CHECKING:
    from bihuan.intake.models import Reading, UnitName
    from bihuan.intake.queries import Standing
    from bihuan.ledger.models import Problem

UNDO = "undo"


@require_GET
def reading(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Going over what was read: the drafts, doubts first, one of them open, and the file beside it."""
    return going_over(request, own_reading(request, reading_id), asked_in(request.GET))


def own_reading(request: SignedInRequest, reading_id: UUID) -> Reading:
    """The reading, where it is the office's own; else it does not exist."""
    insist(may_keep_ledgers(request.actor))
    found = queries.find_reading(request.actor, reading_id)
    if found is None:
        raise Http404
    return found


def going_over(request: SignedInRequest, found: Reading, asked: Asked, given: Given | None = None) -> HttpResponse:
    """The first step, with forms that came back in their places."""
    names = queries.names_of(found)
    standing = queries.standing(found, names)
    screen = screen_of(request.actor, found, asked, names, standing, given or Given())
    if screen is None:
        raise Http404
    arrived = found.is_open and asked == Asked()
    context = {
        "screen": screen,
        "panel": screen.panel,
        "asked": asked,
        "tables": tables_told(found.tables),
        "several": sum(1 for table in found.tables if table["items"]) > 1,
        "file_notes": notes_told(queries.gathered(found.faults)),
        "same_file": queries.same_file(found) if arrived and not found.as_round else None,
        "may_be_round": arrived and not found.as_round and rounds.on_ledger(request.actor, found).exists(),
        "withdrawn_by": queries.uploaders_of([found]).get(found.withdrawn_by_id)
        if found.withdrawn_by_id
        else None,
    }
    return _step(request, "reading", found, names, standing, context)


def _step(
    request: SignedInRequest,
    step: str,
    found: Reading,
    names: Sequence[UnitName],
    standing: Standing,
    context: Mapping[str, Any],
) -> HttpResponse:
    """A page of one step, below the line that says how far all three are."""
    head = {
        "reading": found,
        "is_open": found.is_open,
        "step": step,
        "standing": standing,
        "names_count": len(names),
        "told": _told(request),
        "messages": (),
    }
    return render(request, f"web/intake/{step}.html", head | dict(context))


def _told(request: SignedInRequest) -> list[dict[str, Any]]:
    """The messages, with the way back where there is one: they stand in the part of the page that changes."""
    found = []
    for message in messages.get_messages(request):
        kind, _bar, rest = (message.extra_tags or "").partition("|")
        undo = rest.split("|") if kind == UNDO else None
        found.append({"level": message.level_tag, "text": str(message), "undo": undo})
    return found


@require_http_methods(["GET", "POST"])
def reading_units(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """The unit names of the file; keeps what was decided. What was typed and is no unit's comes back with more."""
    found = own_reading(request, reading_id)
    names = queries.names_of(found)
    if request.method == "GET":
        return _names_page(request, found, names)
    said = said_in(request.POST, directory_of(found.keeper), names, heed_typed=not request.htmx)
    try:
        changed = actions.match_units(actor=request.actor, reading=found, decisions=said.decisions)
    except Refused as refused:
        return back(request, found, refused)
    if said.unclear:
        return _names_page(request, found, queries.names_of(found), said.unclear)
    if changed and not request.htmx:
        messages.success(request, _("%(count)s个单位名称已保存。") % {"count": changed})
    at = at_in(request.GET.get("at", ""))
    return redirect(
        address_of(found, asked_in(request.GET), at) if at else reverse("reading_units", args=[found.id])
    )


def _names_page(
    request: SignedInRequest, found: Reading, names: Sequence[UnitName], unclear: dict[str, str] | None = None
) -> HttpResponse:
    rows = rows_of(directory_of(found.keeper), names, unclear)
    context = {
        "undecided": [row for row in rows if not row.settled],
        "decided": [row for row in rows if row.settled],
    }
    return _step(request, "units", found, names, queries.standing(found, names), context)


@require_GET
def reading_find(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """The choices for one unit name while a person types: part of the table of names."""
    found = own_reading(request, reading_id)
    name = next((row for row in queries.names_of(found) if row.id.hex == request.GET.get("name")), None)
    if name is None:
        raise Http404
    typed = request.GET.get(f"find-{name.id.hex}", "").strip()[:60]
    options = options_for(directory_of(found.keeper), name, typed)
    return render(request, "web/intake/options.html", {"key": name.id.hex, "options": options, "typed": typed})


@require_http_methods(["GET", "POST"])
def reading_confirm(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """What putting the file on the ledger would do; by POST all of it is put there, or none."""
    found = own_reading(request, reading_id)
    if not found.is_open and request.method == "GET":
        return redirect("reading", reading_id=found.id)
    try:
        if found.as_round and found.is_open:
            judging.catch_up(actor=request.actor, reading=found)
    except Refused as refused:
        return back(request, found, refused)
    if request.method == "GET":
        return _confirm_page(request, found)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _confirm_page(request, found, form)
    try:
        problems = actions.confirm(
            actor=request.actor, reading=found, defaults=form.defaults(), half_done=form.half_done
        )
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _confirm_page(request, found, form)
    return _round_confirmed(request, found) if found.as_round else _registered(request, found, form, problems)


def _round_confirmed(request: SignedInRequest, found: Reading) -> HttpResponse:
    """What the version did, told where all versions of the ledger stand."""
    if found.is_open:
        done = own_reading(request, found.id)
        values = {"ledger": found.ledger.name, "round": done.round, "did": did(done.result)}
        messages.success(request, _("《%(ledger)s》第%(round)s轮已确认：%(did)s。") % values)
    else:
        messages.info(request, _("这一轮先前已经确认，没有重复登记。"))
    return redirect(reverse("history") + "?" + urlencode({"ledger": found.ledger_id}))


def _registered(
    request: SignedInRequest, found: Reading, form: ConfirmForm, problems: Sequence[Problem]
) -> HttpResponse:
    """How many problems were put on the ledger, told above them."""
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


def _confirm_page(request: SignedInRequest, found: Reading, form: ConfirmForm | None = None) -> HttpResponse:
    names = queries.names_of(found)
    outlook = queries.outlook(found, names, clock.today())
    context = {
        "outlook": outlook,
        "claims_counted": counted(outlook.claims),
        "form": form or ConfirmForm(half_done=outlook.claims.half_done),
        "same_file": queries.same_file(found),
        "next_round": rounds.next_round(found) if found.as_round else None,
    }
    return _step(request, "confirm", found, names, outlook, context)


@require_POST
def reading_discard(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """Give a file up without putting anything on the ledger."""
    found = own_reading(request, reading_id)
    try:
        actions.discard(actor=request.actor, reading=found)
    except Refused as refused:
        return back(request, found, refused)
    messages.success(request, _("已放弃导入“%(name)s”，台账没有变化。") % {"name": found.name})
    return redirect("intake")


def back(request: SignedInRequest, found: Reading, refused: Refused, address: str = "") -> HttpResponse:
    """Tell a refusal on the reading's page, or on the one at `address`."""
    messages.error(request, errors.told(refused.denied))
    return redirect(address or reverse("reading", args=[found.id]))
