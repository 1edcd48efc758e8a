"""Every row of the table of moves is reachable by a button and done by hand, on the page of whom it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bihuan.book.models import Entry
from bihuan.domain.lifecycle import MOVES, Move
from tests.web.situations import SITUATIONS

BY_FILE = (Move.WITHDRAW_IMPORT, Move.RESTATE)
"""What is done for a file as a whole, never to one problem."""
ON_THE_WAY = {
    Move.SIGN: "loop",
    Move.ASK_CLOSEOUT: "loop",
    Move.CHECK: "loop",
    Move.ACCEPT: "loop",
    Move.PUBLISH: "loop",
    Move.CLOSE: "loop",
    Move.CONFIRM: "loop",
    Move.OBJECT: "closeout",
    Move.ANSWER_OBJECTION: "closeout",
    Move.FILE_CLOSEOUT: "closeout",
    Move.SET_MEASURES: "links",
    Move.REPORT: "links",
    Move.HAND_DOWN: "links",
    Move.RAISE: "links",
    Move.ACCEPT_RAISED: "links",
    Move.RESUME: "links",
}
"""Made by hand already in the browser tests of these names, on the way through a longer story."""
MADE = [move for move, rule in MOVES.items() if rule.sources and move not in BY_FILE and move not in ON_THE_WAY]


def fill(page: Page, name: str, value: object, folder: Path) -> None:
    """Put one value where a person would: type it, choose it, tick it, or pick the file."""
    values = value if isinstance(value, list) else [value]
    fields = page.locator(f"[name='{name}']")
    for place, one in enumerate(values):
        field = fields.nth(min(place, fields.count() - 1))
        kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "hidden" or (place >= fields.count() and kind != "file"):
            continue
        if kind == "file":
            path = folder / str(one.name)
            path.write_bytes(one.read())
            field.set_input_files(path)
        elif kind == "select":
            field.select_option(str(one))
        elif kind in ("checkbox", "radio"):
            page.locator(f"[name='{name}'][value='{one}']").check()
        else:
            while (folded := page.locator(".act-form details:not([open]) > summary")).count():
                folded.first.click()
            field.fill(str(one))


@pytest.mark.parametrize("move", MADE)
def test_a_move_is_made_by_hand(move, world, days, sign_in, tmp_path):
    situation = SITUATIONS[move]
    problem = situation.ready(world)
    written = Entry.objects.filter(subject=problem.id).order_by("-seq")[0].recorded_at
    days.set(max(days.today, written.date()))
    page = sign_in(situation.who)
    page.goto(f"/problems/{problem.id}/")
    link = page.locator(f"a[href='/problems/{problem.id}/{move.value}/']").first
    if not link.is_visible():
        page.locator(".problem-actions summary").click()
    link.click()
    expect(page.locator("h1")).to_be_visible()
    problem.refresh_from_db()
    for name, value in situation.typed(world, problem).items():
        if page.locator(f"[name='{name}']").count() == 0:
            page.locator("[name=add]").click()  # one more row of measures
        fill(page, name, value, tmp_path)
    page.locator(".act-form .form-actions button").first.click()
    expect(page.locator(".message-success")).to_be_visible()
    assert Entry.objects.filter(subject=problem.id).order_by("-seq")[0].action == move.value
