"""A post handed over, by hand: to somebody new, with a slip, who finds the open work under the own name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from bihuan.domain.case import Stage
from bihuan.ledger.actions.register import NewMeasure
from bihuan.organisations.models import Post
from tests.world import START, World

OWN = "circle-2026-square"
TITLE = "滨河路雨水井盖下沉"


@pytest.fixture
def stranger(live_server: object, chromium_browser: Browser) -> Iterator[Page]:
    """The browser of somebody who has never been here."""
    context = chromium_browser.new_context(base_url=str(live_server), locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def work(world: World) -> None:
    """Two problems of the housing bureau that name its liaison, one that names nobody."""
    named = (NewMeasure("逐一排查井盖", person="安小禾"), NewMeasure("更换破损井盖", person="宁致和"))
    soon = START + timedelta(days=5)
    for number in (1, 2):
        world.through(Stage.UNDER_WAY, title=f"{TITLE}{number}", person="安小禾", measures=named, wanted_due=soon)
    world.through(Stage.UNDER_WAY, title="无人具名的问题", wanted_due=soon)


def hand_over(admin: Page, world: World) -> None:
    """Hand the liaison's post to somebody without an account."""
    person = world.people["liaison"]
    admin.goto(f"/people/{person.pk}/")
    admin.get_by_role("link", name="移交").click()
    admin.get_by_label("新开账号").check()
    expect(admin.get_by_label("接任人的用户名")).to_be_hidden()
    admin.get_by_label("接任人姓名").fill("顾未央")
    admin.get_by_label("新的用户名").fill("guweiyang")
    admin.get_by_label("移交原因").fill("工作调动")
    admin.get_by_role("button", name="看会改动什么").click()
    expect(admin.get_by_text("2个在办问题的责任人改为顾未央，每个问题留下一条记录。")).to_be_visible()
    expect(admin.get_by_text(TITLE)).to_have_count(0)
    admin.get_by_role("button", name="移交", exact=True).click()


def printed_slip(admin: Page) -> dict[str, str]:
    """Press print, and read what comes out of the printer."""
    admin.evaluate("window.print = () => { document.title = 'printed'; }")
    admin.get_by_role("button", name="打印密码条").click()
    expect(admin).to_have_title("printed")
    admin.emulate_media(media="print")
    slip = admin.locator(".slip")
    expect(slip).to_be_visible()
    expect(admin.get_by_role("button", name="打印密码条")).to_be_hidden()
    expect(slip).to_contain_text("首次登录须修改密码")
    keys = slip.locator(".slip-key").all_inner_texts()
    admin.emulate_media(media="screen")
    return {"login": keys[0], "password": keys[1]}


def test_a_post_handed_over(world: World, work: None, sign_in, axe, stranger: Page):
    admin = sign_in("administrator")
    hand_over(admin, world)
    expect(admin.get_by_text("2个在办问题改由顾未央负责")).to_be_visible()
    assert axe(admin) == []
    slip = printed_slip(admin)

    page = stranger
    page.goto("/accounts/login/")
    for name, value in slip.items():
        page.locator(f"input[name={name}]").fill(value)
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="设定自己的密码")).to_be_visible()
    assert axe(page) == []
    page.goto("/ledger/")  # there is no other way on
    expect(page.get_by_role("heading", name="设定自己的密码")).to_be_visible()
    page.locator("input[name=oldpassword]").fill(slip["password"])
    for field in ("password1", "password2"):
        page.locator(f"input[name={field}]").fill(OWN)
    page.get_by_role("button", name="保存新密码").click()

    expect(page.locator(".who-post")).to_contain_text("联络员 · 市住房和城乡建设局")
    expect(page.get_by_role("link", name="无人具名的问题").first).to_be_visible()
    page.get_by_role("link", name=f"{TITLE}1").first.click()
    expect(page.locator("main")).to_contain_text("市住房和城乡建设局 · 顾未央")
    line = page.locator(".timeline li").first
    expect(line).to_contain_text("安小禾 → 顾未央")
    expect(line).to_contain_text("工作调动")

    admin.goto(f"/people/{world.people['liaison'].pk}/")
    expect(admin.get_by_text("移交给顾未央")).to_be_visible()
    assert Post.objects.get(person__username="guweiyang").role == "liaison"


def test_the_slips_of_a_unit_are_printed_eight_to_a_page(world: World, sign_in, axe):
    admin = sign_in("administrator")
    admin.goto("/people/slips/")
    admin.get_by_role("button", name="看有哪些人").click()
    expect(admin.get_by_text("将重置10人的密码，生成10张密码条，分属5个单位。")).to_be_visible()
    assert axe(admin) == []
    admin.get_by_role("button", name="生成密码条").click()
    expect(admin.locator(".slip")).to_have_count(10)
    assert axe(admin) == []
    admin.emulate_media(media="print")
    admin.set_viewport_size({"width": 718, "height": 1046})  # A4 less its margins, at 96 dots an inch
    ends = [slip.evaluate("e => e.getBoundingClientRect().bottom") for slip in admin.locator(".slip").all()]
    first = admin.locator(".slip").first.evaluate("e => e.getBoundingClientRect().top")
    page_height = 277 / 25.4 * 96
    assert ends[7] - first <= page_height < ends[8] - first
    admin.reload()
    expect(admin.get_by_text("这批密码条已经生成过")).to_be_visible()
