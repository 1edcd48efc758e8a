"""On behalf: what the office puts down for a unit is marked, has its paper, and is never the unit's signature."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.ledger import derived
from bihuan.ledger.actions import closing, extending, working
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress, Report
from bihuan.ledger.files import StoredFile, store
from bihuan.ledger.models import Evidence, Extension, Measure, Problem
from tests.ledger.record import words_of
from tests.world import START, World, days_later

PAPER = StoredFile("签收表.jpg", 8, "a" * 64, "image/jpeg")


def how(world: World, unit: str = "housing", signed_by: str = "宁致和", **values: Any) -> Any:
    """The options of a step on behalf of a unit, said to have happened on START."""
    return {"behalf": Behalf(world.units[unit].pk, PAPER, signed_by), "occurred_on": START} | values


def details(problem: UUID) -> dict[str, Any]:
    """What the newest entry of a problem says beside its changes."""
    newest = Entry.objects.filter(subject=problem).order_by("-seq")[0]
    found: dict[str, Any] = json.loads(newest.body)["details"]
    return found


def test_a_signature_put_down_for_the_unit_is_the_offices_and_carries_its_paper(world: World):
    problem = world.through(Stage.DISPATCHED)
    with days_later(2):
        signed = working.sign(actor=world.actor("coordinator"), problems=[problem.id], **how(world)).only()
    paper = Evidence.objects.get(problem_id=problem.id)
    assert (signed.stage, signed.signed_by_office) == (Stage.UNDER_WAY, True)
    assert derived.signed_by(Problem.objects.get(id=problem.id).__dict__) == "office"
    assert (paper.sha256, paper.measure_id, paper.unit_id) == (PAPER.sha256, None, world.units["housing"].pk)
    assert details(problem.id) == {
        "behalf": world.units["housing"].pk,
        "paper": str(paper.id),
        "signed_by": "宁致和",
    }
    newest = Entry.objects.filter(subject=problem.id).order_by("-seq")[0]
    assert newest.occurred_on == START < newest.recorded_at.date()
    assert newest.unit_id == world.units["city"].pk


def test_one_paper_serves_many_problems_and_several_steps_of_one(world: World):
    rows = [world.through(Stage.DISPATCHED) for _ in range(3)]
    ids, office = [row.id for row in rows], world.actor("coordinator")
    assert len(working.sign(actor=office, problems=ids, **how(world)).done) == 3
    reports = {id_: Report({m.id: Progress(30) for m in Measure.objects.filter(problem_id=id_)}) for id_ in ids}
    assert len(working.report_each(actor=office, reports=reports, **how(world)).done) == 3
    assert Evidence.objects.filter(sha256=PAPER.sha256).count() == 3
    for id_ in ids:
        assert details(id_)["paper"] == str(Evidence.objects.get(problem_id=id_).id)


def test_the_unit_is_carried_to_acceptance_without_signing_in_and_never_by_one_pair_of_hands(world: World):
    office = world.actor("coordinator")
    problem = world.through(Stage.DISPATCHED, measures=()).id
    working.sign(actor=office, problems=[problem], **how(world)).only()
    plan = [PlannedMeasure("更换井盖", 100, START + timedelta(days=10))]
    working.set_measures(actor=office, problem=problem, measures=plan, **how(world)).only()
    measure = Measure.objects.get(problem_id=problem)
    assert measure.unit_id == world.units["housing"].pk
    photo = NewEvidence(store("完工照片.png", [b"\x89PNG\r\n\x1a\n", problem.bytes]), measure.id)
    done = {measure.id: Progress(100, "已更换", done_on=START)}
    working.report(actor=office, problem=problem, progress=done, files=[photo], **how(world)).only()
    closing.ask_closeout(actor=office, problem=problem, summary="全部完成", **how(world)).only()
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    refused = words_of(lambda: closing.accept(actor=office, problems=[problem]))
    assert refused.startswith("该问题的整改是您填报或代填的，不能对自己的工作办理“验收通过”。")
    closing.accept(actor=world.actor("reviewer"), problems=[problem]).only()
    closing.publish(actor=office, problems=[problem]).only()
    with days_later(30):
        assert words_of(lambda: closing.close(actor=office, problems=[problem])).startswith("该问题的整改是您填报")
        closing.close(actor=world.actor("second_coordinator"), problems=[problem]).only()


def test_the_paper_alone_proves_no_measure(world: World):
    problem, office = world.through(Stage.UNDER_WAY).id, world.actor("coordinator")
    done = {m.id: Progress(100) for m in Measure.objects.filter(problem_id=problem)}
    working.report(actor=office, problem=problem, progress=done, **how(world)).only()
    said = words_of(lambda: closing.ask_closeout(actor=office, problem=problem, summary="完成", **how(world)))
    assert said.startswith("有2项措施没有佐证材料")


def test_more_time_is_asked_and_signed_on_paper_and_granted_by_somebody_else(world: World):
    office, problem = world.actor("coordinator"), world.through(Stage.UNDER_WAY)
    assert problem.due is not None
    later = problem.due + timedelta(days=10)
    asked = extending.ask_extension(
        actor=office, problem=problem.id, due=later, reason="设备没有到货", **how(world)
    )
    asked.only()
    extending.sign_extension(actor=office, problem=problem.id, **how(world, signed_by="宁局长")).only()
    request = Extension.objects.get(problem_id=problem.id)
    assert (request.asked_by_id, request.signed_by_id, request.signed_on) == (None, None, START)
    assert details(problem.id)["signed_by"] == "宁局长"
    assert "您填报或代填的" in words_of(lambda: extending.grant_extension(actor=office, problem=problem.id))
    extending.grant_extension(actor=world.actor("second_coordinator"), problem=problem.id).only()


def test_the_unit_confirms_later_and_from_that_day_on_it_is_its_own_signature(world: World):
    problem, office = world.through(Stage.DISPATCHED).id, world.actor("coordinator")
    working.sign(actor=office, problems=[problem], **how(world)).only()
    liaison = world.actor("liaison")
    with days_later(5):
        confirmed = working.confirm_signature(actor=liaison, problems=[problem]).only()
        row = Problem.objects.get(id=problem)
        assert (derived.signed_by(row.__dict__), row.signed_on, confirmed.stage) == (
            "unit",
            START,
            Stage.UNDER_WAY,
        )
        assert words_of(lambda: working.confirm_signature(actor=liaison, problems=[problem])) == (
            "该问题是单位自己签收的，不用补签。"
        )


def test_what_the_unit_signed_itself_is_its_own(world: World):
    row = world.through(Stage.UNDER_WAY)
    assert (row.signed_by_office, derived.signed_by(row.__dict__)) == (None, "unit")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signed_by": " "}, "还没有填写材料上是谁签的字。"),
        ({"signed_by": "字" * 61}, "签字人姓名最多60个字。"),
        ({"occurred_on": None}, "代填要写明实际发生的日期。"),
        ({"occurred_on": START + timedelta(days=1)}, "发生日期2026-03-03还没有到。"),
        ({"occurred_on": START - timedelta(days=1)}, "实际发生日期2026-03-01早于交办日期2026-03-02。"),
        ({"unit": "county"}, "要代填的单位不是该问题的责任单位。"),
        ({"unit": "water"}, "“签收”只能由该问题的牵头单位办理。"),
    ],
)
def test_what_the_paper_must_say(world: World, changed: dict[str, Any], words: str):
    problem = world.through(Stage.DISPATCHED).id
    said = words_of(
        lambda: working.sign(actor=world.actor("coordinator"), problems=[problem], **how(world, **changed))
    )
    assert said.startswith(words)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("liaison", "“签收”只能由该问题交办单位的整改办人员代填。"),
        ("leader", "“签收”只能由该问题交办单位的整改办人员代填。"),
        ("reviewer", "“签收”只能由该问题交办单位的整改办人员代填。"),
        ("supervisor", "“签收”只能由该问题交办单位的整改办人员代填。"),
        ("auditor", "“签收”只能由该问题交办单位的整改办人员代填。"),
        ("county_coordinator", "所选的问题中有您看不到的"),
        ("stranger", "所选的问题中有您看不到的"),
    ],
)
def test_nobody_else_puts_anything_down_for_a_unit(world: World, who: str, words: str):
    problem = world.through(Stage.DISPATCHED).id
    said = words_of(lambda: working.sign(actor=world.actor(who), problems=[problem], **how(world)))
    assert said.startswith(words)


def test_judging_is_never_done_on_behalf(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED).id
    judging: list[Callable[[], Outcome]] = [
        lambda: closing.accept(actor=world.actor("coordinator"), problems=[problem], **how(world)),
        lambda: closing.send_back(actor=world.actor("coordinator"), problem=problem, reason="差", **how(world)),
    ]
    for step in judging:
        assert "不能代填" in words_of(step)


def test_a_supporting_units_measures_are_reported_for_it_and_no_others(world: World):
    water = world.units["water"].pk
    problem = world.through(Stage.UNDER_WAY).id
    liaison = world.actor("liaison")
    due = START + timedelta(days=10)
    plan = [PlannedMeasure("排查", 50, due), PlannedMeasure("抽水", 50, due, water)]
    working.set_measures(actor=liaison, problem=problem, measures=plan).only()
    first, second = Measure.objects.filter(problem_id=problem, dropped=False).order_by("place")
    office = world.actor("coordinator")

    def report(measure: Measure) -> Outcome:
        return working.report(
            actor=office, problem=problem, progress={measure.id: Progress(50)}, **how(world, unit="water")
        )

    assert words_of(lambda: report(first)).startswith("其中有不属于您单位的措施。")
    report(second).only()
    assert Evidence.objects.get(problem_id=problem).unit_id == water


def test_a_rehearsal_on_behalf_writes_nothing(world: World):
    problem = world.through(Stage.DISPATCHED).id
    before = Entry.objects.count()
    outcome = working.sign(actor=world.actor("coordinator"), problems=[problem], dry_run=True, **how(world))
    assert len(outcome.done) == 1
    assert (Entry.objects.count(), Evidence.objects.count()) == (before, 0)


@pytest.mark.parametrize("days", [-1, 1])
def test_nothing_was_done_before_dispatch_or_after_today(world: World, days: int):
    problem = world.through(Stage.UNDER_WAY).id
    measure = Measure.objects.filter(problem_id=problem)[0].id
    said = {measure: Progress(100, done_on=START + timedelta(days=days))}
    words = words_of(lambda: working.report(actor=world.actor("liaison"), problem=problem, progress=said))
    assert words.startswith("完成日期")
