"""The table by unit: every figure is the number of problems that its link opens, on any day and for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.domain.indicators import COMPLETION, FIGURES, HANDED_OUT, KEPT, STANDINGS
from bihuan.insight.by_unit import Line, UnitTable, out_of_sight, unit_table
from bihuan.insight.reminding import KINDS, NAMED, remind, remind_below
from bihuan.ledger.actions import dispatch, regrouping, working
from bihuan.organisations.access import Actor
from bihuan.organisations.actions import create_unit
from bihuan.web.filters import LedgerFilter
from tests.ledger.histories import BACK, EXTENSION, FORWARD, Bench, attempt, put_on_ledger
from tests.ledger.test_replay import learn
from tests.world import START, World

DAY = timedelta(days=1)


def opened(actor: Actor, today: date, query: str) -> int:
    """How many rows the list behind an address has."""
    return LedgerFilter.from_query(QueryDict(query)).apply(actor, today).count()


def links(table: UnitTable) -> Iterator[tuple[Line, str]]:
    """Each row of a table with the address of its lists, figure and all."""
    for line in (*table.rows, table.total):
        yield line, f"unit={line.unit.unit_id}&on={table.day}"
    yield table.own, f"unit={table.unit.unit_id}&on={table.day}&alone=1"


def check_table(actor: Actor, table: UnitTable, today: date) -> None:
    for line, query in links(table):
        for figure in KEPT:
            count = opened(actor, today, f"figure={figure.code}&{query}")
            assert line.figures[figure.code] == count, (table.day, line.unit.name, figure.code)
        assert sum(line.figures[code] for code in STANDINGS) == line.figures["dispatched"]
    for code, total in table.total.figures.items():
        assert total == table.own.figures[code] + sum(line.figures[code] for line in table.rows)


def check(bench: Bench, days: list[date]) -> None:
    """Every actor's own table and those that open from it."""
    today = bench.today
    with bench.now():
        for name in ("coordinator", "county_coordinator"):
            actor = bench.world.actor(name)
            for day in days:
                table = unit_table(actor, day)
                assert (table is None) == (day < START)
                if table is None:
                    continue
                check_table(actor, table, today)
                for line in table.rows:
                    below = unit_table(actor, day, unit=line.unit.unit_id)
                    assert below is not None
                    assert below.total.figures == line.figures
                    check_table(actor, below, today)


def a_history(draw: Any, world: World) -> Bench:
    bench = Bench(world)
    put_on_ledger(draw, bench)
    for _ in range(draw(st.integers(2, 4))):
        bench.today += draw(st.sampled_from([0, 1, 3, 12, 30])) * DAY
        for moves in (*[FORWARD] * draw(st.integers(1, 6)), draw(st.sampled_from([FORWARD, BACK, EXTENSION]))):
            attempt(draw, bench, sense=10, moves=moves)
            learn(bench)
        if len(bench.known) < 6:
            put_on_ledger(draw, bench)
    return bench


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # shrinking a history takes longer than reading it
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_each_figure_is_the_number_of_rows_it_opens_on_any_day(world, data):
    with transaction.atomic():
        bench = a_history(data.draw, world)
        span = (bench.today - START).days
        past = data.draw(st.lists(st.integers(-1, max(span - 1, 0)), min_size=2, max_size=2, unique=True))
        coming = data.draw(st.sampled_from([1, 10, 400]))
        check(bench, [bench.today, bench.today + coming * DAY, *(START + n * DAY for n in past)])
        transaction.set_rollback(True)


def test_every_stage_is_counted_once_or_left_out_with_a_reason():
    told = [stage for code in STANDINGS for stage in FIGURES[code].stages]
    assert sorted(told) == sorted(HANDED_OUT)
    assert set(Stage) - HANDED_OUT == {
        Stage.DRAFT,
        Stage.LISTED,
        Stage.MERGED,
        Stage.WITHDRAWN,
        Stage.REFERRED,
    }


@pytest.mark.parametrize(
    ("done", "handed_out", "tenths"), [(0, 0, None), (0, 7, 0), (1, 3, 333), (2, 3, 667), (7, 7, 1000)]
)
def test_the_rate_is_what_is_struck_off_of_what_was_handed_out(done, handed_out, tenths):
    assert COMPLETION.tenths({"done": done, "dispatched": handed_out}) == tenths


def test_a_rate_short_of_all_never_reads_as_all():
    assert COMPLETION.tenths({"done": 99_999, "dispatched": 100_000}) == 999


def test_the_units_own_problems_have_a_row_of_their_own(world):
    world.register(2, lead_unit_id=world.units["county"].pk)
    world.register(1, lead_unit_id=world.units["county_education"].pk)
    problems = [problem.id for problem in _all_listed(world)]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=problems)
    table = unit_table(world.actor("county_coordinator"), START)
    assert table is not None
    assert (table.own.figures["dispatched"], table.rows[0].figures["dispatched"]) == (2, 1)
    assert (table.total.figures["dispatched"], table.total.figures["unsigned"]) == (3, 3)


def _all_listed(world: World) -> Any:
    return LedgerFilter(stages=("listed",)).apply(world.actor("coordinator"), START)


def test_a_table_is_for_the_own_unit_and_those_below_only(world):
    county, city = world.units["county"].pk, world.units["city"].pk
    assert unit_table(world.actor("coordinator"), START, unit=county) is not None
    assert unit_table(world.actor("auditor"), START, unit=county) is not None
    assert unit_table(world.actor("county_coordinator"), START, unit=city) is None
    assert unit_table(world.actor("liaison"), START, unit=county) is None
    assert unit_table(world.actor("coordinator"), START, unit=10**8) is None
    administrator = world.actor("administrator")
    assert administrator.role is Role.ADMINISTRATOR
    assert unit_table(administrator, START) is None


def test_before_anything_existed_all_is_nought(world):
    world.through(Stage.UNDER_WAY)
    table = unit_table(world.actor("coordinator"), date(1999, 1, 1))
    assert table is None or (set(table.total.figures.values()) == {0} and table.total.tenths is None)


def test_rows_are_sorted_by_any_figure_and_an_empty_rate_comes_last(world):
    world.register(3)
    world.register(1, lead_unit_id=world.units["water"].pk, support_unit_ids=())
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[p.id for p in _all_listed(world)])

    def order(sort: str) -> list[str]:
        table = unit_table(world.actor("coordinator"), START, sort=sort)
        assert table is not None
        return [line.unit.name for line in table.rows]

    in_tree = ["市住房和城乡建设局", "市水利局", "禾丰县"]
    assert order("") == order("nonsense") == in_tree
    assert order("-dispatched") == in_tree
    assert order("dispatched") == ["禾丰县", "市水利局", "市住房和城乡建设局"]
    assert order("-rate")[-1] == order("rate")[-1] == "禾丰县"


def test_a_closed_unit_stands_in_the_table_as_long_as_it_has_problems(world):
    gone = create_unit(name="市旧城办", kind="bureau", parent=world.units["city"], region=world.region)
    table = unit_table(world.actor("coordinator"), START)
    assert table is not None
    assert "市旧城办" in [line.unit.name for line in table.rows]
    world.register(1, lead_unit_id=gone.pk)
    type(gone).objects.filter(pk__in=[gone.pk, world.units["water"].pk]).update(is_active=False)
    table = unit_table(world.actor("coordinator"), START)
    assert table is not None
    assert "市旧城办" not in [line.unit.name for line in table.rows]
    assert table.idle == 2
    type(gone).objects.filter(pk=gone.pk).update(is_active=True)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[p.id for p in _all_listed(world)])
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    table = unit_table(world.actor("coordinator"), START)
    assert table is not None
    line = next(line for line in table.rows if line.unit.name == "市旧城办")
    assert line.figures["dispatched"] == 1
    assert not line.unit.is_active


# Reminders ------------------------------------------------------------------------------------------------------


def test_a_reminder_counts_all_and_names_the_most_pressing_first(world):
    coordinator = world.actor("coordinator")
    made = world.register(NAMED + 3, wanted_due=START + 20 * DAY)
    dispatch.dispatch(actor=coordinator, problems=[problem.id for problem in made])
    late = world.register(1, wanted_due=START + 2 * DAY)
    dispatch.dispatch(actor=coordinator, problems=[late[0].id])
    working.sign(actor=world.actor("liaison"), problems=[late[0].id])
    with clock.moved_to(clock.moment_on(START + 15 * DAY)):
        found = {reminder.unit.name: reminder for reminder in remind_below(coordinator, clock.today(), KINDS)}
        assert set(found) == {"市住房和城乡建设局"}
        told = {pressing.figure.code: pressing for pressing in found["市住房和城乡建设局"].pressing}
        assert {code: pressing.count for code, pressing in told.items()} == {
            "overdue": 1,
            "unsigned": NAMED + 3,
            "due_soon": NAMED + 3,
        }
        assert len(told["unsigned"].problems) == NAMED
        assert [problem.id for problem in told["overdue"].problems] == [late[0].id]
        one = remind(coordinator, clock.today(), ["overdue"], of=world.units["housing"].pk)
        assert one is not None
        assert [pressing.count for pressing in one.pressing] == [1]
        for code, pressing in told.items():
            query = f"figure={code}&unit={world.units['housing'].pk}"
            assert opened(coordinator, clock.today(), query) == pressing.count


def test_a_county_is_reminded_of_what_its_bureaus_lead(world):
    world.register(1, lead_unit_id=world.units["county_education"].pk)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[p.id for p in _all_listed(world)])
    found = remind_below(world.actor("coordinator"), START, KINDS)
    assert [reminder.unit.name for reminder in found] == ["禾丰县"]
    assert remind(world.actor("liaison"), START, KINDS, of=world.units["county"].pk) is None


# Units that move and merge --------------------------------------------------------------------------------------


def all_tables(world: World, today: date, days: list[date]) -> None:
    for day in days:
        for unit in (None, *(unit.pk for unit in world.units.values())):
            table = unit_table(world.actor("coordinator"), day, unit=unit)
            assert (table is None) == (day < START)
            if table is not None:
                check_table(world.actor("coordinator"), table, today)


def test_past_days_keep_the_units_of_their_time(world):
    admin = world.actor("administrator")
    for lead in ("county_education", "housing", "water"):
        made = world.register(2, lead_unit_id=world.units[lead].pk, support_unit_ids=())
        dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in made])
    before = unit_table(world.actor("coordinator"), START)
    assert before is not None
    with clock.moved_to(clock.moment_on(START + 20 * DAY)):
        regrouping.merge(actor=admin, units=[world.units["housing"]], into=world.units["water"])
        regrouping.move(actor=admin, unit=world.units["county_education"], parent=world.units["city"])
    with clock.moved_to(clock.moment_on(START + 30 * DAY)):
        today = clock.today()
        then = unit_table(world.actor("coordinator"), START)
        assert then is not None
        assert then.total.figures == before.total.figures
        assert [line.unit.name for line in then.rows] == [line.unit.name for line in before.rows]
        now = unit_table(world.actor("coordinator"), today)
        assert now is not None
        counted = {line.unit.name: line.figures["dispatched"] for line in now.rows}
        assert counted == {"市水利局": 4, "禾丰县": 0, "禾丰县教育局": 2}
        all_tables(world, today, [START, START + 19 * DAY, START + 20 * DAY, today, START - DAY, today + DAY])


def test_what_has_left_the_units_sight_since_is_told_by_its_number(world):
    made = world.register(2, lead_unit_id=world.units["county_education"].pk)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in made])
    county, admin = world.units["county"].pk, world.actor("administrator")
    with clock.moved_to(clock.moment_on(START + 20 * DAY)):
        regrouping.move(actor=admin, unit=world.units["county_education"], parent=world.units["city"])
        actor, today = world.actor("county_coordinator"), clock.today()
        table = unit_table(actor, START)
        assert table is not None
        assert table.total.figures["dispatched"] == 2
        shown = opened(actor, today, f"figure=dispatched&unit={county}&on={START}")
        assert shown == 0
        told = partial(out_of_sight, figure="dispatched", unit=county, day=START, alone=False, shown=shown)
        assert told(actor) == 2
        assert told(world.actor("liaison")) == 0
