"""Signing in: no self sign-up, and the account pages of django-allauth that we use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.organisations.accounts import choose_password

if TYPE_CHECKING:
    from bihuan.organisations.models import Person


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """Whose password fits; one whose one-time password has run out is told so, and only who knows it is."""
        person: Person | None = super().authenticate(request, **credentials)
        until = person.one_time_until if person else None
        if until is not None and until < clock.today():
            text = _("这个一次性密码只到%(day)s有效，已经过期。请联系本单位系统管理员重新发放。")
            raise ValidationError(text % {"day": until.isoformat()})
        return person

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("desk")

    def set_password(self, user: Person, password: str) -> None:
        choose_password(person=user, password=password)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back afterwards to where the person was.

    What was typed into a form is kept by the browser (static/web/keep.js) until it has been sent.
    """
    return _lead(request, reverse("account_login") + "?" + urlencode({"next": _way_back(request), "expired": 1}))


def to_new_password(request: HttpRequest) -> HttpResponse:
    """Send to the page where a one-time password is changed; from there the way leads to the desk."""
    return _lead(request, reverse("account_change_password"))


def _lead(request: HttpRequest, address: str) -> HttpResponse:
    """There by redirect, or by the browser's own step where htmx asked for a part of a page."""
    if getattr(request, "htmx", None):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _way_back(request: HttpRequest) -> str:
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if request.method == "GET" and not getattr(request, "htmx", None):
        return request.get_full_path()
    if url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        parts = urlsplit(page)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return "/"
