"""Lists of thousands: as many queries as for ten, and five thousand dispatched while somebody waits."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.ledger.actions import dispatch, setting_aside, undoing, working
from bihuan.ledger.actions.register import register
from bihuan.ledger.models import Problem, Span
from tests.ledger.record import assert_whole
from tests.world import START, World, days_later

Act = Callable[[World, Sequence[UUID]], Any]
ACTS: dict[str, Act] = {
    "dispatch": lambda w, ids: dispatch.dispatch(actor=w.actor("coordinator"), problems=ids),
    "recall": lambda w, ids: undoing.recall(actor=w.actor("coordinator"), problems=ids, reason="名单传错"),
    "dispatch_again": lambda w, ids: dispatch.dispatch(actor=w.actor("coordinator"), problems=ids),
    "sign": lambda w, ids: working.sign(actor=w.actor("liaison"), problems=ids),
    "suspend": lambda w, ids: setting_aside.suspend(actor=w.actor("coordinator"), problems=ids, reason="诉讼"),
    "resume": lambda w, ids: setting_aside.resume(actor=w.actor("coordinator"), problems=ids),
    "withdraw": lambda w, ids: setting_aside.withdraw(actor=w.actor("coordinator"), problems=ids, reason="重复"),
}


def asked(world: World, count: int) -> list[int]:
    """How many queries it takes to register `count` problems and to take each step of `ACTS` with all of them."""
    with CaptureQueriesContext(connection) as captured:
        ids = [problem.id for problem in world.register(count)]
    found = [len(captured)]
    for days, act in enumerate(ACTS.values()):
        with days_later(days), CaptureQueriesContext(connection) as captured:
            act(world, ids)
        found.append(len(captured))
    assert_whole(ids[-1])
    return found


def test_a_long_list_asks_the_database_as_often_as_a_short_one(world: World):
    world.register()  # the first number of a year makes the counter
    few, many = asked(world, 10), asked(world, 200)
    assert few == many
    assert max(many) <= 24


def test_a_dry_run_of_a_long_list_writes_nothing_and_asks_less(world: World):
    ids = [problem.id for problem in world.register(50)]
    with CaptureQueriesContext(connection) as captured:
        outcome = dispatch.dispatch(actor=world.actor("coordinator"), problems=ids, dry_run=True)
    assert len(outcome.done) == 50
    assert not [q["sql"] for q in captured if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


@pytest.mark.slow
def test_five_thousand_are_registered_and_dispatched_in_under_five_seconds_each(world: World):
    office = world.actor("coordinator")
    new = [world.new(f"第{n}处雨水井盖下沉约5厘米，多次反映没有处理。" * 3) for n in range(5000)]
    spent = []
    for act in (
        lambda: register(actor=office, ledger=world.ledger, problems=new),
        lambda: dispatch.dispatch(actor=office, problems=list(Problem.objects.values_list("id", flat=True))),
    ):
        began = time.process_time()
        act()
        spent.append(time.process_time() - began)
    assert max(spent) < 5, spent
    assert Problem.objects.filter(stage=Stage.DISPATCHED).count() == 5000
    assert Entry.objects.filter(action="dispatch").count() == 5000
    with clock.moved_to(clock.moment_on(START + timedelta(days=3))):
        problem = Problem.objects.order_by("-id")[0]
        working.sign(actor=world.actor("liaison"), problems=[problem.id]).only()
    assert Span.objects.filter(problem_id=problem.id).count() == 2
    assert_whole(problem.id)
    transaction.set_rollback(True)  # the links of so many rows at once would take PostgreSQL half a minute
