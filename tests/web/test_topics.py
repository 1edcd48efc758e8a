"""Mandatory check topics in the pages: sent once, answered once, read along the line; nobody else's."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client

from bihuan.domain.case import Stage
from bihuan.ledger.actions.answering import Found, answer_found, answer_not_found
from bihuan.ledger.actions.topics import NewTopic, send_topics
from bihuan.ledger.models import CheckAnswer, CheckTopic, Problem
from bihuan.organisations.actions import create_unit
from bihuan.web.forms.topics import topics_in
from tests.world import START, World, days_later

PASTED = "1. 食堂食品安全：查进货台账和留样\n2、消防通道\t查是否堵塞\n（三）惠民补贴"
TYPED = {"topics": PASTED, "due": "2026-03-09"}


def text(response, code: int = 200) -> str:
    assert response.status_code == code
    found: str = response.content.decode()
    return found


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def topic(world: World) -> CheckTopic:
    topics = [NewTopic("食堂食品安全", "查进货台账和留样")]
    return send_topics(actor=world.actor("coordinator"), topics=topics, due=START + timedelta(days=7))[0]


def address(world: World, topic: CheckTopic, unit: str = "housing") -> str:
    return f"/topics/answers/{CheckAnswer.objects.get(topic=topic, unit=world.units[unit]).id}/"


@pytest.mark.parametrize(
    ("line", "title", "said"),
    [
        ("3. 惠民补贴：查名单", "惠民补贴", "查名单"),
        ("惠民补贴\t查名单：逐户核", "惠民补贴", "查名单：逐户核"),
        ("惠民补贴", "惠民补贴", ""),
        ("（十一）惠民补贴｜查名单", "惠民补贴", "查名单"),
        ("2026年惠民补贴:查名单", "2026年惠民补贴", "查名单"),
    ],
)
def test_a_line_is_a_topic(line, title, said):
    assert topics_in(f"\n{line}\n  \n") == [NewTopic(title, said)]


def test_topics_are_looked_at_and_then_sent_once(world, sign_in):
    office: Client = sign_in("coordinator")
    assert "下发必查事项" in text(office.get("/topics/"))
    looked = text(office.post("/topics/send/", TYPED))
    assert "将向4个单位下发3项" in looked
    assert not CheckTopic.objects.exists()
    sending = TYPED | {"ticket": ticket_in(looked), "confirm": "1"}
    assert "已下发3项必查事项，发给4个单位" in text(office.post("/topics/send/", sending, follow=True))
    assert "已下发3项" in text(office.post("/topics/send/", sending, follow=True))  # the second click
    assert [topic.title for topic in CheckTopic.objects.order_by("pk")] == ["食堂食品安全", "消防通道", "惠民补贴"]
    assert "还没有关闭" in text(office.post("/topics/send/", TYPED), 422)
    page = text(office.get("/topics/"))
    assert page.count("/topics/") > 3
    assert "消防通道" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"topics": " \n \n"}, "必填项"),
        ({"topics": "1.\n2."}, "还没有填写"),
        ({"topics": "长" * 90}, "写得太长"),
        ({"topics": "甲：乙\n甲：丙"}, "写了两次"),
        ({"due": "2026-03-01"}, "不能早于今天"),
        ({"due": "9999-12-31"}, "年份应在"),
        ({"due": "明天"}, "看不懂日期"),
        ({"levels": "77"}, "77"),
        ({"kinds": "township"}, "township"),
        ({"topics": "甲\0乙"}, "空"),
        ({"kinds": "government", "levels": "2"}, "所选的类型和层级里没有单位"),
    ],
)
def test_what_cannot_be_sent_is_told_and_stays_typed(world, sign_in, typed, told):
    page = text(sign_in("coordinator").post("/topics/send/", TYPED | typed), 422)
    assert told in page
    assert "确认下发" not in page
    assert not CheckTopic.objects.exists()


def test_found_goes_onto_the_ledger_and_both_pages_lead_to_each_other(world, sign_in, topic):
    unit, where = sign_in("liaison"), address(world, topic)
    assert "待答复的必查事项" in text(unit.get("/"))
    found = {"found": "1", "blocks": "2", "text-0": "留样冰箱损坏。", "measure-0": "更换冰箱"}
    assert "请写明是什么问题" in text(unit.post(where, found | {"measure-1": "只有措施"}), 422)
    more = text(unit.post(where, found | {"more": "1"}))
    assert "留样冰箱损坏。" in more
    assert 'name="text-3"' in more
    assert not Problem.objects.exists()
    answered = text(unit.post(where, found, follow=True))
    problem = Problem.objects.get()
    assert "已答复：发现问题1个" in answered
    assert f"/problems/{problem.id}/" in answered
    assert where in text(unit.get(f"/problems/{problem.id}/"))
    assert problem.stage == Stage.LISTED
    told = text(unit.post(where, {"not_found": "1", "statement": "没有", "signed": "on"}), 409)
    assert "已由安小禾于2026-03-02答复" in told
    assert "待答复的必查事项" not in text(unit.get("/"))
    seen = text(sign_in("coordinator").get(where))
    assert "留样冰箱损坏。" in seen
    assert "还没有交办" in seen
    assert str(problem.id) not in seen


def test_not_found_is_signed_and_may_be_added_to(world, sign_in, topic):
    unit, where = sign_in("leader"), address(world, topic)
    assert "请勾选" in text(unit.post(where, {"not_found": "1", "statement": "看了两处"}), 422)
    signed = {"not_found": "1", "statement": "看了两处", "signed": "on"}
    assert "宁致和签署" in text(unit.post(where, signed, follow=True))
    page = text(unit.get(where))
    assert "补报发现" in page
    assert 'name="statement"' not in page
    found = {"found": "1", "blocks": "2", "text-0": "留样冰箱损坏。"}
    assert "这个字段是必填项" in text(unit.post(where, found), 422) or Problem.objects.count() == 0
    page = text(unit.post(where, found | {"reason": "复查时发现"}, follow=True))
    assert "原因：复查时发现" in page
    assert "看了两处" in page  # what was said first stays in sight
    assert Problem.objects.count() == 1


def test_figures_open_to_their_units(world, sign_in, topic):
    liaison = world.actor("liaison")
    row = CheckAnswer.objects.get(topic=topic, unit_id=liaison.unit_id)
    answer_found(actor=liaison, answer=row.id, found=[Found("留样冰箱损坏。")])
    office, base = sign_in("coordinator"), f"/topics/{topic.pk}/"
    names = {"housing": "市住房和城乡建设局", "water": "市水利局", "county_education": "禾丰县教育局"}

    def listed(state: str) -> set[str]:
        page = text(office.get(f"{base}?state={state}"))
        rows = page.partition("topic-table")[2].partition("</table>")[0]
        return {key for key, name in names.items() if f">{name}</a>" in rows}

    assert listed("found") == {"housing"}
    assert listed("waiting") == {"water", "county_education"}
    assert listed("overdue") == set()
    with days_later(9):
        assert listed("overdue") == {"water", "county_education"}
        page = text(office.get(base))
        assert "还没有答复的单位（3个）：禾丰县、" in page or "还没有答复的单位（3个）：" in page
        support = world.actor("support")
        waiting = CheckAnswer.objects.get(topic=topic, unit_id=support.unit_id)
        answer_not_found(actor=support, answer=waiting.id, statement="没有")
        assert listed("late") == {"water"}
    under = text(office.get(f"{base}?under={world.units['county'].pk}"))
    assert "禾丰县教育局" in under
    for wrong in ("under=999999", "under=1e9&state=found"):
        assert office.get(f"{base}?{wrong}").status_code in (200, 404)
    assert text(office.get(f"{base}?after=/1/%00x&state=%00"))


def test_the_level_in_between_sees_its_own_units_alone(world, sign_in, topic):
    county, base = sign_in("county_coordinator"), f"/topics/{topic.pk}/"
    page = text(county.get("/topics/"))
    assert "上级下发的，本单位和下级的答复情况" in page
    inside = text(county.get(base))
    assert "禾丰县教育局" in inside
    assert "市水利局" not in inside
    assert "确认关闭" not in inside
    assert text(county.get(address(world, topic, "county_education")))
    assert county.get(address(world, topic)).status_code == 404
    found = {"found": "1", "blocks": "1", "text-0": "县里食堂没有留样。"}
    own = address(world, topic, "county")
    wrong = text(county.post(own, found | {"lead-0": "市水利局"}), 422)
    assert "没有找到单位“市水利局”" in wrong
    assert "县里食堂没有留样。" in wrong
    county.post(own, found | {"lead-0": "县教育局"})
    assert Problem.objects.get().lead_unit == world.units["county_education"]
    assert county.post(f"{base}close/", follow=True).status_code == 200
    assert CheckTopic.objects.get().closed_on is None
    school = sign_in("stranger")
    assert school.get(address(world, topic, "county")).status_code == 404
    assert school.post(address(world, topic), {"not_found": "1"}).status_code == 404


def test_sent_on_to_units_opened_since_and_closed(world, sign_in, topic):
    office, base = sign_in("coordinator"), f"/topics/{topic.pk}/"
    assert "没有收到，补发" not in text(office.get(base))
    create_unit(name="市数据局", kind="bureau", parent=world.units["city"])
    assert "还有1个单位没有收到，补发" in text(office.get(base))
    assert "已补发给1个单位" in text(office.post(f"{base}more/", follow=True))
    assert "没有可以下发的下级单位" in text(office.post(f"{base}more/", follow=True))
    assert "已关闭“食堂食品安全”" in text(office.post(f"{base}close/", follow=True))
    unit, where = sign_in("liaison"), address(world, topic)
    assert "不再收答复" in text(unit.get(where))
    assert "不再收答复" in text(unit.post(where, {"not_found": "1", "statement": "无", "signed": "on"}), 409)
    assert "食堂食品安全" in text(office.get("/topics/?show=closed"))
    assert "食堂食品安全" in text(unit.get("/topics/?show=settled"))


def test_the_table_of_units_and_topics(world, sign_in, topic):
    liaison = world.actor("liaison")
    row = CheckAnswer.objects.get(topic=topic, unit_id=liaison.unit_id)
    answer_found(actor=liaison, answer=row.id, found=[Found("甲。"), Found("乙。")])
    with days_later(9):
        response = sign_in("coordinator").get("/topics/export/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert ("单位", "食堂食品安全") in cells
    assert ("市住房和城乡建设局", "发现2个") in cells
    assert ("市水利局", "逾期未答复") in cells
    assert sign_in("liaison").get("/topics/export/").status_code == 404


def test_a_desk_asks_one_more_question(world, sign_in, topic, django_assert_max_num_queries):
    unit = sign_in("liaison")
    unit.get("/")
    with django_assert_max_num_queries(12):
        unit.get("/")


def test_pages_are_in_english_too(world, sign_in, topic):
    office = sign_in("coordinator")
    office.post("/language/", {"language": "en", "next": "/"})
    for path in ("/topics/", f"/topics/{topic.pk}/", "/topics/send/", address(world, topic)):
        page = text(office.get(path))
        assert "Check topics" in page
        assert not set(re.findall("必查|下发|答复", page))
