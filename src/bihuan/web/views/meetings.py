"""Dispatch meetings: the list, planning one with its agenda, what it decided, its minutes as a Word file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.domain.refusals import Refused, insist
from bihuan.insight.agenda import candidates
from bihuan.ledger import leading
from bihuan.ledger.actions import meetings as actions
from bihuan.organisations.access import may_see_problems
from bihuan.web import errors
from bihuan.web.agendas import agenda_of
from bihuan.web.forms.leading import DecisionForm, MeetingForm, MinutesForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.minutes import NAME, TYPE, minutes_of
from bihuan.web.stored import LOCKED_DOWN
from bihuan.web.tasks import DONE, tell_all
from bihuan.web.tickets import held, issue, result_of
from bihuan.web.views.acting import unit_names

if TYPE_CHECKING:
    from bihuan.ledger.models import Meeting

TICKED_AT_FIRST = 20


@require_GET
def meetings(request: SignedInRequest) -> HttpResponse:
    """The own unit's meetings, or those of the units right below it, newest first."""
    insist(may_see_problems(request.actor))
    below = request.GET.get("of") == "below"
    page = leading.meetings_page(request.actor, below=below, after=request.GET.get("after", ""))
    context = {
        "meetings": page.rows,
        "following": page.following,
        "below": below,
        "may": actions.may_hold_meetings(request.actor) is None,
    }
    return render(request, "web/leading/meetings.html", context)


@require_http_methods(["GET", "POST"])
def meeting_new(request: SignedInRequest) -> HttpResponse:
    """Call a meeting; the second of two clicks calls no other."""
    insist(may_see_problems(request.actor) or actions.may_hold_meetings(request.actor))
    number = request.POST.get("ticket", "")
    settled = result_of(request, number)
    if settled:
        return redirect("meeting", settled)
    offered: list[dict[str, Any]] = [
        {"id": str(row.id), "row": row} for row in candidates(request.actor, clock.today())
    ]
    form = _meeting_form(request, [UUID(item["id"]) for item in offered], {"held_on": clock.today()})
    if form.is_valid():
        try:
            with held(request, number) as ticket:
                if ticket.known and ticket.result is None:
                    ticket.result = str(actions.plan_meeting(actor=request.actor, plan=form.plan).id)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            if ticket.result:
                return redirect("meeting", ticket.result)
            form.add_error(None, _("页面打开得太久了，还没有保存。请再提交一次。"))
    ticked = _ticked(form) if form.is_bound else {item["id"] for item in offered[:TICKED_AT_FIRST]}
    context = {"form": form, "fresh": _with_ticks(offered, ticked), "ticket": issue(request)}
    return render(request, "web/leading/meeting_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def meeting_edit(request: SignedInRequest, meeting_id: UUID) -> HttpResponse:
    """Plan a meeting differently; what stands on its agenda stays as it stood."""
    row = _found(request, meeting_id)
    insist(actions.may_change(request.actor, row))
    kept = [{"id": item["problem"], "item": item} for item in agenda_of(row)]
    known = {item["id"] for item in kept}
    offered = [{"id": str(problem.id), "row": problem} for problem in candidates(request.actor, clock.today())]
    fresh = [item for item in offered if item["id"] not in known]
    first = {name: getattr(row, name) for name in ("title", "held_on", "place", "chair", "attendees")}
    form = _meeting_form(request, [UUID(item["id"]) for item in (*kept, *fresh)], first)
    if form.is_valid():
        try:
            actions.change_meeting(actor=request.actor, meeting=row.id, plan=form.plan)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("会议安排已保存。"))
            return redirect("meeting", row.id)
    ticked = _ticked(form) if form.is_bound else known
    context = {
        "meeting": row,
        "form": form,
        "kept": _with_ticks(kept, ticked),
        "fresh": _with_ticks(fresh, ticked),
    }
    return render(request, "web/leading/meeting_form.html", context, status=422 if form.errors else 200)


def _meeting_form(request: SignedInRequest, offered: list[UUID], first: dict[str, Any]) -> MeetingForm:
    return MeetingForm(request.POST if request.method == "POST" else None, offered=offered, initial=first)


def _ticked(form: MeetingForm) -> set[str]:
    return set(form.data.getlist("problem"))  # type: ignore[attr-defined]


def _with_ticks(items: list[dict[str, Any]], ticked: set[str]) -> list[dict[str, Any]]:
    return [item | {"ticked": item["id"] in ticked} for item in items]


@require_http_methods(["GET", "POST"])
def meeting(request: SignedInRequest, meeting_id: UUID) -> HttpResponse:
    """One meeting: facts, agenda, decisions, minutes; a POST adds a decision, writes the minutes, or closes it."""
    row = _found(request, meeting_id)
    sent = request.POST if request.method == "POST" else None
    step = sent.get("step", "") if sent is not None else ""
    if sent is not None and step not in ("decide", "minutes", "close"):
        raise Http404
    agenda = agenda_of(row)
    decision = DecisionForm(sent if step == "decide" else None, actor=request.actor, agenda=agenda)
    minutes = MinutesForm(sent if step == "minutes" else None, initial={"minutes": row.minutes})
    form: Form | None = {"decide": decision, "minutes": minutes, "close": Form({})}.get(step)
    if form is not None and form.is_valid() and _taken(request, row, form):
        return redirect("meeting", row.id)
    tasks = leading.tasks_of_meeting(request.actor, row)
    named = leading.problems_named(request.actor, (item.problem_id for item in tasks))
    context = {
        "meeting": row,
        "agenda": agenda,
        "seen": {str(id_) for id_ in leading.problems_named(request.actor, _agenda_ids(row))},
        "tasks": tell_all(tasks, clock.today(), named),
        "may": actions.may_change(request.actor, row) is None,
        "decision": decision,
        "minutes": minutes,
        "close_errors": form.non_field_errors() if step == "close" and form is not None else [],
        "names": unit_names(decision),  # type: ignore[arg-type]
        "record": [(_(DONE.get(line.action, line.action)), line) for line in leading.record_of(row)],
    }
    return render(request, "web/leading/meeting.html", context, status=422 if form is not None else 200)


def _agenda_ids(row: Meeting) -> list[UUID]:
    return [UUID(item["problem"]) for item in row.agenda]


def _taken(request: SignedInRequest, row: Meeting, form: Form) -> bool:
    """Do what the form asks; False where it is refused, with the reason as its error."""
    try:
        if isinstance(form, DecisionForm):
            about = form.cleaned_data["about"]
            actions.decide(actor=request.actor, meeting=row.id, task=form.task, problem=about)
            told = _("议定事项已记下，成为承办单位的一项任务。")
        elif isinstance(form, MinutesForm):
            actions.write_minutes(actor=request.actor, meeting=row.id, text=form.cleaned_data["minutes"])
            told = _("会议纪要已保存。")
        else:
            actions.close_meeting(actor=request.actor, meeting=row.id)
            told = _("调度会已办结，此后不再改动。")
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return False
    messages.success(request, told)
    return True


@require_GET
def meeting_paper(request: SignedInRequest, meeting_id: UUID) -> FileResponse:
    """The minutes as a Word file; that they were taken away is on the record."""
    row = _found(request, meeting_id)
    made = minutes_of(request.actor, row)
    name = NAME % {"day": row.held_on.isoformat()}
    response = FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type=TYPE)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED_DOWN
    return response


def _found(request: SignedInRequest, meeting_id: UUID) -> Meeting:
    insist(may_see_problems(request.actor))
    row = leading.find_meeting(request.actor, meeting_id)
    if row is None:
        raise Http404
    return row
