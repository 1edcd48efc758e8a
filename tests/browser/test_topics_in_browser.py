"""Check topics, by hand: sent to all below, one answers found, one not found, a second answer is refused, the rest
is known by name.
"""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.world import World

TOPIC = "食堂食品安全"


def open_topic(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="待答复的必查事项").click()
    page.get_by_role("link", name=f"答复{TOPIC}").click()


def send(office: Page) -> None:
    """Paste two topics, look at them, send them."""
    office.get_by_role("link", name="必查事项").click()
    office.get_by_role("link", name="下发必查事项").first.click()
    office.get_by_label("必查事项").fill(f"1. {TOPIC}：查进货台账和留样\n2. 消防通道")
    office.get_by_label("答复期限").fill("2026-03-09")
    office.get_by_role("button", name="核对").click()
    expect(office.get_by_text("将向4个单位下发2项")).to_be_visible()
    office.get_by_role("button", name="确认下发").click()
    expect(office.get_by_text("已下发2项必查事项，发给4个单位。")).to_be_visible()


def test_topics_are_sent_and_answered(world: World, sign_in, axe):
    office = sign_in("coordinator")
    send(office)
    assert axe(office) == []

    unit, late = sign_in("liaison"), sign_in("leader", width=390, height=844)
    open_topic(unit)
    open_topic(late)  # two at once
    assert axe(unit) == []
    unit.get_by_role("textbox", name="问题", exact=True).fill("食堂留样冰箱损坏。")
    unit.get_by_label("打算怎么改").fill("更换冰箱")
    unit.get_by_role("button", name="答复：发现").click()
    expect(unit.get_by_text("已答复：发现问题1个，已记入本单位台账。")).to_be_visible()
    unit.locator(".problems a").click()
    expect(unit.get_by_role("heading", name="食堂留样冰箱损坏", exact=False).first).to_be_visible()
    unit.get_by_role("link", name=TOPIC).click()
    expect(unit.get_by_text("安小禾签署")).to_be_visible()

    late.get_by_label("查了什么、怎么查的").fill("看了两处食堂")
    late.get_by_label("我已按要求逐项检查").check()
    late.get_by_role("button", name="签署：未发现").click()
    expect(late.get_by_text("已由安小禾于2026-03-02答复。")).to_be_visible()

    water = sign_in("support")
    open_topic(water)
    water.get_by_label("查了什么、怎么查的").fill("没有食堂，看了送餐记录")
    water.get_by_label("我已按要求逐项检查").check()
    water.get_by_role("button", name="签署：未发现").click()
    expect(water.get_by_text("路知秋签署")).to_be_visible()

    office.get_by_role("link", name=TOPIC).click()
    assert axe(office) == []
    text = office.get_by_label("催报文字").input_value()
    assert "还没有答复的单位（2个）：" in text
    assert "禾丰县教育局" in text
    assert "市水利局" not in text
    office.locator(".figures").get_by_role("link", name="未发现").click()
    row = office.locator(".topic-table tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("市水利局")
