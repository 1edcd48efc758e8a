"""A campaign in a real browser: from its template, with an item of the county's own, to the summary."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.ledger.models import Campaign
from tests.world import START

NAME = "民生小事专项整治"


def test_a_campaign_from_template_to_summary(world, sign_in, days):
    for _ in range(2):
        world.through(Stage.DISPATCHED)
    page = sign_in("coordinator")
    page.get_by_role("link", name="专项整治").click()
    page.get_by_role("link", name="新建专项").click()
    page.get_by_role("link", name="8+N：八项必治，各地自选").click()
    expect(page.locator(".template-items li")).to_have_count(8)
    page.get_by_label("专项名称").fill(NAME)
    page.get_by_label("结束日期").fill(str(START + timedelta(days=90)))
    page.get_by_role("button", name="建立专项").click()
    expect(page.locator(".field-error")).to_have_text("还没有选择成员单位。")
    page.get_by_label("市住房和城乡建设局").check()
    page.get_by_label("禾丰县", exact=True).check()
    page.get_by_role("button", name="建立专项").click()
    expect(page.locator("h1")).to_have_text(NAME)
    expect(page.locator("main")).to_contain_text("还没有问题列入")

    county = sign_in("county_coordinator")
    county.goto("/campaigns/")
    county.get_by_role("link", name=NAME).click()
    county.get_by_role("link", name="增加事项").click()
    county.get_by_label("事项名称").fill("校门口乱停车")
    county.get_by_role("button", name="增加事项").click()
    expect(county.locator("main")).to_contain_text("禾丰县自选")

    page.get_by_role("link", name="台账", exact=True).first.click()
    page.locator("#check-page").check()
    page.locator(".bulk summary").click()
    page.get_by_role("button", name="列入专项").click()
    page.get_by_label("专项和事项").select_option(label="出行道路失养")
    page.locator("button[name=confirm]").click()
    expect(page.locator("main")).to_contain_text("已办理 2 件")
    page.goto(f"/campaigns/{Campaign.objects.get().pk}/")
    row = page.locator("tr", has_text="出行道路失养")
    row.locator("a").first.click()
    expect(page.locator("tr[data-id]")).to_have_count(2)
    expect(page.locator(".chips")).to_contain_text("出行道路失养")
    page.go_back()

    page.get_by_role("link", name="结束专项").click()
    page.get_by_role("button", name="结束专项").click()
    expect(page.locator(".field-error")).to_be_visible()
    page.get_by_label("专项总结").fill("两处窨井已交办，接着办。")
    page.get_by_role("button", name="结束专项").click()
    expect(page.locator("main")).to_contain_text("两处窨井已交办")
    expect(page.locator("main")).to_contain_text(f"结束时（{START}）")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载专项总结").click()
    assert download.value.suggested_filename == f"{NAME}-专项总结.docx"
