"""Campaigns: who sees and changes them, what may be enlisted, what stays when one is closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.writing import Conflict
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.insight.campaigns import overviews, sheet_of
from bihuan.ledger.actions import campaigns, closing, dispatch, enlisting, ledgers
from bihuan.ledger.actions.campaigns import Plan
from bihuan.ledger.actions.register import register
from bihuan.ledger.campaigns import SeenCampaign, campaigns_of, find_campaign, items_of, stamp, templates
from bihuan.ledger.models import Campaign, Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person
from tests.world import START, World, build_world, days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def plan(world: World, **values: Any) -> Plan:
    defaults: dict[str, Any] = {
        "name": "民生小事专项整治",
        "lead_unit_id": world.units["housing"].pk,
        "member_unit_ids": [world.units["county"].pk],
        "starts": START,
        "ends": START + timedelta(days=100),
        "goal": "群众身边的小事半年内见效。",
    }
    return Plan(**(defaults | values))


def opened(world: World, template: str = "8+N", **values: Any) -> Campaign:
    return campaigns.open_campaign(actor=world.actor("coordinator"), plan=plan(world, **values), template=template)


def seen_by(actor: Actor, campaign: Campaign) -> SeenCampaign:
    seen = find_campaign(actor, campaign.pk)
    assert seen is not None
    return seen


def items(campaign: Campaign) -> list[Any]:
    return items_of([campaign.pk])[campaign.pk]


def refused(call: Any, **said: Any) -> str:
    before = digest()
    with pytest.raises(Refused) as caught:
        call(**said)
    assert digest() == before
    return str(caught.value)


def digest() -> Any:
    return list(Campaign.objects.values()), list(Problem.objects.values("id", "version", "campaign_id"))


def county_problem(world: World) -> Problem:
    office = world.actor("county_coordinator")
    ledger = ledgers.open_ledger(actor=office, name="禾丰县台账", prefix="HF")
    new = world.new(lead_unit_id=world.units["county_education"].pk, support_unit_ids=())
    problem = register(actor=office, ledger=ledger, problems=[new])[0]
    dispatch.dispatch(actor=office, problems=[problem.id]).only()
    return problem


def test_a_campaign_from_its_template_to_its_summary(world):
    office, county = world.actor("coordinator"), world.actor("county_coordinator")
    campaign = opened(world)
    assert [item.title for item in items(campaign)] == [title for title, _text in templates()["8+N"].items]
    added = campaigns.add_item(actor=county, campaign=campaign.pk, title="校门口乱停车")
    assert added.added_by == world.units["county"]

    mine = world.through(Stage.UNDER_WAY)
    done = world.through(Stage.CLOSEOUT_ASKED)
    first = items(campaign)[0]
    outcome = enlisting.enlist(actor=office, problems=[mine.id, done.id], campaign=campaign.pk, item=first.pk)
    assert len(outcome.done) == 2
    theirs = county_problem(world)
    enlisting.enlist(actor=county, problems=[theirs.id], campaign=campaign.pk, item=added.pk).only()

    sheet = sheet_of(office, seen_by(office, campaign), clock.today())
    assert sheet.total.figures["dispatched"] == 3
    by_title = {line.item.title: line.counted for line in sheet.items if line.item}
    assert by_title[first.title].figures["under_way"] == by_title[first.title].figures["closeout"] == 1
    assert by_title["校门口乱停车"].figures["unsigned"] == 1
    assert {line.unit_id: line.counted.figures["dispatched"] for line in sheet.units} == {
        world.units["housing"].pk: 2,
        world.units["county"].pk: 1,
    }
    assert sum(sheet.total.colours.values()) == 3
    # The county sees what reaches it, whatever is in the campaign besides.
    below = sheet_of(county, seen_by(county, campaign), clock.today())
    assert below.total.figures["dispatched"] == 1

    closing.check(actor=world.actor("supervisor"), problem=done.id, finding="属实").only()
    assert "还没有填写专项总结" in refused(
        campaigns.close_campaign, actor=office, campaign=campaign.pk, summary=" \0 "
    )
    campaigns.close_campaign(actor=office, campaign=campaign.pk, summary="办成三件小事，剩下的接着办。")
    frozen = Campaign.objects.get().figures
    with days_later(3):
        closing.send_back(actor=world.actor("reviewer"), problem=done.id, reason="缺照片").only()
        after = sheet_of(office, seen_by(office, campaign), clock.today())
    assert frozen["total"]["closeout"] == after.closed["closeout"] == 1  # type: ignore[index]
    assert after.total.figures["closeout"] == 0
    assert Campaign.objects.get().figures == frozen
    assert verify().clean


def test_a_closed_campaign_cannot_be_changed(world):
    office, county = world.actor("coordinator"), world.actor("county_coordinator")
    campaign, other = opened(world), opened(world, name="另一个专项")
    inside, outside = world.through(Stage.UNDER_WAY), world.through(Stage.UNDER_WAY)
    enlisting.enlist(actor=office, problems=[inside.id], campaign=campaign.pk).only()
    campaigns.close_campaign(actor=office, campaign=campaign.pk, summary="结束。")
    pk = campaign.pk
    for call, said in (
        (campaigns.revise_campaign, {"actor": office, "campaign": pk, "plan": plan(world)}),
        (campaigns.add_item, {"actor": county, "campaign": pk, "title": "又一项"}),
        (campaigns.rephrase_item, {"actor": office, "campaign": pk, "item": items(campaign)[0].pk, "title": "改"}),
        (campaigns.drop_item, {"actor": office, "campaign": pk, "item": items(campaign)[0].pk}),
        (campaigns.close_campaign, {"actor": office, "campaign": pk, "summary": "再结束一次"}),
        (enlisting.enlist, {"actor": office, "problems": [outside.id], "campaign": pk}),
    ):
        assert "已经结束" in refused(call, **said)
    outcome = enlisting.delist(actor=office, problems=[inside.id], reason="拿出来")
    assert "已经结束" in str(outcome.refused[0].denied)
    # What it left undone is not lost to the next campaign.
    enlisting.enlist(actor=office, problems=[inside.id], campaign=other.pk).only()
    assert Problem.objects.get(id=inside.id).campaign_id == other.pk


def test_what_cannot_be_enlisted(world):
    office, county = world.actor("coordinator"), world.actor("county_coordinator")
    campaign, other = opened(world), opened(world, name="另一个专项")
    first, foreign = items(campaign)[0], items(other)[0]
    problem = world.through(Stage.DISPATCHED)
    said = {"actor": office, "problems": [problem.id]}
    assert "不是这个专项的" in refused(enlisting.enlist, **said, campaign=campaign.pk, item=foreign.pk)
    assert "没有找到" in refused(enlisting.enlist, **said, campaign=10**30)
    with days_later(101):
        assert "到期" in refused(enlisting.enlist, **said, campaign=campaign.pk)
    enlisting.enlist(**said, campaign=campaign.pk, item=first.pk).only()
    again = enlisting.enlist(**said, campaign=campaign.pk, item=first.pk)
    assert "已经列入" in str(again.refused[0].denied)
    elsewhere = enlisting.enlist(**said, campaign=other.pk)
    assert "另一个专项" in str(elsewhere.refused[0].denied)
    enlisting.enlist(**said, campaign=campaign.pk, item=items(campaign)[1].pk).only()
    enlisting.delist(**said, reason="不属于整治范围").only()
    enlisting.enlist(**said, campaign=other.pk).only()
    # A county's campaign is not for the ledgers of those above it.
    inside = [world.units["county_education"].pk]
    own = plan(world, lead_unit_id=world.units["county"].pk, member_unit_ids=inside, name="县里的专项")
    countys = campaigns.open_campaign(actor=county, plan=own)
    loose = world.through(Stage.DISPATCHED)
    outcome = enlisting.enlist(actor=office, problems=[loose.id], campaign=countys.pk)
    assert "组织单位" in str(outcome.refused[0].denied)
    assert verify().clean


def test_who_sees_a_campaign(world):
    person = create_person(username="auditor2", name="县审计", password="x" * 12, region_id=1)
    assign_post(person=person, unit=world.units["county_education"], role=Role.AUDITOR)
    auditor = actor_for(person, held_posts(person))
    assert auditor is not None
    opened(world)
    names = ("coordinator", "auditor", "liaison", "county_coordinator", "stranger", "support", "administrator")
    assert {name: len(campaigns_of(world.actor(name))) for name in names} == {
        "coordinator": 1,
        "auditor": 1,
        "liaison": 1,
        "county_coordinator": 1,
        "stranger": 1,  # below a member
        "support": 0,  # of a unit that takes no part
        "administrator": 0,
    }
    assert len(campaigns_of(auditor)) == 1
    assert overviews(world.actor("support"), clock.today()) == []
    assert find_campaign(world.actor("support"), Campaign.objects.get().pk) is None


def test_who_changes_a_campaign_and_its_items(world):
    office, county = world.actor("coordinator"), world.actor("county_coordinator")
    campaign = opened(world, starts=START + timedelta(days=5))
    for name in ("supervisor", "auditor", "liaison", "administrator"):
        assert "只有整改办人员" in refused(campaigns.open_campaign, actor=world.actor(name), plan=plan(world))
        assert "只有整改办人员" in refused(
            campaigns.add_item, actor=world.actor(name), campaign=campaign.pk, title="一项"
        )
    assert "组织单位" in refused(campaigns.revise_campaign, actor=county, campaign=campaign.pk, plan=plan(world))
    set_one = items(campaign)[0]
    said = {"campaign": campaign.pk, "item": set_one.pk}
    assert "规定事项" in refused(campaigns.drop_item, actor=county, **said)
    campaigns.rephrase_item(actor=office, **said, title="改过的事项")
    assert "同名" in refused(campaigns.add_item, actor=county, campaign=campaign.pk, title="改过的事项")
    own = campaigns.add_item(actor=county, campaign=campaign.pk, title="自选一项")
    assert "增加它的单位" in refused(campaigns.drop_item, actor=office, campaign=campaign.pk, item=own.pk)
    with days_later(6):
        assert "已经开始" in refused(campaigns.drop_item, actor=office, **said)
        problem = county_problem(world)
        enlisting.enlist(actor=county, problems=[problem.id], campaign=campaign.pk, item=own.pk).only()
        assert "已经列入了问题" in refused(campaigns.drop_item, actor=county, campaign=campaign.pk, item=own.pk)
        enlisting.delist(actor=county, problems=[problem.id], reason="列错了").only()
        campaigns.drop_item(actor=county, campaign=campaign.pk, item=own.pk)
    assert own.title not in {item.title for item in items(campaign)}
    assert verify().clean


def test_a_plan_that_does_not_hold_is_refused_with_what_is_wrong(world):
    def answer(**values: Any) -> str:
        return refused(campaigns.open_campaign, actor=world.actor("coordinator"), plan=plan(world, **values))

    assert "专项名称" in answer(name=" \0 ")
    assert "最多" in answer(name="长" * 81)
    assert "早于开始" in answer(starts=START + timedelta(days=9), ends=START + timedelta(days=8))
    assert "已经过去" in answer(starts=START - timedelta(days=9), ends=START - timedelta(days=8))
    assert "成员单位" in answer(member_unit_ids=[])
    assert "成员单位" in answer(member_unit_ids=[world.units["city"].pk])
    assert "成员单位" in answer(member_unit_ids=[10**6])
    assert "牵头单位" in answer(lead_unit_id=10**6)
    campaign = opened(world)
    assert "同名" in answer()
    office = world.actor("coordinator")
    held = stamp(campaign)
    longer = plan(world, ends=START + timedelta(days=200))
    campaigns.revise_campaign(actor=office, campaign=campaign.pk, plan=longer, seen=held)
    with pytest.raises(Conflict):
        campaigns.revise_campaign(actor=office, campaign=campaign.pk, plan=plan(world), seen=held)
    assert "不能改开始日期" in refused(
        campaigns.revise_campaign,
        actor=office,
        campaign=campaign.pk,
        plan=plan(world, starts=START + timedelta(days=1)),
    )
