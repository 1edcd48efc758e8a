"""Lists and counts, whichever way they are read: by stretches of an index, sorted at once, from kept sums, or by
the index of texts, they are the same rows and the same numbers as a plain query gives.
"""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.domain.case import Role
from bihuan.insight import counts
from bihuan.insight.keyset import Cursor, page
from bihuan.ledger import search
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.web import filters
from bihuan.web.filters import LedgerFilter
from tests.ledger.histories import Bench
from tests.ledger.test_replay import live
from tests.world import World

ASKED = (
    "",
    "scope=all",
    "stage=under_way",
    "stage=listed&stage=closed",
    "scope=all&colour=red&colour=grey",
    "q=积水",
    "scope=all&q=YT2026-0000",
    "scope=all&q=局",
    "due=overdue",
    "waiting=dispatch",
    "waiting=sign",
    "scope=all&horizon=by_date",
    "figure=done",
)
SORTS = ("due", "-due", "number", "-changed", "unit", "-dispatched", "due_original")


def asked_for(query: str) -> LedgerFilter:
    return LedgerFilter.from_query(QueryDict(query))


def expected(asked: LedgerFilter, actor: Actor, bench: Bench) -> list[str]:
    """The list sorted by hand: those without a value last, ids within."""
    column, descends = asked.order.column, asked.order.descending
    rows = list(asked.apply(actor, bench.today).distinct())
    with_value = [row for row in rows if getattr(row, column) is not None]
    without = [row for row in rows if getattr(row, column) is None]
    with_value.sort(key=lambda row: (getattr(row, column), row.id), reverse=descends)
    without.sort(key=lambda row: row.id, reverse=descends)
    return [row.number for row in with_value + without]


def read(asked: LedgerFilter, actor: Actor, bench: Bench, size: int) -> tuple[list[str], list[str]]:
    """The whole list page by page, and once more from its end backwards."""
    rows, found, cursor = asked.listed(actor, bench.today, lambda query: query), [], None
    shown = page(rows, asked.order, cursor, size)
    found += [row.number for row in shown.rows]
    while shown.following:
        shown = page(rows, asked.order, shown.following, size)
        found += [row.number for row in shown.rows]
    back = [row.number for row in shown.rows]
    while shown.preceding:
        at = shown.preceding
        shown = page(rows, asked.order, Cursor(at.value, at.id, backwards=True), size)
        back = [row.number for row in shown.rows] + back
    return found, back


@pytest.mark.parametrize("walks", ["all", "none", "some"])
@pytest.mark.parametrize("rare", [0, 2000])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_way_of_reading_a_list_gives_the_same_rows(
    world: World, monkeypatch: pytest.MonkeyPatch, walks: str, rare: int, data: st.DataObject
):
    def walked(_actor: Actor, _today: date, stages: tuple[str, ...], wanted: int) -> tuple[str, ...]:
        return {"all": stages, "none": (), "some": stages[::2]}[walks]

    monkeypatch.setattr(filters, "better_walked_stages", walked)
    monkeypatch.setattr(search, "FEW", rare)
    with transaction.atomic():
        bench = Bench(world)
        live(data.draw, bench, chapters=3)
        units = [unit.pk for unit in world.units.values()]
        actors = [actor for actor in bench.actors if actor.role is not Role.ADMINISTRATOR]
        with bench.now():
            for query, actor in product(
                data.draw(st.lists(st.sampled_from(ASKED), min_size=3, max_size=5)), actors
            ):
                unit = data.draw(st.sampled_from([None, *units]))
                sort = data.draw(st.sampled_from(SORTS))
                asked = asked_for(f"{query}&sort={sort}" + (f"&unit={unit}" if unit else ""))
                wanted = expected(asked, actor, bench)
                found, back = read(asked, actor, bench, data.draw(st.integers(1, 4)))
                assert found == wanted, (asked, actor)
                assert back == wanted, (asked, actor)
        transaction.set_rollback(True)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_kept_sums_are_what_counting_gives(world: World, data: st.DataObject):
    with transaction.atomic():
        bench = Bench(world)
        live(data.draw, bench, chapters=3)
        actors = [actor for actor in bench.actors if actor.role is not Role.ADMINISTRATOR]
        with bench.now():
            for actor in actors:
                for unit in (None, *(unit.pk for unit in world.units.values())):
                    for query in ("", "scope=all", "stage=listed&stage=withdrawn&scope=all", "stage=under_way"):
                        asked = asked_for(query + (f"&unit={unit}" if unit else ""))
                        counted = counts.by_colour(asked.apply(actor, bench.today), bench.today)
                        assert asked.by_colour(actor, bench.today) == counted, (asked, actor)
                by_stage = {s: n for s, n in counts.by_stage(actor, bench.today).items() if n}
                stages = [row.stage for row in visible_to(actor)]
                assert by_stage == {stage: stages.count(stage) for stage in set(stages)}
        transaction.set_rollback(True)


def test_an_administrator_counts_nothing(world: World):
    world.register(2)
    bench = Bench(world)
    actor = next(actor for actor in bench.actors if actor.role is Role.ADMINISTRATOR)
    assert sum(asked_for("scope=all").by_colour(actor, bench.today).values()) == 0
