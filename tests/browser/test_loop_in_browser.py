"""Four people in four sessions carry one problem from an Excel file to sustained, as they would by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from tests.world import START

HEAD = ["序号", "问题类别", "存在问题", "整改措施", "牵头单位", "配合单位", "责任人", "整改时限", "完成情况"]
ROWS: list[list[str | int]] = [
    [
        1,
        "市政设施",
        "河滨路三处雨水井盖下沉",
        "1.排查井盖；2.更换破损井盖",
        "市住建局",
        "市水利局",
        "安小禾",
        "2026年5月底前",
        "",
    ],
    [2, "教育", "两所学校食堂没有公示菜单", "公示菜单", "县教育", "", "汤若谷", "立行立改", "整改中"],
]


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """A ledger as offices send them: a title row above, one short name, one name that is nearly right."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["云汀市检查发现问题整改台账"])
    sheet.merge_cells("A1:I1")
    sheet.append(HEAD)
    for row in ROWS:
        sheet.append(row)
    path = tmp_path / "检查发现问题.xlsx"
    book.save(path)
    return path


def primary(page: Page, verb: str) -> None:
    """Press the page's one primary button or link, which must carry this verb."""
    page.locator("main .btn-primary", has_text=verb).first.click()


def told(page: Page) -> str:
    """The message of success."""
    return page.locator(".message-success").first.inner_text()


def act(page: Page, problem: Problem, verb: str, **typed: str) -> None:
    """Open the problem's page, choose the move by its name, fill in the form and send it."""
    page.goto(f"/problems/{problem.id}/")
    link = page.locator(".problem-actions a", has_text=verb).first
    if not link.is_visible():
        page.locator(".problem-actions summary").click()
    link.click()
    for name, value in typed.items():
        page.locator(f"[name={name}]").first.fill(value)
    for standard in page.locator(".standard input[type=checkbox]").all():
        standard.check()
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()


def test_from_the_excel_file_to_sustained(world, days, sign_in, ledger_file):
    office, unit = sign_in("coordinator"), sign_in("liaison")
    supervisor, reviewer = sign_in("supervisor"), sign_in("reviewer")

    office.get_by_role("link", name="导入台账文件").first.click()
    office.locator("input[type=file]").set_input_files(ledger_file)
    primary(office, "读取")
    expect(office.locator("main")).to_contain_text("县教育")
    office.locator("#steps").get_by_role("link", name="对应单位").click()
    near = office.locator("main label", has_text="禾丰县教育局").first
    assert not near.locator("input").is_checked()  # offered, not taken
    near.click()
    office.get_by_role("button", name="保存单位对应").first.click()
    office.get_by_role("link", name="下一步：登记入账").click()
    office.locator("input[name=way][value=new]").check()  # though the file says that work has begun
    primary(office, "登记入账")
    expect(office.locator(".message-success")).to_contain_text("2")
    problem = Problem.objects.get(title__contains="井盖")
    assert problem.lead_unit == world.units["housing"]
    assert Problem.objects.get(title__contains="食堂").lead_unit == world.units["county_education"]

    office.goto("/ledger/?stage=listed")
    office.locator("#check-page").check()
    office.locator(".bulk button", has_text="交办").first.click()
    office.locator("button[name=confirm]").click()
    expect(office.locator("main")).to_contain_text("2")

    unit.goto("/")
    unit.get_by_role("link", name=problem.title).first.click()
    primary(unit, "签收")
    unit.locator(".act-form .form-actions button").first.click()
    expect(unit.locator(".message-success")).to_be_visible()

    unit.goto(f"/problems/{problem.id}/report/")
    proof = world_photo(ledger_file.parent)
    for row in unit.locator(".report-group").all():
        row.locator("input[type=number], input[name$=percent]").first.fill("100")
        row.locator("input[type=file]").set_input_files(proof)
    unit.locator(".act-form .form-actions button").first.click()
    expect(unit.locator(".message-success")).to_be_visible()
    act(unit, problem, "申请销号", summary="三处井盖已全部更换，并逐一复测。")

    days.set(START + timedelta(days=2))
    act(supervisor, problem, "现场核查", finding="现场查看三处井盖，均已更换。")
    act(reviewer, problem, "验收通过", opinion="符合目标。")
    act(office, problem, "公示")
    problem.refresh_from_db()
    assert problem.notice_until is not None
    days.set(problem.notice_until + timedelta(days=1))
    act(office, problem, "销号")
    problem.refresh_from_db()
    days.set(problem.lookback_on)
    act(supervisor, problem, "回头看通过", finding="雨后复查，没有下沉。")

    problem.refresh_from_db()
    assert problem.stage == "sustained"
    office.goto(f"/problems/{problem.id}/")
    expect(office.locator("main")).to_contain_text("成果已巩固")
    for verb in (
        "登记",
        "交办",
        "签收",
        "报告进展",
        "申请销号",
        "现场核查",
        "验收通过",
        "公示",
        "销号",
        "回头看通过",
    ):
        expect(office.locator(".timeline").first).to_contain_text(verb)
    assert verify(files=True).clean


def world_photo(folder: Path) -> Path:
    """A small picture file."""
    path = folder / "更换后照片.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 200)
    return path
