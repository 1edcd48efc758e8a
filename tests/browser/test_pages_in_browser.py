"""The main pages: nothing serious for axe-core, nothing refused by the CSP, keys, phones, no lost text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bihuan.domain.case import Stage
from tests.world import PASSWORD

WIDTHS = ((1440, 900), (390, 844))


@pytest.mark.parametrize(("width", "height"), WIDTHS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_main_pages_are_accessible_and_clean(world, sign_in, axe, width, height, language):
    """Script errors and refused content fail in the fixture; here what axe-core finds and sideways scrolling."""
    problem = world.through(Stage.CLOSEOUT_ASKED)
    world.register(3)
    working = world.through(Stage.UNDER_WAY)
    found = {}
    office = sign_in("coordinator", language=language, width=width, height=height)
    unit = sign_in("liaison", language=language, width=width, height=height)
    administrator = sign_in("administrator", language=language, width=width, height=height)
    for page, addresses in (
        (office, ["/", "/ledger/", "/intake/", "/ledger/new/", f"/problems/{problem.id}/", "/accounts/password/"]),
        (
            unit,
            [
                "/",
                f"/problems/{working.id}/",
                f"/problems/{working.id}/report/",
                f"/problems/{working.id}/set_measures/",
            ],
        ),
        (administrator, ["/", "/units/", "/people/", "/units/import/"]),
    ):
        for address in addresses:
            page.goto(address)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found[address] = [*axe(page), *([f"{wide}px too wide"] if wide > 1 else [])]
    assert not {address: rows for address, rows in found.items() if rows}


def test_the_sign_in_page_is_accessible(world, sign_in, axe):
    page = sign_in("coordinator")
    page.locator("details.menu summary").last.click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/accounts/login/**")
    assert axe(page) == []


def test_the_list_is_worked_by_keys(world, sign_in):
    world.register(3)
    page = sign_in("coordinator")
    page.goto("/ledger/")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.row-at")).to_have_count(1)
    page.keyboard.press("x")
    expect(page.locator("tr.row-at input[name=ids]")).to_be_checked()
    page.keyboard.press("o")
    expect(page.locator("#drawer")).to_contain_text("YT2026-00002")
    page.keyboard.press("Escape")
    expect(page.locator("#drawer")).to_be_empty()
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()


def test_nothing_typed_is_lost_when_the_session_has_ended(world, sign_in):
    problem = world.through(Stage.UNDER_WAY)
    page = sign_in("liaison")
    page.goto(f"/problems/{problem.id}/ask_extension/")
    page.locator("[name=reason]").fill("管材到货推迟，需要延期十天。")
    page.context.clear_cookies()
    page.locator(".act-form .form-actions button").first.click()
    page.wait_for_url("**/accounts/login/**")
    expect(page.locator("main")).to_contain_text("还在")
    page.locator("input[name=login]").fill("liaison")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(f"**/problems/{problem.id}/ask_extension/")
    expect(page.locator("[name=reason]")).to_have_value("管材到货推迟，需要延期十天。")


def test_a_text_with_markup_is_only_text(world, sign_in):
    nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>{{ 7 }}"
    problem = world.register(1, title=nasty)[0]
    page = sign_in("coordinator")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    for address in ("/", "/ledger/", f"/problems/{problem.id}/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.locator("img[src=x]").count() == 0
        expect(page.locator("main")).to_contain_text("<img src=x")


def test_the_main_path_works_without_scripts(world, chromium_browser, live_server):
    problem = world.through(Stage.DISPATCHED)
    context = chromium_browser.new_context(base_url=str(live_server), locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("liaison")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.goto(f"/problems/{problem.id}/")
    page.locator("main .btn-primary", has_text="签收").first.click()
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()
    context.close()


def test_five_wrong_passwords_lock_the_account(world, chromium_browser, live_server):
    context = chromium_browser.new_context(base_url=str(live_server), locale="zh-CN")
    page = context.new_page()
    for attempt in range(6):
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill("liaison")
        page.locator("input[name=password]").fill("wrong" if attempt < 5 else PASSWORD)
        page.locator("input[name=password]").press("Enter")
        expect(page.locator(".message-error")).to_be_visible()
    context.close()
