"""People signed in for tests of pages: `world` on a fixed day, `sign_in("liaison")` gives that person's client."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from bihuan.book import clock
from tests.world import START, World, build_world


@pytest.fixture
def world(db) -> Iterator[World]:
    """The small office, on START; the clock stays there for the test."""
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


@pytest.fixture
def sign_in(world: World) -> Callable[[str], Client]:
    """A client signed in as the named person."""

    def client(name: str) -> Client:
        found = Client()
        found.force_login(world.people[name])
        return found

    return client
