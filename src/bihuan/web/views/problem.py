"""One problem: its page, and the drawer beside the list. Reads only; what may be done is offered by `acts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.domain.case import Stage
from bihuan.domain.colours import BEGINNING, at
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.domain.taking_over import doubts
from bihuan.ledger.actions.step import open_loaded, this_moment
from bihuan.ledger.actions.taking_over import claim_of
from bihuan.ledger.derived import colour_changes, turns_from
from bihuan.ledger.dossier import Dossier, dossier_of
from bihuan.ledger.queries import InSight, find
from bihuan.ledger.referrals import fact_of
from bihuan.web.acts import choices
from bihuan.web.changes import ANSWERS, signature, timeline
from bihuan.web.claimed import beside
from bihuan.web.claims import claims_told, place_told
from bihuan.web.clocks import clocks
from bihuan.web.gate import SignedInRequest
from bihuan.web.policies import policy_told
from bihuan.web.proxies import proxies
from bihuan.web.sections import sections
from bihuan.web.sections.shown import Shown
from bihuan.web.templatetags.bihuan import because

if TYPE_CHECKING:
    from datetime import date

    from bihuan.domain.schedule import Schedule
    from bihuan.ledger.models import Extension, Problem

LINES_IN_DRAWER = 5
UNCOLOURED: Mapping[Stage, str] = {
    Stage.DRAFT: say("草稿，还没有入账"),
    Stage.LISTED: say("还没有交办"),
    Stage.MERGED: say("已并案，不再计色"),
    Stage.WITHDRAWN: say("已撤销，不再计色"),
    Stage.REFERRED: say("已移送，不再计色"),
}
"""Why a problem has no colour of its own; the policy only knows that no rule fits."""


@require_GET
def problem(request: SignedInRequest, problem_id: UUID) -> HttpResponse:
    """Everything about one problem that this reader may see, and what may be done now."""
    seen = find(request.actor, problem_id)
    if seen is None:
        return handed_over(request, problem_id)
    return render(request, "web/problem/page.html", page_of(request, seen))


@require_GET
def problem_drawer(request: SignedInRequest, problem_id: UUID) -> HttpResponse:
    """The essentials beside the list; the page itself where somebody opens the address alone."""
    seen = in_sight(request, problem_id)
    if not request.htmx:
        return redirect("problem", problem_id)
    return render(request, "web/problem/drawer.html", page_of(request, seen, newest=LINES_IN_DRAWER))


def handed_over(request: SignedInRequest, problem_id: UUID) -> HttpResponse:
    """That a problem was handed to another authority, for those who had it in sight; raises Http404 for others."""
    fact = fact_of(request.actor, problem_id)
    if fact is None:
        raise Http404
    return render(request, "web/referrals/fact.html", {"fact": fact})


def in_sight(request: SignedInRequest, problem_id: UUID) -> InSight:
    """The problem as this actor sees it; raises Http404 where it may not be seen."""
    seen = find(request.actor, problem_id)
    if seen is None:
        raise Http404
    return seen


def page_of(request: SignedInRequest, seen: InSight, newest: int | None = None) -> dict[str, Any]:
    """The context that page and drawer share."""
    moment = this_moment()
    dossier = dossier_of(request.actor, seen, newest=newest)
    opened = open_loaded(seen.problem, dossier.every.rows, actor=request.actor, moment=moment)
    lines = timeline(dossier)
    shown = Shown(request.actor, seen, dossier, opened, moment, brief=newest is not None)
    return sections(shown) | {
        "problem": seen.problem,
        "dossier": dossier,
        "choices": choices(opened),
        "proxies": proxies(request.actor, opened),
        "colour": colour_of(seen.problem, moment.today, moment.schedule),
        "clocks": clocks(seen.problem, moment.today),
        "timeline": lines,
        "corrections": [told for told in lines if told.line.entry.action == Move.CORRECT],
        "measures": measures_with_files(dossier),
        "loose_files": files_of(dossier, None),
        "claims": claims_told(seen.problem.claims) if dossier.sees_source else [],
        "place": place_told(seen.problem.place) if dossier.sees_source else "",
        "beside": beside(seen.problem),
        "claim_doubts": doubts(claim_of(seen.problem), moment.today) if seen.problem.taken_over_on else [],
        "past_files": past_files(dossier),
        "extensions": [extension_told(row, dossier) for row in dossier.extensions],
    }


def colour_of(problem: Problem, today: date, schedule: Schedule | None = None) -> dict[str, Any]:
    """The colour of today with its reason, since when, and the turns to come; with a schedule, by which policy."""
    turns = turns_from(problem.turns)
    known = schedule.up_to(problem.coloured_by) if schedule else None
    now = at(turns, today)
    aside = UNCOLOURED.get(Stage(problem.stage)) if now.reason.code == "otherwise" else None
    return {
        "now": now,
        "why": _(aside) if aside else because(now),
        "since": max(now.day, problem.taken_over_on or now.day) if now.day > BEGINNING else None,
        "turns": colour_changes(turns, after=today),
        "by": policy_told(known, today) if known else "",
    }


def measures_with_files(dossier: Dossier) -> list[dict[str, Any]]:
    """The measures in force, each with the files that prove it; what problems below carry out is proved there."""
    own = (row for row in dossier.measures if row.part_id is None)
    return [{"row": row, "files": files_of(dossier, row.id)} for row in own]


def files_of(dossier: Dossier, measure_id: UUID | None) -> list[dict[str, Any]]:
    """The files that prove one measure, or the problem as a whole, each with who added it."""
    proxied = dossier.by_proxy
    return [
        {
            "row": row,
            "who": signature(dossier.names, row.person_id, unit_id=row.unit_id),
            "by_proxy": row.record_key in proxied,
        }
        for row in dossier.files_of(measure_id)
    ]


def past_files(dossier: Dossier) -> list[dict[str, Any]]:
    """The files of measures that are no longer in force: what was proved in an earlier round stays to be seen."""
    return [file for row in dossier.past_measures for file in files_of(dossier, row.id)]


def extension_told(row: Extension, dossier: Dossier) -> dict[str, Any]:
    """A request for more time with who asked, who signed and what came of it."""
    return {
        "row": row,
        "asked_by": signature(dossier.names, row.asked_by_id) if row.asked_by_id else _("（代填）"),
        "signed_by": signature(dossier.names, row.signed_by_id) if row.signed_by_id else _("（代填）"),
        "answer": _(ANSWERS[row.answer]),
    }
