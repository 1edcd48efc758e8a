"""One move on one problem: the form that asks, the action that does it, and why not where it cannot be done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bihuan.domain.case import Stage
from bihuan.domain.closing import unproved
from bihuan.domain.lifecycle import MOVES, STAGE_NAMES, Move, right
from bihuan.domain.refusals import Denied, Refused, insist
from bihuan.domain.taking_over import doubts
from bihuan.intake.sending import people_of
from bihuan.ledger.actions.step import Opened, open_one, this_moment
from bihuan.ledger.actions.taking import How
from bihuan.ledger.actions.taking_over import claim_of
from bihuan.ledger.dossier import dossier_of
from bihuan.ledger.papers import papers_of
from bihuan.ledger.queries import InSight
from bihuan.web import errors
from bihuan.web.acts import ACTS, Act, choices
from bihuan.web.changes import Change, Told, between, timeline
from bihuan.web.clocks import clocks
from bihuan.web.forms.moves import MoveForm
from bihuan.web.forms.paper import PaperForm
from bihuan.web.forms.units import LISTED_AT_ONCE
from bihuan.web.gate import SignedInRequest
from bihuan.web.proxies import could_themselves
from bihuan.web.sections import papersigns
from bihuan.web.views.problem import colour_of, files_of, in_sight, measures_with_files

if TYPE_CHECKING:
    from datetime import date

    from bihuan.ledger.models import Problem
    from bihuan.organisations.models import Unit

LINES_WHEN_OVERTAKEN = 5


@dataclass(frozen=True)
class _Asked:
    """Who asks for which act on which problem, and how that stands today."""

    request: SignedInRequest
    act: Act
    seen: InSight
    opened: Opened
    today: date
    unit: Unit | None = None
    """The unit on whose behalf it is done; with its paper."""
    paper: PaperForm | None = None

    @property
    def problem(self) -> Problem:
        return self.seen.problem


@require_http_methods(["GET", "POST"])
def act(request: SignedInRequest, problem_id: UUID, move: str) -> HttpResponse:
    """The form of one move, and what comes of sending it.

    404 where the problem may not be seen or there is no such move, 403 where this actor may never make it, 409
    where the problem does not allow it now.
    """
    return _answer(_asked(request, problem_id, move))


@require_http_methods(["GET", "POST"])
def act_for(request: SignedInRequest, problem_id: UUID, unit_id: int, move: str) -> HttpResponse:
    """The same on behalf of a unit assigned to the problem, with its paper; 404 for any other unit."""
    asked = _asked(request, problem_id, move, unit_id)
    assigned = {row.unit_id: row.unit for row in asked.opened.responsibilities}
    if unit_id not in assigned or not MOVES[asked.act.move].by_proxy:
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    paper = PaperForm(*sent, unit_id=unit_id, papers=papers_of(request.actor, unit_id))
    return _answer(replace(asked, unit=assigned[unit_id], paper=paper))


def _answer(asked: _Asked) -> HttpResponse:
    insist(right(asked.act.move, asked.opened.standing) or _own_work(asked))
    form = _form(asked)
    denied = asked.act.denied(asked.opened)
    if denied:
        return _blocked(asked, denied, form)
    if not form.is_bound or form.asks_for_rows:
        return _form_page(asked, form, 200)
    if _overtaken(asked, form):
        form.add_error(None, _("您打开页面之后，别人已经办理过该问题。您填写的内容还在，请看过下面的变化再提交。"))
        return _form_page(asked, form, 409)
    valid = all([form.is_valid(), asked.paper is None or asked.paper.is_valid()])
    done = valid and _perform(asked, form)
    return redirect("problem", asked.problem.id) if done else _form_page(asked, form, 422)


def _asked(request: SignedInRequest, problem_id: UUID, move: str, behalf_of: int | None = None) -> _Asked:
    chosen = ACTS.get(move)
    if chosen is None:
        raise Http404
    seen, moment = in_sight(request, problem_id), this_moment()
    opened = open_one(seen.problem, actor=request.actor, moment=moment, behalf_of=behalf_of)
    return _Asked(request, chosen, seen, opened, moment.today)


def _form(asked: _Asked) -> MoveForm:
    """The move's form: empty, or with what was sent."""
    request = asked.request
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = asked.act.form(*sent, about=asked.opened, actor=request.actor)
    if asked.paper is not None:
        form.fields.pop("occurred_on", None)  # the paper has the day
    return form


def _own_work(asked: _Asked) -> Denied | None:
    """The rules' objection where somebody would judge own work: a missing right, as far as the stage allows it."""
    rule = MOVES[asked.act.move]
    judges_own = rule.judges and asked.opened.standing.own_work
    return asked.act.denied(asked.opened) if judges_own and asked.opened.case.stage in rule.sources else None


def _overtaken(asked: _Asked, form: MoveForm) -> bool:
    """Has somebody changed the problem since the form was opened?"""
    return str(form["version"].value()) != str(asked.problem.version)


def _perform(asked: _Asked, form: MoveForm) -> bool:
    """Call the action; False where it refuses, with its reason as an error of the form."""
    problem = asked.problem
    how: How = {"seen": {problem.id: problem.version}}
    if form.cleaned_data.get("occurred_on"):
        how["occurred_on"] = form.cleaned_data["occurred_on"]
    try:
        if asked.paper is not None:
            how |= {"occurred_on": asked.paper.cleaned_data["occurred_on"]}
            unsaved: How = {**how, "behalf": asked.paper.behalf(stored=False), "dry_run": True}
            asked.act.perform(asked.request.actor, [problem.id], form.cleaned_data, unsaved).only()
            how |= {"behalf": asked.paper.behalf(stored=True)}
        done = asked.act.perform(asked.request.actor, [problem.id], form.cleaned_data, how).only()
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return False
    words = {"verb": _(asked.act.verb), "stage": _(STAGE_NAMES[Stage(done.stage)])}
    messages.success(asked.request, _("“%(verb)s”已办理，该问题现在是“%(stage)s”。") % words)
    if asked.act.move is Move.REPORT:
        _tell_unproved(asked.request, done)
    return True


def _tell_unproved(request: SignedInRequest, problem: Problem) -> None:
    """Say at once what would stand in the way of close-out: measures reported done that nothing proves."""
    denied = unproved(open_one(problem, actor=request.actor, moment=this_moment()).case)
    if denied:
        messages.warning(request, errors.told(denied))


def _form_page(asked: _Asked, form: MoveForm, status: int) -> HttpResponse:
    problem = asked.problem
    dossier = dossier_of(asked.request.actor, asked.seen, newest=LINES_WHEN_OVERTAKEN)
    context: dict[str, Any] = {
        "problem": problem,
        "act": asked.act,
        "form": form,
        "unit": asked.unit,
        "paper": asked.paper,
        "themselves": could_themselves(people_of([asked.unit.pk]).get(asked.unit.pk, ())) if asked.unit else "",
        "version": problem.version,
        "since": _since(form, timeline(dossier)) if status == 409 else [],
        "colour": colour_of(problem, asked.today),
        "clocks": clocks(problem, asked.today),
        "foreseen": _foreseen(asked, form),
        "dossier": dossier,
        "claim_doubts": _claim_doubts(asked),
        "measures": measures_with_files(dossier),
        "loose_files": files_of(dossier, None),
        "names": unit_names(form),
        "papersigns": papersigns.beside(asked.request.actor, asked.seen, dossier, asked.act.move),
        "evidence_mb": settings.EVIDENCE_MAX_BYTES // 1024 // 1024,
    }
    return render(asked.request, "web/act/page.html", context, status=status)


def _claim_doubts(asked: _Asked) -> list[str]:
    """Where the file contradicts itself, for whoever is about to take its word over."""
    taking = asked.act.move is Move.TAKE_OVER
    return doubts(claim_of(asked.problem), asked.today) if taking else []


def _since(form: MoveForm, lines: list[Told]) -> list[Told]:
    """What was recorded after the version that the form was opened with; every change adds one line."""
    sent = str(form["version"].value() or "")
    first = int(sent) + 2 if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    return [told for told in lines if told.line.entry.seq >= first]


def _foreseen(asked: _Asked, form: MoveForm) -> list[Change]:
    """What the move will change: asked of the action itself where nothing has to be filled in, else its stage."""
    problem, target = asked.problem, MOVES[asked.act.move].target
    if form.needs_nothing and asked.unit is None:
        blank = asked.act.form({}, {}, about=asked.opened, actor=asked.request.actor)
        blank.full_clean()
        outcome = asked.act.perform(asked.request.actor, [problem.id], blank.cleaned_data, {"dry_run": True})
        return between(problem.snapshot(), outcome.done[0]) if outcome.done else []
    if target is None:
        return []
    return [Change(_("环节"), _(STAGE_NAMES[Stage(problem.stage)]), _(STAGE_NAMES[target]))]


def unit_names(form: MoveForm) -> list[str]:
    """The names of units that stand in the page for choosing; none where they are looked up."""
    choice = getattr(form, "choice", None)
    labels = list(choice.labels.values()) if choice else []
    return labels if len(labels) <= LISTED_AT_ONCE else []


def _blocked(asked: _Asked, denied: Denied, form: MoveForm) -> HttpResponse:
    """The page that says why it cannot be done now, what helps, and keeps what was typed in sight."""
    context = {
        "problem": asked.problem,
        "act": asked.act,
        "denied": denied,
        "choices": choices(asked.opened),
        "typed": form.typed if form.is_bound else [],
        "timeline": timeline(dossier_of(asked.request.actor, asked.seen, newest=LINES_WHEN_OVERTAKEN)),
        "colour": colour_of(asked.problem, asked.today),
    }
    return render(asked.request, "web/act/blocked.html", context, status=409)
