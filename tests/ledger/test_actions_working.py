"""What the unit does: measures that can stand, progress, and each unit its own part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.domain.case import Stage
from bihuan.ledger.actions import working
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Measure
from tests.ledger.record import only, words_of
from tests.world import START, World

PHOTO = StoredFile("照片.png", 8, "0" * 64, "image/png")


def measures(problem: UUID) -> list[Measure]:
    return list(Measure.objects.filter(problem_id=problem, dropped=False).order_by("place"))


DUE = START + timedelta(days=15)


@pytest.mark.parametrize(
    ("planned", "words"),
    [
        ([], "至少要有一项措施。"),
        ([("排查", 99, DUE)], "各项措施的占比合计为99%，应为100%。"),
        ([("排查", 60, DUE), ("更换", 60, DUE)], "各项措施的占比合计为120%，应为100%。"),
        ([("排查", 150, DUE), ("更换", -50, DUE)], "第1项措施的占比应在1%到100%之间。"),
        ([("排查", 100, DUE), ("更换", 0, DUE)], "第2项措施的占比应在1%到100%之间。"),
        ([(" ", 100, DUE)], "第1项措施没有写内容。"),
        ([("排查", 100, None)], "第1项措施没有完成日期。"),
        ([("排查", 100, DUE + timedelta(days=1))], "第1项措施的日期晚于整改时限2026-03-17。"),
        ([("排查", 100, DUE, "county_education")], "第1项措施的单位不是该问题的责任单位。"),
    ],
)
def test_measures_that_cannot_stand_are_refused(world: World, planned: list[Any], words: str):
    problem, liaison = world.through(Stage.UNDER_WAY).id, world.actor("liaison")
    rows = [
        PlannedMeasure(text, share, due, world.units[unit[0]].pk if unit else None)
        for text, share, due, *unit in planned
    ]
    said = words_of(lambda: working.set_measures(actor=liaison, problem=problem, measures=rows))
    assert said.startswith(words)


def test_measures_are_kept_changed_added_and_dropped(world: World):
    problem, liaison = world.through(Stage.UNDER_WAY).id, world.actor("liaison")
    first, second = measures(problem)
    water = world.units["water"].pk
    rows = [
        PlannedMeasure("更换全部井盖", 70, DUE, water, "路知秋", id=second.id),
        PlannedMeasure("建立巡查制度", 30, DUE),
    ]
    only(working.set_measures(actor=liaison, problem=problem, measures=rows, person="宁致和"))
    now = measures(problem)
    assert [(m.id == second.id, m.text, m.share, m.unit_id, m.place) for m in now] == [
        (True, "更换全部井盖", 70, water, 1),
        (False, "建立巡查制度", 30, world.units["housing"].pk, 2),
    ]
    assert Measure.objects.get(id=first.id).dropped


def test_one_measure_named_twice_becomes_two(world: World):
    problem, liaison = world.through(Stage.UNDER_WAY).id, world.actor("liaison")
    kept = measures(problem)[0].id
    rows = [PlannedMeasure("排查", 50, DUE, id=kept), PlannedMeasure("再排查", 50, DUE, id=kept)]
    only(working.set_measures(actor=liaison, problem=problem, measures=rows))
    assert sum(measure.share for measure in measures(problem)) == 100


def test_a_measure_of_another_problem_is_not_touched(world: World):
    foreign, problem = world.through(Stage.UNDER_WAY).id, world.through(Stage.UNDER_WAY).id
    liaison, others = world.actor("liaison"), measures(foreign)
    rows = [PlannedMeasure("排查", 100, DUE, id=others[0].id)]
    only(working.set_measures(actor=liaison, problem=problem, measures=rows))
    assert [m.text for m in measures(foreign)] == [m.text for m in others]
    report = {others[0].id: Progress(100)}
    said = words_of(lambda: working.report(actor=liaison, problem=problem, progress=report))
    assert said == "其中有不属于您单位的措施。请只报告本单位的措施。"
    proof = [NewEvidence(PHOTO, others[0].id)]
    assert words_of(lambda: working.report(actor=liaison, problem=problem, progress={}, files=proof)) == said


@pytest.mark.parametrize("percent", [-1, 101, 1000])
def test_progress_is_a_percentage(world: World, percent: int):
    problem = world.through(Stage.UNDER_WAY).id
    said = {measures(problem)[0].id: Progress(percent)}
    words = words_of(lambda: working.report(actor=world.actor("liaison"), problem=problem, progress=said))
    assert words == "进度应在0%到100%之间。请改正后再提交。"


def test_a_supporting_unit_reports_on_its_own_measures_only(world: World):
    problem, support = world.through(Stage.UNDER_WAY).id, world.actor("support")
    mine = measures(problem)[1]
    rows = [
        PlannedMeasure("排查", 50, DUE, id=measures(problem)[0].id),
        PlannedMeasure("抽水", 50, DUE, world.units["water"].pk, id=mine.id),
    ]
    working.set_measures(actor=world.actor("liaison"), problem=problem, measures=rows).only()
    other = {measures(problem)[0].id: Progress(10)}
    assert words_of(lambda: working.report(actor=support, problem=problem, progress=other))
    found = only(working.report(actor=support, problem=problem, progress={mine.id: Progress(100, "已抽干")}))
    assert (found.progress, Measure.objects.get(id=mine.id).done_on) == (50, START)
    found = only(working.report(actor=support, problem=problem, progress={mine.id: Progress(90)}))
    undone = Measure.objects.get(id=mine.id)
    assert (found.progress, undone.done_on, undone.note) == (45, None, "已抽干")
