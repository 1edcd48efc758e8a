"""A half-done ledger taken over and its claimed parts told apart, by hand, by everybody whom it concerns."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from tests.halfdone import ODD, ROWS, half_done


def find(text: str) -> Problem:
    return Problem.objects.get(text__startswith=text)


def test_a_half_done_ledger_is_taken_over_and_its_claimed_parts_told_apart(
    world, days, sign_in, axe, tmp_path: Path
):
    office = sign_in("coordinator")
    office.goto("/intake/")
    office.locator("input[type=file]").set_input_files(half_done(tmp_path, *ROWS, *ODD))
    office.get_by_role("button", name="读取").click()
    expect(office.get_by_text("文件所称的完成日期早于交办日期。").first).to_be_visible()
    office.locator("#steps").get_by_role("link", name="对应单位").click()
    office.get_by_role("button", name="保存，其余都先不指定").click()
    office.get_by_role("link", name="下一步：登记入账").click()

    confirm = office.locator("#confirm")
    expect(confirm).to_contain_text("文件自称：2项未启动、4项在办、1项长期坚持、3项报称完成、1项未写")
    expect(confirm).to_contain_text("5行有存疑的地方")
    expect(confirm.get_by_role("radio", name="接续办理")).to_be_checked()
    assert axe(office) == []
    confirm.get_by_role("button", name="登记入账").click()
    expect(office.locator(".message-success")).to_contain_text("3个报称完成、待现场核查，1个还没有牵头单位")

    done, extended = find("雨水井盖"), find("消防通道")
    assert (done.stage, extended.stage) == (Stage.CLAIMED_DONE, Stage.DISPATCHED)
    office.goto("/ledger/?stage=claimed_done")
    expect(office.locator("tbody tr")).to_have_count(3)
    office.goto("/ledger/?stage=closed")
    expect(office.locator("tbody tr")).to_have_count(0)

    office.goto(f"/problems/{extended.id}/")
    claimed = office.locator(".claimed")
    expect(claimed).to_contain_text("存量整改台账.xlsx")
    expect(claimed.locator("tr", has_text="进度")).to_contain_text("60%")
    expect(claimed.locator("tr", has_text="进度")).to_contain_text("0%")
    expect(claimed.locator("tr", has_text="延期后时限")).to_contain_text("2026-06-30")
    expect(office.locator(".timeline")).to_contain_text("据台账发生于2026-01-05")
    assert axe(office) == []

    liaison = sign_in("liaison", width=390, height=844)
    liaison.goto(f"/problems/{extended.id}/")
    expect(liaison.locator(".claimed")).to_be_visible()
    expect(liaison.locator("body")).not_to_contain_text("存量整改台账.xlsx")
    liaison.get_by_role("link", name="签收").click()
    liaison.locator(".act-form .form-actions button").first.click()
    expect(liaison.locator(".message-success")).to_be_visible()

    supervisor = sign_in("supervisor")
    expect(supervisor.locator("main")).to_contain_text("报称完成，待现场核查")
    supervisor.goto(f"/problems/{done.id}/")
    expect(supervisor.locator(".colour-now")).to_contain_text("据台账已完成，还没有现场核查")
    supervisor.get_by_role("link", name="现场核查").click()
    supervisor.locator("[name=finding]").fill("到现场看过，井盖已更换")
    supervisor.locator(".act-form .form-actions button").first.click()
    expect(supervisor.locator(".message-success")).to_contain_text("已申请销号")

    reviewer = sign_in("reviewer")
    reviewer.goto(f"/problems/{done.id}/")
    reviewer.get_by_role("link", name="验收通过").click()
    for standard in reviewer.locator(".standard input[type=checkbox]").all():
        standard.check()
    reviewer.locator(".act-form .form-actions button").first.click()
    expect(reviewer.locator(".message-success")).to_contain_text("已验收")
    other = find("路灯不亮")
    reviewer.goto(f"/problems/{other.id}/return/")
    reviewer.locator("[name=reason]").fill("现场仍不亮")
    reviewer.locator(".act-form .form-actions button").first.click()
    expect(reviewer.locator(".message-success")).to_contain_text("整改中")

    done.refresh_from_db()
    assert (done.claimed_stage, done.stage) == ("done", Stage.ACCEPTED)
    assert verify().clean
