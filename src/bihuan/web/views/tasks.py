"""Tasks: what the own unit has to do, what it set others, and one task with what can be done with it now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.ledger import leading
from bihuan.ledger.actions import tasks as actions
from bihuan.organisations.access import may_see_problems
from bihuan.web import errors
from bihuan.web.forms.leading import TaskStep
from bihuan.web.forms.units import UnitChoice
from bihuan.web.gate import SignedInRequest
from bihuan.web.tasks import DONE, tell, tell_all

if TYPE_CHECKING:
    from bihuan.ledger.models import Task
    from bihuan.organisations.access import Actor

SIDES: Mapping[str, str] = {"ours": say("本单位承办"), "set": say("本单位交办")}


@dataclass(frozen=True)
class Step:
    """Something that can be done with a task: its button, what has to be said, who may, and the action."""

    verb: str
    label: str
    required: bool
    may: Callable[[Actor, Task], Denied | None]
    perform: Callable[[Actor, UUID, str], Task]
    done: str
    danger: bool = False


STEPS: Mapping[str, Step] = {
    "report": Step(
        say("报告完成情况"),
        say("完成情况"),
        True,
        actions.may_report,
        lambda actor, task, text: actions.report_task(actor=actor, task=task, result=text),
        say("已报告，等待交办单位验收。"),
    ),
    "accept": Step(
        say("验收通过"),
        say("验收意见"),
        False,
        actions.may_judge,
        lambda actor, task, text: actions.accept_task(actor=actor, task=task, opinion=text),
        say("已验收，这项任务完成。"),
    ),
    "send_back": Step(
        say("退回"),
        say("退回的理由"),
        True,
        actions.may_judge,
        lambda actor, task, text: actions.send_task_back(actor=actor, task=task, reason=text),
        say("已退回，由承办单位继续办理。"),
    ),
    "drop": Step(
        say("撤销任务"),
        say("撤销的理由"),
        True,
        actions.may_drop,
        lambda actor, task, text: actions.drop_task(actor=actor, task=task, reason=text),
        say("任务已撤销。"),
        danger=True,
    ),
}


@require_GET
def tasks(request: SignedInRequest) -> HttpResponse:
    """The own unit's tasks in one state, by due day."""
    insist(may_see_problems(request.actor))
    asked = request.GET
    side = asked["side"] if asked.get("side") in SIDES else "ours"
    state = asked["state"] if asked.get("state") in leading.STATES else "open"
    page = leading.tasks_page(request.actor, side, state, asked.get("after", ""))
    named = leading.problems_named(request.actor, (row.problem_id for row in page.rows))
    counts = leading.task_counts(request.actor, side)
    context = {
        "side": side,
        "sides": [(code, _(name)) for code, name in SIDES.items()],
        "state": state,
        "states": [(code, _(name), counts.get(code, 0)) for code, name in actions.STATE_NAMES.items()],
        "tasks": tell_all(page.rows, clock.today(), named),
        "following": page.following,
        "paged": bool(asked.get("after")),
    }
    return render(request, "web/leading/tasks.html", context)


@require_http_methods(["GET", "POST"])
def task(request: SignedInRequest, task_id: UUID) -> HttpResponse:
    """One task with its record; a POST takes the step that it names."""
    insist(may_see_problems(request.actor))
    row = leading.find_task(request.actor, task_id)
    if row is None:
        raise Http404
    forms = {
        code: TaskStep(prefix=code, label=_(step.label), required=step.required) for code, step in STEPS.items()
    }
    status = 200
    if request.method == "POST":
        code = request.POST.get("step", "")
        if code not in STEPS:
            raise Http404
        step = STEPS[code]
        form = TaskStep(request.POST, prefix=code, label=_(step.label), required=step.required)
        if form.is_valid() and _done(request, row, step, form):
            return redirect("task", row.id)
        forms[code], status = form, 422
        row = leading.find_task(request.actor, task_id) or row
    return render(request, "web/leading/task.html", _context(request.actor, row, forms), status=status)


def _done(request: SignedInRequest, row: Task, step: Step, form: TaskStep) -> bool:
    """Take the step; False where it is refused, with the reason as an error of the form."""
    try:
        step.perform(request.actor, row.id, form.cleaned_data["text"])
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return False
    messages.success(request, _(step.done))
    return True


def _context(actor: Actor, row: Task, forms: Mapping[str, TaskStep]) -> dict[str, Any]:
    named = leading.problems_named(actor, [row.problem_id])
    asked = {code: step.may(actor, row) for code, step in STEPS.items()}
    return {
        "told": tell(row, clock.today(), named.get(row.problem_id) if row.problem_id else None),
        "meeting": leading.find_meeting(actor, row.meeting_id),
        "steps": _steps(asked, forms),
        "own_work": _own_work(actor, row, asked["accept"]),
        "record": [(_(DONE.get(line.action, line.action)), line) for line in leading.record_of(row)],
    }


def _steps(asked: Mapping[str, Denied | None], forms: Mapping[str, TaskStep]) -> list[dict[str, Any]]:
    """The steps that can be taken now, and one that was refused: the first stands open, giving up never does."""
    ready = [code for code in STEPS if asked[code] is None or forms[code].is_bound]
    main = next((code for code in ready if not STEPS[code].danger), None)
    return [
        {
            "code": code,
            "verb": _(STEPS[code].verb),
            "form": forms[code],
            "danger": STEPS[code].danger,
            "main": code == main,
            "open": code == main or forms[code].is_bound,
        }
        for code in ready
    ]


def _own_work(actor: Actor, row: Task, denied: Denied | None) -> Denied | None:
    """Why somebody of the unit that set it cannot accept what waits to be accepted."""
    waits = row.state == "reported" and actor.unit_id == row.set_by_unit_id
    return denied if waits and actor.role in actions.SETTERS else None


@require_GET
def unit_names(request: SignedInRequest) -> HttpResponse:
    """Names of units at or below the own one that hold what is being typed, as options of a list."""
    insist(may_see_problems(request.actor))
    asked = next((text for text in map(str, request.GET.values()) if text.strip()), "")[:60]
    names = UnitChoice(leading.own_unit(request.actor)).holding(asked) if asked else []
    return render(request, "web/act/unit_options.html", {"names": names})
