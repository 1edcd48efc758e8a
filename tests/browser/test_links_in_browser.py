"""Links between levels by hand: handed down through three levels with progress coming up; raised and answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bihuan.domain.case import Role, Stage, Terms
from bihuan.ledger.actions import ledgers
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from tests.world import PASSWORD, World


def staffed(world: World) -> None:
    """Somebody who signs and reports for the county, and its ledger."""
    person = create_person(username="county_liaison", name="县联络员", password=PASSWORD, region_id=1)
    assign_post(person=person, unit=world.units["county"], role=Role.LIAISON)
    county = world.actor("county_coordinator")
    ledgers.open_ledger(actor=county, name="禾丰县台账", prefix="HF", terms=Terms(check_required=False))


def act(page: Page, problem: Problem, move: str, **typed: str) -> None:
    """Open the problem, press the move's button, fill in its form and send it."""
    page.goto(f"/problems/{problem.id}/")
    link = page.locator(f"a[href='/problems/{problem.id}/{move}/']").first
    if not link.is_visible():
        page.locator(".problem-actions summary").click()
    link.click()
    for name, value in typed.items():
        page.locator(f"[name='{name}']").fill(value)
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()


def part_for(whole: Problem, unit: str) -> Problem:
    return Problem.objects.get(above_id=whole.id, lead_unit__name=unit)


@pytest.mark.timeout(240)  # four people sign in by the form
def test_one_problem_is_handed_down_through_three_levels_and_progress_comes_up(world, days, sign_in, axe):
    staffed(world)
    whole = world.through(Stage.UNDER_WAY, measures=())
    office = sign_in("coordinator")
    act(office, whole, "hand_down", lines="禾丰县|60\n市水利局|40")
    first = part_for(whole, "禾丰县")

    act(sign_in("county_liaison"), first, "sign")
    act(sign_in("county_coordinator"), first, "hand_down", lines="县教育局 | | | 清点本系统井盖")
    below = part_for(first, "禾丰县教育局")
    assert below.text == "清点本系统井盖"

    school = sign_in("stranger")
    act(school, below, "sign")
    act(school, below, "set_measures", **{"m-0-text": "逐校清点", "m-0-share": "100"})
    measure = Measure.objects.get(problem_id=below.id)
    act(school, below, "report", **{f"percent-{measure.id.hex}": "50", "note": "过半"})
    expect(school.locator("#above")).to_be_visible()
    expect(school.locator(".linked")).to_contain_text(first.number)
    assert school.locator(".linked a").count() == 0, "the problem above is out of sight"

    office.goto(f"/problems/{whole.id}/")
    parts = office.locator(".parts tbody tr")
    expect(parts).to_have_count(2)
    expect(office.locator(".parts")).to_contain_text("50%")
    expect(office.locator("#parts")).to_contain_text("30%")
    assert axe(office) == []
    parts.filter(has_text="禾丰县").get_by_role("link").click()
    expect(office.locator(".parts")).to_contain_text("县教育局")
    office.goto(f"/problems/{whole.id}/parts/?colour=red")
    expect(office.locator("main")).to_contain_text("没有这种颜色的部分")
    assert verify().clean


def test_a_problem_is_raised_taken_on_above_and_resumed_at_nobodys_cost(world, days, sign_in, axe):
    problem = world.through(Stage.UNDER_WAY)
    liaison = sign_in("liaison")
    act(liaison, problem, "raise", reason="管网归市里代管", wanted="请明确产权")

    office = sign_in("coordinator")
    office.goto("/")
    expect(office.locator("main")).to_contain_text("上提待答复")
    act(office, problem, "accept_raised", title="代管管网权责", opinion="由市里牵头")
    upper = Problem.objects.get(title="代管管网权责")
    office.goto(f"/problems/{upper.id}/")
    expect(office.locator("#here")).to_be_visible()
    assert axe(office) == []

    liaison.goto(f"/problems/{problem.id}/")
    expect(liaison.locator("main")).to_contain_text(upper.number)
    expect(liaison.locator("main")).to_contain_text("由市里牵头")
    act(office, problem, "resume")
    after = Problem.objects.get(id=problem.id)
    assert (after.stage, after.due) == (Stage.UNDER_WAY, problem.due)
