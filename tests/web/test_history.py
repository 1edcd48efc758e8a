"""A ledger's past on screen and as Excel: its versions, and how it stood on any day."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.intake import actions
from bihuan.intake.models import Reading
from bihuan.ledger.actions import setting_aside
from tests.intake.files import PLAIN, STANDING, leave_out, ledger, receive
from tests.world import START, World

pytestmark = pytest.mark.django_db
PAGE = "/ledger/history/"
LATER = START + timedelta(days=20)


def page(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def body(html: str) -> str:
    """What stands in the tables."""
    return html[html.index("<tbody>") :]


def put_on(world: World, path: Path) -> Reading:
    reading = receive(world, path)
    leave_out(world, reading)
    actions.confirm(actor=world.actor("coordinator"), reading=reading)
    return Reading.objects.get(id=reading.id)


@pytest.fixture
def rounds(world: World, tmp_path: Path) -> list[Reading]:
    """Two versions of a ledger, twenty days apart; a problem of the first one withdrawn after the second."""
    made = [put_on(world, ledger(tmp_path, PLAIN, STANDING, name="一轮.xlsx"))]
    with clock.moved_to(clock.moment_on(LATER)):
        changed = (*PLAIN[:2], "滨河路三处雨水井盖下沉，已有两处塌陷。", *PLAIN[3:])
        more = ("3", "交通", "北关桥栏杆松动。", "加固栏杆", "市住建局", "", "", "2026年12月底前", "未启动", "")
        made.append(put_on(world, ledger(tmp_path, changed, STANDING, more, name="二轮.xlsx")))
    return made


def test_versions_are_listed_with_what_each_did(sign_in, rounds):
    with clock.moved_to(clock.moment_on(LATER)):
        html = page(sign_in("coordinator"))
    assert html.index("二轮.xlsx") < html.index("一轮.xlsx")
    assert f"on={START}" in html
    assert f"on={LATER}" in html


def test_a_day_shows_the_ledger_as_it_was(sign_in, world, rounds):
    with clock.moved_to(clock.moment_on(LATER)):
        client = sign_in("coordinator")
        first = page(client, f"{PAGE}?on={START}")
        assert "滨河路与学府街交叉口三处雨水井盖下沉" in first
        assert "北关桥" not in first
        today = page(client, PAGE)
        assert "已有两处塌陷" in today
        assert "北关桥" in today
        problem = world.through(Stage.LISTED)
        setting_aside.withdraw(actor=world.actor("coordinator"), problems=[problem.id], reason="重复").only()
        assert body(page(client, f"{PAGE}?on={START}")) == body(first)


def test_as_excel_it_holds_the_same_rows_and_is_on_the_record(sign_in, world, rounds):
    with clock.moved_to(clock.moment_on(LATER)):
        response = sign_in("coordinator").get(f"{PAGE}export/?on={START}")
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        assert sheet is not None
        cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("滨河路与学府街" in cell for cell in cells)
    assert not any("北关桥" in cell for cell in cells)
    entry = Entry.objects.filter(action="export").latest("recorded_at")
    assert f'"on":"{START}"' in entry.body
    assert '"rows":2' in entry.body


def test_versions_are_for_the_office_that_keeps_the_ledger(sign_in, world, rounds):
    world.through(Stage.UNDER_WAY)
    html = page(sign_in("liaison"), f"{PAGE}?ledger={world.ledger.id}")
    assert "雨水井盖" in html
    assert "一轮.xlsx" not in html
    assert sign_in("stranger").get(f"{PAGE}?ledger={world.ledger.id}").status_code == 404


@pytest.mark.parametrize("query", ["?ledger=1", "?ledger=00000000-0000-7000-8000-000000000000"])
def test_an_unknown_ledger_does_not_exist(sign_in, query):
    assert sign_in("coordinator").get(PAGE + query).status_code == 404


def test_a_day_to_come_is_today(sign_in, rounds):
    assert body(page(sign_in("coordinator"), f"{PAGE}?on=2099-01-01")) == body(page(sign_in("coordinator")))


def test_who_keeps_no_ledger_is_told_so(sign_in):
    assert "您的单位还没有台账" in page(sign_in("stranger"))
