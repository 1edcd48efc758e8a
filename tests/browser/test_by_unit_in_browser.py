"""The table by unit in a real browser: figures open to their rows, paper has the right size, texts are copied."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from bihuan.domain.case import Stage
from bihuan.ledger.actions import dispatch
from bihuan.organisations.actions import create_unit
from tests.world import START

TABLE = "/ledger/by-unit/"
A4, A3 = (595, 842), (842, 1191)
"""Width and height of the papers upright, in points."""
FORTY = "云汀市城乡基础设施综合管理与运行维护服务保障中心北部片区第三管理站分站市级直属库"


@pytest.fixture
def busy(world):
    """Some problems for a bureau, one for a bureau of the county."""
    for stage in (Stage.DISPATCHED, Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED):
        world.through(stage)
    made = world.register(1, lead_unit_id=world.units["county_education"].pk)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in made])
    return world


def sheets(page: Page) -> tuple[int, set[tuple[int, int]]]:
    """How many sheets the page takes when it is printed, and their sizes, the shorter side first."""
    paper = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", paper)
    sizes = {tuple(sorted(round(float(side)) for side in box)) for box in boxes}
    return len(re.findall(rb"/Type\s*/Page\b", paper)), {(size[0], size[1]) for size in sizes}


def test_a_figure_opens_to_its_rows_today_and_on_a_past_day(busy, sign_in, days):
    days.set(START + timedelta(days=60))
    page = sign_in("coordinator")
    page.get_by_role("link", name="分单位统计").click()
    expect(page.locator("h1")).to_have_text("分单位统计")
    page.locator("#on").fill(str(START))
    page.get_by_role("button", name="查看").click()
    row = page.locator("tbody tr", has_text="市住房和城乡建设局")
    expect(row.locator(".fig-unsigned")).to_have_text("2")
    row.locator(".fig-unsigned a").click()
    expect(page.locator("tr[data-id]")).to_have_count(2)
    expect(page.locator(".chips")).to_contain_text(f"截至{START} · 待签收")
    expect(page.locator("main")).to_contain_text("列出的各栏是现在的情况")
    page.go_back()
    page.get_by_role("link", name="禾丰县", exact=True).click()
    expect(page.locator(".trail")).to_contain_text("云汀市")
    expect(page.locator("tfoot .fig-dispatched")).to_have_text("1")
    page.get_by_role("link", name="今天").click()
    expect(page.locator("tfoot .fig-overdue")).to_have_text("▲1")
    page.locator(".trail a").first.click()
    page.get_by_role("link", name="超现时限").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("超现时限")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("市住房和城乡建设局")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_pages_are_accessible_and_fit(busy, sign_in, axe, language, width):
    page = sign_in("coordinator", language=language, width=width)
    for address in (TABLE, f"{TABLE}reminders/", "/ledger/print/", f"/ledger/?figure=unsigned&on={START}"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 1, address
        assert axe(page) == [], address


@pytest.mark.parametrize(
    ("units", "name"), [(5, "第{n}街道办事处"), (37, "云汀市第{n}片区综合行政执法局"), (37, "{n}" + FORTY)]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_prints_on_one_sheet_of_a4(busy, sign_in, language, units, name):
    for n in range(units):
        text = name.format(n=n)[:40]
        create_unit(name=text, kind="institution", parent=busy.units["city"], region=busy.region)
    page = sign_in("coordinator", language=language)
    page.goto(TABLE)
    page.emulate_media(media="print")
    expect(page.locator(".sheet-title")).to_be_visible()
    expect(page.locator(".sheet-line")).to_contain_text("统计时间" if language == "zh" else "As of")
    expect(page.locator(".sheet-signature")).to_be_visible()
    expect(page.locator(".top")).to_be_hidden()
    expect(page.locator(".page-head")).to_be_hidden()
    assert sheets(page) == (1, {A4})


def test_the_ledger_prints_on_a3_with_its_head_on_every_sheet(busy, sign_in):
    busy.register(90)
    page = sign_in("coordinator")
    page.goto("/ledger/?stage=listed")
    page.get_by_role("link", name="打印").click()
    expect(page.locator("tbody tr")).to_have_count(90)
    page.emulate_media(media="print")
    expect(page.locator(".sheet-title")).to_have_text("问题整改台账")
    expect(page.locator("main")).to_contain_text("范围：已入账")
    expect(page.locator(".page-head")).to_be_hidden()
    count, sizes = sheets(page)
    assert sizes == {A3}
    assert count > 1
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.sheet thead')).display") == "table-header-group"
    )


def test_a_reminder_is_copied_with_one_click(busy, sign_in, days):
    days.set(START + timedelta(days=60))
    page = sign_in("coordinator")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(TABLE)
    page.locator("tbody tr", has_text="市住房和城乡建设局").get_by_role("link", name="催办").click()
    text = page.locator(".reminder-text").input_value()
    assert text.startswith("【整改催办】市住房和城乡建设局")
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text
    page.get_by_label("待签收").uncheck()
    page.wait_for_url("**kind=overdue**")
    expect(page.locator(".reminder-text")).not_to_contain_text("待签收")


def test_a_reminder_is_copied_where_the_browser_trusts_no_plain_http(busy, sign_in):
    page = sign_in("coordinator")
    page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"{TABLE}reminders/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").first.click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    text = page.locator(".reminder-text").first.input_value()
    assert page.evaluate("navigator.clipboard.readText()") == text
