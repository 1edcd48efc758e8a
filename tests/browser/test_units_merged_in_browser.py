"""Two units merged: last quarter's table is the same table, today's shows the successor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from bihuan.domain.case import Stage
from bihuan.ledger.actions import lookback
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify

QUARTER_END = date(2026, 3, 31)
MERGED_ON = date(2026, 5, 11)


def table(page: Page, day: date | None = None) -> str:
    """What stands in the table by unit."""
    page.goto(f"/ledger/by-unit/?on={day}" if day else "/ledger/by-unit/")
    rows = page.locator("main table").first
    expect(rows).to_be_visible()
    return "\n".join(" ".join(row.split()) for row in rows.inner_text().splitlines() if row.strip())


@pytest.fixture
def quarter(world, days):
    """A quarter's work of 市住建局 and one closed problem."""
    stages = (Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.ACCEPTED)
    made = {stage: world.through(stage) for stage in stages}
    made[Stage.CLOSED] = world.through(Stage.CLOSED)
    days.set(MERGED_ON)
    return made


def test_last_quarters_table_is_unchanged(world, days, quarter, sign_in, axe):
    office, admin = sign_in("coordinator"), sign_in("administrator")
    before, yesterday = table(office, QUARTER_END), table(office, MERGED_ON - timedelta(days=1))
    assert "市住房和城乡建设局" in before

    admin.goto(f"/units/{world.units['housing'].pk}/")
    assert axe(admin) == []
    admin.get_by_role("link", name="合并", exact=True).click()
    assert axe(admin) == []
    admin.get_by_label("并入哪个单位").select_option(str(world.units["water"].pk))
    admin.get_by_role("button", name="看会怎样").click()
    expect(admin.locator(".effect")).to_contain_text("4个问题划转")
    expect(admin.locator(".effect")).to_contain_text("1个已办结的问题仍记在原单位名下")
    assert axe(admin) == []
    admin.get_by_role("button", name="确认合并").click()
    expect(admin.locator(".message-success")).to_contain_text("已并入“市水利局”")
    expect(admin.locator(".timeline")).to_contain_text("“市住房和城乡建设局”并入本单位")

    assert table(office, QUARTER_END) == before
    assert table(office, MERGED_ON - timedelta(days=1)) == yesterday
    today = table(office)
    assert "市水利局" in today
    assert "市住房和城乡建设局" not in today
    assert verify().findings == ()


def test_the_successor_goes_on_with_the_work(world, days, quarter, sign_in):
    admin, liaison = sign_in("administrator"), sign_in("liaison")
    admin.goto(f"/units/{world.units['housing'].pk}/merge/")
    admin.get_by_label("并入哪个单位").select_option(str(world.units["water"].pk))
    admin.get_by_role("button", name="看会怎样").click()
    admin.get_by_role("button", name="确认合并").click()
    expect(admin.locator(".message-success")).to_be_visible()

    problem = quarter[Stage.DISPATCHED]
    liaison.goto(f"/problems/{problem.id}/")  # signed in all the while
    expect(liaison.locator("main")).to_contain_text("市住房和城乡建设局")
    expect(liaison.locator(".timeline")).to_contain_text("单位合并")
    liaison.locator(f"a[href='/problems/{problem.id}/sign/']").first.click()
    liaison.locator(".act-form .form-actions button").first.click()
    expect(liaison.locator(".message-success")).to_be_visible()

    closed = quarter[Stage.CLOSED]
    days.set(MERGED_ON + timedelta(days=1))
    again = MERGED_ON + timedelta(days=30)
    lookback.reopen(actor=world.actor("supervisor"), problem=closed.id, finding="再次下沉", due=again).only()
    assert Problem.objects.get(pk=closed.id).lead_unit_id == world.units["water"].pk
    liaison.goto(f"/problems/{closed.id}/")
    expect(liaison.locator("main")).to_contain_text("市水利局")
