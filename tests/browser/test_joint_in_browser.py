"""Joint work by hand: the lead unit brings in two others, each signs and reports, the page shows every part, the
lead unit asks for close-out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from bihuan.domain.case import Stage
from bihuan.ledger.models import Measure, Problem

PNG = b"\x89PNG\r\n\x1a\n"


def act(page: Page, problem: Problem, move: str) -> None:
    page.goto(f"/problems/{problem.id}/{move}/")


def done(page: Page) -> None:
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()


def report(page: Page, problem: Problem, folder: Path) -> None:
    """Report the own measures done, each with a photo."""
    act(page, problem, "report")
    percents = page.locator("input[name^='percent-']")
    for place in range(percents.count()):
        code = str(percents.nth(place).get_attribute("name")).removeprefix("percent-")
        photo = folder / f"{code}.png"
        photo.write_bytes(PNG + code.encode())
        percents.nth(place).fill("100")
        page.locator(f"[name='files-{code}']").set_input_files(photo)
    done(page)


def parts(page: Page) -> list[str]:
    rows = page.locator(".joint-parts tbody tr")
    return [" ".join(rows.nth(n).inner_text().split()) for n in range(rows.count())]


def test_three_units_work_on_one_problem(world, days, sign_in, tmp_path):
    problem = world.through(Stage.UNDER_WAY)
    lead = sign_in("liaison")
    act(lead, problem, "join")
    lead.locator("[name='u-0-task']").fill("疏通下游管涵")
    lead.locator("[name='u-1-unit']").fill("县教育局")
    lead.locator("[name='u-1-task']").fill("核对校门口的井盖")
    lead.locator("[name='reason']").fill("涉及学校周边和下游管涵")
    done(lead)
    expect(lead.locator(".joint-parts tbody tr")).to_have_count(3)

    act(lead, problem, "set_measures")
    lead.locator("[name=add]").click()
    rows = lead.locator(".measure-edit")
    for place, (unit, share) in enumerate([("housing", "50"), ("water", "30"), ("county_education", "20")]):
        rows.nth(place).locator("textarea").fill(f"第{place + 1}项")
        rows.nth(place).locator("select").select_option(str(world.units[unit].pk))
        rows.nth(place).locator("[name$='-share']").fill(share)
        rows.nth(place).locator("[name$='-due']").fill(problem.due.isoformat())
    done(lead)

    water, school = sign_in("support"), sign_in("stranger")
    for page in (water, school):
        page.goto(f"/problems/{problem.id}/")
        page.get_by_role("link", name="签收配合任务").first.click()
        done(page)
        expect(page.locator(".joint-parts tbody tr")).to_have_count(3)
        expect(page.locator(".measures .measure-text")).to_have_count(1)
    report(water, problem, tmp_path)
    told = parts(school)
    assert [row.split()[0] for row in told] == ["牵头", "配合", "配合"]
    assert "50% 0%" in told[0]
    school.reload()
    told = parts(school)
    assert "30% 100% 绿" in told[1]
    assert "20% 0% 蓝" in told[2]

    report(school, problem, tmp_path)
    report(lead, problem, tmp_path)
    assert set(
        Measure.objects.filter(problem_id=problem.id, dropped=False).values_list("progress", flat=True)
    ) == {100}
    act(lead, problem, "ask_closeout")
    lead.locator("[name='summary']").fill("三个单位的措施都已完成")
    done(lead)
    problem.refresh_from_db()
    assert (problem.stage, problem.progress) == (Stage.CLOSEOUT_ASKED, 100)
