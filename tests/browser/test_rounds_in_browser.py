"""A second version of a ledger is looked through, paired by hand, confirmed; last month's ledger stays."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from bihuan.intake.models import Reading
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from tests.intake.files import STANDING, ledger
from tests.intake.test_rounds import BRIDGE, DIKE, FIRST, LAMPS, but
from tests.world import START

LATER = START + timedelta(days=30)
MOVED = but(
    LAMPS, no="7", problem="育才路与学府街沿线照明设施损坏。", lead="市水利局", status="已完成", progress="已修复"
)
SHELTER = but(BRIDGE, no="8", problem="人民路六处公交候车亭没有顶棚。", measures="加装顶棚")
ONE = (*FIRST, BRIDGE)
TWO = (but(DIKE, no="1", problem="东门排涝闸启闭机严重锈蚀。"), but(STANDING, no="2"), MOVED, BRIDGE, SHELTER)


def upload(page: Page, path: Path) -> None:
    """Upload a ledger; the page then shows what was read."""
    page.goto("/intake/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="读取").click()
    expect(page.locator("#open")).to_be_visible()


def leave_names_out(page: Page) -> None:
    """Whatever name nobody knows is none of ours."""
    while page.locator(".names-open button", has_text="不是单位").count():
        page.locator(".names-open button", has_text="不是单位").first.click()
        expect(page.locator("#told")).not_to_be_empty()


def rows_of(page: Page) -> list[str]:
    """The ledger as the page shows it, without what is only on screen."""
    return page.locator(".list tbody tr").all_inner_texts()


def test_a_second_version_is_taken_over_and_the_past_stays(world, days, sign_in, axe, tmp_path: Path):
    office = sign_in("coordinator")
    upload(office, ledger(tmp_path, *ONE, name="台账.xlsx"))
    expect(office.locator(".round-band")).to_have_count(0)
    office.goto(f"/intake/{Reading.objects.get().id}/confirm/")
    office.get_by_role("button", name="登记入账").click()
    expect(office.locator(".message-success")).to_contain_text("4个问题已登入")
    office.goto(f"/ledger/history/?on={START}")
    before = rows_of(office)
    assert len(before) == 4

    # A month later the same ledger comes again: one row reworded, one gone out of sight, one new.
    days.set(LATER)
    upload(office, ledger(tmp_path, *TWO, name="台账（二）.xlsx"))
    band = office.locator(".round-band")
    expect(band).to_contain_text("的新一版核对")
    expect(band.locator(".kind-added b")).to_have_text("2")
    expect(band.locator(".kind", has_text="文件里没有").locator("b")).to_have_text("1")
    assert axe(office) == []

    band.locator(".kind-changed").click()
    expect(office).to_have_url(re.compile(r"\?show=changed"))
    expect(office.locator(".stand ins mark")).to_have_text("严重")
    expect(office.locator(".stand")).to_contain_text("更正")

    # The row that was written anew is said to be the lamps, by keyboard.
    lamps = Problem.objects.get(text__startswith="育才路")
    office.locator(".round-band .kind-added").click()
    expect(office.locator("#open")).to_contain_text("育才路与学府街")
    office.keyboard.press("r")
    office.locator("#pair-number").fill(lamps.number)
    office.keyboard.press("Enter")
    expect(office.locator("#told")).to_contain_text(f"对应{lamps.number}")
    expect(office.locator(".stand")).to_contain_text("由人指定")
    expect(office.locator(".stand")).to_contain_text("只记为文件的说法")
    expect(office.locator(".round-band .kind", has_text="文件里没有")).to_have_count(0)
    assert axe(office) == []

    reading = Reading.objects.get(name="台账（二）.xlsx")
    office.goto(f"/intake/{reading.id}/confirm/")
    expect(office.locator(".round-does li")).to_have_count(5)
    assert axe(office) == []
    office.get_by_role("button", name="确认为第2轮").click()
    expect(office).to_have_url(re.compile("/ledger/history/"))
    expect(office.locator(".message-success")).to_contain_text("第2轮已确认：新增1个、有变化1个、文件称已完成1个")
    assert axe(office) == []
    assert len(rows_of(office)) == 5
    assert Problem.objects.get(id=lamps.id).closed_on is None

    # Last month's ledger, from the list of versions.
    office.locator(".versions tr", has_text="台账.xlsx").get_by_role("link", name="当天的台账").click()
    expect(office.locator(".then-head h2")).to_contain_text("4个问题")
    assert rows_of(office) == before
    assert verify(files=True).clean


def test_on_a_phone(world, days, sign_in, tmp_path: Path):
    office = sign_in("coordinator", width=390, height=844)
    for name, rows in (("台账.xlsx", ONE), ("台账（二）.xlsx", TWO)):
        upload(office, ledger(tmp_path, *rows, name=name))
        leave_names_out(office)
        if name == "台账.xlsx":
            office.goto(f"/intake/{Reading.objects.get().id}/confirm/")
            office.get_by_role("button", name="登记入账").click()
            expect(office.locator(".message-success")).to_be_visible()
    office.locator(".round-band .kind-changed").click()
    expect(office.locator(".stand")).to_be_visible()
    for address in (f"/intake/{Reading.objects.get(name='台账（二）.xlsx').id}/", "/ledger/history/"):
        office.goto(address)
        assert office.evaluate("document.documentElement.scrollWidth") <= 390
