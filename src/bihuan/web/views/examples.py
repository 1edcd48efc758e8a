"""Good examples: what was published, one example with the units that adopted it, and what may be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.domain.refusals import Refused, insist, say
from bihuan.ledger import achievements as reads
from bihuan.ledger.actions import examples as actions
from bihuan.ledger.actions import taking_up
from bihuan.ledger.leading import record_of
from bihuan.organisations.access import Actor, may_see_problems, may_write_for_unit
from bihuan.web import errors
from bihuan.web.forms.achievements import AdoptForm, EffectForm, SpreadForm, StoryForm
from bihuan.web.forms.rules import ReasonForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.outcomes import deeds
from bihuan.web.steps import Step, answer

if TYPE_CHECKING:
    from bihuan.ledger.models import Adoption, Example, Problem


@require_GET
def examples(request: SignedInRequest) -> HttpResponse:
    """What was published anywhere in the installation, the latest first; what is recommended from above apart."""
    insist(may_see_problems(request.actor))
    actor, asked = request.actor, request.GET
    text = asked.get("q", "").replace("\0", "").strip()[:60]
    show = asked["show"] if asked.get("show") in ("spread", "own", "adopted") else ""
    page, following = reads.examples_page(reads.shown_examples(actor, show, text), asked.get("after", ""))
    adopted = reads.adopted_by(page)
    mine = reads.adopted_here(actor, page)
    context = {
        "rows": [(row, adopted[row.id], row.id in mine) for row in page],
        "following": following,
        "paged": bool(asked.get("after")),
        "show": show,
        "shows": [
            ("", _("全部")),
            ("spread", _("上级推广的")),
            ("adopted", _("本单位采用的")),
            ("own", _("本单位的")),
        ],
        "q": text,
        "drafts": reads.own_drafts(actor),
        "may_write": may_write_for_unit(actor) is None,
    }
    return render(request, "web/examples/page.html", context)


@require_http_methods(["GET", "POST"])
def example_new(request: SignedInRequest) -> HttpResponse:
    """Write a good example; `problem` (an id) in the address says from which problem."""
    insist(may_see_problems(request.actor) or may_write_for_unit(request.actor))
    about = _about(request.actor, request.GET.get("problem", ""))
    initial = {"title": about.title[: actions.TITLE_LENGTH], "field": about.category} if about else {}
    form = StoryForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        publish = "publish" in request.POST
        try:
            made = actions.write_example(
                actor=request.actor, story=form.story(), problem=about.id if about else None, publish=publish
            )
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已发布，所有单位都看得到。") if publish else _("已存为草稿。"))
            return redirect("example", made.id)
    context = {"form": form, "about": about}
    return render(request, "web/examples/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def example(request: SignedInRequest, example_id: UUID) -> HttpResponse:
    """One example with who adopted it; a POST takes the step that it names."""
    row = _in_sight(request, example_id)
    adoption = reads.own_adoption(request.actor, row)
    answered = answer(request, _steps(request.actor, row, adoption))
    if answered.done:
        there = reads.find_example(request.actor, row.id) is not None
        return redirect("example", row.id) if there else redirect("examples")
    adoptions, following = reads.adoptions_of(row, request.GET.get("after", ""))
    context = {
        "row": row,
        "about": reads.problem_behind(request.actor, row),
        "adoption": adoption,
        "adoptions": adoptions,
        "count": reads.adopted_by([row])[row.id],
        "following": following,
        "steps": answered.steps,
        "may_change": actions.may_change(request.actor, row) is None,
        "record": deeds(record_of(row)) if request.actor.unit_id in row.unit.line else [],
    }
    return render(request, "web/examples/example.html", context, status=answered.status)


@require_http_methods(["GET", "POST"])
def example_edit(request: SignedInRequest, example_id: UUID) -> HttpResponse:
    """Correct what an example says."""
    row = _in_sight(request, example_id)
    insist(actions.may_change(request.actor, row))
    initial = {"title": row.title, "field": row.field, "text": row.text}
    form = StoryForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            actions.mend_example(actor=request.actor, example=row.id, story=form.story())
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("已修改。"))
            return redirect("example", row.id)
    context = {"form": form, "row": row}
    return render(request, "web/examples/edit.html", context, status=422 if form.errors else 200)


def _steps(actor: Actor, row: Example, adoption: Adoption | None) -> dict[str, Step]:
    """What may be done with an example now: by its unit, by a unit above, by one that takes it over."""
    return {**_of_author(actor, row), **_of_unit_above(actor, row), **_of_reader(actor, row, adoption)}


def _of_author(actor: Actor, row: Example) -> dict[str, Step]:
    found: dict[str, Step] = {}
    if actions.may_change(actor, row) is not None:
        return found
    if row.state == "draft":
        found["publish"] = Step(
            say("发布"),
            lambda said: actions.publish_example(actor=actor, example=row.id),
            say("已发布，所有单位都看得到。"),
            hint=say("发布以后，系统里的所有单位都看得到。请确认其中没有不宜公开的内容。"),
            open=True,
        )
    found["end"] = Step(
        say("撤下"),
        lambda said: actions.end_example(actor=actor, example=row.id, reason=said["reason"]),
        say("已撤下。"),
        ReasonForm,
        danger=True,
        options={"label": _("撤下的理由")},
    )
    return found


def _of_unit_above(actor: Actor, row: Example) -> dict[str, Step]:
    if row.state == "published" and actions.may_spread(actor, row) is None:
        return {
            "spread": Step(
                say("向下推广"),
                lambda said: actions.spread_example(actor=actor, example=row.id, note=said["note"]),
                say("已向全部下级单位推广。"),
                SpreadForm,
                hint=say("全部下级单位会在“上级推广的”里看到它。"),
                open=True,
            )
        }
    if row.spread_by_id is not None and actions.may_end_spreading(actor, row) is None:
        return {
            "end_spreading": Step(
                say("停止推广"),
                lambda said: actions.end_spreading(actor=actor, example=row.id, reason=said["reason"]),
                say("已停止推广。"),
                ReasonForm,
                options={"label": _("停止推广的理由")},
            )
        }
    return {}


def _of_reader(actor: Actor, row: Example, adoption: Adoption | None) -> dict[str, Step]:
    if adoption is None:
        if taking_up.may_adopt(actor, row) is not None:
            return {}
        return {
            "adopt": Step(
                say("采用"),
                lambda said: taking_up.adopt(actor=actor, example=row.id, note=said["note"]),
                say("已记下本单位采用这条经验。"),
                AdoptForm,
                open=True,
            )
        }
    if taking_up.may_report(actor, adoption) is not None:
        return {}
    return {
        "effect": Step(
            say("填写效果"),
            lambda said: taking_up.report_effect(actor=actor, adoption=adoption.id, effect=said["effect"]),
            say("已记下采用的效果。"),
            EffectForm,
            open=not adoption.effect,
            options={"initial": {"effect": adoption.effect}},
        ),
        "give_up": Step(
            say("不再采用"),
            lambda said: taking_up.give_up(actor=actor, adoption=adoption.id, reason=said["reason"]),
            say("已记下不再采用。"),
            ReasonForm,
            danger=True,
            options={"label": _("不再采用的理由")},
        ),
    }


def _about(actor: Actor, text: str) -> Problem | None:
    id_ = reads.id_from(text)
    if not text or id_ is None:
        return None
    found = reads.problem_in_sight(actor, id_)
    if found is None:
        raise Http404
    return found


def _in_sight(request: SignedInRequest, example_id: UUID) -> Example:
    insist(may_see_problems(request.actor))
    row = reads.find_example(request.actor, example_id)
    if row is None:
        raise Http404
    return row
