"""A ledger with odd headings: a column corrected by keyboard, the next file read so by itself, and out again."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from bihuan.intake.models import Reading
from bihuan.ledger.actions import dispatch
from bihuan.ledger.models import Problem
from bihuan.web.forms.columns import fields
from tests.documents.build import xlsx

HEAD = ("编号", "事项说明", "牵头", "要求", "限期")
ROWS = (
    ("1", "东门排涝闸启闭机锈蚀，汛期无法启闭。", "市水利局", "更换两台启闭机并调试", "2027-10-31"),
    ("2", "育才路二十三盏路灯不亮，夜间出行不便。", "市住建局", "更换灯具并排查线路", "2027-08-31"),
)
NEXT = ("3", "北关桥栏杆松动，行人通行有隐患。", "市住建局", "加固全部栏杆", "2027-12-31")


def odd(folder: Path, name: str, *rows: tuple[str, ...]) -> Path:
    return xlsx(folder / name, [("整改事项表",), HEAD, *rows], ["A1:E1"], sheet="表")


def bring_in(page: Page, path: Path) -> Reading:
    page.goto("/intake/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="读取").click()
    expect(page.locator("#open")).to_be_visible()
    return Reading.objects.get(name=path.name)


def taken(page: Page, link: str) -> Path:
    """The file that a link of this name hands out, under its own name."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    assert download.value.suggested_filename == "二.xlsx"
    copy = download.value.path().with_suffix(".xlsx")
    download.value.save_as(copy)
    return copy


def measures(page: Page) -> str:
    return page.get_by_label("整改措施").input_value()


def test_a_column_is_corrected_once_and_the_ledger_goes_out_as_it_came(world, days, sign_in, axe, tmp_path: Path):
    office = sign_in("coordinator")
    bring_in(office, odd(tmp_path, "一.xlsx", *ROWS))
    assert measures(office) == ""
    office.get_by_role("link", name="列认错了？核对各列").focus()
    office.keyboard.press("Enter")
    expect(office.locator("h1")).to_have_text("核对各列")
    expect(office.locator("tr.unsure")).to_contain_text("把握不大（40%）")
    assert axe(office) == []

    # By keyboard: the link to the unsure column leads to its choice; another field by the arrow keys.
    office.get_by_role("link", name="B 事项说明").press("Enter")
    office.keyboard.press("Tab")
    demands = office.get_by_label("要求")
    demands.focus()
    for _field in range(list(dict(fields())).index("measures")):
        office.keyboard.press("ArrowDown")
    expect(demands).to_have_value("measures")
    office.get_by_role("button", name="按这样的列重新读取").press("Enter")
    expect(office.locator(".message-success").first).to_contain_text("记住了这种表的排法")
    assert measures(office) == ROWS[0][3]

    reading = bring_in(office, odd(tmp_path, "二.xlsx", *ROWS, NEXT))
    assert measures(office) == ROWS[0][3]
    office.goto("/intake/layouts/")
    expect(office.locator(".layout-columns")).to_contain_text("要求")
    assert axe(office) == []

    office.goto(f"/intake/{reading.id}/confirm/")
    office.get_by_role("button", name="登记入账").click()
    expect(office.locator(".message-success")).to_contain_text("3个问题已登入")
    office.goto(f"/intake/{reading.id}/")
    untouched = taken(office, "按原样导出")
    assert untouched.read_bytes() == (tmp_path / "二.xlsx").read_bytes()

    sent = list(Problem.objects.values_list("id", flat=True))
    dispatch.dispatch(actor=world.actor("coordinator"), problems=sent)
    office.get_by_role("link", name="按原样导出").click()
    expect(office.locator("h1")).to_have_text("下载前请看一下")
    expect(office.locator(".could-not")).to_contain_text("原表没有“完成状态”一列")
    assert axe(office) == []
    sheet = openpyxl.load_workbook(taken(office, "下载")).worksheets[0]
    assert [str(cell) for cell in sheet.merged_cells.ranges] == ["A1:E1"]
    assert [cell.value for cell in sheet[5]] == list(NEXT)


def test_words_are_pasted_on_a_phone(world, days, sign_in, axe):
    office = sign_in("coordinator", width=390, height=844)
    office.goto("/intake/")
    office.get_by_label("或者粘贴文字").fill("一、北关桥栏杆松动，行人通行有隐患。\n责任单位：市住建局\n")
    assert axe(office) == []
    office.get_by_role("button", name="读取").click()
    expect(office.locator(".message-success").first).to_have_text("读出1个问题。")
    office.goto("/intake/")
    expect(office.get_by_label("或者粘贴文字")).to_have_value("")
