"""Slips with one-time passwords: choose a unit, look at who gets one, print them from the answer.

The passwords are in the answer to the request that made them, and nowhere again; a page that is loaded again, or
a second click, resets nothing.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bihuan.domain.refusals import Refused, insist
from bihuan.organisations import directory
from bihuan.organisations import slips as making
from bihuan.organisations.access import may_manage_people
from bihuan.organisations.passwords import last_day
from bihuan.web import errors, tickets
from bihuan.web.forms.accounts import EVERYBODY, NOT_YET, SlipsForm
from bihuan.web.gate import SignedInRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bihuan.organisations.slips import Slip

NAMES_SHOWN = 200


@require_http_methods(["GET", "POST"])
def slips(request: SignedInRequest) -> HttpResponse:
    """Choose, look, confirm."""
    insist(may_manage_people(request.actor))
    said = request.POST if request.method == "POST" else request.GET
    branches = directory.tree(request.actor)
    if "unit" not in said:
        first = {"unit": request.actor.unit_id, "who": NOT_YET, "address": request.build_absolute_uri("/")}
        return _page(request, SlipsForm(branches=branches, initial=first))
    form = SlipsForm(said, branches=branches)
    if not form.is_valid():
        return _page(request, form)
    return _made(request, form) if request.method == "POST" else _preview(request, form)


def _page(request: SignedInRequest, form: SlipsForm, **more: Any) -> HttpResponse:
    return render(request, "web/accounts/slips.html", {"form": form, **more})


def _preview(request: SignedInRequest, form: SlipsForm, problem: str = "") -> HttpResponse:
    unit, everybody = form.cleaned_data["unit"], form.cleaned_data["who"] == EVERYBODY
    found = making.round_of(request.actor, unit, everybody=everybody)
    return _page(
        request,
        form,
        problem=problem,
        round=found,
        count=len(found.recipients),
        most=making.MOST,
        until=last_day(),
        names=found.recipients[:NAMES_SHOWN],
        more_names=max(0, len(found.recipients) - NAMES_SHOWN),
        ticket=tickets.issue(request),
    )


@sensitive_variables("made", "prepared")
def _made(request: SignedInRequest, form: SlipsForm) -> HttpResponse:
    number = request.POST.get("ticket", "")
    if tickets.result_of(request, number) is not None:
        return _again(request)
    unit, everybody = form.cleaned_data["unit"], form.cleaned_data["who"] == EVERYBODY
    try:
        prepared = making.prepare(
            actor=request.actor, unit=unit, everybody=everybody, mark=request.POST.get("mark", "")
        )
        with tickets.held(request, number) as ticket:
            if not ticket.known:
                return _preview(request, form, _("页面打开的时间太久，没有重置任何密码。请核对后再生成。"))
            if ticket.result is not None:
                return _again(request)
            made = making.hand_out(actor=request.actor, prepared=prepared)
            ticket.result = len(made)
    except Refused as refused:
        return _preview(request, form, errors.told(refused.denied))
    context = {"sheets": sheets(made), "address": form.cleaned_data["address"], "count": len(made)}
    return render(request, "web/accounts/slips_made.html", context)


def _again(request: SignedInRequest) -> HttpResponse:
    """The second click, or the page loaded again: nothing is reset, and nothing can be shown again."""
    return render(request, "web/accounts/slips_again.html", status=409)


def sheets(made: Iterable[Slip]) -> list[tuple[str, list[Slip]]]:
    """The slips by unit, in their order."""
    return [(unit, list(rows)) for unit, rows in groupby(made, key=lambda slip: slip.unit)]
