"""The page of one problem: what each reader sees of it, its colour with reasons, its dates and its record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bihuan.book import clock
from bihuan.domain.case import Horizon, Stage
from bihuan.ledger.actions import closing, dispatch, extending, lookback, setting_aside, working
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure, Problem
from tests.web.situations import PNG
from tests.world import days_later


def page(client, problem):
    answer = client.get(f"/problems/{problem.id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


@pytest.fixture
def shared(world):
    """A problem under way with one measure for each unit and a file of each."""
    problem = world.through(Stage.UNDER_WAY)
    lead, support = world.units["housing"].pk, world.units["water"].pk
    measures = [
        PlannedMeasure("更换井盖", 60, problem.due, lead, "安小禾"),
        PlannedMeasure("疏通管道", 40, problem.due, support, "路知秋"),
    ]
    working.set_measures(actor=world.actor("liaison"), problem=problem.id, measures=measures).only()
    first, second = Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place")
    for who, measure, name in (("liaison", first, "井盖.png"), ("support", second, "管道.png")):
        working.report(
            actor=world.actor(who),
            problem=problem.id,
            progress={measure.id: Progress(50, f"{name}说明")},
            files=[NewEvidence(store(name, [PNG, name.encode()]), measure.id)],
        ).only()
    return Problem.objects.get(id=problem.id)


def test_the_colour_is_told_with_its_reason_and_its_coming_dates(world, sign_in):
    problem = world.through(Stage.DISPATCHED)
    told = text_of(page(sign_in("coordinator"), problem))
    assert "正在整改，符合进度" in told
    assert "2026-03-04 起变黄：2026-03-03前没有签收" in told
    assert "2026-03-18 起变红：整改时限2026-03-17已过" in told
    with days_later(20):
        told = text_of(page(sign_in("coordinator"), problem))
        assert "整改时限2026-03-17已过" in told
        assert "2026-03-18起" in told


def test_both_deadlines_stand_and_are_counted(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    later = problem.due + timedelta(days=10)
    extending.ask_extension(actor=world.actor("leader"), problem=problem.id, due=later, reason="等设备").only()
    extending.grant_extension(actor=world.actor("coordinator"), problem=problem.id).only()
    told = text_of(page(sign_in("liaison"), problem))
    assert "整改时限2026-03-27还有25天" in told
    assert "原时限2026-03-17还有15天" in told
    with days_later(20):
        told = text_of(page(sign_in("liaison"), problem))
        assert "整改时限2026-03-27还有5天" in told
        assert "原时限2026-03-17已超5天" in told


def test_a_stopped_clock_is_counted_to_the_day_it_stopped(world, sign_in):
    problem = world.through(Stage.CLOSEOUT_ASKED)
    with days_later(40):
        assert "提前15天完成" in text_of(page(sign_in("coordinator"), problem))
    paused = world.through(Stage.UNDER_WAY)
    setting_aside.suspend(actor=world.actor("coordinator"), problems=[paused.id], reason="等判决").only()
    assert "中止时还有15天" in text_of(page(sign_in("coordinator"), paused))


def test_a_date_reckoned_without_published_days_off_says_so(world, sign_in):
    terms = world.ledger.as_terms()
    world.ledger.terms = {"working_days": True, "ordinary_days": terms.ordinary_days}
    world.ledger.save(update_fields=["terms"])
    with clock.moved_to(clock.moment_on(clock.today().replace(year=2026, month=12, day=28))):
        problem = world.through(Stage.DISPATCHED)
        assert problem.due_provisional
        assert "按未公布的放假安排推算" in page(sign_in("coordinator"), problem)


def test_what_a_file_claims_is_told_apart_and_only_to_the_office(world, sign_in):
    problem = world.register(
        place={"file": "整改台账.xlsx", "sheet": "问题清单", "row": 17},
        claims={"status": "mostly", "status_raw": "基本完成", "person": "宁致和"},
    )[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    office = text_of(page(sign_in("coordinator"), problem))
    assert "整改台账.xlsx · 工作表“问题清单” · 第17行" in office
    assert "没有在这里核实" in office
    assert "基本完成" in office
    for who in ("liaison", "support"):
        unit = page(sign_in(who), problem)
        assert "整改台账.xlsx" not in unit
        assert "基本完成" not in unit


class TestWhoSeesWhat:
    def test_a_stranger_finds_nothing(self, world, sign_in, shared):
        for who in ("stranger", "county_coordinator", "administrator"):
            for address in ("", "drawer/"):
                assert sign_in(who).get(f"/problems/{shared.id}/{address}").status_code == 404

    def test_the_office_and_the_lead_unit_see_all_measures_and_files(self, world, sign_in, shared):
        for who in ("coordinator", "reviewer", "auditor", "liaison"):
            seen = page(sign_in(who), shared)
            assert all(text in seen for text in ("更换井盖", "疏通管道", "井盖.png", "管道.png"))

    def test_a_supporting_unit_sees_its_own_part_in_lists_and_record(self, world, sign_in, shared):
        seen = page(sign_in("support"), shared)
        assert "疏通管道" in seen
        assert "管道.png" in seen
        assert "更换井盖" not in seen
        assert "井盖.png" not in seen

    def test_requests_for_time_are_not_for_supporting_units(self, world, sign_in, shared):
        later = shared.due + timedelta(days=5)
        extending.ask_extension(
            actor=world.actor("liaison"), problem=shared.id, due=later, reason="设备没有到货"
        ).only()
        assert "设备没有到货" in page(sign_in("liaison"), shared)
        assert "设备没有到货" not in page(sign_in("support"), shared)

    def test_an_undispatched_problem_is_the_offices_own(self, world, sign_in):
        problem = world.through(Stage.LISTED)
        assert sign_in("liaison").get(f"/problems/{problem.id}/").status_code == 404


class TestTheRecord:
    def test_who_in_which_post_when_and_what_changed(self, world, sign_in, shared):
        told = text_of(page(sign_in("coordinator"), shared))
        assert "交办 文立本 · 整改办人员 · 云汀市" in told
        assert "整改时限2026-03-17" in told
        assert "第1项措施进度 0% → 50%说明 井盖.png说明" in told
        assert "材料管道.png" in told
        assert "2026-03-02 09:00" in told

    def test_a_return_shows_the_way_back(self, world, sign_in):
        problem = world.through(Stage.CLOSEOUT_ASKED)
        closing.send_back(actor=world.actor("reviewer"), problem=problem.id, reason="缺复核照片").only()
        told = text_of(page(sign_in("liaison"), problem))
        assert "环节已申请销号 → 整改中" in told
        assert "缺复核照片" in told

    def test_measures_of_an_earlier_round_stay_with_their_files(self, world, sign_in):
        problem = world.through(Stage.CLOSED)
        with days_later(60) as today:
            due = today + timedelta(days=15)
            lookback.reopen(
                actor=world.actor("supervisor"), problem=problem.id, finding="又下沉了", due=due
            ).only()
            told = text_of(page(sign_in("liaison"), problem))
            assert "第1次复号" in told
            assert "不再执行的措施 2 项" in told
            assert "不再执行的措施的材料" in told
            assert "问题反弹" in told
            assert "首轮原时限2026-03-17" in told

    def test_a_merged_problem_points_to_where_it_goes_on(self, world, sign_in):
        first, second = world.register(2)
        setting_aside.merge(
            actor=world.actor("coordinator"), problems=[second.id], into=first.number, reason="重复登记"
        ).only()
        assert f"/problems/{first.id}/" in page(sign_in("coordinator"), second)
        assert f"/problems/{second.id}/" in page(sign_in("coordinator"), first)


def test_one_primary_action_carries_the_problem_on(world, sign_in):
    problem = world.through(Stage.LISTED)
    html = page(sign_in("coordinator"), problem)
    assert html.count("btn-primary") == 1
    assert re.search(r'btn-primary" href="[^"]+/dispatch/">交办<', html)


def test_a_lookback_is_not_pressed_for_before_its_day(world, sign_in):
    problem = world.through(Stage.CLOSED)
    with days_later(40):
        assert "btn-primary" not in page(sign_in("supervisor"), problem)
    with days_later(130):
        assert re.search(r'btn-primary" href="[^"]+/confirm/"', page(sign_in("supervisor"), problem))


def test_what_is_lacking_is_told_with_what_helps(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    told = text_of(page(sign_in("liaison"), problem))
    assert "还不能申请销号还有2项措施没有完成" in told
    assert "请完成后在“报告进展”中填到100%" in told
    assert "没有待签发的延期申请" not in text_of(page(sign_in("leader"), problem))


def test_a_standing_problem_has_a_yearly_review(world, sign_in):
    problem = world.through(Stage.UNDER_WAY, horizon=Horizon.STANDING)
    assert "长期坚持" in page(sign_in("coordinator"), problem)


class TestDrawer:
    def test_it_is_a_part_of_a_page(self, world, sign_in, shared):
        client = sign_in("coordinator")
        html = client.get(f"/problems/{shared.id}/drawer/", headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in html
        assert "data-close-drawer" in html
        assert f'href="/problems/{shared.id}/"' in html
        assert "正在整改，符合进度" in html
        assert "还有" in html

    def test_alone_it_leads_to_the_page(self, world, sign_in, shared):
        answer = sign_in("coordinator").get(f"/problems/{shared.id}/drawer/")
        assert answer.url == f"/problems/{shared.id}/"


@pytest.mark.parametrize("stage", [Stage.LISTED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.CLOSED])
@pytest.mark.parametrize("who", ["coordinator", "liaison", "auditor"])
def test_a_problems_page_takes_few_queries(world, sign_in, django_assert_max_num_queries, stage, who):
    problem = world.through(stage)
    if stage is Stage.LISTED and who == "liaison":
        pytest.skip("not in sight of the unit before it is dispatched")
    client = sign_in(who)
    with clock.moved_to(max(clock.now(), Problem.objects.get(id=problem.id).changed_at)):
        client.get(f"/problems/{problem.id}/")
        for address in (f"/problems/{problem.id}/", f"/problems/{problem.id}/drawer/"):
            with django_assert_max_num_queries(13):
                assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
