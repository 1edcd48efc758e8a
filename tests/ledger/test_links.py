"""Links between levels: set above and answered below, linked, raised below and answered above."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.domain.case import Stage
from bihuan.domain.colours import Colour, achieved
from bihuan.domain.links import counts_above
from bihuan.ledger.actions import closing, dispatch, linking, setting_aside, working
from bihuan.ledger.actions.handing_down import NewPart, hand_down
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.derived import steps_of
from bihuan.ledger.files import StoredFile
from bihuan.ledger.links import all_parts, part_of
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.queries import find
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import create_unit
from tests.ledger.record import assert_whole, only, words_of
from tests.world import World, days_later

UNITS = st.lists(st.sampled_from(["housing", "water", "county"]), min_size=1, max_size=3, unique=True)


def fresh(problem: Problem | UUID) -> Problem:
    return Problem.objects.get(id=problem.id if isinstance(problem, Problem) else problem)


def parts_of(problem: Problem) -> list[Problem]:
    ids = Measure.objects.filter(problem_id=problem.id, dropped=False, part_id__isnull=False).order_by("place")
    return [fresh(part) for part in ids.values_list("part_id", flat=True) if part]


def measures_of(problem: Problem) -> list[Measure]:
    return list(Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place"))


def divide(world: World, problem: Problem, *units: str, who: str = "coordinator", **how: Any) -> list[Problem]:
    """Hand `problem` down to `units`; the parts made."""
    known = {part.id for part in parts_of(problem)}
    parts = [NewPart(world.units[unit].pk) for unit in units]
    only(hand_down(actor=world.actor(who), problem=problem.id, parts=parts, **how))
    return [part for part in parts_of(problem) if part.id not in known]


def sign(world: World, problem: Problem, unit: str) -> None:
    working.sign(actor=world.actor(f"at_{unit}"), problems=[problem.id]).only()


def reach(world: World, problem: Problem, unit: str, percent: int) -> None:
    """The unit reports on the own measures of the problem, having set one where it has none."""
    actor, row = world.actor(f"at_{unit}"), fresh(problem)
    own = [measure for measure in measures_of(row) if measure.part_id is None]
    if not own:
        assert row.due
        planned = [PlannedMeasure("本单位整改", 100, row.due)]
        working.set_measures(actor=actor, problem=row.id, measures=planned).only()
        own = [measure for measure in measures_of(row) if measure.part_id is None]
    working.report(actor=actor, problem=row.id, progress={m.id: Progress(percent) for m in own}).only()


def accept(world: World, problem: Problem, unit: str, who: str = "coordinator") -> None:
    """The unit finishes and the office accepts (the city's ledger asks for a check on the spot)."""
    reach(world, problem, unit, 100)
    actor, proof = world.actor(f"at_{unit}"), StoredFile("照片.png", 8, "0" * 64, "image/png")
    files = [NewEvidence(proof, row.id) for row in measures_of(problem) if row.part_id is None]
    working.report(actor=actor, problem=problem.id, progress={}, files=files).only()
    closing.ask_closeout(actor=actor, problem=problem.id, summary="全部完成").only()
    pass_(world, problem, who)


def pass_(world: World, problem: Problem, who: str = "coordinator") -> None:
    if who == "coordinator":
        closing.check(actor=world.actor("supervisor"), problem=problem.id, finding="属实").only()
    closing.accept(actor=world.actor(who), problems=[problem.id]).only()


def three_levels(world: World) -> tuple[Problem, Problem, Problem]:
    """A problem of the city, its part for the county, and the county's part for its education bureau."""
    whole = world.through(Stage.UNDER_WAY, measures=())
    first = divide(world, whole, "county", "water")[0]
    sign(world, first, "county")
    below = divide(world, first, "county_education", who="county_coordinator")[0]
    sign(world, below, "county_education")
    return whole, first, below


def test_progress_comes_up_through_three_levels_and_is_whole_only_when_accepted(staffed: World):
    whole, first, below = three_levels(staffed)
    assert (below.office_id, below.lead_unit_id) == (first.lead_unit_id, staffed.units["county_education"].pk)
    assert below.due == first.due == whole.due
    reach(staffed, below, "county_education", 60)
    assert [fresh(row).progress for row in (below, first, whole)] == [60, 60, 30]
    reach(staffed, below, "county_education", 100)
    assert [fresh(row).progress for row in (below, first, whole)] == [100, 99, 49]
    accept(staffed, below, "county_education", who="county_coordinator")
    assert [fresh(row).progress for row in (first, whole)] == [100, 49], (
        "the county's own part is not accepted yet"
    )
    closing.ask_closeout(actor=staffed.actor("at_county"), problem=first.id, summary="县里完成").only()
    pass_(staffed, first)
    assert fresh(whole).progress == 50
    for row in (whole, first, below):
        assert_whole(row.id)
    assert verify().clean


def test_whoever_looks_sees_of_a_part_out_of_sight_unit_share_and_progress_alone(staffed: World):
    whole, first, below = three_levels(staffed)
    seen = find(staffed.actor("liaison"), whole.id)
    assert seen
    parts = all_parts(staffed.actor("liaison"), seen)
    assert parts
    assert (len(parts.rows), parts.unseen, parts.colour) == (2, 2, None)
    assert {row.measure.share for row in parts.rows} == {50}
    office = find(staffed.actor("coordinator"), whole.id)
    assert office
    for_office = all_parts(staffed.actor("coordinator"), office)
    assert for_office
    assert (for_office.unseen, sum(for_office.colours.values())) == (0, 2)
    above = part_of(staffed.actor("at_county_education"), below)
    assert above
    assert (above.problem.number, above.in_sight, above.share) == (first.number, False, 100)
    assert part_of(staffed.actor("coordinator"), below).in_sight  # type: ignore[union-attr]


def test_the_colour_of_the_whole_is_that_of_its_worst_part(staffed: World):
    whole, _first, _below = three_levels(staffed)
    with days_later(40):
        actor = staffed.actor("coordinator")
        seen = find(actor, whole.id)
        assert seen
        parts = all_parts(actor, seen)
        assert parts
        assert parts.colour is parts.rows[0].colour is Colour.RED


def test_own_measures_stay_with_the_rest_of_the_shares(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY)
    divide(staffed, whole, "water", "county", together=60)
    assert [(row.share, row.part_id is None) for row in measures_of(whole)] == [
        (20, True),
        (20, True),
        (30, False),
        (30, False),
    ]
    reach(staffed, whole, "housing", 50)
    assert fresh(whole).progress == 20


def test_the_unit_sets_its_own_measures_alone_and_reports_on_them_alone(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY)
    part = divide(staffed, whole, "water", together=70)[0]
    liaison, linked = staffed.actor("liaison"), measures_of(whole)[2]
    planned = [PlannedMeasure("自查", 30, whole.due)]
    assert "下级办理的部分占70%，本单位各项措施合计为100%" in words_of(
        partial(
            working.set_measures, actor=liaison, problem=whole.id, measures=[PlannedMeasure("全", 100, whole.due)]
        )
    )
    stolen = [PlannedMeasure("改写", 30, whole.due, id=linked.id)]
    assert "由下级问题办理" in words_of(
        partial(working.set_measures, actor=liaison, problem=whole.id, measures=stolen)
    )
    only(working.set_measures(actor=liaison, problem=whole.id, measures=planned))
    assert [(row.text, row.share) for row in measures_of(whole)] == [("自查", 30), (linked.text, 70)]
    assert "进度由下级问题自动汇总" in words_of(
        partial(working.report, actor=liaison, problem=whole.id, progress={linked.id: Progress(90)})
    )
    assert fresh(part).above_measure_id == linked.id


def test_more_than_a_hundred_parts_count_alike(staffed: World):
    city, units = staffed.units["city"], []
    for number in range(101):
        units.append(create_unit(name=f"第{number}街道", kind="township", parent=city, region=staffed.region))
    whole = staffed.through(Stage.UNDER_WAY)
    parts = [NewPart(unit.pk) for unit in units]
    told = partial(hand_down, actor=staffed.actor("coordinator"), problem=whole.id)
    assert "超过100项时各项同等计算" in words_of(partial(told, parts=parts, together=90))
    only(told(parts=parts))
    rows = measures_of(whole)
    assert ({row.share for row in rows}, len(rows)) == ({0}, 103)
    own = [row for row in rows if row.part_id is None]
    working.report(
        actor=staffed.actor("liaison"), problem=whole.id, progress={row.id: Progress(100) for row in own}
    ).only()
    assert fresh(whole).progress == 200 // 103
    assert verify().clean


def wrong_parts(world: World, whole: Problem) -> list[tuple[dict[str, Any], str]]:
    water, county = world.units["water"].pk, world.units["county"].pk
    late = whole.due and whole.due + timedelta(days=1)
    return [
        ({"parts": []}, "至少要分解成一个部分"),
        ({"parts": [NewPart(water), NewPart(water)]}, "同一个单位填了两次"),
        ({"parts": [NewPart(world.units["city"].pk)]}, "不在本单位之下"),
        ({"parts": [NewPart(999)]}, "不存在或已停用"),
        ({"parts": [NewPart(water, due=late)]}, "晚于整个问题的时限"),
        ({"parts": [NewPart(water, share=40), NewPart(county)]}, "有的部分没有填占比"),
        ({"parts": [NewPart(water, share=0)]}, "至少是1%"),
        ({"parts": [NewPart(water, share=40)]}, "合计为40%，应为100%"),
        ({"parts": [NewPart(water)], "together": 400}, "合计为400%"),
        ({"parts": [NewPart(water)], "ledger": UUID(int=3)}, "这本台账不是您所在单位的"),
    ]


def test_what_cannot_be_handed_down_is_refused_and_leaves_nothing(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY, measures=())
    for how, told in wrong_parts(staffed, whole):
        assert told in words_of(partial(hand_down, actor=staffed.actor("coordinator"), problem=whole.id, **how))


def test_a_unit_hands_down_what_it_signed_for_and_may_pass_on_and_only_with_a_ledger(staffed: World):
    county = staffed.actor("county_coordinator")
    parts = [NewPart(staffed.units["county_education"].pk)]
    rows = [staffed.register(lead_unit_id=staffed.units["county"].pk, measures=())[0] for _ in range(2)]
    dispatch.dispatch(actor=staffed.actor("coordinator"), problems=[rows[0].id]).only()
    dispatch.dispatch(actor=staffed.actor("coordinator"), problems=[rows[1].id], no_transfer=True).only()
    assert "还没有签收" in words_of(partial(hand_down, actor=county, problem=rows[0].id, parts=parts))
    for row in rows:
        sign(staffed, row, "county")
    assert "不得转办" in words_of(partial(hand_down, actor=county, problem=rows[1].id, parts=parts))
    ledger = staffed.ledger.__class__.objects.get(prefix="HF")
    ledger.is_open = False
    ledger.save(update_fields=["is_open"])
    assert "还没有在用的台账" in words_of(partial(hand_down, actor=county, problem=rows[0].id, parts=parts))


def test_parts_may_be_listed_first_and_dispatched_later(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY, measures=())
    part = divide(staffed, whole, "water", at_once=False)[0]
    assert part.stage == Stage.LISTED
    dispatch.dispatch(actor=staffed.actor("coordinator"), problems=[part.id]).only()
    assert fresh(part).due == whole.due


def test_a_part_set_aside_gives_its_measure_back(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY, measures=())
    part = divide(staffed, whole, "water")[0]
    setting_aside.withdraw(actor=staffed.actor("coordinator"), problems=[part.id], reason="重复").only()
    assert measures_of(whole)[0].part_id is None
    reach(staffed, whole, "housing", 40)
    assert fresh(whole).progress == 40
    assert verify().clean


def test_what_was_accepted_is_not_touched_and_catches_up_when_it_is_worked_on_again(staffed: World):
    whole = staffed.through(Stage.UNDER_WAY, measures=())
    part = divide(staffed, whole, "water")[0]
    sign(staffed, part, "water")
    accept(staffed, part, "water")
    liaison, office = staffed.actor("liaison"), staffed.actor("coordinator")
    closing.ask_closeout(actor=liaison, problem=whole.id, summary="各部分完成").only()
    pass_(staffed, whole)
    closing.send_back(actor=office, problem=part.id, reason="照片不实").only()
    reach(staffed, part, "water", 20)
    assert fresh(whole).progress == 100
    closing.send_back(actor=office, problem=whole.id, reason="下级被退回").only()
    assert fresh(whole).progress == 20
    assert verify().clean


def test_a_problem_that_stands_already_becomes_a_part(staffed: World):
    whole, other = staffed.through(Stage.UNDER_WAY), staffed.through(Stage.UNDER_WAY)
    reach(staffed, other, "housing", 50)
    link = partial(linking.link_part, actor=staffed.actor("coordinator"))
    only(link(problem=whole.id, part=f" {other.number} ", share=40))
    assert [row.share for row in measures_of(whole)] == [30, 30, 40]
    assert fresh(whole).progress == 20
    reach(staffed, other, "housing", 90)
    assert fresh(whole).progress == 36
    assert_whole(other.id)
    third = staffed.through(Stage.UNDER_WAY)
    for problem, number, told in (
        (whole, whole.number, "它自己的一部分"),
        (other, whole.number, "形成循环"),
        (third, other.number, "已经是另一个问题的一部分"),
        (third, "YT2026-99999", "没有找到编号"),
        (third, "\x00", "没有找到编号"),
        (third, "", "没有找到编号"),
    ):
        assert told in words_of(partial(link, problem=problem.id, part=number))
    setting_aside.withdraw(actor=staffed.actor("coordinator"), problems=[whole.id], reason="重复").only()
    only(link(problem=third.id, part=other.number))
    assert verify().clean


@pytest.mark.timeout(0)
def test_the_progress_of_the_whole_is_always_that_of_its_parts(staffed: World):
    @settings(max_examples=6, deadline=None)
    @given(data=st.data())
    def holds(data: st.DataObject) -> None:
        with transaction.atomic():
            _grow(staffed, data)
            _judge()
            assert verify().clean
            transaction.set_rollback(True)

    holds()


def _grow(world: World, data: st.DataObject) -> None:
    """A tree of parts, in which some are reported on, linked elsewhere, or set aside."""
    names = {unit.pk: key for key, unit in world.units.items()}
    rows = [world.through(Stage.UNDER_WAY, measures=data.draw(st.sampled_from([(), world.new().measures])))]
    for _ in range(data.draw(st.integers(3, 8))):
        row = fresh(data.draw(st.sampled_from(rows)))
        unit = names[row.lead_unit_id or 0]
        deed = data.draw(st.sampled_from(["divide", "report", "report", "link", "withdraw"]))
        if deed == "divide" and row.stage == Stage.UNDER_WAY:
            new = divide(world, row, *data.draw(UNITS))
            for part in new:
                sign(world, part, names[part.lead_unit_id or 0])
            rows += new
        elif deed == "report" and row.stage == Stage.UNDER_WAY and _has_own(row):
            reach(world, row, unit, data.draw(st.integers(0, 100)))
        elif deed == "link":
            number = data.draw(st.sampled_from(rows)).number
            linking.link_part(actor=world.actor("coordinator"), problem=row.id, part=number)
        elif deed == "withdraw" and row.id != rows[0].id:
            setting_aside.withdraw(actor=world.actor("coordinator"), problems=[row.id], reason="重复")


def _has_own(row: Problem) -> bool:
    rows = measures_of(row)
    return not rows or any(measure.part_id is None for measure in rows)


def _judge() -> None:
    for row in Problem.objects.exclude(stage__in=[Stage.WITHDRAWN, Stage.MERGED]):
        measures = measures_of(row)
        assert row.progress == achieved(steps_of(measures))
        assert not measures or sum(measure.share for measure in measures) == 100
        for measure in measures:
            if measure.part_id is not None:
                part = fresh(measure.part_id)
                assert measure.progress == counts_above(stage=Stage(part.stage), progress=part.progress)
