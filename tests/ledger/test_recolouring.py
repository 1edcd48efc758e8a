"""A new colour policy: open problems take it on from its day, no day before changes, everything still adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django_q.models import OrmQ

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.colours import DEFAULT_POLICY, Colour, Policy, PolicyRule
from bihuan.jobs import handlers
from bihuan.ledger import asof, tally
from bihuan.ledger.actions import balancing, recolouring, regrouping
from bihuan.ledger.actions.policies import add_policy
from bihuan.ledger.models import Axis, Problem, Reach, Span, Tally
from bihuan.ledger.rebuild import is_needed, rebuild
from bihuan.ledger.verify import verify
from tests.world import START, World, days_later

DAY = timedelta(days=1)
LATE_IS_YELLOW = replace(
    DEFAULT_POLICY,
    name="逾期为黄",
    rules=tuple(
        replace(rule, colour=Colour.YELLOW) if rule.when == "overdue" else rule for rule in DEFAULT_POLICY.rules
    ),
)


def all_of(colour: Colour) -> Policy:
    """Every problem has this colour."""
    return Policy(f"一律{colour}", (PolicyRule(colour, "otherwise"),))


def add(policy: Policy, begins: date) -> None:
    add_policy(policy=policy, effective_from=begins, region_id=1)


def colours(world: World, day: date) -> tuple[dict[str, int], dict[str, int]]:
    """How many problems have which colour on `day`: by the rows, and by the kept sums."""
    city = world.units["city"].pk
    by_rows = asof.counts(world.actor("coordinator"), day)
    kept: dict[str, int] = {}
    for (_stage, colour), n in tally.by_stage_and_colour(
        tally.totals(axis=Axis.SIGHT, units=[city], day=day)[city]
    ).items():
        kept[colour] = kept.get(colour, 0) + n
    return by_rows, {colour: n for colour, n in kept.items() if n}


def stands(world: World, day: date, **expected: int) -> None:
    assert colours(world, day) == (expected, expected), day


def clean() -> int:
    """Everything adds up; how many problems the newest policy has not reached yet."""
    report = verify()
    assert report.findings == ()
    return report.counts.uncoloured


def test_open_problems_take_it_on_from_its_day_and_no_entry_says_so(world):
    dispatched, closed = world.through(Stage.DISPATCHED), world.through(Stage.CLOSED)
    entries, row = Entry.objects.count(), Problem.objects.get(id=dispatched.id)
    late = START + 60 * DAY
    with days_later(40):
        add(LATE_IS_YELLOW, late)
        assert OrmQ.objects.count() == 1
        assert clean() == 1
        assert handlers.run("recolour") == 1
        assert handlers.run("recolour") == 0
        assert clean() == 0
    assert Entry.objects.count() == entries + 1  # that of the policy
    after = Problem.objects.get(id=dispatched.id)
    unchanged = ("version", "changed_at", "state_from", "colour", "turn1_on", "turn1", "turn2_on", "turn2")
    assert [getattr(after, name) for name in unchanged] == [getattr(row, name) for name in unchanged]
    assert (row.turn3_on, after.turn3_on, after.turn3) == (None, late, "yellow")
    kept = Problem.objects.get(id=closed.id)
    assert (kept.coloured_by, kept.turn1_on) == (0, None)
    with days_later(300):
        stands(world, late - DAY, red=1, green=1)
        stands(world, late, yellow=1, green=1)


def test_an_action_before_the_job_leaves_everything_right(world):
    first, second = world.through(Stage.DISPATCHED), world.through(Stage.DISPATCHED)
    due = first.due
    assert due is not None
    add(LATE_IS_YELLOW, due + 5 * DAY)
    with days_later((due - START).days + 20):
        world._sign(first.id)
        assert clean() == 1
        assert list(Span.objects.filter(problem_id=first.id).values_list("colour", flat=True))[-1] == "yellow"
        assert recolouring.recolour() == 1
        assert clean() == 0
        stands(world, due + 4 * DAY, red=2)
        stands(world, due + 5 * DAY, yellow=2)
        stands(world, clock.today(), yellow=2)
    assert second


def test_a_regrouping_before_the_job_leaves_the_days_before_where_they_were(world):
    problem = world.through(Stage.DISPATCHED, lead_unit_id=world.units["county_education"].pk)
    due = problem.due
    assert due is not None
    add(LATE_IS_YELLOW, due + 5 * DAY)
    with days_later((due - START).days + 20):
        admin = world.actor("administrator")
        regrouping.move(actor=admin, unit=world.units["county_education"], parent=world.units["city"])
        assert clean() == 0
        recolouring.recolour()
        assert clean() == 0


def test_more_turns_than_a_row_has_room_for(world):
    problem = world.register(1)[0]
    days = [START + n * 10 * DAY for n in range(1, 8)]
    order = [Colour.RED, Colour.BLUE, Colour.YELLOW, Colour.GREEN, Colour.RED, Colour.BLUE, Colour.YELLOW]
    for day, colour in zip(days, order, strict=True):
        add(all_of(colour), day)
    assert recolouring.recolour() == 1
    row = Problem.objects.get(id=problem.id)
    assert (row.turn3_on, row.turn3, len(row.turns)) == (days[2], "yellow", 8)
    assert clean() == 0
    for day in days:
        with clock.moved_to(clock.moment_on(day)):
            recolouring.recolour()
            assert recolouring.recolour() == 0
            assert clean() == 0
            for other, then in zip(days, order, strict=True):
                if other <= day + 30 * DAY:
                    stands(world, other, **{then: 1})
            stands(world, day - DAY, **{order[days.index(day) - 1] if day > days[0] else "grey": 1})
    assert Problem.objects.get(id=problem.id).state_from == days[3]  # the last three have room
    rebuild()
    assert clean() == 0


def test_a_row_filled_up_is_acted_on_and_coloured_anew(world):
    problem = world.register(1)[0]
    for n, colour in enumerate([Colour.RED, Colour.BLUE, Colour.YELLOW, Colour.GREEN, Colour.RED]):
        add(all_of(colour), START + (n + 1) * 10 * DAY)
    recolouring.recolour()
    with days_later(25):
        assert recolouring.recolour() == 1
        add(all_of(Colour.GREY), START + 33 * DAY)
        assert clean() == 1
        recolouring.recolour()
        assert clean() == 0
    with days_later(60):
        world._dispatch(problem.id)
        assert clean() == 0
        told = [
            (START + n * DAY, colour) for n, colour in ((5, "grey"), (10, "red"), (32, "yellow"), (39, "grey"))
        ]
        for day, name in told:
            stands(world, day, **{name: 1})


def test_the_job_goes_on_where_it_stopped(world, monkeypatch):
    world.register(7)
    monkeypatch.setattr(recolouring, "CHUNK", 2)
    add(all_of(Colour.RED), START + DAY)

    def stop(done: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recolouring.recolour(stop)
    assert (recolouring.pending(), clean()) == (3, 3)
    assert recolouring.recolour() == 3
    assert (recolouring.pending(), clean()) == (0, 0)
    stands(world, START + DAY, red=7)


def test_a_row_that_changes_while_its_colours_are_computed_is_read_again(world, monkeypatch):
    rows = world.register(5)
    add(all_of(Colour.RED), START + DAY)
    once, computed = [rows[2].id], recolouring._renewed

    def meanwhile(row, steps, schedule, today):
        if row.id in once:
            once.clear()
            world._dispatch(row.id)
        return computed(row, steps, schedule, today)

    monkeypatch.setattr(recolouring, "_renewed", meanwhile)
    assert recolouring.recolour() == 4
    assert (Problem.objects.get(id=rows[2].id).stage, clean()) == ("dispatched", 0)
    stands(world, START + DAY, red=5)


@pytest.mark.parametrize("column", ["coloured_by", "turn1", "state_from"])
def test_colours_that_no_policy_gives_are_named(world, column):
    world.through(Stage.CLOSED)
    problem = world.through(Stage.DISPATCHED)
    add(LATE_IS_YELLOW, START + 5 * DAY)
    recolouring.recolour()
    wrong = {"coloured_by": 7, "turn1": "green", "state_from": START + DAY}[column]
    Problem.objects.filter(id=problem.id).update(**{column: wrong})
    assert column in {finding.params.get("column") for finding in verify().findings}


def test_a_closed_problem_keeps_the_policy_it_was_closed_under(world):
    closed = world.through(Stage.CLOSED)
    with days_later(60):
        add(all_of(Colour.RED), clock.today() + DAY)
        recolouring.recolour()
        assert clean() == 0
    Problem.objects.filter(id=closed.id).update(coloured_by=1)
    assert "coloured_by" in {finding.params.get("column") for finding in verify().findings}


# Balances and folding --------------------------------------------------------------------------------------------


def everything(world: World, first: date, last: date) -> list[object]:
    units = [unit.pk for unit in world.units.values()]
    days = [first + n * DAY for n in range((last - first).days)]
    return [tally.totals(axis=axis, units=units, day=day) for day in days for axis in Axis]


def test_balances_and_folding_change_no_count_of_any_day(world):
    for n in range(0, 40, 8):
        with days_later(n):
            world.through(Stage.DISPATCHED)
            world.register(2)
            world.through(Stage.UNDER_WAY)
    before, rows = everything(world, START - DAY, START + 120 * DAY), Tally.objects.count()
    for days in (40, 70, 100):
        with days_later(days):
            assert handlers.run("balance") > 0
            assert handlers.run("balance") == 0
            assert everything(world, START - DAY, START + 120 * DAY) == before
            assert clean() == 0
    assert Tally.objects.filter(balance=True).values("day").distinct().count() == 3
    assert Tally.objects.filter(balance=False).count() < rows
    world.register(1)


def test_folding_goes_in_batches_and_takes_away_what_comes_to_nothing(world, monkeypatch):
    world.through(Stage.UNDER_WAY)
    monkeypatch.setattr(balancing, "BATCH", 2)
    with days_later(60):
        before = everything(world, START - DAY, START + 90 * DAY)
        balancing.balance()
        assert everything(world, START - DAY, START + 90 * DAY) == before
        last = date(2026, 5, 1)
        keys = Tally.objects.filter(balance=False, day__lt=last).values_list(
            "region_id", "unit_id", "axis", "code", "day"
        )
        assert len(keys) == len(set(keys))
        assert not Tally.objects.filter(balance=False, day__lt=last, change=0).exists()
        assert clean() == 0


def test_a_balance_that_is_wrong_is_named(world):
    world.through(Stage.UNDER_WAY)
    with days_later(60):
        balancing.balance()
        row = Tally.objects.filter(balance=True).order_by("id")[0]
        Tally.objects.filter(pk=row.pk).update(change=row.change + 1)
        assert {finding.what.value for finding in verify().findings} == {"balance"}


def test_no_balance_is_made_over_colours_that_are_still_to_come(world, monkeypatch):
    world.through(Stage.DISPATCHED)
    add(LATE_IS_YELLOW, START + 5 * DAY)
    with days_later(60):
        monkeypatch.setattr(recolouring, "recolour", lambda: 0)
        assert balancing.balance() == 0
        monkeypatch.undo()
        assert balancing.balance() > 0
        assert clean() == 0


# After an upgrade ------------------------------------------------------------------------------------------------


def test_what_an_older_version_did_not_keep_is_made_anew(world):
    world.through(Stage.UNDER_WAY)
    world.through(Stage.CLOSED)
    assert not is_needed()
    for model in (Tally, Reach, Span):
        rows = model.objects.all()
        rows._raw_delete(connection.alias)
    Problem.objects.update(coloured_by=0, colour="grey", turns=[])
    assert is_needed()
    with days_later(60):
        assert rebuild() == 2
        assert not is_needed()
        assert clean() == 0
