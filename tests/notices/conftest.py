"""The small office on START, read up to that moment, with or without a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from bihuan.book import clock
from bihuan.notices import telling
from bihuan.notices.models import Digest, Notice
from bihuan.organisations.models import Person
from tests.notices.smtp import Post, Server
from tests.world import START, World, build_world


@pytest.fixture
def world(db, settings) -> Iterator[World]:
    """The clock stays at nine in the morning of START, a Monday; what was done before is past."""
    settings.MAIL_URL = ""
    with clock.moved_to(clock.moment_on(START)):
        built = build_world()
        telling.tell()
        yield built


@pytest.fixture
def post(world: World, settings) -> Iterator[Post]:
    """A mail server; everybody has an address."""
    server = Server()
    settings.MAIL_URL, settings.MAIL_FROM = server.url, "闭环 <ledger@yunting.example>"
    settings.PUBLIC_URL = "https://ledger.yunting.example"
    for name, person in world.people.items():
        Person.objects.filter(pk=person.pk).update(email=address(name))
    yield server.post
    server.stop()


def address(name: str) -> str:
    return f"{name}@yunting.example"


def told(world: World) -> set[tuple[str, str]]:
    """Who was told of what, by name and action."""
    names = {person.pk: name for name, person in world.people.items()}
    return {(names[row.person_id], row.action) for row in Notice.objects.all()}


def digests_on(world: World, day: date) -> set[str]:
    names = {person.pk: name for name, person in world.people.items()}
    return {names[row.person_id] for row in Digest.objects.filter(day=day)}
