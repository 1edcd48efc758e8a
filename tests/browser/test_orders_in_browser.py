"""A declined order to its final ruling, by hand: the county orders, the bureau declines, the city rules."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bihuan.ledger.models import Decline, Problem
from tests.ledger.calls.orders import county_order

REASON = "井盖归通信公司管护，不归我局。"


def move(page: Page, problem: Problem, name: str, **typed: str) -> None:
    """Make a move by its button on the problem's page."""
    page.goto(f"/problems/{problem.id}/")
    link = page.locator(f"a[href='/problems/{problem.id}/{name}/']").first
    if not link.is_visible():
        page.locator(".problem-actions summary").click()
    link.click()
    for field, value in typed.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator(".act-form .form-actions button").first.click()


def test_a_declined_order_to_its_final_ruling(world, sign_in, axe):
    problem = Problem.objects.get(id=county_order(world))
    bureau = sign_in("liaison")
    move(bureau, problem, "decline", refuser="宁致和（局长）", reason=REASON, proposed="县教育局")
    expect(bureau.locator(".message-success")).to_be_visible()
    section = bureau.locator("section", has=bureau.locator("#declines"))
    expect(section).to_contain_text("退单人：宁致和（局长）")
    expect(section).to_contain_text("待答复")
    assert axe(bureau) == []

    county = sign_in("county_coordinator")
    county.goto("/")
    waits = county.locator(".waiting", has_text="退单待答复")
    expect(waits).to_contain_text(problem.title)
    move(county, problem, "refuse_decline", opinion="按三定方案，由你局负责。")
    expect(county.locator(".message-success")).to_be_visible()

    leader = sign_in("leader")
    move(leader, problem, "appeal_decline", reason="三定方案没有写明井盖管护。")
    expect(leader.locator(".message-success")).to_be_visible()

    county.goto(f"/problems/{problem.id}/overturn_decline/")
    expect(county.locator("h1")).not_to_contain_text("终裁改派")  # the office does not rule on itself
    city = sign_in("coordinator")
    city.goto("/")
    city.locator(".waiting", has_text="退单待终裁").get_by_role("link", name=problem.title).click()
    expect(city.locator("#declines")).to_be_visible()
    move(city, problem, "overturn_decline", unit="市水利局", ruling="归水利局管护。")
    expect(city.locator(".message-success")).to_be_visible()
    section = city.locator("section", has=city.locator("#declines"))
    expect(section).to_contain_text("终裁：改派")
    expect(section).to_contain_text("归水利局管护。")

    other = sign_in("support")
    move(other, problem, "sign")
    expect(other.locator(".message-success")).to_be_visible()
    problem.refresh_from_db()
    assert problem.lead_unit_id == world.units["water"].pk
    assert Decline.objects.get(problem_id=problem.id).answer == "overturned"
    assert bureau.goto(f"/problems/{problem.id}/").status == 404  # it is none of its business any more
