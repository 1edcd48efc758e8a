"""Results with figures, and good examples: the lists, one of each, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.domain.refusals import Refused, insist, say
from bihuan.ledger import achievements as reads
from bihuan.ledger.actions import results as actions
from bihuan.ledger.campaigns import find_campaign
from bihuan.ledger.leading import record_of
from bihuan.organisations.access import Actor, may_see_problems, may_write_for_unit
from bihuan.web import errors
from bihuan.web.forms.achievements import ResultForm, UpdateForm
from bihuan.web.forms.rules import ReasonForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.outcomes import deeds, number, tell_result
from bihuan.web.steps import Step, answer

if TYPE_CHECKING:
    from bihuan.ledger.models import Result


@require_GET
def results(request: SignedInRequest) -> HttpResponse:
    """The results of the own unit and of those below, the latest first."""
    insist(may_see_problems(request.actor))
    actor, after = request.actor, reads.id_from(request.GET.get("after", ""))
    own = request.GET.get("own") == "1"
    rows = reads.results_below(actor)
    rows = rows.filter(unit_id=actor.unit_id) if own else rows
    found = list((rows.filter(id__lt=after) if after else rows).order_by("-id")[: reads.PAGE + 1])
    shown = found[: reads.PAGE]
    readings = reads.readings_of(shown)
    context = {
        "told": [tell_result(row, readings[row.id]) for row in shown],
        "own": own,
        "following": shown[-1].id.hex if len(found) > reads.PAGE else "",
        "paged": after is not None,
        "may_write": may_write_for_unit(actor) is None,
    }
    return render(request, "web/results/page.html", context)


@require_http_methods(["GET", "POST"])
def result_new(request: SignedInRequest) -> HttpResponse:
    """State a result; `problem` (a number) or `campaign` in the address fills in what it is tied to."""
    insist(may_see_problems(request.actor) or may_write_for_unit(request.actor))
    initial = {"problem": request.GET.get("problem", "")[:40], "campaign": request.GET.get("campaign", "")}
    form = _form(request, initial)
    if form.is_valid():
        try:
            made = actions.enter_result(actor=request.actor, stated=form.stated(), now=form.reading())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已登记“%(title)s”。") % {"title": made.name})
            return redirect("result", made.id)
    context = {"form": form, "head": _("登记成效"), "back": "results"}
    return render(request, "web/results/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def result(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """One result with its figures so far and its record; a POST takes the step that it names."""
    row = _in_sight(request, result_id)
    answered = answer(request, _steps(request.actor, row))
    if answered.done:
        return redirect("result", row.id)
    readings = reads.readings_of([row])[row.id]
    campaign = find_campaign(request.actor, row.campaign_id) if row.campaign_id else None
    context = {
        "told": tell_result(row, readings),
        "row": row,
        "readings": [(day, number(value)) for day, value in reversed(readings)],
        "problem": reads.problem_behind(request.actor, row),
        "campaign": campaign.campaign if campaign else None,
        "steps": answered.steps,
        "may_change": actions.may_change(request.actor, row) is None,
        "record": deeds(record_of(row)),
    }
    return render(request, "web/results/result.html", context, status=answered.status)


@require_http_methods(["GET", "POST"])
def result_edit(request: SignedInRequest, result_id: UUID) -> HttpResponse:
    """Correct what a result is."""
    row = _in_sight(request, result_id)
    insist(actions.may_change(request.actor, row))
    about = reads.problem_behind(request.actor, row)
    names = ("name", "measured_in", "fewer_is_better", "baseline_on", "basis")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names}
    initial |= {
        "baseline": f"{row.baseline.normalize():f}",
        "problem": about.number if about else "",
        "campaign": row.campaign_id,
    }
    form = _form(request, initial, is_new=False)
    if form.is_valid():
        try:
            actions.mend_result(actor=request.actor, result=row.id, stated=form.stated())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已修改。"))
            return redirect("result", row.id)
    context = {"form": form, "head": _("修改成效"), "row": row}
    return render(request, "web/results/edit.html", context, status=422 if form.errors else 200)


def _steps(actor: Actor, row: Result) -> dict[str, Step]:
    """What may be done with a result now."""
    if actions.may_change(actor, row) is not None:
        return {}
    return {
        "update": Step(
            say("更新数字"),
            lambda said: actions.update_result(
                actor=actor, result=row.id, now=actions.Reading(said["now"], said["now_on"]), note=said["note"]
            ),
            say("数字已更新，原来的数保留在记录里。"),
            UpdateForm,
            open=True,
            options={"initial": {"now_on": clock.today()}},
        ),
        "drop": Step(
            say("撤下"),
            lambda said: actions.drop_result(actor=actor, result=row.id, reason=said["reason"]),
            say("已撤下。"),
            ReasonForm,
            danger=True,
            options={"label": _("撤下的理由")},
        ),
    }


def _form(request: SignedInRequest, initial: dict[str, Any], *, is_new: bool = True) -> ResultForm:
    said = request.POST if request.method == "POST" else None
    return ResultForm(said, actor=request.actor, is_new=is_new, initial=initial)


def _in_sight(request: SignedInRequest, result_id: UUID) -> Result:
    insist(may_see_problems(request.actor))
    row = reads.find_result(request.actor, result_id)
    if row is None:
        raise Http404
    return row
