"""Units, for their administrators: the tree, adding one, closing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.ledger.actions.closing_units import switch_unit
from bihuan.organisations import accounts, directory
from bihuan.organisations.access import may_manage_people
from bihuan.organisations.accounts import UnitKind
from bihuan.organisations.spreadsheets import KIND_NAMES
from bihuan.web import errors
from bihuan.web.forms.organisation import UnitForm
from bihuan.web.gate import SignedInRequest

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit

SHOWN_WHOLE = 400


def unit_or_404(request: SignedInRequest, unit_id: int) -> Unit:
    """A unit of the administrator's own subtree; 403 for others, 404 for a stranger's unit."""
    insist(may_manage_people(request.actor))
    unit = directory.find_unit(request.actor, unit_id)
    if unit is None:
        raise Http404
    return unit


@require_GET
def units(request: SignedInRequest) -> HttpResponse:
    """The tree of units: whole, the part below one of them, or those that say something."""
    insist(may_manage_people(request.actor))
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    under = request.GET.get("under", "")
    top = unit_or_404(request, int(under)) if under.isascii() and under.isdigit() and len(under) < 10 else None
    branches = directory.tree(request.actor, top, text)
    folded = not text and len(branches) > SHOWN_WHOLE
    context = {
        "branches": [branch for branch in branches if branch.depth <= 1] if folded else branches,
        "total": len(branches),
        "folded": folded,
        "text": text,
        "top": top,
        "line": directory.line_above(request.actor, top) if top else [],
        "own_unit": request.actor.unit_id,
        "kinds": {kind.value: _(name) for kind, name in KIND_NAMES.items()},
    }
    return render(request, "web/organisation/units.html", context)


@require_http_methods(["GET", "POST"])
def unit_new(request: SignedInRequest) -> HttpResponse:
    """Add one unit."""
    insist(may_manage_people(request.actor))
    branches = directory.tree(request.actor)
    first = {"parent": request.GET.get("parent", request.actor.unit_id), "kind": UnitKind.BUREAU.value}
    form = UnitForm(*((request.POST,) if request.method == "POST" else ()), branches=branches, initial=first)
    if form.is_valid():
        try:
            unit = accounts.add_unit(actor=request.actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", errors.told(refused.denied))
        else:
            messages.success(request, _("单位“%(name)s”已增加。") % {"name": unit.name})
            return redirect("units")
    return render(request, "web/organisation/unit_new.html", {"form": form})


@require_POST
def unit_active(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Close a unit, or open it again."""
    unit = unit_or_404(request, unit_id)
    active = request.POST.get("active") == "1"
    try:
        switch_unit(actor=request.actor, unit=unit, active=active)
    except Refused as refused:
        told = _("“%(name)s”没有停用：%(why)s") if not active else _("“%(name)s”没有启用：%(why)s")
        messages.error(request, told % {"name": unit.name, "why": errors.told(refused.denied)})
    else:
        done = _("单位“%(name)s”已启用。") if active else _("单位“%(name)s”已停用。")
        messages.success(request, done % {"name": unit.name})
    return redirect("units")
