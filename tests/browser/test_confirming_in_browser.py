"""A file with faults, doubts and names gone over and put on the ledger without a mouse; two people on one file."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from bihuan.intake.models import Draft, Reading
from bihuan.ledger.models import Problem
from tests.intake.files import NEAR, NO_SUCH_DAY, PLAIN, STANDING, ledger

SEVERAL = (
    "6",
    "民政",
    "低保核查滞后；临时救助超期。",
    "1.逐户核查\n2.限时审批",
    "市水利局",
    "",
    "",
    "2026年10月底前",
    "",
    "",
)
MORE = ("", "", "", "补录漏登的对象", "", "", "", "", "", "")


def bring_in(page: Page, folder: Path, *rows: tuple[str, ...]) -> Reading:
    """Upload a ledger with these rows; the page then shows what was read."""
    page.goto("/intake/")
    page.locator("input[type=file]").set_input_files(ledger(folder, *rows))
    page.get_by_role("button", name="读取").click()
    expect(page.locator("#open")).to_be_visible()
    return Reading.objects.get()


def at(page: Page, place: str) -> None:
    """The open draft is this one, and the keys are ready."""
    expect(page.locator("#open-title")).to_contain_text(place)
    expect(page.locator("#open-title")).to_be_focused()


def test_a_file_is_gone_over_and_confirmed_by_keyboard_alone(world, days, sign_in, axe, tmp_path: Path):
    office = sign_in("coordinator")
    reading = bring_in(office, tmp_path, PLAIN, STANDING, NO_SUCH_DAY, SEVERAL, NEAR)
    keys = office.keyboard

    # The faulty row is open first, its cell marked; the date is put right, and kept as soon as the field is left.
    expect(office.locator("#open-title")).to_have_text("第5行")
    expect(office.locator("#open .message-error")).to_contain_text("日期“2026年2月30日”不存在")
    expect(office.locator(".sheet .present [data-field=deadline]")).to_have_text("2026年2月30日")
    assert axe(office) == []
    office.locator("#draft_deadline_date").focus()
    expect(office.locator(".sheet .present .pointed")).to_have_text("2026年2月30日")
    office.locator("#draft_deadline_date").fill("2026-02-28")
    keys.press("Escape")
    expect(office.locator("#kept")).to_contain_text("保存")
    assert Draft.objects.get(place=3).item["deadline_date"] == "2026-02-28"
    assert Draft.objects.get(place=3).faulty, "kept, but not yet gone over"
    keys.press("a")
    expect(office.locator("#told")).to_contain_text("第5行已核对")
    expect(office.locator("#steps")).to_contain_text("没有要核对的了")
    assert not Draft.objects.get(place=3).faulty

    # j and k walk the file; e types, Ctrl+Enter keeps and goes on.
    at(office, "第3行")
    keys.press("j")
    at(office, "第4行")
    keys.press("k")
    at(office, "第3行")
    keys.press("e")
    expect(office.locator("#draft_problem")).to_be_focused()
    keys.press("End")
    keys.type("，夜间照明不足")
    keys.press("Control+Enter")
    at(office, "第4行")
    assert Draft.objects.get(place=1).item["problem"].endswith("夜间照明不足")

    # x leaves out, u takes back; s takes apart, m puts together.
    keys.press("x")
    expect(office.locator("#told")).to_contain_text("第4行已去掉")
    at(office, "第5行")
    keys.press("u")
    at(office, "第4行")
    assert not Draft.objects.filter(dropped=True).exists()
    keys.press("j")
    at(office, "第5行")
    keys.press("j")
    at(office, "第6行")
    keys.press("s")
    expect(office.locator("#split_problems")).to_have_value("低保核查滞后\n临时救助超期")
    at(office, "第6行")
    keys.press("Control+Enter")
    expect(office.locator("#told")).to_contain_text("第6行已拆成2条")
    at(office, "第6行")
    parts = list(Draft.objects.filter(place=4).order_by("part"))
    assert [part.item["measures"] for part in parts] == [["逐户核查"], ["限时审批"]]
    keys.press("j")
    at(office, "第6行之2")
    keys.press("m")
    expect(office.locator("#told")).to_contain_text("已合并为一条")
    at(office, "第6行")
    keys.press("u")
    expect(office.locator("#told")).to_contain_text("已拆回合并前的2条")
    at(office, "第6行")

    # / searches, ? explains.
    keys.press("?")
    expect(office.locator("#keys-help")).to_contain_text("并入上一行")
    keys.press("Escape")
    keys.press("/")
    keys.type("首末班车")
    keys.press("Enter")
    at(office, "第7行")
    expect(office.locator(".lines > li")).to_have_count(1)

    # What a name means is said with the tab key; nothing of all this is on the ledger yet.
    office.get_by_role("button", name="市水利局", exact=True).focus()
    keys.press("Enter")
    expect(office.locator("#steps")).to_contain_text("1个名称待选定")
    office.locator(".names-open").get_by_role("button", name="不是单位，或先不指定").focus()
    keys.press("Enter")
    expect(office.locator("#steps")).to_contain_text("6个问题可以登记")
    at(office, "第7行")
    assert not Problem.objects.exists()
    office.locator("#steps").get_by_role("link", name="登记入账").focus()
    keys.press("Enter")
    expect(office.locator("#confirm")).to_contain_text("6个问题将登入")
    assert axe(office) == []
    office.get_by_role("button", name="登记入账").focus()
    keys.press("Enter")
    expect(office.locator(".message-success")).to_contain_text("6个问题已登入")
    assert Problem.objects.count() == 6
    reading.refresh_from_db()
    assert reading.state == "confirmed"


def test_of_two_people_on_one_file_the_second_is_told(world, days, sign_in, tmp_path: Path):
    first = sign_in("coordinator")
    reading = bring_in(first, tmp_path, PLAIN, STANDING)
    second = sign_in("second_coordinator", width=390, height=844)
    second.goto(f"/intake/{reading.id}/?at=1")
    expect(second.locator(".pane-source .present")).to_be_visible()

    first.goto(f"/intake/{reading.id}/?at=1")
    first.locator("#draft_goal").fill("井盖与路面齐平")
    first.locator("#draft_category").fill("市政设施")
    first.locator("#draft_category").press("Control+Enter")
    expect(first.locator("#told")).to_contain_text("第3行已核对")

    # The other has had the page open all the while; typed into a field, it is told as soon as the field is left.
    second.locator("#draft_goal").fill("三个月内不再下沉")
    second.locator("#draft_person").focus()
    told = second.locator("#told")
    expect(told).to_contain_text(re.compile("这一条刚由.+改过（10:00），您的改动还没有保存"))
    expect(told).to_contain_text("改动的是：整改目标、类别")
    expect(second.locator(".theirs")).to_contain_text("井盖与路面齐平")
    expect(second.locator("#draft_goal")).to_have_value("三个月内不再下沉")
    expect(second.locator("#draft_category")).to_have_value("市政设施")
    assert Draft.objects.get(place=1).item["goal"] == "井盖与路面齐平"
    second.locator("#draft_person").fill("苗青")
    second.locator("[data-save]").click()
    expect(told).to_contain_text("第3行已核对")
    item = Draft.objects.get(place=1).item
    assert (item["goal"], item["person"], item["category"]) == ("三个月内不再下沉", "苗青", "市政设施")
