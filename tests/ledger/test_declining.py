"""Orders declined, ruled on, reassigned, passed on: who answers for them, by when, and what nobody gets round."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Ruling, Stage
from bihuan.domain.colours import Colour
from bihuan.ledger.actions import (
    declining,
    dispatch,
    ledgers,
    reassigning,
    regrouping,
    setting_aside,
    undoing,
    working,
)
from bihuan.ledger.actions.register import register
from bihuan.ledger.models import Decline, Problem, Responsibility
from bihuan.ledger.queries import visible_to
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import create_unit
from tests.ledger.record import assert_whole, only, words_of
from tests.world import World, days_later

NOT_OURS = "井盖归通信公司，不归我局。"


def declined(world: World, problem: Problem, **said) -> Problem:
    typed = {"refuser": "宁致和", "reason": NOT_OURS} | said
    return only(declining.decline(actor=world.actor("liaison"), problem=problem.id, **typed))


def refused(world: World, problem: Problem, by: str = "coordinator") -> Problem:
    return only(declining.refuse_decline(actor=world.actor(by), problem=problem.id, opinion="按职责分工办理"))


def of_the_county(world: World, **values) -> Problem:
    """An order of the county to the city's housing bureau: the city is above the county."""
    office = world.actor("county_coordinator")
    ledger = ledgers.open_ledger(actor=office, name="县台账", prefix="HF")
    problem = register(actor=office, ledger=ledger, problems=[world.new(support_unit_ids=(), **values)])[0]
    return only(dispatch.dispatch(actor=office, problems=[problem.id]))


def appealed(world: World) -> Problem:
    problem = declined(world, of_the_county(world))
    refused(world, problem, "county_coordinator")
    return only(declining.appeal_decline(actor=world.actor("leader"), problem=problem.id, reason="非本局职责"))


def leads(problem: Problem) -> list[int]:
    rows = Responsibility.objects.filter(problem_id=problem.id, role="lead", dropped=False)
    return list(rows.values_list("unit_id", flat=True))


def test_declining_names_who_refuses_and_stops_only_the_time_to_sign(world: World):
    before = world.through(Stage.DISPATCHED)
    problem = declined(world, before, proposed=world.units["water"].pk)
    row = Decline.objects.get(problem_id=problem.id)
    assert (row.refuser, row.reason, row.proposed_id) == ("宁致和", NOT_OURS, world.units["water"].pk)
    assert (row.unit_id, row.declined_by_id) == (world.units["housing"].pk, world.people["liaison"].pk)
    assert (problem.stage, problem.request, problem.declines) == (Stage.DISPATCHED, "declined", 1)
    assert problem.sign_by is None
    assert (problem.due, problem.due_original) == (before.due, before.due_original), "declining won time"
    assert problem.worked_by == [], "who declines has not worked on it"
    assert words_of(
        lambda: declining.decline(
            actor=world.actor("leader"), problem=problem.id, refuser="宁致和", reason=NOT_OURS
        )
    ).startswith("已经提出退单")


def test_declining_late_mends_no_missed_signature(world: World):
    before = world.through(Stage.DISPATCHED)
    with days_later(5):
        problem = declined(world, before)
        assert problem.sign_by == before.sign_by
        assert problem.colour == Colour.YELLOW
        problem = refused(world, problem)
        assert (problem.sign_by, problem.colour) == (before.sign_by, Colour.YELLOW)


def test_a_granted_decline_goes_to_the_new_unit_at_once(world: World):
    water = world.units["water"].pk
    before = world.through(Stage.DISPATCHED)
    declined(world, before)
    with days_later(3) as today:
        problem = only(declining.grant_decline(actor=world.actor("coordinator"), problem=before.id, unit_id=water))
        assert (problem.stage, problem.lead_unit_id, problem.request) == (Stage.DISPATCHED, water, None)
        assert leads(problem) == [water]
        assert not Responsibility.objects.filter(problem_id=problem.id, role="support", dropped=False).exists()
        assert (problem.due, problem.due_original) == (before.due, before.due_original)
        assert problem.sign_by is not None
        assert problem.sign_by > today
        assert {m.unit_id for m in problem.measures.all()} == {water}
        assert not visible_to(world.actor("liaison")).filter(id=problem.id).exists()
        assert only(working.sign(actor=world.actor("support"), problems=[problem.id])).stage == Stage.UNDER_WAY


def test_a_new_date_comes_later_or_not_at_all(world: World):
    problem = declined(world, world.through(Stage.DISPATCHED))
    water, office, due = world.units["water"].pk, world.actor("coordinator"), problem.due
    assert due is not None

    def grant(new):
        return declining.grant_decline(actor=office, problem=problem.id, unit_id=water, due=new)

    assert "没有晚于现在的时限" in words_of(lambda: grant(due))
    with days_later(40):
        assert "已经过去" in words_of(lambda: grant(due + timedelta(days=1)))
    later = due + timedelta(days=9)
    granted = only(grant(later))
    assert (granted.due, granted.due_original) == (later, problem.due_original)


def test_the_new_unit_is_another_one_in_use_of_the_region(world: World):
    problem = declined(world, world.through(Stage.DISPATCHED))
    far = create_unit(name="邻市", kind="government", parent=None, region=Region.objects.create(id=2, name="邻市"))

    def grant(unit):
        return declining.grant_decline(actor=world.actor("coordinator"), problem=problem.id, unit_id=unit)

    assert words_of(lambda: grant(None)).startswith("还没有选择新的牵头单位")
    assert words_of(lambda: grant(world.units["housing"].pk)).startswith("该单位现在就是牵头单位")
    for unit in (far.pk, 999_999):
        assert words_of(partial(grant, unit)).startswith("所选的单位中有不存在或已停用的")
    type(far).objects.filter(pk=world.units["water"].pk).update(is_active=False)
    assert words_of(lambda: grant(world.units["water"].pk)).startswith("所选的单位中有不存在或已停用的")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"refuser": " "}, "还没有填写退单人姓名"),
        ({"refuser": "名" * 61}, "退单人姓名最多60个字"),
        ({"reason": "\n"}, "还没有填写退单的理由"),
        ({"proposed": 999_999}, "所选的单位中有不存在或已停用的"),
    ],
)
def test_a_decline_says_who_and_why(world: World, said, words):
    problem = world.through(Stage.DISPATCHED)
    typed = {"refuser": "宁致和", "reason": NOT_OURS} | said
    told = words_of(lambda: declining.decline(actor=world.actor("liaison"), problem=problem.id, **typed))
    assert told.startswith(words)


def test_orders_are_not_handed_round_for_ever(world: World):
    """Back and forth between two units: the cap counts declines by whichever unit."""
    housing, water, office = world.units["housing"].pk, world.units["water"].pk, world.actor("coordinator")
    problem = declined(world, world.through(Stage.DISPATCHED))
    only(declining.grant_decline(actor=office, problem=problem.id, unit_id=water))
    only(
        declining.decline(actor=world.actor("support"), problem=problem.id, refuser="路知秋", reason="也不归我局")
    )
    only(declining.grant_decline(actor=office, problem=problem.id, unit_id=housing))
    told = words_of(
        lambda: declining.decline(actor=world.actor("liaison"), problem=problem.id, refuser="宁", reason="再退")
    )
    assert told.startswith("这个问题最多退单2次，已经用完。")


def test_a_refused_decline_must_be_signed_for_and_cannot_be_repeated(world: World):
    problem = declined(world, world.through(Stage.DISPATCHED))
    office = world.actor("coordinator")
    with days_later(2) as today:
        assert words_of(
            lambda: declining.refuse_decline(actor=office, problem=problem.id, opinion=" ")
        ).startswith("还没有填写不同意退单的理由")
        problem = refused(world, problem)
        assert problem.request is None
        assert problem.sign_by is not None
        assert problem.sign_by > today, "the time to sign begins anew"
        assert words_of(lambda: declined(world, problem)).startswith("退单没有获准，不能再退")
        told = words_of(
            lambda: declining.appeal_decline(actor=world.actor("leader"), problem=problem.id, reason="不服")
        )
        assert told.startswith("交办单位“云汀市”没有上级单位，不能申请终裁")


def test_the_level_above_has_the_last_word(world: World):
    problem = appealed(world)
    assert (problem.request, problem.sign_by) == ("appealed", None)
    city, county = world.actor("coordinator"), world.actor("county_coordinator")
    assert "只能由该问题的" in words_of(
        lambda: declining.uphold_decline(actor=county, problem=problem.id, ruling="维持")
    )
    assert words_of(lambda: declining.uphold_decline(actor=city, problem=problem.id, ruling="")).startswith(
        "还没有填写终裁的理由"
    )
    upheld = only(declining.uphold_decline(actor=city, problem=problem.id, ruling="职责在你局"))
    assert (upheld.stage, upheld.request, upheld.lead_unit_id) == (Stage.DISPATCHED, None, problem.lead_unit_id)
    assert upheld.sign_by is not None
    assert "没有可以申请终裁的退单" in words_of(
        lambda: declining.appeal_decline(actor=world.actor("leader"), problem=problem.id, reason="仍不服")
    )


def test_the_level_above_hands_it_to_another(world: World):
    problem, water = appealed(world), world.units["water"].pk
    ruled = only(
        declining.overturn_decline(
            actor=world.actor("coordinator"), problem=problem.id, unit_id=water, ruling="归水利局"
        )
    )
    assert (ruled.lead_unit_id, leads(ruled), ruled.request) == (water, [water], None)
    row = Decline.objects.get(problem_id=problem.id)
    assert (row.answer, row.ruling, row.ruled_on) == (Ruling.OVERTURNED, "归水利局", clock.today())


def test_nobody_further_up_rules(world: World):
    """Two levels above the office one sees the appeal and has no say in it."""
    office, city = world.actor("coordinator"), world.units["city"]
    province = create_unit(name="临江省", kind="government", parent=None, region=world.region)
    problem = appealed(world)
    type(city).objects.filter(pk=world.units["county"].pk).update(parent=create_between(world, city))
    told = words_of(lambda: declining.uphold_decline(actor=office, problem=problem.id, ruling="维持"))
    assert told.startswith("终裁只能由交办单位的直接上级“开发区”作出")
    assert province.pk


def create_between(world: World, city):
    return create_unit(name="开发区", kind="government", parent=city, region=world.region)


def test_no_appeal_to_a_unit_that_is_itself_to_do_it(world: World):
    office = world.actor("county_coordinator")
    ledger = ledgers.open_ledger(actor=office, name="县台账", prefix="HF")
    new = world.new(support_unit_ids=(world.units["city"].pk,))
    problem = register(actor=office, ledger=ledger, problems=[new])[0]
    only(dispatch.dispatch(actor=office, problems=[problem.id]))
    declined(world, problem)
    refused(world, problem, "county_coordinator")
    told = words_of(
        lambda: declining.appeal_decline(actor=world.actor("leader"), problem=problem.id, reason="不服")
    )
    assert told.startswith("交办单位的上级“云汀市”本身是该问题的责任单位")


@pytest.mark.parametrize("appeals", [False, True])
def test_signing_takes_it_after_all(world: World, appeals: bool):
    problem = appealed(world) if appeals else declined(world, world.through(Stage.DISPATCHED))
    signed = only(working.sign(actor=world.actor("liaison"), problems=[problem.id]))
    assert (signed.stage, signed.request) == (Stage.UNDER_WAY, None)
    row = Decline.objects.get(problem_id=problem.id)
    assert row.answer == Ruling.LAPSED
    assert (row.ruled_on if appeals else row.answered_on) == clock.today()


@pytest.mark.parametrize("step", ["recall", "merge", "withdraw"])
def test_a_decline_lapses_with_the_order(world: World, step: str):
    other = world.register()[0]
    problem = declined(world, world.through(Stage.DISPATCHED))
    office = world.actor("coordinator")
    ended = {
        "recall": lambda: undoing.recall(actor=office, problems=[problem.id], reason="选错"),
        "merge": lambda: setting_aside.merge(
            actor=office, problems=[problem.id], into=other.number, reason="重复"
        ),
        "withdraw": lambda: setting_aside.withdraw(actor=office, problems=[problem.id], reason="登记有误"),
    }[step]
    assert only(ended()).request is None
    assert Decline.objects.get(problem_id=problem.id).answer == Ruling.LAPSED
    assert verify().clean


def test_a_decline_goes_with_a_unit_that_is_merged(world: World):
    problem = declined(world, world.through(Stage.DISPATCHED))
    housing, water = world.units["housing"], world.units["water"]
    regrouping.merge(actor=world.actor("administrator"), units=[housing], into=water)
    assert Problem.objects.get(id=problem.id).request == "declined"
    assert verify().clean
    answered = refused(world, problem)
    assert (answered.lead_unit_id, answered.request) == (water.pk, None)


def test_the_office_reassigns_what_is_under_way(world: World):
    water = world.units["water"].pk
    before = world.through(Stage.UNDER_WAY)
    office = world.actor("coordinator")

    def reassign(unit, reason="职责调整"):
        return reassigning.reassign(actor=office, problem=before.id, unit_id=unit, reason=reason)

    assert words_of(lambda: reassign(water, " ")).startswith("还没有填写改派的理由")
    with days_later(4) as today:
        problem = only(reassign(water))
        assert (problem.stage, problem.lead_unit_id) == (Stage.DISPATCHED, water)
        assert (problem.signed_on, problem.signed_by_office) == (None, None)
        assert problem.sign_by is not None
        assert problem.sign_by > today
        assert (problem.due, problem.dispatched_on) == (before.due, before.dispatched_on)
        assert "已经签收、办理或核查过" in words_of(
            lambda: undoing.recall(actor=office, problems=[problem.id], reason="选错")
        )
        assert_whole(only(reassign(world.units["housing"].pk)).id)


def test_passing_on_goes_downward_and_not_where_it_was_forbidden(world: World):
    county, school = world.units["county"].pk, world.units["county_education"].pk
    office, lead = world.actor("coordinator"), world.actor("county_coordinator")
    ordered = []
    for no_transfer in (False, True):
        problem = world.register(lead_unit_id=county)[0]
        ordered.append(only(dispatch.dispatch(actor=office, problems=[problem.id], no_transfer=no_transfer)).id)

    def transfer(problem, unit):
        return reassigning.transfer(actor=lead, problem=problem, unit_id=unit)

    for elsewhere in ("water", "city"):
        told = words_of(partial(transfer, ordered[0], world.units[elsewhere].pk))
        assert told.startswith("只能转办给本单位的下级单位")
    assert words_of(lambda: transfer(ordered[1], school)).startswith("交办时注明“不得转办”")
    problem = only(transfer(ordered[0], school))
    assert (problem.stage, problem.lead_unit_id, leads(problem)) == (Stage.DISPATCHED, school, [school])
    assert visible_to(lead).filter(id=problem.id).exists(), "the unit above keeps it in sight"
    assert Problem.objects.get(id=ordered[1]).no_transfer is True
    assert only(undoing.recall(actor=office, problems=[ordered[1]], reason="改要求")).no_transfer is None


def test_a_form_sent_twice_declines_once(world: World):
    problem = world.through(Stage.DISPATCHED)
    seen = {problem.id: problem.version}

    def send():
        return declining.decline(
            actor=world.actor("liaison"), problem=problem.id, refuser="宁致和", reason=NOT_OURS, seen=seen
        )

    only(send())
    assert words_of(send).startswith("已经提出退单")
    assert Decline.objects.filter(problem_id=problem.id).count() == 1
