"""People, for their administrators: accounts, posts, one-time passwords.

A password is shown in the answer to the request that made it, and nowhere again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.organisations import accounts, directory
from bihuan.organisations.access import may_manage_people
from bihuan.web import errors
from bihuan.web.forms.organisation import PersonForm, PostForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.views.slips import sheets

if TYPE_CHECKING:
    from bihuan.organisations.models import Person
    from bihuan.organisations.slips import Slip

ROWS = 50


@require_GET
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody with a post in the own subtree."""
    insist(may_manage_people(request.actor))
    text = request.GET.get("q", "").replace("\0", "").strip()[:60]
    found = directory.search_people(directory.people_under(request.actor), text)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "web/organisation/people.html", {"page": page, "text": text})


@require_http_methods(["GET", "POST"])
def person_new(request: SignedInRequest) -> HttpResponse:
    """Add somebody with a first post; the answer shows the one-time password."""
    insist(may_manage_people(request.actor))
    branches = directory.tree(request.actor)
    first = {"unit": request.GET.get("unit", "")}
    form = PersonForm(*((request.POST,) if request.method == "POST" else ()), branches=branches, initial=first)
    if form.is_valid():
        said = form.cleaned_data
        try:
            slip = accounts.open_account(actor=request.actor, **said)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            return slip_page(request, slip, is_new=True)
    return render(request, "web/organisation/person_new.html", {"form": form})


@require_GET
def person(request: SignedInRequest, person_id: int) -> HttpResponse:
    """One account: its posts and what may be done with it."""
    return _person_page(request, _person(request, person_id))


def _person(request: SignedInRequest, person_id: int) -> Person:
    insist(may_manage_people(request.actor))
    found = directory.find_person(request.actor, person_id)
    if found is None:
        raise Http404
    return found


def _person_page(request: SignedInRequest, found: Person, form: PostForm | None = None) -> HttpResponse:
    own = set(directory.units_under(request.actor).values_list("pk", flat=True))
    context = {
        "person": found,
        "held": [
            {"post": post, "own": post.unit_id in own, "from": directory.came_from(post)}
            for post in directory.posts_of(found)
        ],
        "past": directory.past_posts_of(found),
        "denied": directory.refuses_account(request.actor, found),
        "form": form or PostForm(branches=directory.tree(request.actor)),
    }
    return render(request, "web/organisation/person.html", context)


@require_POST
def person_password(request: SignedInRequest, person_id: int) -> HttpResponse:
    """A new one-time password, shown in the answer."""
    found = _person(request, person_id)
    slip = accounts.reset_password(actor=request.actor, person=found)
    return slip_page(request, slip, person_id=found.pk)


@sensitive_variables("slip")
def slip_page(request: SignedInRequest, slip: Slip, **more: Any) -> HttpResponse:
    """One slip, on the screen and ready to be printed."""
    context = {"slip": slip, "sheets": sheets([slip]), "address": request.build_absolute_uri("/"), **more}
    return render(request, "web/organisation/password.html", context)


@require_POST
def person_active(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Let an account be used again, or no longer."""
    found = _person(request, person_id)
    active = request.POST.get("active") == "1"
    accounts.switch_account(actor=request.actor, person=found, active=active)
    done = _("账号“%(name)s”已启用。") if active else _("账号“%(name)s”已停用，不能再登录。")
    messages.success(request, done % {"name": found.username})
    return redirect("person", person_id=found.pk)


@require_POST
def post_new(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Give a further post."""
    found = _person(request, person_id)
    form = PostForm(request.POST, branches=directory.tree(request.actor))
    if form.is_valid():
        try:
            accounts.give_post(actor=request.actor, person=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, errors.told(refused.denied))
        else:
            messages.success(request, _("岗位已增加。"))
            return redirect("person", person_id=found.pk)
    return _person_page(request, found, form)


@require_POST
def post_end(request: SignedInRequest, person_id: int, post_id: int) -> HttpResponse:
    """End a post at once."""
    found = _person(request, person_id)
    post = directory.find_post(request.actor, found, post_id)
    if post is None:
        raise Http404
    accounts.take_post(actor=request.actor, post=post)
    messages.success(request, _("岗位已结束。"))
    return redirect("person", person_id=found.pk)
