"""The set-up of one city goes out as a file, and another takes it over after a look at what it would change."""

from __future__ import annotations

import json

from playwright.sync_api import expect


def test_a_flow_is_set_up_exported_and_taken_over_elsewhere(world, days, sign_in, axe, tmp_path):
    office = sign_in("coordinator")
    office.goto("/settings/classes/")
    expect(office.locator("main")).to_contain_text("还没有修改过")
    office.get_by_role("link", name="新增流程").click()
    office.get_by_label("流程名称").fill("两级验收")
    office.get_by_label("验收标准").fill("照片前后对比\n群众认可")
    office.get_by_label("修改原因").fill("重大问题要领导签字")
    office.get_by_role("button", name="保存").click()
    expect(office.get_by_role("alert")).to_contain_text("没有终点")
    expect(office.get_by_label("流程名称")).to_have_value("两级验收")
    first = office.locator(".tier-row").nth(0)
    first.get_by_label("第1级验收").fill("初验")
    first.get_by_label("验收人员").check()
    office.locator(".tier-row").nth(1).get_by_label("单位负责人").check()
    office.get_by_role("button", name="保存").click()
    expect(office.locator("main")).to_contain_text("已保存为第1版")
    assert axe(office) == []

    office.goto("/settings/file/")
    with office.expect_download() as waiting:
        office.get_by_role("link", name="导出设置").click()
    theirs = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert [flow["name"] for flow in theirs["classes"]["flows"]] == ["默认流程", "两级验收"]

    # The other city: the same software with a set-up of its own.
    theirs["made_by"] = "临川市"
    theirs["classes"]["classes"].insert(
        0, {"name": "重大问题", "fits": {"impacts": ["grave"]}, "flow": theirs["classes"]["flows"][1]["code"]}
    )
    file = tmp_path / "临川市设置.json"
    file.write_text(json.dumps(theirs, ensure_ascii=False), encoding="utf-8")
    office.get_by_label("设置文件").set_input_files(file)
    office.get_by_role("button", name="查看差异").click()
    expect(office.locator("main")).to_contain_text("文件来自临川市")
    expect(office.locator("main")).to_contain_text("换成2个类别、2个销号流程")
    assert axe(office) == []
    office.get_by_label("修改原因").fill("采用临川市的做法")
    office.get_by_role("button", name="接收").click()
    expect(office.locator("main")).to_contain_text("已接收：问题类别与销号流程")
    days.set(days.today.replace(day=days.today.day + 1))
    office.goto("/settings/classes/")
    expect(office.get_by_role("heading", name="重大问题")).to_be_visible()

    unit = sign_in("liaison")
    unit.goto("/settings/classes/")
    expect(unit.locator("main")).to_contain_text("可以修改设置")
    assert unit.get_by_role("link", name="新增流程").count() == 0

    file.write_text("{broken", encoding="utf-8")
    office.goto("/settings/file/")
    office.get_by_label("设置文件").set_input_files(file)
    office.get_by_role("button", name="查看差异").click()
    expect(office.locator(".field-error")).to_contain_text("读不出来")
