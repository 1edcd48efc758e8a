"""The project wall: what it shows whom, that every figure opens to its rows, paging, the period, and paper."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.ledger.actions import setting_aside
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, Reached, report_route, set_route
from bihuan.ledger.models import Problem
from bihuan.ledger.routes import route_of
from tests.world import World, days_later

pytestmark = pytest.mark.django_db


def project(world: World, *days: int, done: int = 0, money: tuple[int, int] | None = None) -> Problem:
    """A problem under way with milestones on these days from now, the first `done` of them reached in time."""
    today = clock.today()
    problem = world.through(Stage.UNDER_WAY, wanted_due=today + timedelta(days=40))
    quantities = [] if money is None else [PlannedQuantity("投资", money[0], is_money=True)]
    set_route(
        actor=world.actor("liaison"),
        problem=problem.id,
        milestones=[PlannedMilestone(f"节点{n}", today + timedelta(days=n)) for n in days],
        quantities=[*quantities, PlannedQuantity("改造道路", 650, "公里")],
    ).only()
    route = route_of(problem)
    reached = {step.id: Reached(today) for step in route.milestones[:done]}
    actual = {row.id: money[1] for row in route.quantities if money and row.is_money}
    if reached or actual:
        report_route(actor=world.actor("liaison"), problem=problem.id, reached=reached, actual=actual).only()
    return problem


def shown(page: str) -> list[UUID]:
    """The problems that a wall shows, in their order."""
    return [UUID(found) for found in re.findall(r'class="wall-title">.*?href="/problems/([0-9a-f-]+)/"', page)]


def tile(page: str, place: int) -> tuple[str, str]:
    """The value of a figure at the top, and the address that it opens."""
    tiles = re.search(r'<ul class="tiles">(.*?)</ul>', page, re.S)
    assert tiles
    address, value = re.findall(
        r'<a href="([^"]*)"[^>]*><span class="tile-name">.*?class="tile-value">(?:<span.*?</span>)?(.*?)</span>',
        tiles[1],
    )[place]
    return value, address.replace("&amp;", "&")


def test_figures_open_to_the_rows_they_count_and_the_worst_come_first(world, sign_in):
    ahead = project(world, 25, 28, money=(500_00, 125_50))
    soon = project(world, 3, 20)
    late = project(world, 1, 12)
    reached = project(world, 0, done=1)
    world.through(Stage.UNDER_WAY)  # has no route: no project
    with days_later(2):
        client = sign_in("coordinator")
        page = client.get("/wall/").content.decode()
        assert shown(page) == [late.id, soon.id, ahead.id, reached.id]
        assert "落后1个节点" in page
        assert "节点全部按期完成" in page
        for place, (value, rows) in enumerate(
            (
                ("4", {late.id, soon.id, ahead.id, reached.id}),
                ("1", {late.id}),
                ("5", {late.id, soon.id, ahead.id}),
                ("125.5 / 500", {ahead.id}),
            )
        ):
            counted, address = tile(page, place)
            assert counted == value
            opened = client.get("/wall/" + address).content.decode()
            assert set(shown(opened)) == rows
            assert tile(opened, place)[0] == value, "a figure stays what it is when it is opened"
        by_due = client.get("/wall/?sort=due").content.decode()
        assert set(shown(by_due)) == set(shown(page))


def test_nobody_sees_more_than_their_own(world, sign_in):
    problem = project(world, 3)
    for name in ("coordinator", "liaison", "support", "auditor"):
        assert shown(sign_in(name).get("/wall/").content.decode()) == [problem.id], name
    for name in ("stranger", "county_coordinator"):
        page = sign_in(name).get("/wall/").content.decode()
        assert shown(page) == []
        assert "还没有排定节点的问题" in page
    assert sign_in("administrator").get("/wall/").status_code == 403
    client = sign_in("coordinator")
    unit = world.units["county_education"].pk
    assert shown(client.get(f"/wall/?unit={world.units['housing'].pk}").content.decode()) == [problem.id]
    for wrong in (f"?unit={unit}", "?unit=999999", "?campaign=7", "?colour=red"):
        assert "没有符合条件的项目" in client.get("/wall/" + wrong).content.decode(), wrong


def test_what_is_accepted_or_withdrawn_leaves_the_wall(world, sign_in):
    problem = project(world, 3)
    client = sign_in("coordinator")
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[problem.id], reason="重复").only()
    assert shown(client.get("/wall/?scope=all").content.decode()) == []


def test_nonsense_in_the_address_is_dropped(world, sign_in):
    problem = project(world, 3)
    client = sign_in("coordinator")
    for query in (
        "unit=x&campaign=-1&colour=pink&show=all&sort=up&months=7&from=99999-1",
        "from=2026-13&after=zz&months=99999999999",
        "after=%00&from=0001-01",
        "after=WzEsMiwzXQ&before=%E4%B8%AD",
    ):
        answer = client.get("/wall/?" + query)
        assert answer.status_code == 200, query
        assert shown(answer.content.decode()) == [problem.id], query


def test_pages_follow_each_other_without_gap_or_repeat(world, sign_in, monkeypatch):
    made = {project(world, n % 5 + 1).id for n in range(5)}
    monkeypatch.setattr("bihuan.web.views.wall.PAGE", 2)
    client = sign_in("coordinator")
    seen, address = [], "/wall/"
    while address:
        page = client.get(address).content.decode()
        assert "共5个项目" in page
        seen += shown(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = "/wall/" + found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == 5
    assert set(seen) == made
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert shown(client.get("/wall/" + back[1].replace("&amp;", "&")).content.decode()) == seen[2:4]


def test_marks_outside_the_period_are_counted_at_its_edges(world, sign_in):
    project(world, 1, 29)
    client = sign_in("coordinator")
    earlier = client.get("/wall/?months=3&from=2025-01").content.decode()
    assert "2▸" in earlier
    assert "2个节点：" in earlier
    later = client.get("/wall/?months=3&from=2027-01").content.decode()
    assert "◂2" in later


def test_nothing_in_the_page_needs_inline_styles_and_texts_are_escaped(world, sign_in):
    problem = project(world, 3)
    step = route_of(problem).milestones[0]
    hostile = '<script>"&x'
    set_route(
        actor=world.actor("liaison"),
        problem=problem.id,
        milestones=[PlannedMilestone(hostile, step.planned_on, step.id)],
        quantities=[PlannedQuantity(hostile, 100, hostile)],
    ).only()
    client = sign_in("coordinator")
    for address in ("/wall/", "/wall/print/", f"/problems/{problem.id}/"):
        page = client.get(address).content.decode()
        assert hostile not in page
        assert "&lt;script&gt;" in page
        assert " style=" not in page


def test_every_project_is_on_paper_with_the_root(world, sign_in, monkeypatch):
    made = [project(world, n + 1).id for n in range(3)]
    monkeypatch.setattr("bihuan.web.views.wall.ON_SHEET", 2)
    page = sign_in("coordinator").get("/wall/print/").content.decode()
    assert shown(page) == made
    assert page.count('class="wall-sheet"') == page.count("校验根：") == 2
    assert "第2张，共2张" in page
    assert page.count("图例") == 2


def test_the_page_of_a_problem_tells_its_route(world, sign_in):
    problem = project(world, 1, 20, money=(1200_00, 300_00))
    with days_later(3):
        page = sign_in("liaison").get(f"/problems/{problem.id}/").content.decode()
    assert "节点与数量" in page
    assert "落后1个节点" in page
    assert "按计划应完成50%，实际0%" in page
    assert "300<" in page
    assert "25%" in page
    assert "新增节点" in page


def test_what_is_typed_wrong_is_named_and_stays_in_the_form(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    client, address = sign_in("liaison"), f"/problems/{problem.id}/set_route/"
    rows = {
        "version": Problem.objects.get(id=problem.id).version,
        "n-TOTAL_FORMS": "1",
        "n-INITIAL_FORMS": "0",
        "n-0-text": "路基完工",
        "n-0-planned_on": "2026-02-30",
        "q-TOTAL_FORMS": "1",
        "q-INITIAL_FORMS": "0",
        "q-0-name": "投资",
        "q-0-is_money": "on",
        "q-0-target": "一千",
    }
    page = client.post(address, rows)
    assert page.status_code == 422
    for said in ("没有“2026-02-30”这一天", "“一千”不是可用的数", 'value="路基完工"', "有几处需要改正"):
        assert said in page.content.decode()
    more = client.post(address, {**rows, "add": "n"}).content.decode()
    assert 'name="n-1-text"' in more
    for bad in ({"n-0-text": "a\0b"}, {"n-TOTAL_FORMS": "x"}, {"q-0-target": "9" * 40}, {"q-0-target": "1e9"}):
        assert client.post(address, {**rows, **bad}).status_code == 422, bad
    good = {"n-0-planned_on": problem.due.isoformat(), "q-0-target": "１,２００.5"}
    assert client.post(address, {**rows, **good}).status_code == 302
    money = route_of(problem).quantities[0]
    assert (money.target, money.is_money, money.unit_word) == (120050, True, "万元")
    assert client.post(address, {**rows, **good}).status_code == 409, "sent twice: somebody changed it meanwhile"
