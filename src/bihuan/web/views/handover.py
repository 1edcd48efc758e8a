"""Handing over a post: say to whom, look at the open work that moves along, confirm once.

Administrators see no problems: of the work they are shown numbers and stages, never what it is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from bihuan.domain.refusals import Refused, insist
from bihuan.ledger.actions.handing_over import HandedOver, work_of
from bihuan.ledger.actions.handing_over import hand_over as hand_over_post
from bihuan.organisations import directory
from bihuan.organisations.access import may_manage_people
from bihuan.organisations.accounts import Newcomer
from bihuan.web import errors, tickets
from bihuan.web.forms.accounts import HandOverForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.templatetags import bihuan as shown
from bihuan.web.views.people import slip_page

if TYPE_CHECKING:
    from bihuan.ledger.actions.handing_over import Work
    from bihuan.organisations.models import Person, Post

SHOWN = 100


@require_http_methods(["GET", "POST"])
def hand_over(request: SignedInRequest, person_id: int, post_id: int) -> HttpResponse:
    """Ask, look, confirm."""
    insist(may_manage_people(request.actor))
    done = tickets.result_of(request, request.POST.get("ticket", ""))
    if done:
        return _again(request, done)
    post = _post(request, person_id, post_id)
    form = HandOverForm(request.POST if request.method == "POST" else None)
    successor = (form.newcomer or _known(request, form)) if form.is_valid() else None
    if successor is None or "back" in request.POST:
        return _page(request, post, form)
    if "confirm" not in request.POST:
        return _page(request, post, form, successor=successor, ticket=tickets.issue(request))
    return _carry_out(request, post, form, successor)


def _post(request: SignedInRequest, person_id: int, post_id: int) -> Post:
    person = directory.find_person(request.actor, person_id)
    post = directory.find_post(request.actor, person, post_id) if person else None
    if person is None or post is None:
        raise Http404
    insist(directory.refuses_account(request.actor, person))
    return post


def _known(request: SignedInRequest, form: HandOverForm) -> Person | None:
    """The successor with an account; where there is none the form says so."""
    name = form.cleaned_data["known"].strip()
    found = directory.people_under(request.actor).filter(username=name).first()
    if found is None:
        form.add_error("known", _("没有找到用户名“%(name)s”。请从列表中选择。") % {"name": name})
    return found


def _page(
    request: SignedInRequest,
    post: Post,
    form: HandOverForm,
    *,
    successor: Person | Newcomer | None = None,
    **more: Any,
) -> HttpResponse:
    work = work_of(request.actor, post)
    context = {
        "post": post,
        "person": post.person,
        "form": form,
        "work": work,
        "denied": work.denied,
        "numbers": work.problems[:SHOWN],
        "more_numbers": max(0, len(work.problems) - SHOWN),
        "successor": successor,
        "new": successor.name if isinstance(successor, Newcomer) else shown.person_name(successor),
        "moves": _moves(form, work) if successor else 0,
        "colleagues": directory.colleagues(request.actor, post),
        **more,
    }
    return render(request, "web/accounts/hand_over.html", context)


def _moves(form: HandOverForm, work: Work) -> int:
    """How many problems will name the successor."""
    return len(work.problems) if form.cleaned_data["work"] and not work.denied else 0


@sensitive_variables("done")
def _carry_out(
    request: SignedInRequest, post: Post, form: HandOverForm, successor: Person | Newcomer
) -> HttpResponse:
    said = form.cleaned_data
    try:
        with tickets.held(request, request.POST.get("ticket", "")) as ticket:
            if ticket.result is not None:
                return _again(request, ticket.result)
            if not ticket.known:
                form.add_error(None, _("页面打开的时间太久，还没有移交。请核对后再确认。"))
                return _page(request, post, form, successor=successor, ticket=tickets.issue(request))
            done = hand_over_post(
                actor=request.actor, post=post, to=successor, reason=said["reason"], with_work=said["work"]
            )
            ticket.result = {"person": done.passed.post.person_id, "slip": done.passed.slip is not None}
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _page(request, post, form)
    return _done(request, post, done)


def _done(request: SignedInRequest, post: Post, done: HandedOver) -> HttpResponse:
    person = done.passed.post.person
    told = _("%(old)s的“%(role)s”岗位已移交给%(new)s，%(count)s个在办问题改由%(new)s负责。") % {
        "old": shown.person_name(post.person),
        "new": shown.person_name(person),
        "role": shown.role(post.role),
        "count": done.problems,
    }
    if done.passed.slip:
        return slip_page(request, done.passed.slip, is_new=True, handed=told, person_id=person.pk)
    messages.success(request, told)
    return redirect("person", person_id=person.pk)


def _again(request: SignedInRequest, done: dict[str, Any]) -> HttpResponse:
    """The second click: it is done already, and a password cannot be shown again."""
    if done["slip"]:
        messages.warning(
            request, _("岗位已经移交，账号已经开通；一次性密码只显示一次，没有看到的请在这里重置密码。")
        )
    else:
        messages.info(request, _("岗位已经移交。"))
    return redirect("person", person_id=done["person"])
