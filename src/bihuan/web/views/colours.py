"""The colour policy: what is in force and why, the versions, the editor, trials, and switching on.

Everybody may read what explains the colours; changing it is asked of `may_set_up`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.colours import DEFAULT_POLICY, Colour
from bihuan.domain.refusals import Refused, insist
from bihuan.insight import trials
from bihuan.insight.trials import Trial
from bihuan.insight.trying import tried
from bihuan.ledger.actions.policies import switch_on
from bihuan.ledger.policies import Version, schedule_on_record, versions
from bihuan.organisations.access import may_see_problems, may_set_up
from bihuan.web import errors
from bihuan.web.forms.colours import (
    Draft,
    SwitchOnForm,
    TryForm,
    changed,
    colour_choices,
    condition_choices,
    draft_from,
    draft_of,
    policy_in,
)
from bihuan.web.gate import SignedInRequest
from bihuan.web.policies import changes_told, differences_told, matrix, policy_name, rules_told

PAGE = 50
_TOMORROW = timedelta(days=1)


@require_GET
def settings_colours(request: SignedInRequest) -> HttpResponse:
    """The policy in force rule by rule, what is coming, and every version with what it changed."""
    today, known = clock.today(), versions()
    now = schedule_on_record().in_force(today)
    policy = now.policy if now else DEFAULT_POLICY
    denied = may_set_up(request.actor)
    context = {
        "name": policy_name(policy),
        "now": now,
        "rules": rules_told(policy),
        "versions": [_told(version, known, today) for version in known],
        "coming": [version for version in reversed(known) if version.dated.begins > today],
        "compared": _compared(request, known),
        "denied": errors.told(denied) if denied else "",
    }
    return render(request, "web/colours/page.html", context)


def _told(version: Version, known: list[Version], today: date) -> dict[str, Any]:
    dated = version.dated
    before = next((other.dated.policy for other in known if other.dated.version < dated.version), DEFAULT_POLICY)
    coming, held = dated.begins > today, schedule_on_record().in_force(max(dated.begins, today))
    return {
        "version": version,
        "name": policy_name(dated.policy),
        "state": "over" if held != dated else "coming" if coming else "now",
        "replaced": _replaced_by(version, known),
        "changes": differences_told(before, dated.policy),
        "rules": rules_told(dated.policy),
    }


def _replaced_by(version: Version, known: list[Version]) -> int | None:
    """The later version that counts on the very day on which this one was to begin."""
    same = [v.dated.version for v in known if v.dated.begins == version.dated.begins]
    return max(same) if max(same) > version.dated.version else None


def _compared(request: SignedInRequest, known: list[Version]) -> dict[str, Any] | None:
    """Two versions that somebody wants compared."""
    by_number = {str(version.dated.version): version for version in known}
    old, new = by_number.get(request.GET.get("old", "")), by_number.get(request.GET.get("new", ""))
    if old is None or new is None:
        return None
    return {"old": old, "new": new, "told": differences_told(old.dated.policy, new.dated.policy)}


@require_http_methods(["GET", "POST"])
def colours_edit(request: SignedInRequest) -> HttpResponse:
    """The editor: from the policy in force, from a version, or from a trial; its button tries what was typed."""
    insist(may_set_up(request.actor))
    if request.method == "GET":
        draft, day = _first_draft(request)
        return _editor(request, draft, TryForm(initial={"day": day}))
    draft, form = draft_from(request.POST), TryForm(request.POST)
    do = request.POST.get("do", "")
    if do != "try":
        kept = TryForm(initial={"day": request.POST.get("day", "")})
        return _editor(request, changed(draft, do), kept)
    draft, policy = policy_in(draft)
    if form.is_valid() and policy is not None:
        try:
            trial = trials.begin(actor=request.actor, policy=policy, day=form.cleaned_data["day"])
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            return redirect("colours_trial", UUID(trial.key))
    return _editor(request, draft, form, status=422)


def _first_draft(request: SignedInRequest) -> tuple[Draft, date]:
    today = clock.today()
    trial = trials.find(request.actor, request.GET.get("trial", ""))
    if trial is not None:
        return draft_of(trial.policy), max(trial.day, today)
    wanted = request.GET.get("version", "")
    version = next((v.dated for v in versions() if str(v.dated.version) == wanted), None)
    now = version or schedule_on_record().in_force(today)
    return draft_of(now.policy if now else DEFAULT_POLICY), _day(request.GET.get("day", "")) or today


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _editor(request: SignedInRequest, draft: Draft, form: TryForm, status: int = 200) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "colours": colour_choices(),
        "conditions": condition_choices(),
        "last_place": len(draft.rows) - 2,
    }
    return render(request, "web/colours/edit.html", context, status=status)


@require_GET
def colours_trial(request: SignedInRequest, trial_id: UUID) -> HttpResponse:
    """What a trial found, or how far it is; and the form that switches the policy on."""
    trial = _own(request, trial_id)
    begins = max(trial.day, clock.today() + _TOMORROW)
    return _trial_page(request, trial, SwitchOnForm(initial={"begins": begins}))


def _own(request: SignedInRequest, trial_id: UUID) -> Trial:
    insist(may_set_up(request.actor))
    trial = trials.find(request.actor, trial_id.hex)
    if trial is None:
        raise Http404
    return trial


def _trial_page(request: SignedInRequest, trial: Trial, form: SwitchOnForm, status: int = 200) -> HttpResponse:
    today = clock.today()
    coming = [version for version in versions() if version.dated.begins > today]
    context = {
        "trial": trial,
        "key": UUID(trial.key),
        "name": policy_name(trial.policy),
        "matrix": matrix(trial) if trial.done else None,
        "changes": changes_told(trial),
        "differs": differences_told(trial.trying.present, trial.policy),
        "rules": [(*told, trial.fits.get(place, 0)) for place, told in enumerate(rules_told(trial.policy))],
        "sees": may_see_problems(request.actor) is None,
        "coming": coming,
        "form": form,
        "percent": min(99, 100 * trial.passed // max(1, trial.expected)),
    }
    polls = request.htmx and request.method == "GET"
    template = "web/colours/progress.html" if polls and not trial.done else "web/colours/trial.html"
    response = render(request, template, context, status=status)
    if polls and trial.done:
        response["HX-Refresh"] = "true"
    return response


@require_GET
def colours_tried(request: SignedInRequest, trial_id: UUID, cell: str) -> HttpResponse:
    """The problems behind one figure of a trial, page by page, each with both colours and why."""
    insist(may_see_problems(request.actor))
    trial = _own(request, trial_id)
    now, _dash, then = cell.partition("-")
    if now not in set(Colour) or then not in set(Colour):
        raise Http404
    pair = (Colour(now), Colour(then))
    start = _place(request.GET.get("from", ""))
    ids = trials.ids_of(trial, pair, start, PAGE)
    rows = tried(request.actor, trial.trying, ids)
    context = {
        "trial": trial,
        "key": trial_id,
        "name": policy_name(trial.policy),
        "now": now,
        "then": then,
        "count": trial.counts.get(pair, 0),
        "rows": [(row, (row.now.colour, row.then.colour) != pair) for row in rows],
        "first": start + 1,
        "last": start + len(ids),
        "missing": len(ids) - len(rows),
        "before": max(0, start - PAGE) if start else None,
        "after": start + PAGE if start + PAGE < trial.counts.get(pair, 0) else None,
    }
    return render(request, "web/colours/tried.html", context)


def _place(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0


@require_POST
def colours_on(request: SignedInRequest, trial_id: UUID) -> HttpResponse:
    """Switch on what was tried, from a day still to come."""
    trial = _own(request, trial_id)
    form = SwitchOnForm(request.POST)
    if form.is_valid() and trial.done:
        try:
            made = switch_on(
                actor=request.actor,
                policy=trial.policy,
                effective_from=form.cleaned_data["begins"],
                reason=form.cleaned_data["reason"],
                seen=trial.seen,
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            told = _("已记下：第%(version)s版颜色规则从%(day)s起生效。")
            values = {"version": made.version, "day": made.effective_from.isoformat()}
            messages.success(request, told % values)
            return redirect("settings_colours")
    return _trial_page(request, trial, form, status=422)
