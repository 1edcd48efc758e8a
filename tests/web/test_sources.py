"""The inventory of sources: quarters and who reported, counts that open to their rows, the tree that is kept."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.domain.classes import Quarter
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import ledgers
from bihuan.ledger.actions.register import NewProblem, register
from bihuan.ledger.actions.sources import (
    MOST_LEVELS,
    Entered,
    change_source,
    enter_source,
    report_nothing,
    set_source_active,
)
from bihuan.ledger.models import Problem, Source, SourceReport
from bihuan.ledger.verify import verify
from tests.world import World, days_later

pytestmark = pytest.mark.django_db
PAGE, LIST = "/sources/", "/ledger/"


@pytest.fixture
def stocked(world: World) -> dict[str, Source]:
    """Three sources that are reported every quarter, one below another, and one that is not."""
    actor = world.actor("coordinator")
    found: dict[str, Source] = {}
    for name, parent in (("督查", None), ("暗访", "督查"), ("审计", None), ("其他来源", None)):
        above = found[parent].pk if parent else None
        entered = Entered(name=name, parent_id=above, reports=name != "其他来源", keeper="督查科")
        found[name] = enter_source(actor=actor, entered=entered)
    return found


def html_of(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def put(world: World, source: Source | None, count: int, who: str = "coordinator") -> None:
    ledger = (
        world.ledger
        if who == "coordinator"
        else ledgers.body_ledger(unit_id=world.units["county"].pk, writer=world.actor(who).writer)
    )
    new = NewProblem("路灯不亮", source_id=source.pk if source else None)
    register(actor=world.actor(who), ledger=ledger, problems=[new] * count)


def test_every_count_of_a_quarter_opens_to_its_rows(world, stocked, sign_in):
    put(world, stocked["督查"], 2)
    put(world, None, 1)
    with days_later(400):
        put(world, stocked["督查"], 3)
        put(world, stocked["暗访"], 1)
        put(world, stocked["督查"], 4, who="county_coordinator")
        client = sign_in("coordinator")
        html = html_of(client)
        found = re.findall(r'<td class="num"[^>]*><a href="([^"]+)"[^>]*>(\d+)</a>', html)
        assert [int(count) for _address, count in found] == [3, 5, 2, 5, 1, 1, 1, 1, 1, 1]
        for address, count in found:
            assert html_of(client, unescape(address)).count('data-id="') == int(count), address
        left = client.get(f"{PAGE}left/?source={stocked['督查'].pk}").content.decode()
        assert "2个往年登记的问题" in left
        assert client.get(f"{PAGE}left/?source=x").content.decode().strip() == ""


def test_a_source_that_brought_nothing_is_declared_once_and_never_against_what_came(world, stocked, sign_in):
    put(world, stocked["督查"], 2)
    client, quarter = sign_in("coordinator"), Quarter.of(clock.today())
    assert html_of(client).count("确认无新增") == 2
    said = {"quarter": str(quarter), "note": "无"}
    assert client.post(f"{PAGE}{stocked['审计'].pk}/nothing/", said).status_code == 302
    html = html_of(client)
    assert "已报无新增" in html
    assert html.count("确认无新增") == 1
    for name, words in (("审计", "已经报过"), ("督查", "不能报无新增"), ("其他来源", "不需要按季度")):
        client.post(f"{PAGE}{stocked[name].pk}/nothing/", said)
        assert words in html_of(client)
    for text in (str(quarter.next), "1999Q1"):
        client.post(f"{PAGE}{stocked['暗访'].pk}/nothing/", {"quarter": text})
        assert "只能报本季度" in html_of(client)
    assert client.post(f"{PAGE}{stocked['暗访'].pk}/nothing/", {"quarter": "2026Q9"}).status_code == 404
    assert SourceReport.objects.count() == 1
    assert sign_in("liaison").post(f"{PAGE}{stocked['暗访'].pk}/nothing/", said).status_code == 403


def test_the_level_above_sees_which_units_below_kept_silent(world, stocked, sign_in):
    put(world, stocked["督查"], 1, who="county_coordinator")
    county = world.actor("county_coordinator")
    report_nothing(actor=county, source_id=stocked["审计"].pk, quarter=Quarter.of(clock.today()))
    html = html_of(sign_in("coordinator"))
    row = next(part for part in html.split("<tr>") if world.units["county"].name in part)
    assert re.findall(r">(\d+)</td>", row) == ["1", "1", "1"]
    assert "暗访" in row
    assert "下级单位报送情况" not in html_of(sign_in("county_coordinator"))


def test_the_tree_is_kept_by_the_top_and_by_administrators(world, stocked, sign_in):
    top, below, beside = stocked["督查"], stocked["暗访"], stocked["审计"]
    client = sign_in("administrator")
    said = {"name": "实地督查", "name_en": "Visits", "parent": top.pk, "keeper": "", "reports": "on"}
    assert client.post(f"{PAGE}new/", said).status_code == 302
    again = client.post(f"{PAGE}new/", said)
    assert again.status_code == 422
    assert "已有来源" in again.content.decode()
    circle = client.post(f"{PAGE}{top.pk}/", {"name": "督查", "parent": below.pk})
    assert circle.status_code == 422
    assert "下级来源下面" in circle.content.decode()
    assert client.post(f"{PAGE}{below.pk}/", {"name": "暗访抽查", "parent": beside.pk}).status_code == 302
    below.refresh_from_db()
    assert (below.name, below.parent_id, below.reports) == ("暗访抽查", beside.pk, False)
    client.post(f"{PAGE}{beside.pk}/active/", {"active": "0"})
    assert Source.objects.get(pk=beside.pk).is_active, "one in use stands below it"
    for row in (below, beside):
        client.post(f"{PAGE}{row.pk}/active/", {"active": "0"})
    client.post(f"{PAGE}{below.pk}/active/", {"active": "1"})
    assert not Source.objects.filter(pk__in=(below.pk, beside.pk), is_active=True).exists()
    client.post(f"{PAGE}{beside.pk}/active/", {"active": "1"})
    assert Source.objects.get(pk=beside.pk).is_active
    assert "修改" in html_of(client)
    for who in ("county_coordinator", "liaison"):
        assert sign_in(who).get(f"{PAGE}new/").status_code == 403
    with days_later(1):
        assert not verify().findings


def test_bad_sources_are_refused_with_a_reason(world, stocked):
    actor = world.actor("coordinator")
    deep = stocked["暗访"]
    for level in range(2, MOST_LEVELS):
        deep = enter_source(actor=actor, entered=Entered(name=f"第{level}级", parent_id=deep.pk))
    count = Source.objects.count()
    for entered, words in (
        (Entered(name=" \0 "), "不能是空的"),
        (Entered(name="长" * 61), "太长"),
        (Entered(name="新", keeper="科" * 61), "太长"),
        (Entered(name="新", parent_id=10**6), "不存在"),
        (Entered(name="新", parent_id=deep.pk), "最多"),
    ):
        with pytest.raises(Refused, match=words):
            enter_source(actor=actor, entered=entered)
    with pytest.raises(Refused, match="最多"):  # its whole branch counts
        change_source(
            actor=actor, source_id=stocked["督查"].pk, entered=Entered("督查", parent_id=stocked["审计"].pk)
        )
    with pytest.raises(Refused, match="已经是这个状态"):
        set_source_active(actor=actor, source_id=deep.pk, active=True)
    with pytest.raises(Refused, match="没有这个来源"):
        change_source(actor=actor, source_id=10**6, entered=Entered("新"))
    assert Source.objects.count() == count


def test_nature_and_impact_are_typed_in_shown_filtered_by_and_left_alone_by_others(world, stocked, sign_in):
    client = sign_in("coordinator")
    said = {"ledger": str(world.ledger.id), "text": "道路塌陷", "horizon": "by_date", "urgency": "ordinary"}
    typed = said | {"origin": "carried", "nature": "工程质量", "impact": "wide"}
    assert client.post("/ledger/new/", typed).status_code == 302
    world.register(1)
    for query in ("nature=工程质量", "impact=wide", "origin=carried"):
        assert html_of(client, f"{LIST}?{query}").count('data-id="') == 1, query
    made = Problem.objects.get(nature="工程质量")
    page = html_of(client, f"/problems/{made.id}/")
    assert "面上影响" in page
    assert "以前遗留" in page
    amended = {"title": "道路塌陷", "nature": "责任落实", "impact": "", "version": made.version}
    assert client.post(f"/problems/{made.id}/amend/", said | amended).status_code == 302
    made.refresh_from_db()
    wrong = {"impact": "huge", "version": made.version}
    assert (made.nature, made.impact) == ("责任落实", None)
    assert client.post(f"/problems/{made.id}/amend/", said | amended | wrong).status_code == 422
