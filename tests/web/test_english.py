"""Pages in English hold no Chinese, except what people wrote: names, problems, notes."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.domain.case import Stage
from bihuan.intake import actions
from bihuan.intake.models import Reading
from bihuan.ledger.models import Problem
from tests.web.situations import asked, draft
from tests.web.test_every_address import a_ledger_file
from tests.world import days_later
from tools.messages import CJK

FINE = ("中文", "序号, 问题, 责任单位, 整改时限")
"""A language's own name; headings as they stand in the files."""


def strings(value: Any) -> Iterator[str]:
    """Every text in a stored value, however deep."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def written_by_people() -> list[str]:
    """Everything with Chinese in it that stands in the database, the longest first."""
    found = set(FINE)
    for model in apps.get_models():
        for row in model._default_manager.values_list():
            found |= {text for value in row for text in strings(value) if CJK.search(text)}
    return sorted(found, key=len, reverse=True)


def chinese_left(page: str, data: list[str]) -> list[str]:
    """The lines of a page that are Chinese though nobody wrote them."""
    text = html.unescape(page)
    for value in data:
        text = text.replace(value, "")
    return [line.strip() for line in text.splitlines() if CJK.search(line)]


@pytest.fixture
def stages(world) -> list[Problem]:
    """A problem at every stage that has a page, and a file that is being read."""
    problems = [draft(world), asked(world, signed=False), asked(world, signed=True)]
    for stage in (
        Stage.LISTED,
        Stage.DISPATCHED,
        Stage.UNDER_WAY,
        Stage.CLOSEOUT_ASKED,
        Stage.ACCEPTED,
        Stage.IN_PUBLIC_NOTICE,
        Stage.CLOSED,
        Stage.SUSTAINED,
    ):
        problems.append(world.through(stage))
    office = Client()
    office.force_login(world.people["coordinator"])
    upload = SimpleUploadedFile("ledger.xlsx", a_ledger_file())
    office.post("/intake/", {"ledger": str(world.ledger.pk), "file": upload})
    return problems


PLACES = {
    "coordinator": ("/", "/ledger/", "/ledger/?scope=all", "/ledger/summary/", "/ledger/new/", "/intake/"),
    "liaison": ("/", "/ledger/", "/ledger/?q=x&due=7"),
    "supervisor": ("/", "/ledger/?colour=red&scope=all"),
    "auditor": ("/", "/ledger/"),
    "stranger": ("/", "/ledger/"),
    "administrator": ("/", "/units/", "/people/", "/units/import/", "/units/new/", "/people/new/"),
}
MOVES = {
    "coordinator": ("dispatch", "accept", "close", "reopen", "merge"),
    "liaison": ("set_measures", "report", "ask_extension"),
    "supervisor": ("check", "warn"),
    "auditor": (),
}


def test_english_pages_hold_no_chinese_of_ours(world, stages, sign_in):
    data = written_by_people()
    found = {}
    for who, places in PLACES.items():
        client = english(sign_in(who))
        for place in (*places, *pages_of(who, stages)):
            answer = client.get(place)
            assert answer.status_code in (200, 403, 404, 409), place
            if left := chinese_left(answer.content.decode(), data):
                found[who, place] = left
    assert not found


def test_a_reading_and_its_names_are_told_in_english(world, stages, sign_in):
    reading = Reading.objects.get()
    client = english(sign_in("coordinator"))
    data = written_by_people()
    for place in ("", "columns/"):
        assert not chinese_left(client.get(f"/intake/{reading.pk}/{place}").content.decode(), data)


def test_remembered_layouts_and_what_a_copy_cannot_keep_are_told_in_english(world, stages, sign_in):
    reading = Reading.objects.get()
    client = english(sign_in("coordinator"))
    client.post(f"/intake/{reading.pk}/columns/", {"t0-A": ""})
    actions.confirm(actor=world.actor("coordinator"), reading=Reading.objects.get())
    data = written_by_people()
    for place in ("layouts/", f"{reading.pk}/own/"):
        page = client.get(f"/intake/{place}").content.decode()
        assert "ledger.xlsx" in page
        assert not chinese_left(page, data)


def test_late_problems_are_told_in_english(world, stages, sign_in):
    data = written_by_people()
    with days_later(120):
        client = english(sign_in("coordinator"))
        pages = [client.get(place).content.decode() for place in ("/", "/ledger/", *pages_of("auditor", stages))]
    assert not [left for page in pages if (left := chinese_left(page, data))]


def english(client: Client) -> Client:
    """The same client with English chosen in the header."""
    client.post("/language/", {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").content.decode()
    return client


def pages_of(who: str, problems: list[Problem]) -> tuple[str, ...]:
    """The page of every problem, and the pages of some moves, allowed or not; for those who see problems."""
    pages = [f"/problems/{problem.id}/" for problem in problems if who in MOVES]
    return (*pages, *(f"{page}{move}/" for page in pages for move in MOVES[who]))
