"""One paper for many problems: a unit's signature for everything it was handed, put down in one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.intake.sending import open_problems
from bihuan.ledger.actions import working
from bihuan.ledger.papers import papers_of
from bihuan.web import errors
from bihuan.web.forms.paper import PaperForm
from bihuan.web.forms.returns import SignForForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.proxies import could_themselves
from bihuan.web.views.returns import served_unit


@require_http_methods(["GET", "POST"])
def sign_for(request: SignedInRequest, unit_id: int) -> HttpResponse:
    """Choose among what waits for the unit's signature, name the paper, put all of it down at once."""
    found = served_unit(request, unit_id)
    rows = open_problems(request.actor).filter(lead_unit_id=unit_id, stage=Stage.DISPATCHED).order_by("number")
    problems = list(rows)
    sent: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    paper = PaperForm(*sent, unit_id=unit_id, papers=papers_of(request.actor, unit_id))
    chosen = SignForForm(*sent[:1], problems=[row.id for row in problems])
    if sent and all([paper.is_valid(), chosen.is_valid()]) and _sign(request, paper, chosen):
        return redirect("returns")
    context = {
        "unit": found.unit,
        "themselves": could_themselves(found.people),
        "paper": paper,
        "chosen": chosen,
        "rows": problems,
        "ticked": set(request.POST.getlist("ids")) if sent else {str(row.id) for row in problems},
    }
    return render(request, "web/returns/sign_for.html", context, status=422 if sent else 200)


def _sign(request: SignedInRequest, paper: PaperForm, chosen: SignForForm) -> bool:
    """Ask the rules, store the paper, sign; False where nothing could be signed, with the reason on the form."""
    ids, day = chosen.cleaned_data["ids"], paper.cleaned_data["occurred_on"]
    try:
        asked = working.sign(
            actor=request.actor,
            problems=ids,
            behalf=paper.behalf(stored=False),
            occurred_on=day,
            dry_run=True,
        )
        if not asked.done:
            asked.only()
        outcome = working.sign(
            actor=request.actor, problems=ids, behalf=paper.behalf(stored=True), occurred_on=day
        )
    except Refused as refused:
        paper.add_error(None, errors.told(refused.denied))
        return False
    count = len(outcome.done)
    said = ngettext("已代为签收%(count)s件。", "已代为签收%(count)s件。", count)
    messages.success(request, said % {"count": count})
    for refusal in outcome.refused[:5]:
        told = {"number": refusal.problem.number, "reason": errors.told(refusal.denied)}
        messages.warning(request, _("%(number)s没有签收：%(reason)s") % told)
    return True
