"""Whatever units and problems go through together, past days keep their figures and the record holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.domain.case import OPEN_STAGES, Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import dispatch, regrouping, setting_aside, working
from bihuan.ledger.models import Axis, Problem
from bihuan.ledger.tally import totals
from bihuan.ledger.verify import verify
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import lines_on
from tests.world import START, World

steps = st.lists(
    st.tuples(
        st.sampled_from(["move", "merge", "register", "dispatch", "sign", "suspend", "resume"]),
        st.integers(0, 20),
        st.integers(0, 20),
        st.sampled_from([0, 1, 9]),
    ),
    min_size=4,
    max_size=12,
)


def figures(day: date) -> Any:
    """Every kept sum of a day."""
    units = list(Unit.objects.values_list("pk", flat=True))
    return {axis: totals(axis=axis, units=units, day=day) for axis in Axis}


def counted(day: date) -> dict[int, int]:
    """How many dispatched problems each unit leads with those below it, counted one by one."""
    lines, found = lines_on(day), dict.fromkeys(Unit.objects.values_list("pk", flat=True), 0)
    for problem in Problem.objects.filter(dispatched_on__isnull=False):
        for unit in lines[problem.lead_unit_id or 0]:
            found[unit] += 1
    return found


def take(world: World, step: tuple[str, int, int, int]) -> None:
    """One step, as far as it is allowed."""
    what, first, second, _days = step
    office, units = world.actor("coordinator"), list(Unit.objects.order_by("pk"))
    unit, other = units[first % len(units)], units[second % len(units)]
    problems = list(Problem.objects.order_by("number").values_list("id", flat=True))
    problem = [problems[first % len(problems)]] if problems else []
    with suppress(Refused):
        match what:
            case "move":
                regrouping.move(actor=world.actor("administrator"), unit=unit, parent=other)
            case "merge":
                regrouping.merge(actor=world.actor("administrator"), units=[unit], into=other)
            case "register":
                world.register(lead_unit_id=unit.pk, support_unit_ids=(other.pk,))
            case "dispatch":
                dispatch.dispatch(actor=office, problems=problems)
            case "sign":
                person = world.people["liaison"]
                liaison = actor_for(person, held_posts(person))
                assert liaison is not None
                working.sign(actor=liaison, problems=problem)
            case "suspend":
                setting_aside.suspend(actor=office, problems=problem, reason="等待批复")
            case "resume":
                setting_aside.resume(actor=office, problems=problem, note="已批复")


def test_figures_of_past_days_stay_and_today_is_right(world):
    @given(steps)
    @settings(max_examples=12)
    def hold(history):
        with transaction.atomic():
            play(world, history)
            transaction.set_rollback(True)

    hold()


def play(world: World, history: list[tuple[str, int, int, int]]) -> None:
    """All steps, some days apart; each day's figures are kept in mind and looked at again at the end."""
    day, known = START, {}
    world.through(Stage.DISPATCHED)
    for step in history:
        if step[3]:
            with clock.moved_to(clock.moment_on(day, hour=20)):
                known[day] = figures(day)
            day += timedelta(days=step[3])
        with clock.moved_to(clock.moment_on(day, hour=10)):
            take(world, step)
    with clock.moved_to(clock.moment_on(day, hour=21)):
        assert verify().findings == ()
        assert {past: figures(past) for past in known} == known
        today = figures(day)[Axis.LEAD]
        led = {unit: sum(n for code, n in codes.items() if "." in code) for unit, codes in today.items()}
        assert led == counted(day)
        gone = Unit.objects.filter(merged_into__isnull=False)
        open_ones = Problem.objects.filter(stage__in=[stage.value for stage in OPEN_STAGES])
        assert not open_ones.filter(lead_unit__in=gone).exists()
