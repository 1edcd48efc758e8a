"""A ledger as it stood on a past day: what was mended, closed or registered later does not show in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.insight.keyset import Plain, Sort, page
from bihuan.insight.past import bringing_then, registered_by
from bihuan.ledger import asof
from bihuan.ledger.actions import correcting, setting_aside
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.regrouping import rename
from tests.world import START, World

pytestmark = pytest.mark.django_db
NAMES = ("id", "number", "title", "stage", "due", "progress", "colour_today", "lead_unit__name", "text")
LATER = START + timedelta(days=40)


def then(world: World, day: date) -> list[Any]:
    rows = registered_by(world.actor("coordinator"), world.ledger.id, day)
    return list(page(Plain(rows, bringing_then(day, NAMES)), Sort("number"), None).rows)


def shown(world: World, day: date) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, name) for name in NAMES) for row in then(world, day)]


def test_a_past_day_never_changes(world: World):
    listed = world.through(Stage.LISTED)
    world.through(Stage.CLOSEOUT_ASKED)
    before = shown(world, START)
    assert [row[3] for row in before] == ["listed", "closeout_asked"]
    with clock.moved_to(clock.moment_on(LATER)):
        world.through(Stage.UNDER_WAY)
        office = world.actor("coordinator")
        setting_aside.withdraw(actor=office, problems=[listed.id], reason="重复").only()
        second = Problem.objects.order_by("number")[1]
        mended = Mended("改过的标题", "改过的内容", "", "", None, Origin.NEW)
        correcting.correct(actor=office, problem=second.id, mended=mended, reason="错字").only()
        rename(actor=world.actor("administrator"), unit=world.units["housing"], name="市住房城乡建设局")
        assert shown(world, START) == before
        assert [row[3] for row in shown(world, LATER)] == ["withdrawn", "closeout_asked", "under_way"]
        assert {row[7] for row in shown(world, LATER)} == {"市住房城乡建设局"}
    assert shown(world, START - timedelta(days=1)) == []


@pytest.mark.parametrize("days", [0, 3, 20, 45, 100])
def test_colours_are_those_that_are_counted(world: World, days: int):
    for stage in (Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSED, Stage.CLAIMED_DONE):
        world.through(stage)
    day = START + timedelta(days=days)
    with clock.moved_to(clock.moment_on(START + timedelta(days=120))):
        colours: dict[str, int] = {}
        for row in then(world, day):
            colours[row.colour_today] = colours.get(row.colour_today, 0) + 1
        assert colours == asof.counts(world.actor("coordinator"), day)


def test_only_what_is_in_sight(world: World):
    world.through(Stage.UNDER_WAY)
    for name, count in (("coordinator", 1), ("liaison", 1), ("support", 1), ("stranger", 0), ("administrator", 0)):
        assert registered_by(world.actor(name), world.ledger.id, START).count() == count
