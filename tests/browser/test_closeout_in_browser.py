"""A close-out through all its tiers by hand: checked, accepted, signed by the leader, objected to, filed above."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from bihuan.domain.case import Role, Stage
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from tests.ledger.calls.closeout import county_closed, two_tiers
from tests.world import PASSWORD, START


def act(page: Page, problem: Problem, verb: str, **typed: str) -> None:
    """Choose the move by its name on the problem's page, fill in, tick every standard, send."""
    page.goto(f"/problems/{problem.id}/")
    link = page.locator(".problem-actions a", has_text=verb).first
    if not link.is_visible():
        page.locator(".problem-actions summary").click()
    link.click()
    for name, value in typed.items():
        page.locator(f"[name={name}]").first.fill(value)
    for standard in page.locator(".standard input[type=checkbox]").all():
        assert not standard.is_checked()
        standard.check()
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()


def test_through_every_tier_with_an_objection_to_filing_above(world, days, sign_in):
    below = Problem.objects.get(id=county_closed(world))
    two_tiers(world)
    leader = create_person(username="city_leader", name="公孙弘毅", password=PASSWORD, region_id=1)
    assign_post(person=leader, unit=world.units["city"], role=Role.LEADER)
    world.people["city_leader"] = leader
    problem = world.through(Stage.CLOSEOUT_ASKED)

    act(sign_in("supervisor"), problem, "现场核查", finding="到现场看过，属实")
    reviewer = sign_in("reviewer")
    act(reviewer, problem, "验收通过", opinion="资料齐全")
    expect(reviewer.locator(".tier-now")).to_contain_text("待单位负责人签字")
    signs = sign_in("city_leader")
    signs.goto("/")
    expect(signs.locator("main")).to_contain_text("待您验收签字")
    act(signs, problem, "验收通过", opinion="同意")
    expect(signs.locator(".tier-done")).to_have_count(4)

    office = sign_in("coordinator")
    act(office, problem, "公示")
    act(office, problem, "登记异议", text="东段还有一处", objector="附近居民")
    days.set(START + timedelta(days=20))
    unit = sign_in("liaison")
    unit.goto(f"/problems/{problem.id}/")
    assert "附近居民" not in unit.content()
    office = sign_in("coordinator")
    act(office, problem, "答复异议", reason="不在本问题范围，另行登记")
    act(office, problem, "销号")
    assert Problem.objects.get(id=problem.id).stage == Stage.CLOSED

    office.goto("/")
    expect(office.locator("main")).to_contain_text("下级销号待备案")
    act(office, below, "备案", note="同意备案")
    expect(office.locator(".tiers")).to_contain_text("同意备案")
    assert Problem.objects.get(id=below.id).filing == "filed"
    assert verify().clean
