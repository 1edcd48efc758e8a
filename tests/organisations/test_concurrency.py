"""Two who set up the same thing at once: one does, the other is told; never twice, never an error page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection, connections

from bihuan.book.writing import Conflict
from bihuan.domain.case import Role
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import ledgers
from bihuan.ledger.models import Ledger
from bihuan.organisations import actions
from bihuan.organisations.models import Person, Post, Unit
from tests.world import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 1.0 if connection.vendor == "postgresql" else 0.02


def twice(monkeypatch: pytest.MonkeyPatch, check: str, call: Callable[[], Any]) -> list[Refused]:
    """Make `call` on two connections, both past the `check` before either writes; the refusals met."""
    module = ledgers if hasattr(ledgers, check) else actions
    asked, refusals = threading.Barrier(2), []
    original = getattr(module, check)

    def ask(*args: Any) -> Any:
        answer = original(*args)
        with suppress(threading.BrokenBarrierError):
            asked.wait(PATIENCE)
        return answer

    def one() -> None:
        try:
            call()
        except Refused as refused:
            refusals.append(refused)
        finally:
            connections.close_all()

    monkeypatch.setattr(module, check, ask)
    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refusals


def calls(world: World) -> dict[str, tuple[str, Callable[[], Any], Callable[[], int]]]:
    water, stranger = world.units["water"], world.people["stranger"]
    office = world.actor("coordinator")
    return {
        "unit": (
            "refuses_name",
            lambda: actions.create_unit(name="市体育局", kind="bureau", parent=world.units["city"]),
            lambda: Unit.objects.filter(name="市体育局").count(),
        ),
        "person": (
            "_refuses_username",
            lambda: actions.create_person(username="twin", name="双生", password=None, region_id=1),
            lambda: Person.objects.filter(username="twin").count(),
        ),
        "post": (
            "_refuses_twice",
            lambda: actions.assign_post(person=stranger, unit=water, role=Role.LIAISON),
            lambda: Post.objects.filter(person=stranger, unit=water).count(),
        ),
        "ledger": (
            "_refuses_names",
            lambda: ledgers.open_ledger(actor=office, name="专项台账", prefix="ZX"),
            lambda: Ledger.objects.filter(prefix="ZX").count(),
        ),
    }


@pytest.mark.parametrize("what", ["unit", "person", "post", "ledger"])
def test_one_of_two_is_first(what: str, monkeypatch: pytest.MonkeyPatch):
    check, call, count = calls(build_world())[what]
    refusals = twice(monkeypatch, check, call)
    assert count() == 1
    assert len(refusals) == 1
    assert isinstance(refusals[0], Conflict) or "已" in str(refusals[0])
