"""One move on one problem: the form that asks, the action that does it, and why not where it cannot be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import MOVES, STAGE_NAMES, right
from bihuan.domain.refusals import Denied, Refused, insist
from bihuan.ledger.actions.step import Opened, Outcome, open_one, this_moment
from bihuan.ledger.actions.taking import How
from bihuan.ledger.dossier import dossier_of
from bihuan.ledger.queries import InSight
from bihuan.web import errors
from bihuan.web.acts import ACTS, Act, choices
from bihuan.web.changes import Change, Told, between, timeline
from bihuan.web.clocks import clocks
from bihuan.web.forms.moves import MoveForm
from bihuan.web.forms.units import LISTED_AT_ONCE
from bihuan.web.gate import SignedInRequest
from bihuan.web.views.problem import colour_of, files_of, in_sight, measures_with_files

LINES_WHEN_OVERTAKEN = 5


@require_http_methods(["GET", "POST"])
def act(request: SignedInRequest, problem_id: UUID, move: str) -> HttpResponse:
    """The form of one move, and what comes of sending it.

    404 where the problem may not be seen or there is no such move, 403 where this actor may never make it, 409
    where the problem does not allow it now.
    """
    chosen = ACTS.get(move)
    if chosen is None:
        raise Http404
    seen = in_sight(request, problem_id)
    opened = _opened(request, seen)
    insist(right(chosen.move, opened.standing) or _own_work(chosen, opened))
    form = form_for(request, chosen, opened)
    denied = chosen.denied(opened)
    if denied:
        return _blocked(request, seen, chosen, opened, denied, form)
    if form.is_bound and not form.asks_for_rows and _overtaken(form, opened):
        form.add_error(None, _("您打开页面之后，别人已经办理过该问题。您填写的内容还在，请看过下面的变化再提交。"))
        return _form_page(request, seen, chosen, form, 409)
    if form.is_bound and not form.asks_for_rows and form.is_valid():
        try:
            problem = _perform(request, chosen, opened, form).only()
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _done(chosen, problem.stage))
            return redirect("problem", problem_id)
    return _form_page(request, seen, chosen, form, 422 if form.is_bound and form.errors else 200)


def _opened(request: SignedInRequest, seen: InSight) -> Opened:
    return open_one(seen.problem, actor=request.actor, moment=this_moment())


def form_for(request: SignedInRequest, chosen: Act, opened: Opened) -> MoveForm:
    """The move's form: empty, or with what was sent."""
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    first = {"version": opened.problem.version}
    return chosen.form(*sent, about=opened, actor=request.actor, initial=first)


def _own_work(chosen: Act, opened: Opened) -> Denied | None:
    """The rules' objection where somebody would judge own work: that is a missing right, whatever the stage."""
    judges_own = MOVES[chosen.move].judges and opened.standing.own_work
    here = opened.case.stage in MOVES[chosen.move].sources
    return chosen.denied(opened) if judges_own and here else None


def _overtaken(form: MoveForm, opened: Opened) -> bool:
    """Has somebody changed the problem since the form was opened?"""
    sent = form["version"].value()
    return str(sent) != str(opened.problem.version)


def _perform(request: SignedInRequest, chosen: Act, opened: Opened, form: MoveForm) -> Outcome:
    problem = opened.problem
    how: How = {"seen": {problem.id: problem.version}}
    if form.cleaned_data.get("occurred_on"):
        how["occurred_on"] = form.cleaned_data["occurred_on"]
    return chosen.perform(request.actor, [problem.id], form.cleaned_data, how)


def _done(chosen: Act, stage: str) -> str:
    return _("“%(verb)s”已办理，该问题现在是“%(stage)s”。") % {
        "verb": _(chosen.verb),
        "stage": _(STAGE_NAMES[Stage(stage)]),
    }


def _form_page(request: SignedInRequest, seen: InSight, chosen: Act, form: MoveForm, status: int) -> HttpResponse:
    problem, today = seen.problem, this_moment().today
    dossier = dossier_of(request.actor, seen)
    context: dict[str, Any] = {
        "problem": problem,
        "act": chosen,
        "form": form,
        "version": problem.version,
        "since": _since(form, timeline(dossier)) if status == 409 else [],
        "colour": colour_of(problem, today),
        "clocks": clocks(problem, today),
        "foreseen": _foreseen(request, chosen, seen),
        "dossier": dossier,
        "measures": measures_with_files(dossier),
        "loose_files": files_of(dossier, None),
        "names": unit_names(form),
        "evidence_mb": settings.EVIDENCE_MAX_BYTES // 1024 // 1024,
    }
    return render(request, "web/act/page.html", context, status=status)


def _since(form: MoveForm, lines: list[Told]) -> list[Told]:
    """What was recorded after the version that the form was opened with; every change adds one line."""
    sent = str(form["version"].value() or "")
    first = int(sent) + 2 if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    return [told for told in lines if told.line.entry.seq >= first][:LINES_WHEN_OVERTAKEN]


def _foreseen(request: SignedInRequest, chosen: Act, seen: InSight) -> list[Change]:
    """What the move will change: asked of the action itself where nothing has to be filled in, else its stage."""
    problem = seen.problem
    blank = chosen.form({}, {}, about=_opened(request, seen), actor=request.actor)
    if blank.needs_nothing and blank.is_valid():
        outcome = chosen.perform(request.actor, [problem.id], blank.cleaned_data, {"dry_run": True})
        return between(problem.snapshot(), outcome.done[0]) if outcome.done else []
    target = MOVES[chosen.move].target
    if target is None:
        return []
    return [Change(_("环节"), _(STAGE_NAMES[Stage(problem.stage)]), _(STAGE_NAMES[target]))]


def unit_names(form: MoveForm) -> list[str]:
    """The names of units that stand in the page for choosing; none where they are looked up."""
    choice = getattr(form, "choice", None)
    labels = list(choice.labels.values()) if choice else []
    return labels if len(labels) <= LISTED_AT_ONCE else []


def _blocked(
    request: SignedInRequest, seen: InSight, chosen: Act, opened: Opened, denied: Denied, form: MoveForm
) -> HttpResponse:
    """The page that says why it cannot be done now, what helps, and keeps what was typed in sight."""
    context = {
        "problem": seen.problem,
        "act": chosen,
        "denied": denied,
        "choices": choices(opened),
        "typed": form.typed if form.is_bound else [],
        "timeline": timeline(dossier_of(request.actor, seen, newest=3)),
        "colour": colour_of(seen.problem, this_moment().today),
    }
    return render(request, "web/act/blocked.html", context, status=409)
