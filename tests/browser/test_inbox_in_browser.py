"""An order told, mailed and refused by the mail server: nothing is lost, the administrator mends it, the office
sees.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bihuan.domain.case import Stage
from bihuan.notices import running
from bihuan.organisations.models import Person
from tests.notices.smtp import Server

ADDRESS = "xiaohe@yunting.example"


@pytest.fixture
def server(settings):
    server = Server()
    settings.MAIL_URL, settings.MAIL_FROM = server.url, "ledger@yunting.example"
    yield server
    server.stop()


def test_an_order_whose_mail_is_refused_is_read_all_the_same(world, days, sign_in, axe, server):
    Person.objects.filter(pk=world.people["liaison"].pk).update(email=ADDRESS)
    server.post.refusals[ADDRESS] = "550 5.1.1 user unknown"
    running.run()
    problem = world.through(Stage.DISPATCHED)
    running.run()
    unit, keeper, office = sign_in("liaison", width=390), sign_in("administrator"), sign_in("coordinator")

    keeper.get_by_role("link", name="邮件送达").click()
    expect(keeper.locator("main")).to_contain_text("550 5.1.1 user unknown")
    assert axe(keeper) == []

    expect(unit.locator("#unread")).to_have_text("1")
    unit.get_by_role("link", name="收件箱").click()
    expect(unit.locator(".message-warning")).to_contain_text("没有发邮件")
    assert axe(unit) == []
    unit.get_by_role("link", name="通知设置").click()
    expect(unit.get_by_label("邮箱")).to_have_value(ADDRESS)
    unit.get_by_label("邮箱").fill("anxiaohe@yunting.example")
    assert axe(unit) == []
    unit.get_by_role("button", name="保存").click()

    keeper.get_by_role("button", name="全部再试").click()
    running.run()
    assert [str(letter["To"]) for letter in server.post.letters] == ["anxiaohe@yunting.example"]
    keeper.reload()
    expect(keeper.locator("main")).to_contain_text("没有被拒收的邮件")

    unit.goto("/inbox/")
    unit.get_by_role("link", name=problem.number).click()
    expect(unit.locator("h1")).to_contain_text(problem.title)
    expect(unit.locator("#unread")).to_have_text("")
    office.goto(f"/problems/{problem.id}/")
    expect(office.locator(".receipts")).to_contain_text("2026-03-02 10:00已读")
    expect(office.locator(".receipts")).to_contain_text("邮件已送出")
    assert axe(office) == []
