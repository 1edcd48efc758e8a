"""A real Chromium against the real pages: people in sessions of their own, on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, sync_playwright

from bihuan.book import clock
from tests import chromium
from tests.world import PASSWORD, START, World, build_world

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One browser for all tests; sessions are contexts of their own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv(
            "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
        )  # Playwright's loop runs in this thread; we only wait for it
        browser = playwright.chromium.launch(**chromium.launch_options())
        yield browser
        browser.close()


class Days:
    """The clock of a test, moved a day or more at a time; the server sees the same time."""

    def __init__(self) -> None:
        self.today = START
        self._stack: list[object] = []

    def set(self, day: date) -> None:
        """Let it be this day, ten o'clock."""
        self.today = day
        clock._moved[:] = [clock.moment_on(day, hour=10)]


@pytest.fixture
def days() -> Iterator[Days]:
    """The clock, at START."""
    with clock.moved_to(clock.moment_on(START, hour=9)):
        moved = Days()
        moved.set(START)
        yield moved
        clock._moved[:] = clock._moved[:1]


@pytest.fixture
def world(transactional_db: None, days: Days) -> World:
    """The small office, nobody's sign-ins counted yet: the cache is no table that tests empty by themselves."""
    cache.clear()
    return build_world()


class Problems:
    """What went wrong in a page without anybody seeing it: script errors, refused content, failed requests."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.seen.append(f"script: {error}"))
        page.on(
            "console",
            lambda message: (
                self.seen.append(message.text)
                if message.type == "error" and "status of 4" not in message.text
                else None
            ),
        )


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(world: World, live_server: object, chromium_browser: Browser) -> Iterator[SignIn]:
    """`sign_in("liaison")` gives a page of a fresh session in which that person has signed in through the form."""
    hidden = Problems()
    contexts = []

    def page_of(name: str, *, language: str = "zh", width: int = 1440, height: int = 900) -> Page:
        context = chromium_browser.new_context(
            base_url=str(live_server), viewport={"width": width, "height": height}, locale="zh-CN"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        hidden.watch(page)
        page.goto("/accounts/login/")
        if language == "en":
            page.get_by_role("button", name="English").click()
        page.locator("input[name=login]").fill(name)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda address: "/accounts/" not in address)
        return page

    yield page_of
    for context in contexts:
        context.close()
    assert not hidden.seen


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)` names what axe-core finds serious or critical on the page."""
    source = AXE.read_text(encoding="utf-8")

    def run(page: Page) -> list[str]:
        page.wait_for_load_state("load")  # the words are there before the style sheets are
        page.evaluate(source)  # in the page's world through the debugger: the page's CSP stays as it is
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{row['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:160]})"
            for row in found["violations"]
            if row["impact"] in ("serious", "critical")
            for node in row["nodes"]
        ]

    return run
