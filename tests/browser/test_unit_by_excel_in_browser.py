"""A unit without log-in served for a month by its own Excel: three rounds, a photograph, two pairs of hands."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from bihuan.documents.unitsheets import COLUMNS
from bihuan.domain.case import Stage
from bihuan.ledger.actions import dispatch
from bihuan.ledger.actions.register import NewMeasure
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import create_unit
from tests.world import START

TOP = 6
PLACE = {code: place for place, code in enumerate(COLUMNS, start=1)}
UNIT = "禾丰县柳汀镇人民政府"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def township(world):
    """A township in which nobody has an account, and two problems handed to it."""
    unit = create_unit(name=UNIT, kind="township", parent=world.units["county"], region=world.region)
    rows = world.register(
        2,
        lead_unit_id=unit.pk,
        support_unit_ids=(),
        measures=(NewMeasure("逐一排查井盖", due=START + timedelta(days=20)), NewMeasure("更换破损井盖")),
        wanted_due=START + timedelta(days=40),
    )
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id for row in rows])
    return unit


def fetched(page: Page, folder: Path) -> Path:
    """The file of the units that nobody signs in for, as the browser saves it."""
    page.get_by_role("link", name="单位填报表", exact=True).click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="所有没有人登录的单位").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def filled(path: Path, cells: dict[tuple[int, str], Any], name: str) -> Path:
    """The township fills cells in and saves under a name of its own."""
    book = openpyxl.load_workbook(path)
    for (row, code), value in cells.items():
        book.worksheets[0].cell(TOP + row, PLACE[code]).value = value
    back = path.with_name(name)
    book.save(back)
    return back


def handed_in(page: Page, path: Path, rows: str, signed_by: str = "柳镇长") -> None:
    """Upload a file, look at what it says, record it."""
    page.goto("/returns/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator("h1")).to_contain_text(path.name)
    page.locator("[name=signed_by]").fill(signed_by)
    page.get_by_role("button", name=rows).click()
    expect(page.locator(".message-success")).to_contain_text("已代填")


def on_behalf(page: Page, problem: Problem, verb: str) -> None:
    """Open a step on behalf from the problem's page, and choose the paper handed in last."""
    page.goto(f"/problems/{problem.id}/")
    page.locator("summary", has_text="代填").click()
    page.locator(".menu-item", has_text=verb).click()
    page.locator("[name=paper-earlier]").select_option(index=1)
    page.locator("[name=paper-signed_by]").fill("柳镇长")


def test_a_unit_without_log_in_served_for_a_month_by_its_own_excel(
    world, days, sign_in, axe, township, tmp_path: Path
):
    office = sign_in("coordinator")
    first, second = Problem.objects.order_by("number")

    # the first round: the township has signed for both
    sheet = fetched(office, tmp_path)
    assert sheet.name == f"{UNIT}整改情况表2026-03-02.xlsx"
    days.set(START + timedelta(days=1))
    signed = {(row, "signer"): "卜小禾" for row in (0, 2)} | {(row, "signed_on"): START for row in (0, 2)}
    handed_in(office, filled(sheet, signed, "柳汀镇签收.xlsx"), "代填2行")
    assert set(Problem.objects.values_list("stage", "signed_by_office")) == {(Stage.UNDER_WAY, True)}

    # the second round: progress, and one cell that cannot be taken
    days.set(START + timedelta(days=14))
    sheet = fetched(office, tmp_path)
    progress = {(0, "progress"): 60, (0, "note"): "已查四条街", (1, "progress"): 10, (2, "progress"): "一半"}
    office.goto("/returns/")
    office.locator("input[type=file]").set_input_files(filled(sheet, progress, "柳汀镇进展.xlsx"))
    office.get_by_role("button", name="上传并核对").click()
    expect(office.locator(".row-refused")).to_contain_text("I8进度“一半”不是0到100的整数")
    expect(office.locator(".row-will").first).to_contain_text("0% → 60%")
    assert axe(office) == []
    office.locator("[name=signed_by]").fill("柳镇长")
    office.get_by_role("button", name="代填2行").click()
    expect(office.locator(".message-success")).to_contain_text("已代填2行")

    # the third round: done, with a photograph attached on the township's behalf
    days.set(START + timedelta(days=28))
    sheet = fetched(office, tmp_path)
    finished: dict[tuple[int, str], Any] = {
        (0, "progress"): 100,
        (0, "done_on"): date(2026, 3, 27),
        (1, "progress"): 100,
        (1, "done_on"): date(2026, 3, 28),
    }
    handed_in(office, filled(sheet, finished, "柳汀镇完成.xlsx"), "代填2行")
    photo = tmp_path / "更换后的井盖.png"
    photo.write_bytes(PNG + b"covers")
    on_behalf(office, first, "报告进展")
    expect(office.locator("[name=paper-earlier]")).to_contain_text("柳汀镇完成.xlsx")
    office.locator("[name=paper-occurred_on]").fill("2026-03-29")
    for field in office.locator("input[type=file][name^=files-]").all():
        field.set_input_files(photo)
    office.locator(".act-form .form-actions button").click()
    expect(office.locator(".message-success")).to_be_visible()
    on_behalf(office, first, "申请销号")
    office.locator("[name=paper-occurred_on]").fill("2026-03-29")
    office.locator("[name=summary]").fill("井盖全部更换，每月巡查。")
    office.locator(".act-form .form-actions button").click()
    expect(office.locator(".message-success")).to_contain_text("已申请销号")
    expect(office.locator("#record ~ .timeline")).to_contain_text("材料上签字：柳镇长")
    assert axe(office) == []

    # the table by unit counts the signatures apart
    office.get_by_role("link", name="分单位统计").click()
    row = office.locator("tbody tr", has_text="禾丰县")
    expect(row.locator(".fig-signed_office")).to_have_text("2")
    expect(row.locator(".fig-signed")).to_have_text("0")

    # one's own hand accepts nothing; the reviewer does
    supervisor = sign_in("supervisor")
    supervisor.goto(f"/problems/{first.id}/check/")
    supervisor.locator("[name=finding]").fill("现场看过，属实。")
    supervisor.locator(".act-form .form-actions button").click()
    expect(supervisor.locator(".message-success")).to_be_visible()
    refused = office.goto(f"/problems/{first.id}/accept/")
    assert refused is not None
    assert refused.status == 403
    expect(office.locator("main")).to_contain_text("该问题的整改是您填报或代填的，不能对自己的工作办理“验收通过”")
    reviewer = sign_in("reviewer")
    reviewer.goto(f"/problems/{first.id}/accept/")
    for standard in reviewer.locator(".standard input[type=checkbox]").all():
        standard.check()
    reviewer.locator(".act-form .form-actions button").click()
    expect(reviewer.locator(".message-success")).to_contain_text("已验收")
    first.refresh_from_db()
    assert first.stage == Stage.ACCEPTED

    # the same file once more does nothing
    office.goto("/returns/")
    office.locator("input[type=file]").set_input_files(tmp_path / "柳汀镇完成.xlsx")
    office.get_by_role("button", name="上传并核对").click()
    expect(office.locator(".messages")).to_contain_text("没有重复记录")
    second.refresh_from_db()
    assert second.stage == Stage.UNDER_WAY
    assert verify(files=True).clean
