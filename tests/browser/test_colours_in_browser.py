"""The colour rules in a real browser: changed by keyboard, tried, switched on from tomorrow; tomorrow it is so."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.ledger.actions import recolouring
from tests.world import START

DAY = timedelta(days=1)


def test_a_policy_edited_tried_and_switched_on(world, sign_in, days, axe):
    late = world.through(Stage.DISPATCHED)
    world.register(1)
    days.set(START + 40 * DAY)
    tomorrow = days.today + DAY
    page = sign_in("coordinator")
    page.get_by_role("link", name="颜色规则").first.click()
    expect(page.locator("#in-force")).to_contain_text("督导人员已亮红")
    assert axe(page) == []
    page.get_by_role("link", name="修改并试算").click()
    page.get_by_label("名称").fill("逾期为黄")
    page.get_by_label("第3条：颜色").select_option("yellow")
    page.get_by_label("第3条：条件").press("Alt+ArrowUp")
    expect(page.get_by_label("第2条：条件")).to_have_value("overdue")
    expect(page.get_by_role("button", name="第2条上移")).to_be_focused()
    page.get_by_role("button", name="增加一条规则").click()
    expect(page.get_by_label("第14条：条件")).to_be_focused()
    page.get_by_label("第14条：条件").select_option(label="进度落后")
    page.get_by_label("第14条：数值").fill("50")
    page.get_by_label("按哪一天试算").fill(str(tomorrow))
    page.get_by_role("button", name="试算").last.click()
    expect(page.locator("#wrong-13")).to_contain_text("第14条规则永远用不上")
    expect(page.get_by_label("第14条：数值")).to_have_value("50")
    assert axe(page) == []
    page.get_by_role("button", name="去掉第14条").click()
    expect(page.get_by_label("第14条：条件")).to_have_count(0)
    page.get_by_role("button", name="试算").last.click()

    expect(page.locator(".tried-sum")).to_contain_text("1个变黄")
    assert axe(page) == []
    page.locator(".tried-matrix .moved a").click()
    expect(page.locator(".tried-rows")).to_contain_text(late.number)
    page.go_back()
    page.get_by_label("为什么要改").fill("逾期的都在抓紧")
    page.get_by_role("button", name="启用这套规则").click()
    expect(page.locator("#versions")).to_contain_text("待生效")
    expect(page.locator("#versions")).to_contain_text("逾期的都在抓紧")
    page.goto(f"/problems/{late.id}/")
    expect(page.locator(".colour-panel .colour").first).to_have_text("红")

    recolouring.recolour()
    days.set(tomorrow)
    later = sign_in("coordinator")
    later.goto(f"/problems/{late.id}/")
    expect(later.locator(".colour-panel .colour").first).to_have_text("黄")
    expect(later.locator(".colour-by")).to_have_text("按逾期为黄第1版")
    later.goto("/ledger/?colour=yellow")
    expect(later.locator("tr[data-id]")).to_have_count(1)
