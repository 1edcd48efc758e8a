"""Any past day, told three ways: by replaying the entries, by spans and turns, and by SQL; they never differ.

For random histories of up to two years and every single day of them. Days after the last entry are the forecast:
what will be if nothing happens.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.book.booked import fold
from bihuan.book.models import Entry
from bihuan.domain.case import OPEN_STAGES, Stage, Step
from bihuan.domain.colours import DEFAULT_POLICY, Colour, Facts, Policy, evaluate, policy_from_data
from bihuan.ledger import asof, tally
from bihuan.ledger.actions import recolouring
from bihuan.ledger.actions.policies import add_policy
from bihuan.ledger.models import Axis, ColourPolicy, Problem, Span
from bihuan.ledger.queries import visible_to
from bihuan.ledger.verify import verify
from bihuan.organisations.tree import lines_on
from tests.domain.test_schedule import policies
from tests.ledger.histories import BACK, BETWEEN, EXTENSION, FORWARD, Bench, attempt, put_on_ledger
from tests.world import START, World

DAY = timedelta(days=1)
END = START + 730 * DAY


class Told(NamedTuple):
    """How a problem stood on a day."""

    colour: str
    stage: str
    unit: int | None


def live(draw: Any, bench: Bench, chapters: int, between: Callable[[Any, Bench], None] | None = None) -> None:
    """Let some months go by, chapter by chapter, with what people do in them, and what comes between chapters."""
    put_on_ledger(draw, bench)
    for _ in range(chapters):
        days = draw(st.sampled_from([0, 1, 3, 12, 30, 75]))
        bench.today = min(bench.today + days * DAY, END)
        for moves in (
            *[FORWARD] * draw(st.integers(1, 6)),
            draw(st.sampled_from([FORWARD, BACK, EXTENSION, BETWEEN])),
        ):
            attempt(draw, bench, sense=10, moves=moves)
            learn(bench)
        if between:
            between(draw, bench)
        if len(bench.known) < 5 and draw(st.integers(0, 3)) == 0:
            put_on_ledger(draw, bench)


def revise(draw: Any, bench: Bench) -> None:
    """Perhaps a new colour policy comes on the record, and perhaps the worker gets to some problems, or to all."""
    with bench.now():
        if draw(st.integers(0, 2)) == 0:
            begins = bench.today + draw(st.sampled_from([1, 4, 20, 60, 200])) * DAY
            add_policy(policy=draw(policies()), effective_from=begins, region_id=1)
        if draw(st.booleans()):
            some = draw(st.lists(st.sampled_from([*bench.known]), unique=True))
            recolouring.catch_up(some, lines_on(bench.today))
        if draw(st.integers(0, 2)) == 0:
            recolouring.recolour()


def learn(bench: Bench) -> None:
    """Who may do what next is read from the rows here; that they are right is the state machine's business."""
    bench.meet()
    for row in Problem.objects.filter(id__in=bench.known):
        known = bench.known[row.id]
        bench.read_units(row.id)
        known.stage, known.hands = Stage(row.stage), set(row.worked_by)


# First way: entries recorded up to the end of the day --------------------------------------------------------


def replayed(problem: UUID) -> Iterator[tuple[date, Facts, int | None, int]]:
    """After each entry: the day it was recorded, what the colour depended on from then on, the lead unit, and the
    newest policy on the record by then."""
    state: dict[str, dict[str, Any]] = {}
    written = list(Entry.objects.filter(kind="policy").order_by("id").values_list("recorded_at", "id"))
    for entry in Entry.objects.filter(subject=problem).order_by("seq"):
        assert not list(fold(state, json.loads(entry.body)["changes"]))
        row = state[f"problem:{problem}"]
        known = sum(place < (entry.recorded_at, entry.id) for place in written)
        yield clock.day_of(entry.recorded_at), facts(state, row), row.get("lead_unit_id"), known


def facts(state: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any]) -> Facts:
    def day(name: str) -> date | None:
        return date.fromisoformat(row[name]) if row.get(name) else None

    measures = [m for key, m in state.items() if key.startswith("measure:") and not m["dropped"]]
    taken, done = day("taken_over_on"), row["stage"] == Stage.CLAIMED_DONE
    word = row.get("claimed_progress") if taken and not row["returns"] and not row["cycle"] else None
    return Facts(
        stage=Stage(row["stage"]),
        sign_by=day("sign_by"),
        signed_on=day("signed_on"),
        due=day("due"),
        steps=tuple(
            Step(date.fromisoformat(m["due"]) if m.get("due") else None, m["share"], m["progress"])
            for m in measures
        ),
        returns=row["returns"],
        cycle=row["cycle"],
        satisfaction=row.get("satisfaction"),
        warned=row["warned"],
        stopped_on=claimed_since(day("claimed_done_on"), taken)
        if done
        else day("asked_on") or day("suspended_on"),
        claimed=100 if done else word,
    )


def claimed_since(said: date | None, taken: date | None) -> date | None:
    """What a file says is done stands still since the day it says, unless that was still to come."""
    return said if said and taken and said <= taken else taken


def by_replay(problem: UUID, days: list[date]) -> dict[date, Told]:
    entries, found, rows = list(replayed(problem)), {}, list(ColourPolicy.objects.order_by("version"))
    for day in days:
        until = [entry for entry in entries if entry[0] <= day]
        if until:
            _, known, unit, version = until[-1]
            policy = in_force(rows if known.stage in OPEN_STAGES else rows[:version], day)
            found[day] = Told(evaluate(known, policy, day).colour.value, known.stage.value, unit)
    return found


def in_force(rows: Sequence[ColourPolicy], day: date) -> Policy:
    """The policy in force on a day; an open problem goes by all, a closed one by those on the record by then."""
    begun = [row for row in rows if row.effective_from <= day]
    found = max(begun, key=lambda row: (row.effective_from, row.version), default=None)
    return policy_from_data(found.data) if found else DEFAULT_POLICY


# Second way: the rows ----------------------------------------------------------------------------------------


def by_rows(problem: UUID, days: list[date]) -> dict[date, Told]:
    row, spans = Problem.objects.get(id=problem), list(Span.objects.filter(problem_id=problem).order_by("begins"))
    assert all(a.ends == b.begins for a, b in pairwise(spans)), "a day is missing or told twice"
    assert not spans or spans[-1].ends == row.state_from
    found = {d: Told(s.colour, s.stage, s.unit_id) for s in spans for d in days if s.begins <= d < s.ends}
    turns = [(row.state_from, row.colour), (row.turn1_on, row.turn1), (row.turn2_on, row.turn2)]
    turns.append((row.turn3_on, row.turn3))
    for day in days:
        reached = [colour for start, colour in turns if start is not None and start <= day]
        if reached:
            found[day] = Told(reached[-1], row.stage, row.lead_unit_id)
    return found


# Third way: SQL -------------------------------------------------------------------------------------------------


def by_sums(unit: int, day: date) -> dict[tuple[str, str], int]:
    found = tally.totals(axis=Axis.SIGHT, units=[unit], day=day)[unit]
    return tally.by_stage_and_colour(found)


def by_count(actor: Any, day: date) -> Counter[Told]:
    return Counter({Told(*key): n for key, n in asof.counts(actor, day, ("colour", "stage", "unit")).items()})


def check(bench: Bench, every: int = 1) -> None:
    days = [START - 3 * DAY + n * DAY for n in range(0, (END - START).days + 10, every)]
    told = {problem: by_replay(problem, days) for problem in bench.known}
    for problem, by_day in told.items():
        assert by_rows(problem, days) == by_day
    office, unit = bench.world.actor("coordinator"), bench.world.actor("liaison")
    seen, kept_here = (set(visible_to(who).values_list("id", flat=True)) for who in (unit, office))
    referred = Problem.objects.filter(stage=Stage.REFERRED).values_list("id", flat=True)
    assert kept_here == bench.known.keys() - set(referred)
    for day in days:
        now = {problem: by_day[day] for problem, by_day in told.items() if day in by_day}
        assert by_count(office, day) == Counter(t for p, t in now.items() if p in kept_here), day
        if day.day % 5 == 1:
            there = [told for told in now.values() if told.stage != Stage.REFERRED]
            kept = Counter((told.stage, told.colour) for told in there)
            assert by_sums(office.unit_id, day) == kept, day
        if day.day % 10 == 1:
            assert by_count(unit, day) == Counter(t for p, t in now.items() if p in seen), day
            check_lists(office, day, now)


def check_lists(actor: Any, day: date, now: Mapping[UUID, Told]) -> None:
    """The conditions behind lists, for rows that have not changed since."""
    rows = visible_to(actor).filter(state_from__lte=day)
    current = dict(rows.annotate(then=asof.colour_on(day)).values_list("id", "then"))
    assert current == {problem: now[problem].colour for problem in current}
    for colours in ([Colour.RED], [Colour.YELLOW, Colour.BLUE], []):
        listed = set(rows.filter(asof.colour_is(colours, day)).values_list("id", flat=True))
        assert listed == {problem for problem, colour in current.items() if colour in colours}


def run(world: World, *, examples: int, chapters: int) -> None:
    fixture = HealthCheck.function_scoped_fixture

    @settings(max_examples=examples, suppress_health_check=[fixture, HealthCheck.too_slow])
    @given(st.data())
    def every_day_is_told_alike(data: st.DataObject) -> None:
        with transaction.atomic():
            bench = Bench(world)
            live(data.draw, bench, chapters)
            if bench.today > START + 90 * DAY:
                check(bench)
            transaction.set_rollback(True)

    every_day_is_told_alike()


def test_every_day_of_two_years_is_told_alike_three_ways(world: World):
    run(world, examples=2, chapters=25)


def test_and_so_are_histories_in_which_the_colour_policy_changes(world: World):
    fixture = HealthCheck.function_scoped_fixture

    @settings(max_examples=3, suppress_health_check=[fixture, HealthCheck.too_slow])
    @given(st.data())
    def every_day_goes_by_its_policy(data: st.DataObject) -> None:
        with transaction.atomic():
            bench = Bench(world)
            live(data.draw, bench, 8, revise)
            with bench.now():
                assert verify().findings == ()  # half-way
                recolouring.recolour()
            full = Problem.objects.filter(turn3_on__isnull=False).exists()
            with clock.moved_to(clock.moment_on(END + 20 * DAY if full else bench.today)):
                recolouring.recolour()  # rows without room for all that was to come, when it has come
                assert verify().findings == ()
            check(bench, data.draw(st.integers(1, 9)))
            transaction.set_rollback(True)

    every_day_goes_by_its_policy()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_and_for_more_histories(world: World):
    run(world, examples=4, chapters=40)


def test_a_count_may_be_by_anything_kept_and_by_nothing_else(world: World):
    world.register(2)
    world.through(Stage.DISPATCHED)
    office, city = world.actor("coordinator"), world.units["city"].pk
    housing = world.units["housing"].pk
    assert asof.counts(office, START) == {"grey": 2, "blue": 1}
    assert asof.counts(office, START, ("stage",)) == {"listed": 2, "dispatched": 1}
    assert asof.counts(office, START, ("unit", "office")) == {(housing, city): 3}
    assert asof.counts(office, START - DAY) == {}
    assert asof.counts(office, START + 2 * DAY) == {"grey": 2, "yellow": 1}
    assert asof.counts(office, START + 16 * DAY) == {"grey": 2, "red": 1}
    with pytest.raises(KeyError):
        asof.counts(office, START, ("title",))
