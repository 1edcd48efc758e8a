"""The wrong file is imported, noticed, withdrawn as a whole; then the right one comes, and the numbers go on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from bihuan.intake.models import Reading
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from tests.world import START

Row = list[str | int]
HEAD: Row = ["序号", "存在问题", "整改措施", "牵头单位", "整改时限"]
WRONG: list[Row] = [
    [1, "去年的路灯不亮", "更换路灯", "市住建局", "2026年5月底前"],
    [2, "去年的河堤缺口", "修补河堤", "市水利局", "2026年5月底前"],
    [3, "去年的垃圾堆积", "清运垃圾", "市住建局", "2026年5月底前"],
]
RIGHT: list[Row] = [
    [1, "河滨路三处雨水井盖下沉", "更换破损井盖", "市住建局", "2026年6月底前"],
    [2, "清溪支渠粪污直排", "安装收集池", "市水利局", "2026年6月底前"],
]


def a_ledger(folder: Path, name: str, rows: list[Row]) -> Path:
    """A ledger file with these rows."""
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    path = folder / name
    book.save(path)
    return path


def bring_in(page: Page, path: Path) -> None:
    """Upload a file and put it on the ledger."""
    page.goto("/intake/")
    page.locator("input[type=file]").set_input_files(path)
    page.locator("main .btn-primary", has_text="读取").click()
    page.get_by_role("link", name="下一步：登记入账").click()
    page.locator("#confirm-form button", has_text="登记入账").click()
    expect(page.locator(".message-success")).to_be_visible()


def numbers_of(page: Page) -> list[str]:
    """The numbers of the problems in the list."""
    return [f"YT2026-{n:05d}" for n in range(1, 10) if page.locator("main", has_text=f"YT2026-{n:05d}").count()]


def test_a_wrong_import_is_withdrawn_and_the_right_one_follows(world, days, sign_in, axe, tmp_path):
    office, unit = sign_in("coordinator"), sign_in("liaison")
    bring_in(office, a_ledger(tmp_path, "2025年台账.xlsx", WRONG))
    assert numbers_of(office) == ["YT2026-00001", "YT2026-00002", "YT2026-00003"]

    # Already sent out when somebody notices; no unit has signed yet.
    office.goto("/ledger/?stage=listed")
    office.locator("#check-page").check()
    office.locator(".bulk button", has_text="交办").first.click()
    office.locator("button[name=confirm]").click()
    expect(office.locator(".message-success")).to_contain_text("3")
    unit.goto("/ledger/")
    expect(unit.locator("main")).to_contain_text("去年的路灯不亮")

    office.goto("/intake/")
    office.locator(".earlier a", has_text="撤回").click()
    expect(office.locator("main")).to_contain_text("3个问题撤销，编号不再使用")
    expect(office.locator("main")).to_contain_text("其中3个已经交办但没有单位签收")
    assert axe(office) == []
    office.locator("[name=reason]").fill("传成了去年的台账")
    office.locator("main .btn-danger").click()
    expect(office.locator(".message-success")).to_contain_text("3个问题撤销")
    expect(office.locator("main")).to_contain_text("理由：传成了去年的台账")
    unit.goto("/ledger/")
    expect(unit.locator("main")).not_to_contain_text("去年的路灯不亮")

    days.set(START + timedelta(days=1))
    bring_in(office, a_ledger(tmp_path, "2026年台账.xlsx", RIGHT))
    assert numbers_of(office) == ["YT2026-00004", "YT2026-00005"]
    right = Problem.objects.get(title__contains="井盖")
    office.goto(f"/problems/{right.id}/dispatch/")
    office.locator(".act-form .form-actions button").click()
    expect(office.locator(".message-success")).to_be_visible()
    unit.goto(f"/problems/{right.id}/sign/")
    unit.locator(".act-form .form-actions button").click()
    expect(unit.locator(".message-success")).to_be_visible()

    # From here on it is withdrawn no more as a whole: the page says which problem stands in the way.
    office.goto(f"/intake/{Reading.objects.get(name='2026年台账.xlsx').id}/withdraw/")
    expect(office.locator("main")).to_contain_text("有 1 件不能撤回，所以整批都不撤回")
    expect(office.locator("main")).to_contain_text(right.number)
    expect(office.locator("main .btn-danger")).to_have_count(0)
    assert verify(files=True).clean
