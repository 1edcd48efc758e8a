"""The register of rules made: figures by level, the list behind each, one rule with the problems tied to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.book import clock
from bihuan.domain.refusals import Refused, insist, say
from bihuan.insight.rules_made import page_of
from bihuan.ledger import rulebook
from bihuan.ledger.achievements import id_from
from bihuan.ledger.actions import rules_made as actions
from bihuan.ledger.actions.of_unit import refuses_writer
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.tying import tie_rule, untie_rule
from bihuan.ledger.leading import record_of
from bihuan.organisations.access import may_see_problems, may_write_for_unit
from bihuan.web import errors, register
from bihuan.web.forms.rules import IssueForm, NumbersForm, ReasonForm, ReviewForm, WordingForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.outcomes import CHANGES, deeds, rule_state
from bihuan.web.steps import Step, answer
from bihuan.web.stored import handed_out

if TYPE_CHECKING:
    from bihuan.ledger.models import RuleMade

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADS = {"new": say("登记制度"), "revised": say("登记修订后的制度"), "repealed": say("登记废止")}


@require_GET
def rules(request: SignedInRequest) -> HttpResponse:
    """The figures of a unit and those below it, and the rules that are asked for."""
    insist(may_see_problems(request.actor))
    asked = register.filter_from(request.GET)
    shown = register.shown(request.actor, asked, request.GET)
    if shown is None:
        raise Http404
    rows, following = page_of(shown.rows, request.GET.get("after", ""))
    context = {
        **shown.context,
        "rows": [(row, rule_state(row)) for row in rows],
        "following": following,
        "paged": bool(request.GET.get("after")),
        "drafts": rulebook.drafts_of(request.actor),
        "may_write": may_write_for_unit(request.actor) is None,
    }
    return render(request, "web/rules/page.html", context)


@require_GET
def rules_export(request: SignedInRequest) -> HttpResponse | FileResponse:
    """The rules asked for as an Excel file."""
    insist(may_see_problems(request.actor))
    file = register.export(request.actor, register.filter_from(request.GET))
    if file is None:
        raise Http404
    name = _("制度清单%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


@require_http_methods(["GET", "POST"])
def rule_new(request: SignedInRequest) -> HttpResponse:
    """Enter a rule: new, or the revision or repeal of one on the register."""
    insist(may_see_problems(request.actor) or may_write_for_unit(request.actor))
    change = request.GET.get("change", "new")
    if change not in CHANGES:
        raise Http404
    earlier = _earlier(request, request.GET.get("of", ""))
    form = _wording_form(request, {"title": earlier.title if earlier else ""})
    if form.is_valid():
        try:
            made = actions.enter_rule(
                actor=request.actor,
                wording=form.wording(),
                change=change,
                replaces=earlier.id if earlier else None,
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已登记“%(title)s”。") % {"title": made.title})
            return redirect("rule", made.id)
    context = {
        "form": form,
        "head": _(_HEADS[change]),
        "change": change,
        "kinds": [(code, _(name)) for code, name in CHANGES.items()] if earlier is None else (),
        "earlier": earlier,
    }
    return render(request, "web/rules/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rule(request: SignedInRequest, rule_id: UUID) -> HttpResponse:
    """One rule with the problems that caused it and its record; a POST takes the step that it names."""
    row = _in_sight(request, rule_id)
    answered = answer(request, _steps(request, row))
    if answered.done:
        return redirect("rule", row.id)
    before, after = rulebook.related(row)
    context = {
        "rule": row,
        "state": rule_state(row),
        "change": _(CHANGES[row.change]),
        "before": before,
        "after": after,
        "tied": rulebook.tied_problems(request.actor, row, request.GET.get("after", "")),
        "steps": answered.steps,
        "may_mend": actions.may_mend(request.actor, row) is None,
        "may_follow": actions.may_follow(request.actor, row) is None,
        "may_untie": may_write_for_unit(request.actor) is None,
        "is_due": row.state == "in_force" and row.review_on is not None and row.review_on <= clock.today(),
        "record": deeds(record_of(row)),
    }
    return render(request, "web/rules/rule.html", context, status=answered.status)


@require_http_methods(["GET", "POST"])
def rule_edit(request: SignedInRequest, rule_id: UUID) -> HttpResponse:
    """Correct what is said of a rule."""
    row = _in_sight(request, rule_id)
    insist(actions.may_mend(request.actor, row))
    names = ("title", "document", "issued_on", "review_on", "summary")
    form = _wording_form(request, {name: getattr(row, name) for name in names})
    if form.is_valid():
        try:
            actions.mend_rule(actor=request.actor, rule=row.id, wording=form.wording())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已修改。"))
            return redirect("rule", row.id)
    context = {"form": form, "head": _("修改制度"), "rule": row}
    return render(request, "web/rules/edit.html", context, status=422 if form.errors else 200)


@require_GET
def rule_file(request: SignedInRequest, rule_id: UUID) -> HttpResponse | FileResponse:
    """The text of a rule."""
    row = _in_sight(request, rule_id)
    if not row.sha256:
        raise Http404
    return handed_out(request, sha256=row.sha256, name=row.file_name)


@require_http_methods(["GET", "POST"])
def rule_untie(request: SignedInRequest, rule_id: UUID, problem_id: UUID) -> HttpResponse:
    """Take back that a problem is tied to a rule, with a reason."""
    row = _in_sight(request, rule_id)
    insist(may_write_for_unit(request.actor))
    tied = rulebook.tie_between(request.actor, row, problem_id)
    if tied is None:
        raise Http404
    form = ReasonForm(request.POST or None, label=_("解除关联的理由"))
    if form.is_valid():
        try:
            untie_rule(
                actor=request.actor, problems=[problem_id], rule=row.id, reason=form.cleaned_data["reason"]
            ).only()
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已解除关联。"))
            return redirect("rule", row.id)
    context = {"form": form, "rule": row, "problem": tied}
    return render(request, "web/rules/untie.html", context, status=422 if form.errors else 200)


def _steps(request: SignedInRequest, row: RuleMade) -> dict[str, Step]:
    """What may be done with a rule now."""
    actor, found = request.actor, {}
    own = refuses_writer(actor, row.unit_id) is None
    if own and row.state == "draft":
        found["issue"] = Step(
            say("印发"),
            lambda said: actions.issue_rule(actor=actor, rule=row.id, **said),
            say("已印发。"),
            IssueForm,
            open=True,
            options={"initial": {"document": row.document, "review_on": row.review_on}},
        )
        found["drop"] = Step(
            say("作废草稿"),
            lambda said: actions.drop_draft(actor=actor, rule=row.id, reason=said["reason"]),
            say("草稿已作废。"),
            ReasonForm,
            danger=True,
            options={"label": _("作废的理由")},
        )
    if own and row.state == "in_force":
        found["review"] = Step(
            say("登记评估"),
            lambda said: actions.review_rule(actor=actor, rule=row.id, **said),
            say("已登记评估。"),
            ReviewForm,
            open=row.review_on is not None and row.review_on <= clock.today(),
        )
    if may_write_for_unit(actor) is None and row.state != "ended":
        found["tie"] = Step(
            say("关联问题"),
            lambda said: _tie(request, row, said),
            say("已关联。"),
            NumbersForm,
            options={"actor": actor},
        )
    return found


def _tie(request: SignedInRequest, row: RuleMade, said: Any) -> Outcome:
    """Tie all the problems named, or none where one is refused: then its number is said with the reason."""
    outcome = tie_rule(
        actor=request.actor, problems=said["numbers"], rule=row.id, note=said["note"], all_or_none=True
    )
    for refusal in outcome.refused[:1]:
        why = errors.told(refusal.denied)
        text = _("%(number)s：%(why)s一个都没有关联。") % {"number": refusal.problem.number, "why": why}
        raise Refused(type(refusal.denied)(text.replace("%", "%%")))
    return outcome


def _wording_form(request: SignedInRequest, initial: dict[str, Any]) -> WordingForm:
    if request.method == "POST":
        return WordingForm(request.POST, request.FILES, initial=initial)
    return WordingForm(initial=initial)


def _earlier(request: SignedInRequest, text: str) -> RuleMade | None:
    """The rule of the own unit that is revised or repealed; none where none is named."""
    if not text:
        return None
    id_ = id_from(text)
    row = rulebook.find_rule(request.actor, id_) if id_ else None
    if row is None:
        raise Http404
    insist(actions.may_follow(request.actor, row))
    return row


def _in_sight(request: SignedInRequest, rule_id: UUID) -> RuleMade:
    insist(may_see_problems(request.actor))
    row = rulebook.find_rule(request.actor, rule_id)
    if row is None:
        raise Http404
    return row
