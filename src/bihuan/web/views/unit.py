"""One unit, for its administrators: what it is and was, its people and names; renaming, moving, merging it.

What reaches far is asked twice: first what will happen and to how many, then done. The second request carries a
stamp of the units as they were shown, so that nobody confirms what somebody else has changed in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.intake.aliases import aliases_of, forget
from bihuan.ledger.actions import regrouping
from bihuan.ledger.actions.regrouping import NewUnit
from bihuan.organisations import directory
from bihuan.organisations import regrouping as renaming
from bihuan.organisations.accounts import UnitKind
from bihuan.organisations.actions import refuses_merged
from bihuan.organisations.history import events_of, formers_of
from bihuan.organisations.spreadsheets import KIND_NAMES
from bihuan.web import errors
from bihuan.web.forms.regrouping import MergeForm, MoveForm, RenameForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.unitchanges import lines
from bihuan.web.views.organisation import unit_or_404

if TYPE_CHECKING:
    from bihuan.organisations.models import Unit


@require_GET
def unit(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """The unit's page."""
    found = unit_or_404(request, unit_id)
    below = directory.units_under(request.actor).filter(parent=found)
    context = {
        "unit": found,
        "kind": _(KIND_NAMES[UnitKind(found.kind)]),
        "line": directory.line_above(request.actor, found),
        "own": found.pk == request.actor.unit_id,
        "below": below.filter(merged_into=None).count(),
        "merged": below.filter(merged_into=found).order_by("pk"),
        "holders": renaming.held_posts_in(found),
        "formers": formers_of(found),
        "aliases": aliases_of(found),
        "lines": lines(events_of(found)),
    }
    return render(request, "web/organisation/unit.html", context)


@require_http_methods(["GET", "POST"])
def unit_rename(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Give it another name."""
    found = _changeable(request, unit_id)
    first = {"name": found.name, "short_names": "、".join(found.short_names)}
    form = RenameForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            renaming.rename(actor=request.actor, unit=found, seen=seen, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", errors.told(refused.denied))
        else:
            messages.success(request, _("已改名为“%(name)s”。") % {"name": found.name})
            return redirect("unit", unit_id)
    context = {"unit": found, "form": form, "seen": renaming.stamp([found])}
    return render(request, "web/organisation/unit_rename.html", context)


@require_http_methods(["GET", "POST"])
def unit_move(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Put it below another unit: look, then confirm."""
    found = _changeable(request, unit_id)
    form = MoveForm(request.POST if request.method == "POST" else None, branches=directory.tree(request.actor))
    context: dict[str, Any] = {"unit": found, "form": form}
    if form.is_valid() and "back" not in request.POST:
        parent = form.cleaned_data["parent"]
        try:
            if "confirm" in request.POST:
                seen = request.POST.get("seen", "")
                regrouping.move(actor=request.actor, unit=found, parent=parent, seen=seen)
                told = _("“%(name)s”已调整到“%(parent)s”下面。")
                messages.success(request, told % {"name": found.name, "parent": parent.name})
                return redirect("unit", unit_id)
            effect = regrouping.effect_of_move(actor=request.actor, unit=found, parent=parent)
            context |= {"effect": effect, "parent": parent, "seen": renaming.stamp([found, parent])}
        except Refused as refused:
            form.add_error("parent", errors.told(refused.denied))
    return render(request, "web/organisation/unit_move.html", context)


@require_http_methods(["GET", "POST"])
def unit_merge(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Merge it into another unit, or with one into a new unit: look, then confirm."""
    found = _changeable(request, unit_id)
    first = {"kind": found.kind, "parent": found.parent_id, "way": MergeForm.INTO}
    said = request.POST if request.method == "POST" else None
    form = MergeForm(said, branches=directory.tree(request.actor), initial=first)
    context: dict[str, Any] = {"unit": found, "form": form}
    if form.is_valid() and "back" not in request.POST:
        try:
            if "confirm" in request.POST:
                return _merged(request, form, found)
            context |= _outlook(request, form, found)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
    return render(request, "web/organisation/unit_merge.html", context)


def _merged(request: SignedInRequest, form: MergeForm, found: Unit) -> HttpResponse:
    units, seen = form.units(found), request.POST.get("seen", "")
    into = regrouping.merge(actor=request.actor, units=units, into=form.target(), seen=seen)
    told = _("“%(names)s”已并入“%(into)s”。")
    names = "、".join(row.name for row in units)
    messages.success(request, told % {"names": names, "into": into.name})
    return redirect("unit", into.pk)


def _outlook(request: SignedInRequest, form: MergeForm, found: Unit) -> dict[str, Any]:
    units, into = form.units(found), form.target()
    effect = regrouping.effect_of_merger(actor=request.actor, units=units, into=into)
    shown = units if isinstance(into, NewUnit) else [*units, into]
    return {"effect": effect, "units": units, "into": into, "seen": renaming.stamp(shown)}


@require_POST
def unit_forget(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Take a confirmed name no longer for this unit."""
    found = unit_or_404(request, unit_id)
    name, office = request.POST.get("name", ""), request.POST.get("office", "")
    try:
        office_id = int(office) if office.isascii() and office.isdigit() and len(office) < 10 else 0
        forget(actor=request.actor, unit=found, office_id=office_id, name=name)
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    else:
        messages.success(request, _("以后不再把“%(name)s”认作这个单位。") % {"name": name})
    return redirect("unit", unit_id)


def _changeable(request: SignedInRequest, unit_id: int) -> Unit:
    """A unit that is not merged; one that is shows its own page's refusal."""
    found = unit_or_404(request, unit_id)
    insist(refuses_merged(found))
    return found
