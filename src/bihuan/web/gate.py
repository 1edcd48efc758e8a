"""The gate: nobody gets past it without having signed in; a session ends when it lies idle, or after its hours.

Whoever has a one-time password is led to the page where it is changed, whatever was asked for, and nothing else is
done. Every request that passes carries `request.actor`, the person in the post acted in (None for people without a
post). Views that are open to everybody say so with `open_to_all`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from bihuan.domain.refusals import Refused
from bihuan.organisations.access import Actor, actor_for, posts_held
from bihuan.web import errors
from bihuan.web.signin import to_new_password, to_sign_in

if TYPE_CHECKING:
    from bihuan.organisations.models import Person, Post

SEEN, SINCE = "seen_at", "signed_in_at"
POST = "post"
SEEN_EVERY = 60
View = TypeVar("View", bound=Callable[..., Any])


class SignedInRequest(HttpRequest):
    """A request behind the gate."""

    user: Person
    actor: Actor
    posts: list[Post]
    htmx: Any


def open_to_all(view: View) -> View:
    """Mark a view that may be seen without signing in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


class SignedInMiddleware:
    """Deny by default: a view is behind the gate unless it is marked otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: Any, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if request.user.is_authenticated and _over(request):
            logout(request)
        if getattr(view, "open_to_all", False) or view.__module__.startswith("allauth."):
            return None
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if request.user.must_change_password:
            return to_new_password(request)
        request.posts = posts_held(request.user)
        request.actor = actor_for(request.user, request.posts, request.session.get(POST))
        if request.actor is None:
            return errors.without_post(request)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal that no view has shown in its own page is shown as a page of its own."""
        return errors.forbidden(request, exception) if isinstance(exception, Refused) else None


def _over(request: HttpRequest) -> bool:
    """Has the session lain idle too long, or lasted its hours, however busy it was?"""
    now = int(time.time())
    seen, since = request.session.get(SEEN, now), request.session.get(SINCE, now)
    if now - seen > settings.SESSION_IDLE_SECONDS or now - since > settings.SESSION_COOKIE_AGE:
        return True
    if SINCE not in request.session or now - seen > SEEN_EVERY:
        request.session[SEEN], request.session[SINCE] = now, since
    return False
