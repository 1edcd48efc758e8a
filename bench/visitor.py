"""Somebody at a browser: signs in over HTTP, keeps the connection, fills in the forms of the pages and sends them.

Knows no address of a form and no hidden field: it sends what the page holds, with the values that a person would
have typed in. Standard library only, so that the measured time is the server's.
"""

from __future__ import annotations

import http.client
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode, urljoin, urlsplit

PATIENCE = 900.0
"""Seconds for an answer: five thousand rows take a while."""
SAFE = "/?&=%:,+-._~#"
Fields = list[tuple[str, str]]


class Unexpected(RuntimeError):
    """Raised where a page answers otherwise than a person at work would see it."""


@dataclass(frozen=True)
class Answer:
    """A page: its status, where it lies after redirects, its text, and how long it took in seconds."""

    status: int
    path: str
    text: str
    seconds: float
    moved_to: str = ""


@dataclass
class Form:
    """A form of a page: where it goes and what it sends as it stands."""

    action: str
    fields: Fields = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def holds(self, what: str) -> bool:
        """Has it a field of this name, or this in its address?"""
        names = {name for name, _value in self.fields} | {*self.files, *self.choices}
        return what in names or (bool(self.action) and what in self.action)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._in: Form | None = None
        self._text: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = Form(values.get("action", ""))
            self.forms.append(self._in)
        elif self._in is not None and tag in ("input", "textarea", "select", "option"):
            getattr(self, f"_on_{tag}")(self._in, values)

    def _on_input(self, form: Form, values: dict[str, str]) -> None:
        kind, name = values.get("type", "text"), values.get("name", "")
        if kind == "file":
            form.files.append(name)
        elif name and kind != "submit" and (kind not in ("checkbox", "radio") or "checked" in values):
            form.fields.append((name, values.get("value", "on" if kind == "checkbox" else "")))

    def _on_textarea(self, form: Form, values: dict[str, str]) -> None:
        self._text = values.get("name", "")
        form.fields.append((self._text, ""))

    def _on_select(self, form: Form, values: dict[str, str]) -> None:
        self._select = values.get("name", "")
        form.choices[self._select] = []

    def _on_option(self, form: Form, values: dict[str, str]) -> None:
        if self._select is None:
            return
        known = form.choices[self._select]
        if "selected" in values or not known:
            form.fields[:] = [pair for pair in form.fields if pair[0] != self._select]
            form.fields.append((self._select, values.get("value", "")))
        known.append(values.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._in is not None and self._text is not None:
            name, before = self._in.fields[-1]
            self._in.fields[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in = None
        elif tag == "textarea":
            self._text = None
        elif tag == "select":
            self._select = None


def forms_of(page: str) -> list[Form]:
    """The forms of a page in their order."""
    reader = _Forms()
    reader.feed(page)
    return reader.forms


class Visitor:
    """One person with one connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._cookies: dict[str, str] = {}

    def sign_in(self, username: str, password: str) -> None:
        """Sign in as a person does; raises `Unexpected` where that fails."""
        page = self.get("/accounts/login/")
        answer = self.send(page, "password", {"login": username, "password": password})
        if answer.moved_to != "/":
            raise Unexpected(f"{username} was not let in: {answer.status} {_errors(answer.text)}")

    def get(self, path: str, *, part: bool = False) -> Answer:
        """A page, whole, without compression; or a `part` that a page fetches for itself."""
        return self._ask("GET", path, more={"HX-Request": "true"} if part else None)

    def send(
        self,
        page: Answer,
        what: str,
        values: Mapping[str, str],
        *,
        to: str = "",
        file: tuple[str, str, bytes] | None = None,
    ) -> Answer:
        """Send the first form of `page` that holds `what` (a field, or a part of its address), `values` typed in.

        `to` is the address of the button pressed, where it has one; `file` is (field, name, content). The answer
        is the first one: redirects are not followed.
        """
        form = self.form(page, what)
        fields = [pair for pair in form.fields if pair[0] not in values] + list(values.items())
        return self.post(urljoin(page.path, to or form.action), fields, file=file)

    def form(self, page: Answer, what: str) -> Form:
        """The first form of `page` that holds `what`; raises `Unexpected` where there is none."""
        for form in forms_of(page.text):
            if form.holds(what):
                return form
        raise Unexpected(f"no form with {what!r} on {page.path} ({page.status}): {_errors(page.text)}")

    def post(self, path: str, fields: Fields, *, file: tuple[str, str, bytes] | None = None) -> Answer:
        """Send these fields, of a form read before."""
        if file is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, file)
        return self._ask("POST", path, body, {"Content-Type": kind})

    def follow(self, answer: Answer) -> Answer:
        """The page to which `answer` sends; raises `Unexpected` where it sends nowhere."""
        if not answer.moved_to:
            raise Unexpected(f"{answer.path} answered {answer.status}: {_errors(answer.text)}")
        return self.get(answer.moved_to)

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _ask(
        self, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Accept-Language": "zh-Hans", "Accept-Encoding": "identity", **(more or {})}
        asked = (method, quote(path, safe=SAFE), body, headers)
        try:
            response, content, seconds = self._exchange(*asked)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()  # the server gives up connections that nobody speaks on for a while
            response, content, seconds = self._exchange(*asked)
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        location = response.headers.get("Location", "")
        moved_to = urlsplit(location)._replace(scheme="", netloc="").geturl() if location else ""
        return Answer(response.status, path, content.decode("utf-8", "replace"), seconds, moved_to)

    def _exchange(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes, float]:
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        return response, content, time.perf_counter() - began


def _multipart(fields: Fields, file: tuple[str, str, bytes]) -> tuple[bytes, str]:
    line = f"bench{secrets.token_hex(12)}"
    parts = [
        f'--{line}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields
    ]
    field_name, name, content = file
    head = (
        f'--{line}\r\nContent-Disposition: form-data; name="{field_name}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), content, f"\r\n--{line}--\r\n".encode()]), (
        f"multipart/form-data; boundary={line}"
    )


def _errors(page: str) -> str:
    """What a page says is wrong, as plain words."""
    found = re.findall(r'class="[^"]*(?:error|message)[^"]*"[^>]*>(.*?)</', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>|\s+", " ", text).strip() for text in found)[:300]
