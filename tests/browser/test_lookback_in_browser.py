"""A sample drawn on the pages finds a problem that is back: reopened with a picture, red, the cycle counted."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.ledger.models import Draw, Problem
from tests.world import START

PICTURE = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0 a picture"}


def test_a_sample_is_drawn_and_finds_a_rebound(world, days, sign_in, axe):
    problem = world.through(Stage.CLOSED)
    days.set(START + timedelta(days=31))
    supervisor = sign_in("supervisor")
    supervisor.goto("/lookbacks/")
    supervisor.get_by_role("link", name="抽取样本").click()
    for name, value in {"name": "抽查", "by_risk": "0", "at_random": "1", "seed": "7 12 19"}.items():
        supervisor.locator(f"[name={name}]").fill(value)
    supervisor.locator("[name=planned_for]").fill((START + timedelta(days=31)).isoformat())
    supervisor.locator("[name=preview]").click()
    expect(supervisor.locator(".preview")).to_contain_text("共1个")
    assert axe(supervisor) == []
    supervisor.locator("[name=draw]").click()
    expect(supervisor.locator(".seed strong")).to_have_text("7 12 19")
    expect(supervisor.locator(".message-success")).to_contain_text("已从1个问题中抽取1个")
    supervisor.get_by_role("button", name="重新抽取并比对").click()
    expect(supervisor.locator(".message-success")).to_contain_text("完全一致")
    assert axe(supervisor) == []

    supervisor.goto(f"/problems/{problem.id}/reopen/")
    supervisor.locator("[name=finding]").fill("雨后又下沉")
    supervisor.locator("[name=found_by]").select_option("exposure")
    supervisor.locator("[name=due]").fill((START + timedelta(days=60)).isoformat())
    supervisor.locator("[name=photos]").set_input_files([PICTURE])
    supervisor.locator(".act-form .form-actions button").first.click()
    expect(supervisor.locator(".message-success")).to_be_visible()
    section = supervisor.locator("section", has=supervisor.locator("#lookbacks"))
    for told in ("已反弹1次", "问题反弹", "媒体曝光", "销号后1天（90天以内）", "现场.jpg", "抽查"):
        expect(section).to_contain_text(told)
    row = Problem.objects.get(id=problem.id)
    assert (row.cycle, row.colour) == (1, "red")

    supervisor.goto(f"/lookbacks/{Draw.objects.get().id}/?result=rebounded")
    expect(supervisor.locator("main")).to_contain_text("100.0%")
    expect(supervisor.locator("tr.is-late")).to_contain_text(problem.title)
