"""A dispatch meeting whose decisions become tasks: one reported and accepted, its minutes taken as a Word file."""

from __future__ import annotations

from datetime import timedelta

import docx
from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.ledger.actions import warning
from bihuan.ledger.models import Task
from bihuan.ledger.verify import verify
from tests.world import START

DUE = (START + timedelta(days=7)).isoformat()


def test_a_meeting_decides_and_its_decision_is_done(world, days, sign_in, axe, tmp_path):
    problem = world.through(Stage.UNDER_WAY)
    warning.warn(actor=world.actor("supervisor"), problem=problem.id, reason="推诿扯皮").only()
    office, unit = sign_in("coordinator"), sign_in("liaison", width=390)

    office.goto("/leaders/")
    expect(office.locator("main")).to_contain_text("没有领办立行立改事项")
    assert axe(office) == []
    office.locator("main").get_by_role("link", name="调度会", exact=True).click()
    office.get_by_role("link", name="安排一次调度会").first.click()
    office.get_by_label("会议名称").fill("红黄问题调度会")
    office.get_by_label("主持人").fill("文立本")
    expect(office.locator(f"input[value='{problem.id}']")).to_be_checked()
    assert axe(office) == []
    office.get_by_role("button", name="安排会议").click()
    expect(office.locator(".agenda")).to_contain_text("督导人员已亮红")

    for text in ("三日内到现场核实", "一周内补齐破损井盖"):
        office.get_by_label("议定事项").fill(text)
        office.get_by_label("承办单位").fill("市住建局")
        office.get_by_label("关于哪个议题").select_option(str(problem.id))
        office.get_by_role("button", name="记下议定事项").click()
        expect(office.locator(".message-error")).to_contain_text("议定的事项没有完成日期")
        expect(office.get_by_label("议定事项")).to_have_value(text)
        office.get_by_label("完成日期").fill(DUE)
        office.get_by_role("button", name="记下议定事项").click()
        expect(office.locator("table.tasks")).to_contain_text(text)
    office.get_by_role("textbox", name="会议纪要").fill("会议指出，进展缓慢，要求限期整改。")
    office.get_by_role("button", name="保存纪要").click()
    expect(office.locator(".message-success")).to_be_visible()
    assert axe(office) == []

    unit.goto("/")
    unit.get_by_role("link", name="待办任务").click()
    unit.get_by_role("link", name="一周内补齐破损井盖").click()
    unit.get_by_label("完成情况").fill("已更换12处，照片附后")
    assert axe(unit) == []
    unit.get_by_role("button", name="报告完成情况").click()
    expect(unit.locator(".page-head")).to_contain_text("待验收")

    office.goto("/")
    office.get_by_role("link", name="待验收的任务").click()
    office.get_by_role("link", name="一周内补齐破损井盖").click()
    office.get_by_label("验收意见").fill("属实")
    office.get_by_role("button", name="验收通过").click()
    expect(office.locator(".page-head")).to_contain_text("已完成")
    assert sorted(Task.objects.values_list("state", flat=True)) == ["done", "open"]

    office.get_by_role("link", name="红黄问题调度会").click()
    with office.expect_download() as taken:
        office.get_by_role("link", name="导出纪要（Word）").click()
    path = tmp_path / "minutes.docx"
    taken.value.save_as(path)
    said = "\n".join(cell.text for table in docx.Document(str(path)).tables for cell in table._cells)
    assert all(text in said for text in ("三日内到现场核实", "一周内补齐破损井盖", problem.number, DUE))
    office.get_by_role("button", name="办结这次调度会").click()
    expect(office.locator(".page-head")).to_contain_text("已办结")
    office.goto(f"/problems/{problem.id}/")
    expect(office.locator("section[aria-labelledby=leading]")).to_contain_text("三日内到现场核实")
    assert axe(office) == []
    assert verify().findings == ()
