"""Signing in: no self sign-up, and the account pages of django-allauth that we use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.organisations.accounts import choose_password

if TYPE_CHECKING:
    from bihuan.organisations.models import Person


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by administrators; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: Person, password: str) -> None:
        choose_password(person=user, password=password)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page and back afterwards to where the person was.

    What was typed into a form is kept by the browser (static/web/keep.js) until it has been sent.
    """
    address = reverse("account_login") + "?" + urlencode({"next": _way_back(request), "expired": 1})
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
