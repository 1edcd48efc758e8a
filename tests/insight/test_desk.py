"""What a desk shows, from indexes and statements that are written once for everybody, is what a plain query over
everything in sight gives, whoever asks first.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain.case import RUNNING_STAGES, Role, Side, Stage
from bihuan.insight import counts, turning
from bihuan.insight.asking import asking
from bihuan.insight.waiting import WAITING, groups_for, rows_of, waiting_for
from bihuan.ledger.derived import turns_from
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from tests.ledger.histories import Bench
from tests.ledger.test_replay import live
from tests.world import World

MOST, DAYS = 2, 30


def work_of(actor: Actor, bench: Bench) -> dict[str, tuple[int, list[str]]]:
    """For each kind how much waits and what comes first, asked of everything in sight."""
    found = {}
    for kind in waiting_for(actor):
        rows = visible_to(actor).filter(kind.asked(actor, bench.today), stage__in=kind.stages)
        if count := rows.count():
            found[kind.code] = (count, [row.number for row in rows.order_by("due", "id")[:MOST]])
    return found


def turns_of(actor: Actor, bench: Bench) -> list[tuple[object, str, str]]:
    """Every turn to another colour to come, of what is in sight and runs."""
    return sorted(
        (turn.day, row.number, turn.colour.value)
        for row in visible_to(actor).filter(stage__in=RUNNING_STAGES)
        for before, turn in pairwise(turns_from(row.turns))
        if bench.today < turn.day <= bench.today + timedelta(days=DAYS)
        and turn.colour in turning.ALARMING
        and turn.colour != before.colour
    )


@pytest.mark.parametrize("walks", [True, False])
@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_desk_shows_what_a_plain_query_finds(
    world: World, monkeypatch: pytest.MonkeyPatch, walks: bool, data: st.DataObject
):
    monkeypatch.setattr(turning, "better_walked", lambda *a, **k: walks)
    with transaction.atomic():
        bench = Bench(world)
        live(data.draw, bench, chapters=4)
        with bench.now():
            for actor in data.draw(st.permutations(bench.actors)):
                groups = groups_for(actor, bench.today, MOST, lambda rows: rows)
                shown = {g.waiting.code: (g.count, [row.number for row in g.rows]) for g in groups}
                assert shown == work_of(actor, bench), actor
                soon = turning.turning(actor, bench.today, DAYS, most=1000)
                told = [(row.turn.day, row.problem.number, row.turn.colour.value) for row in soon]
                assert sorted(told) == turns_of(actor, bench), actor
        transaction.set_rollback(True)


def test_a_desk_is_of_its_own_unit(world: World):
    """Statements are shared by all who hold a role; what they find is not."""
    world.through(Stage.DISPATCHED)
    world.through(Stage.UNDER_WAY)
    world.register(1)
    bench = Bench(world)
    with bench.now():
        for actor in [*bench.actors, *reversed(bench.actors)]:
            for group in groups_for(actor, bench.today, MOST, lambda rows: rows):
                kind = WAITING[group.waiting.code]
                assert group.rows == list(rows_of(kind, actor, bench.today).order_by("due", "id")[:MOST])
                seen = {row.id for row in visible_to(actor)}
                assert seen >= {row.id for row in group.rows}
                if kind.side in (Side.OFFICE, Side.LEAD):
                    assert all(actor.unit_id in (row.office_id, row.lead_unit_id) for row in group.rows)


def test_an_administrator_has_no_problems_on_the_desk(world: World):
    world.register(2)
    bench = Bench(world)
    actor = next(actor for actor in bench.actors if actor.role is Role.ADMINISTRATOR)
    assert groups_for(actor, bench.today, MOST, lambda rows: rows) == []
    assert turning.turning(actor, bench.today, DAYS, most=9) == []
    assert sum(counts.in_sight(actor, bench.today).values()) == 0
    with pytest.raises(ValueError, match="administrators"):
        asking(actor)
