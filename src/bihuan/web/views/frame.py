"""Small views of the frame: which post is acted in, and what waits in each stage."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as django_set_language

from bihuan.book import clock
from bihuan.domain.refusals import insist
from bihuan.insight.counts import by_stage
from bihuan.notices import inbox
from bihuan.organisations.access import may_see_problems
from bihuan.web.frame import LOOP
from bihuan.web.gate import POST, SignedInRequest, open_to_all


@require_POST
def choose_post(request: SignedInRequest) -> HttpResponse:
    """Act in another of one's own posts from now on."""
    chosen = request.POST.get("post", "")
    if chosen in {str(post.pk) for post in request.posts}:
        request.session[POST] = int(chosen)
    return redirect("desk")


@require_GET
def stages(request: SignedInRequest) -> HttpResponse:
    """How many problems in sight stand in each stage, and how many notices are unread: a page's second part."""
    insist(may_see_problems(request.actor))
    counts = by_stage(request.actor, clock.today())
    context = {"loop": [(stage, counts.get(stage)) for stage in LOOP], "unread": _unread(request)}
    return render(request, "web/parts/stages_counted.html", context)


def _unread(request: SignedInRequest) -> int | None:
    """How many notices wait to be read; None for those who have no inbox."""
    return None if inbox.may_have_inbox(request.actor) else inbox.unread(request.actor)


@open_to_all
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Choose the language; back to the page one was on (Django keeps that on this site)."""
    return django_set_language(request)
