"""Two workers at once, and people who act meanwhile: nothing counts twice, nothing is missing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from bihuan.book import clock
from bihuan.book.writing import Conflict
from bihuan.domain.case import Stage
from bihuan.domain.colours import Colour
from bihuan.ledger.actions import balancing, dispatch, recolouring
from bihuan.ledger.models import Problem, Tally
from bihuan.ledger.verify import verify
from tests.ledger.test_recolouring import DAY, add, all_of, everything
from tests.world import World, build_world, days_later

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What each call returned, or the refusal that it met; all are begun together."""
    found: list[Any] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def one(place: int, call: Callable[[], Any]) -> None:
        ready.wait(30)
        try:
            found[place] = call()
        except Conflict as conflict:
            found[place] = conflict
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


@pytest.fixture
def world() -> Any:
    with days_later(0):
        yield build_world()


def test_two_workers_and_a_coordinator(world: World, monkeypatch: pytest.MonkeyPatch):
    ids = [row.id for row in world.register(40)]
    office = world.actor("coordinator")
    add(all_of(Colour.RED), clock.today() + 5 * DAY)
    monkeypatch.setattr(recolouring, "CHUNK", 7)

    def people() -> Any:
        return dispatch.dispatch(actor=office, problems=ids[10:30:3])

    one, other, acted = at_once(recolouring.recolour, recolouring.recolour, people)
    reached = 0 if isinstance(acted, Conflict) else len(acted.done)
    assert 40 - reached <= one + other <= 40
    assert not set(Problem.objects.values_list("coloured_by", flat=True)) - {1}
    report = verify()
    assert (report.findings, report.counts.uncoloured) == ((), 0)


def test_two_workers_balance_once(world: World):
    world.register(3)
    world.through(Stage.UNDER_WAY)
    today = clock.today()
    before = everything(world, today, today + 60 * DAY)
    with days_later(45):
        at_once(balancing.balance, balancing.balance)
        assert everything(world, today, today + 60 * DAY) == before
        assert Tally.objects.filter(balance=True).values("day").distinct().count() == 1
        assert verify().findings == ()
