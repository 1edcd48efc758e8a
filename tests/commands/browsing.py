"""A person at a browser, as far as a test of the running service needs one: cookies, forms, and what came back."""

from __future__ import annotations

import secrets
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any

PATIENCE = 30.0


class _Fields(HTMLParser):
    """The fields of the one form on a page that is sent by POST to the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if "selected" in given or self.select not in self.fields:
                self.fields[self.select] = given.get("value", "")
        elif tag == "textarea" and name:
            self.fields.setdefault(name, "")
        elif tag == "input" and name and given.get("type") not in ("submit", "checkbox", "radio", "file"):
            self.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Show a redirect instead of following it: it is the acknowledgement."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


class Browser:
    """One session at one address."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay)

    def fields(self, path: str) -> dict[str, str]:
        """What stands in the forms of a page."""
        found = _Fields()
        with self.opener.open(self.address + path, timeout=PATIENCE) as page:
            found.feed(page.read().decode())
        return found.fields

    def send(self, path: str, fields: dict[str, Any]) -> str:
        """Send a form; where it leads, or an empty text where it was not taken."""
        request = urllib.request.Request(self.address + path, urllib.parse.urlencode(fields).encode())  # noqa: S310
        request.add_header("Referer", self.address + path)
        try:
            with self.opener.open(request, timeout=PATIENCE):
                return ""
        except urllib.error.HTTPError as answer:
            return answer.headers.get("Location", "") if answer.code == 302 else ""

    def upload(self, path: str, fields: dict[str, Any], name: str, file: bytes) -> tuple[int, str]:
        """Send a form with a file in the field `name`; the status and the page that came back."""
        edge = secrets.token_hex(16)
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{fields[key]}' for key in fields
        ]
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="photo.png"\r\n\r\n'
        body = "\r\n".join([*parts, head]).encode() + file + f"\r\n--{edge}--\r\n".encode()
        request = urllib.request.Request(self.address + path, body)  # noqa: S310
        request.add_header("Content-Type", f"multipart/form-data; boundary={edge}")
        request.add_header("Referer", self.address + path)
        try:
            with self.opener.open(request, timeout=PATIENCE) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    def sign_in(self, username: str, password: str) -> None:
        """Sign in; raises AssertionError where that is refused."""
        path = "/accounts/login/"
        said = self.fields(path) | {"login": username, "password": password}
        assert self.send(path, said), f"{username} was not let in"
