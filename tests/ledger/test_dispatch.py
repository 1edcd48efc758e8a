"""Dispatch: the date set now is the original date for ever; from now on the assigned units see the problem."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.ledger.actions import dispatch, ledgers, setting_aside, working
from bihuan.ledger.actions.register import NewMeasure, register
from bihuan.ledger.models import Measure, Problem, Reach
from tests.ledger.record import only, words_of
from tests.world import START, World, days_later

TODAY, LATER = START, date(2026, 9, 30)


def dispatched(world: World, due: date | None = None, note: str = "", **values: Any) -> Problem:
    problem = world.register(**values)[0]
    who = world.actor("coordinator")
    return only(dispatch.dispatch(actor=who, problems=[problem.id], due=due, note=note))


@pytest.mark.parametrize(
    ("values", "due", "expected"),
    [
        ({}, None, TODAY + timedelta(days=15)),
        ({"urgency": Urgency.URGENT}, None, TODAY + timedelta(days=5)),
        ({"urgency": Urgency.DIFFICULT, "horizon": Horizon.AT_ONCE}, None, TODAY + timedelta(days=30)),
        ({"horizon": Horizon.STANDING}, None, date(2027, 3, 2)),
        ({"wanted_due": LATER}, None, LATER),
        ({"wanted_due": date(2026, 3, 1)}, LATER, LATER),
        ({"wanted_due": TODAY}, None, TODAY),
        ({"wanted_due": date.max}, None, date.max),
    ],
)
def test_the_date_set_is_the_original_one(world: World, values: dict[str, Any], due: date | None, expected: date):
    problem = dispatched(world, due, **values)
    assert (problem.due_original, problem.due, problem.cycle_due) == (expected, expected, expected)
    assert (problem.dispatched_on, problem.sign_by, problem.signed_on) == (TODAY, date(2026, 3, 3), None)
    assert problem.wanted_due == values.get("wanted_due")


def test_a_passed_date_is_refused_until_a_new_one_is_given(world: World):
    problem, who = world.register(wanted_due=date(2026, 3, 1))[0].id, world.actor("coordinator")
    assert "2026-03-01已经过去" in words_of(lambda: dispatch.dispatch(actor=who, problems=[problem]))
    past = date(2026, 2, 1)
    assert "2026-02-01已经过去" in words_of(lambda: dispatch.dispatch(actor=who, problems=[problem], due=past))
    assert only(dispatch.dispatch(actor=who, problems=[problem], due=LATER)).due == LATER


def test_nothing_is_dispatched_to_nobody(world: World):
    problem, who = world.register(lead_unit_id=None)[0].id, world.actor("coordinator")
    assert "还没有牵头单位" in words_of(lambda: dispatch.dispatch(actor=who, problems=[problem]))


def test_measures_without_a_date_get_that_of_the_problem(world: World):
    dated = (NewMeasure("排查", due=date(2026, 3, 9)), NewMeasure("更换"))
    problem = dispatched(world, LATER, measures=dated)
    dues = Measure.objects.filter(problem_id=problem.id).order_by("place").values_list("due", flat=True)
    assert list(dues) == [date(2026, 3, 9), LATER]


def test_the_order_and_its_note_are_on_the_record_for_the_units(world: World):
    problem = dispatched(world, note="请三日内排查完毕")
    entry = Entry.objects.filter(subject=problem.id).latest("seq")
    assert (entry.action, entry.audience, "请三日内排查完毕" in entry.body) == ("dispatch", "everyone", True)


def test_the_units_assigned_and_those_above_see_it_from_now_on(world: World):
    county_school = world.units["county_education"].pk
    problem = world.register(lead_unit_id=county_school)[0]
    parts = Reach.objects.filter(problem_id=problem.id).values_list("unit__name", "part")
    assert list(parts) == [("云汀市", "office")]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    assert set(parts.all()) == {
        ("云汀市", "office"),
        ("禾丰县", "lead"),
        ("禾丰县教育局", "lead"),
        ("市水利局", "support"),
    }


def test_colours_turn_by_themselves_after_dispatch(world: World):
    problem = dispatched(world, LATER)
    assert (problem.colour, problem.turn1, problem.turn1_on) == ("blue", "yellow", date(2026, 3, 4))
    assert (problem.turn2, problem.turn2_on, problem.turn3_on) == ("red", date(2026, 10, 1), None)
    with days_later(1):
        signed = only(working.sign(actor=world.actor("liaison"), problems=[problem.id]))
    assert (signed.colour, signed.turn1, signed.turn1_on) == ("blue", "red", date(2026, 10, 1))


# Setting aside -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.UNDER_WAY])
def test_a_pause_moves_what_still_lies_ahead(world: World, stage: Stage):
    problem, who = world.through(stage), world.actor("coordinator")
    setting_aside.suspend(actor=who, problems=[problem.id], reason="等待诉讼").only()
    with days_later(100):
        resumed = only(setting_aside.resume(actor=who, problems=[problem.id], note="已判决"))
    moved = problem.due + timedelta(days=100) if problem.due else None
    assert (resumed.stage, resumed.due, resumed.cycle_due) == (stage, moved, moved)
    assert (resumed.due_original, resumed.suspended_on, resumed.stage_before) == (problem.due, None, "")
    signs_by = date(2026, 6, 11) if stage is Stage.DISPATCHED else problem.sign_by
    assert resumed.sign_by == signs_by
    assert {m.due for m in Measure.objects.filter(problem_id=problem.id)} == {moved}


def test_a_pause_does_not_undo_what_was_late_before(world: World):
    problem, who = world.through(Stage.UNDER_WAY), world.actor("coordinator")
    with days_later(20):
        setting_aside.suspend(actor=who, problems=[problem.id], reason="等待诉讼").only()
    with days_later(40):
        resumed = only(setting_aside.resume(actor=who, problems=[problem.id]))
    assert (resumed.due, resumed.colour) == (problem.due, "red")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("YT2026-99999", "没有找到编号为“YT2026-99999”的问题。"),
        ("", "没有找到编号为“”的问题。"),
        ("YT2026-00002", "不能把问题并入它自己。"),
        ("YT2026-00003", "编号为“YT2026-00003”的问题已经办结，不能并入。"),
        ("HF2026-00001", "没有找到编号为“HF2026-00001”的问题。"),
    ],
)
def test_a_problem_is_merged_only_into_an_open_one_of_the_same_office(world: World, number: str, words: str):
    into, problem, gone = (row.id for row in world.register(3))
    who, other = world.actor("coordinator"), world.actor("county_coordinator")
    setting_aside.withdraw(actor=who, problems=[gone], reason="重复").only()
    ledger = ledgers.open_ledger(actor=other, name="县台账", prefix="HF")
    register(actor=other, ledger=ledger, problems=[world.new(lead_unit_id=world.units["housing"].pk)])
    said = words_of(lambda: setting_aside.merge(actor=who, problems=[problem], into=number, reason="同一件事"))
    assert said.startswith(words)
    merged = only(setting_aside.merge(actor=who, problems=[problem], into=" YT2026-00001 ", reason="同一件事"))
    assert (merged.stage, merged.merged_into_id, merged.colour) == ("merged", into, "grey")


def test_of_a_list_merged_into_one_of_its_own_that_one_stays(world: World):
    rows = world.register(3)
    who = world.actor("coordinator")
    outcome = setting_aside.merge(
        actor=who, problems=[row.id for row in rows], into=rows[1].number, reason="同一件事"
    )
    assert [row.number for row in outcome.done] == [rows[0].number, rows[2].number]
    assert str(outcome.refused[0].denied).startswith("不能把问题并入它自己。")
