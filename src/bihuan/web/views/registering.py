"""Typing in one problem, and looking up the names of units while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger.actions.register import register
from bihuan.ledger.queries import find, own_ledgers
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.forms.problems import NewProblemForm
from bihuan.web.forms.units import UnitChoice
from bihuan.web.gate import SignedInRequest
from bihuan.web.views.acting import unit_names as names_in_page

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit


@require_http_methods(["GET", "POST"])
def new_problem(request: SignedInRequest) -> HttpResponse:
    """Put one problem on a ledger of the own office, listed or as a draft."""
    insist(may_keep_ledgers(request.actor))
    ledgers = list(own_ledgers(request.actor).filter(is_open=True).select_related("office"))
    if not ledgers:
        raise Refused(Denied(say("您所在的单位还没有台账。"), say("请系统管理员先开设台账。")))
    form = NewProblemForm(request.POST or None, ledgers=ledgers, actor=request.actor)
    if form.is_valid():
        try:
            made = register(
                actor=request.actor,
                ledger=form.chosen_ledger,
                problems=[form.problem()],
                as_draft="draft" in request.POST,
                occurred_on=form.cleaned_data["occurred_on"],
            )[0]
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已登记，编号%(number)s。") % {"number": made.number})
            return redirect("problem", made.id)
    context = {"form": form, "names": names_in_page(form)}
    return render(request, "web/problem/new.html", context, status=422 if form.errors else 200)


@require_GET
def unit_names(request: SignedInRequest) -> HttpResponse:
    """Names of units that hold what is being typed, as options of a list: of the subtree of the own office, or of
    the office that keeps the problem named in the address.
    """
    office = _office(request)
    typed = (text for name, text in request.GET.items() if name != "problem" and str(text).strip())
    asked = str(next(typed, ""))[:60]
    names = UnitChoice(office).holding(asked) if office and asked else []
    return render(request, "web/act/unit_options.html", {"names": names})


def _office(request: SignedInRequest) -> Unit | None:
    """Whose units may be looked up; None where the problem named is out of sight. Raises `Refused` without one for
    those who keep no ledgers.
    """
    named = request.GET.get("problem")
    if named is None:
        insist(may_keep_ledgers(request.actor))
        ledger = own_ledgers(request.actor).select_related("office").first()
        return ledger.office if ledger else None
    try:
        seen = find(request.actor, UUID(named))
    except ValueError:
        return None
    return seen.problem.office if seen else None
