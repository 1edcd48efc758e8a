"""Ledgers by level and body: the own unit's and what the levels below add up to; opening and naming them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused, insist
from bihuan.insight.levels import CODES, Figures, Level, levels
from bihuan.ledger.actions.ledgers import leaders_of, open_ledger, rename_ledger, set_ledger_open
from bihuan.ledger.queries import own_ledgers
from bihuan.organisations.access import may_keep_ledgers, may_see_problems
from bihuan.web import errors
from bihuan.web.forms.ledgers import LedgerName, NewLedger
from bihuan.web.gate import SignedInRequest
from bihuan.web.templatetags.bihuan import person_name

if TYPE_CHECKING:
    from bihuan.ledger.models import Ledger

SHOWN = ("total", "open", "done", "campaigns")
_STAGES = {
    code: "" if code == "open" else "".join(f"&stage={stage.value}" for stage in Stage if stage in stages)
    for code, stages in CODES.items()
}
"""How the list of a figure asks for its stages; what is open is what a list shows by itself."""
_STAGES["campaigns"] = _STAGES["total"] + "&campaign=any"


@dataclass(frozen=True)
class Cell:
    """A figure, and the address of the list of its rows (empty for nought)."""

    code: str
    count: int
    address: str


@dataclass(frozen=True)
class Row:
    """A row of the roll-up as shown; `opens` is the address of the unit's own roll-up, if there is one below."""

    level: Level
    label: str
    cells: list[Cell]
    opens: str = ""


@require_GET
def ledgers(request: SignedInRequest) -> HttpResponse:
    """The roll-up of the own unit or of one below it."""
    insist(may_see_problems(request.actor))
    asked = request.GET.get("unit", "")
    unit = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    found = levels(request.actor, clock.today(), unit=unit)
    if found is None:
        raise Http404
    context = {
        "levels": found,
        "kept": [
            (kept, whose(kept.ledger), _cells(kept.figures, f"ledger={kept.ledger.id}")) for kept in found.kept
        ],
        "own": _row(found.own, _("%(unit)s本级") % {"unit": found.unit.short}),
        "rows": [_row(level, level.unit.name) for level in found.rows],
        "total": _row(found.total, _("合计")),
        "is_own": found.unit.unit_id == request.actor.unit_id,
        "may_open": may_keep_ledgers(request.actor) is None,
        "year": clock.today().year,
    }
    return render(request, "web/ledgers/page.html", context)


def whose(ledger: Ledger) -> str:
    """Whose list it is: the unit's, or that of one of its leaders."""
    return person_name(ledger.person) if ledger.person else _("单位")


def _row(level: Level, label: str) -> Row:
    scope = f"office={level.unit.unit_id}" + ("&alone=1" if level.alone else "")
    return Row(level, label, _cells(level.figures, scope), f"?unit={level.unit.unit_id}" if level.opens else "")


def _cells(figures: Figures, scope: str) -> list[Cell]:
    return [Cell(code, figures[code], f"?{scope}{_STAGES[code]}" if figures[code] else "") for code in SHOWN]


@require_http_methods(["GET", "POST"])
def ledger_new(request: SignedInRequest) -> HttpResponse:
    """Open a ledger of the own unit."""
    insist(may_keep_ledgers(request.actor))
    leaders = {post.person_id: person_name(post.person) for post in leaders_of(request.actor.unit_id)}
    form = NewLedger(request.POST if request.method == "POST" else None, leaders=leaders.items())
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = open_ledger(
                actor=request.actor, name=said["name"], prefix=said["begins"], person_id=said["person"]
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已开设《%(name)s》。") % {"name": made.name})
            return redirect("ledgers")
    return render(request, "web/ledgers/new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def ledger_one(request: SignedInRequest, ledger_id: UUID) -> HttpResponse:
    """One ledger of the own unit: rename it; the button beside closes or reopens it."""
    ledger = _own(request, ledger_id)
    form = LedgerName(request.POST if request.method == "POST" else None, initial={"name": ledger.name})
    if form.is_valid():
        try:
            made = rename_ledger(actor=request.actor, ledger_id=ledger.id, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", errors.told(refused.denied))
        else:
            messages.success(request, _("已改名为《%(name)s》。") % {"name": made.name})
            return redirect("ledgers")
    context = {"form": form, "ledger": ledger, "whose": whose(ledger)}
    return render(request, "web/ledgers/one.html", context, status=422 if form.errors else 200)


@require_POST
def ledger_open(request: SignedInRequest, ledger_id: UUID) -> HttpResponse:
    """Close a ledger to new problems, or open it again."""
    ledger = _own(request, ledger_id)
    is_open = request.POST.get("open") == "1"
    try:
        set_ledger_open(actor=request.actor, ledger_id=ledger.id, is_open=is_open)
        told = _("《%(name)s》已重新启用。") if is_open else _("《%(name)s》已停用，不再登记新问题。")
        messages.success(request, told % {"name": ledger.name})
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
    return redirect("ledgers")


def _own(request: SignedInRequest, ledger_id: UUID) -> Ledger:
    insist(may_keep_ledgers(request.actor))
    ledger = own_ledgers(request.actor).filter(pk=ledger_id).select_related("person").first()
    if ledger is None:
        raise Http404
    return ledger
