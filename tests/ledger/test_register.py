"""Register: numbers, units, measures and claims come onto the ledger; what cannot stand is refused whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Stage, Terms, Urgency
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import amending, ledgers
from bihuan.ledger.actions.amending import Amendment
from bihuan.ledger.actions.register import NewMeasure, NewProblem, even_shares, register, title_of
from bihuan.ledger.models import Ledger, Measure, Problem, Reach, Responsibility
from bihuan.organisations.actions import create_unit, set_unit_active
from tests.ledger.record import assert_whole, only, words_of
from tests.world import START, World, days_later


def put(world: World, *problems: NewProblem, **how: Any) -> list[Problem]:
    return register(actor=world.actor("coordinator"), ledger=world.ledger, problems=problems, **how)


def units_of(problem: Problem) -> list[tuple[str, int, str]]:
    rows = Responsibility.objects.filter(problem_id=problem.id, dropped=False).order_by("id")
    return [(row.role, row.unit_id, row.person) for row in rows]


def test_a_problem_stands_on_the_ledger_as_it_was_given(world: World):
    housing, water = world.units["housing"].pk, world.units["water"].pk
    given = world.new(
        person="宁致和",
        category="城建",
        urgency=Urgency.URGENT,
        horizon=Horizon.STANDING,
        wanted_due=date(2026, 6, 30),
        place={"file": "台账.xlsx", "sheet": "1", "row": 7},
        claims={"status": "已完成", "progress": 0.8},
        measures=(NewMeasure("逐一排查", share=70), NewMeasure(" 更换 ", water, "路知秋", 30, START)),
    )
    problem = Problem.objects.get(id=put(world, given)[0].id)
    assert (problem.number, problem.stage, problem.colour, problem.office_id) == (
        "YT2026-00001",
        Stage.LISTED,
        "grey",
        world.units["city"].pk,
    )
    assert (problem.urgency, problem.horizon, problem.wanted_due) == ("urgent", "standing", date(2026, 6, 30))
    assert (problem.claims, problem.place["row"]) == ({"status": "已完成", "progress": 0.8}, 7)
    assert units_of(problem) == [("lead", housing, "宁致和"), ("support", water, "")]
    rows = Measure.objects.filter(problem_id=problem.id).order_by("place")
    assert [(m.text, m.unit_id, m.person, m.share, m.due, m.progress) for m in rows] == [
        ("逐一排查", housing, "", 70, None, 0),
        ("更换", water, "路知秋", 30, START, 0),
    ]
    assert_whole(problem.id)


def test_claims_of_a_file_prove_nothing(world: World):
    problem = put(world, world.new(claims={"status": "已销号", "progress": 100}))[0]
    assert (problem.stage, problem.progress, problem.colour) == ("listed", 0, "grey")


def test_numbers_run_on_within_a_ledger_and_a_year(world: World):
    other = ledgers.open_ledger(actor=world.actor("coordinator"), name="专项台账", prefix="YT2")
    assert [p.number for p in world.register(2)] == ["YT2026-00001", "YT2026-00002"]
    assert register(actor=world.actor("coordinator"), ledger=other, problems=[world.new()])[0].number == (
        "YT22026-00001"
    )
    with days_later(365):
        assert world.register()[0].number == "YT2027-00001"
    assert world.register()[0].number == "YT2026-00003"


def test_nothing_to_register_registers_nothing_and_takes_no_number(world: World):
    assert put(world) == []
    assert world.register()[0].number == "YT2026-00001"


def test_a_draft_is_entered_before_it_is_dispatched(world: World):
    draft = put(world, world.new(), as_draft=True)[0]
    assert draft.stage == Stage.DRAFT
    entered = only(amending.enter(actor=world.actor("coordinator"), problems=[draft.id]))
    assert entered.stage == Stage.LISTED


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        (" 井盖下沉 ", "任意", "井盖下沉"),
        ("", "滨河路井盖下沉。多次反映。", "滨河路井盖下沉"),
        ("", "\n\n第一行\n第二行", "第一行"),
        ("", "。；只有标点在前", "。；只有标点在前"),
        ("", "Leaking pipe? Not fixed", "Leaking pipe"),
        ("", "长" * 60, "长" * 39 + "…"),
        ("长" * 200, "任意", "长" * 120),
    ],
)
def test_a_title_is_given_or_taken_from_the_text(title: str, text: str, shown: str):
    assert title_of(title, text) == shown


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 100, 130])
def test_shares_are_whole_even_and_add_up(count: int):
    shares = even_shares(count)
    assert len(shares) == count
    assert sum(shares) == (100 if 0 < count <= 100 else 0), "more than a hundred cannot each have one"
    assert max(shares, default=0) - min(shares, default=0) <= 1


HALVES = (NewMeasure("排查", share=80), NewMeasure("更换"))
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": " \n\t"}, "有一个问题没有写明问题是什么。"),
    ({"support_unit_ids": "lead"}, "同一单位不能既牵头又配合。"),
    ({"lead_unit_id": 999}, "所选的单位中有不存在或已停用的。"),
    ({"support_unit_ids": (999,)}, "所选的单位中有不存在或已停用的。"),
    ({"measures": (NewMeasure("排查", unit_id=999),)}, "所选的单位中有不存在或已停用的。"),
    ({"source_id": 999}, "所选的问题来源不存在或已停用。"),
    ({"measures": HALVES}, "各项措施的占比合计应为100%。"),
    ({"measures": (NewMeasure("排查", share=99),)}, "各项措施的占比合计应为100%。"),
    ({"measures": (NewMeasure("一", share=120), NewMeasure("二", share=-20))}, "各项措施的占比合计应为100%。"),
    ({"measures": (NewMeasure(" "),)}, "有一项措施没有写内容。"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_one_problem_that_cannot_stand_refuses_the_whole_list(world: World, wrong: dict[str, Any], words: str):
    values = wrong | ({"support_unit_ids": (world.units["housing"].pk,)} if "lead" in wrong.values() else {})
    bad = world.new(**({"text": "井盖下沉"} | values))
    assert words_of(lambda: put(world, world.new(), bad)).startswith(words)


def test_a_unit_that_was_closed_or_belongs_elsewhere_is_given_nothing(world: World):
    closed = create_unit(name="市旧改办", kind="bureau", parent=world.units["city"])
    set_unit_active(unit=closed, active=False)
    elsewhere = create_unit(name="别市", kind="government", region=Region.objects.create(id=2, name="别市"))
    for unit in (closed, elsewhere):
        words = words_of(partial(put, world, world.new(lead_unit_id=unit.pk)))
        assert words.startswith("所选的单位中有不存在或已停用的。")


def test_it_has_not_happened_tomorrow(world: World):
    tomorrow = START + timedelta(days=1)
    assert words_of(lambda: put(world, world.new(), occurred_on=tomorrow)).startswith("发生日期2026-03-03还没有到")
    problem = put(world, world.new(), occurred_on=date(2025, 12, 31))[0]
    assert Entry.objects.get(subject=problem.id).occurred_on == date(2025, 12, 31)


@pytest.mark.parametrize("name", ["supervisor", "reviewer", "auditor", "administrator", "liaison", "leader"])
def test_only_coordinators_register(world: World, name: str):
    assert words_of(
        lambda: register(actor=world.actor(name), ledger=world.ledger, problems=[world.new()])
    ).startswith("只有整改办人员可以登记和导入问题。")


def test_nobody_registers_on_the_ledger_of_another_office_or_on_a_closed_one(world: World):
    other = world.actor("county_coordinator")
    words = words_of(lambda: register(actor=other, ledger=world.ledger, problems=[world.new()]))
    assert words.startswith("这本台账不是您所在单位的。")
    Ledger.objects.filter(pk=world.ledger.pk).update(is_open=False)
    world.ledger.refresh_from_db()
    assert words_of(lambda: put(world, world.new())).startswith("这本台账已经停用。")


@pytest.mark.parametrize(
    ("name", "prefix", "words"),
    [
        ("问题整改台账", "ZX", "已有同名或同编号前缀的台账。"),
        ("专项台账", "YT", "已有同名或同编号前缀的台账。"),
        (" ", "ZX", "台账名称和编号前缀都要填写。"),
        ("专项台账", "", "台账名称和编号前缀都要填写。"),
        ("长" * 121, "ZX", "台账名称最多120个字，编号前缀最多20个字。"),
        ("专项台账", "Z" * 21, "台账名称最多120个字，编号前缀最多20个字。"),
    ],
)
def test_a_ledger_needs_a_name_and_a_prefix_of_its_own(world: World, name: str, prefix: str, words: str):
    coordinator = world.actor("coordinator")
    assert words_of(lambda: ledgers.open_ledger(actor=coordinator, name=name, prefix=prefix)).startswith(words)


def test_a_ledger_keeps_what_differs_from_the_defaults_and_only_coordinators_open_one(world: World):
    terms = replace(Terms(), sign_days=3, notice_required=False, urgent_cap=replace(Terms().urgent_cap, days=9))
    opened = ledgers.open_ledger(actor=world.actor("coordinator"), name="专项台账", prefix="ZX", terms=terms)
    row = Ledger.objects.get(id=opened.id)
    assert set(row.terms) == {"sign_days", "notice_required", "urgent_cap"}
    assert row.as_terms() == terms
    with pytest.raises(Refused, match="只有整改办人员"):
        ledgers.open_ledger(actor=world.actor("liaison"), name="另一本", prefix="LY")


# Amending ------------------------------------------------------------------------------------------------


def amendment(world: World, **values: Any) -> Amendment:
    plain = Amendment("井盖", "井盖下沉", "", "", None, Urgency.ORDINARY, Horizon.BY_DATE, None, None, ())
    return replace(plain, **values)


def test_amending_changes_units_and_leaves_who_may_see_it_to_dispatch(world: World):
    problem = world.register()[0]
    housing, water, county = (world.units[key].pk for key in ("housing", "water", "county"))
    wanted = amendment(world, lead_unit_id=water, support_unit_ids=(housing, county, county), person="路知秋")
    changed = only(amending.amend(actor=world.actor("coordinator"), problem=problem.id, amendment=wanted))
    assert changed.lead_unit_id == water
    found = sorted(units_of(changed))
    assert found == sorted([("lead", water, "路知秋"), ("support", housing, ""), ("support", county, "")])
    assert {m.unit_id for m in Measure.objects.filter(problem_id=problem.id)} == {housing}
    assert list(Reach.objects.filter(problem_id=problem.id).values_list("unit__name", "part")) == [
        ("云汀市", "office")
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"text": ""}, "还没有填写问题内容。"),
        ({"lead_unit_id": 999}, "所选的单位中有不存在或已停用的。"),
        ({"support_unit_ids": (999,)}, "所选的单位中有不存在或已停用的。"),
        ({"source_id": 999}, "所选的问题来源不存在或已停用。"),
    ],
)
def test_an_amendment_that_cannot_stand_is_refused(world: World, values: dict[str, Any], words: str):
    problem, who = world.register()[0].id, world.actor("coordinator")
    wrong = amendment(world, **values)
    said = words_of(lambda: amending.amend(actor=who, problem=problem, amendment=wrong))
    assert said.startswith(words)
    both = amendment(world, lead_unit_id=world.units["water"].pk, support_unit_ids=(world.units["water"].pk,))
    said = words_of(lambda: amending.amend(actor=who, problem=problem, amendment=both))
    assert said.startswith("同一单位不能既牵头又配合。")


def test_a_unit_closed_meanwhile_does_not_stop_an_amendment(world: World):
    spare = create_unit(name="市旧改办", kind="bureau", parent=world.units["city"])
    problem = put(world, world.new(lead_unit_id=spare.pk))[0]
    set_unit_active(unit=spare, active=False)
    wanted = amendment(world, text="井盖下沉、路面开裂", lead_unit_id=spare.pk)
    changed = amending.amend(actor=world.actor("coordinator"), problem=problem.id, amendment=wanted)
    assert only(changed).text == "井盖下沉、路面开裂"
