"""Files going back out through the pages: in their own layout, with their faults marked, as they came, as csv."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.documents.reading import read_ledger
from bihuan.intake import actions, receiving
from bihuan.intake.models import Draft, Reading
from bihuan.ledger.actions import correcting, dispatch
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin
from tests.documents.build import text as written
from tests.intake.files import HEAD, NO_SUCH_DAY, PLAIN, STANDING, leave_out, ledger, receive
from tests.web.test_problem import text_of
from tests.world import START, World
from tools.messages import CJK

pytestmark = pytest.mark.django_db

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def office(sign_in: Callable[[str], Client]) -> Client:
    return sign_in("coordinator")


def confirmed(world: World, path: Path) -> Reading:
    reading = receive(world, path)
    leave_out(world, reading)
    actions.confirm(actor=world.actor("coordinator"), reading=reading)
    return Reading.objects.get(id=reading.id)


def taken(answer: object) -> bytes:
    """The bytes of a download."""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def cells(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[-1]
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def told(client: Client, address: str) -> str:
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return str(text_of(answer.content.decode()))


def exports() -> int:
    return Entry.objects.filter(action="export").count()


def mend(world: World, text: str) -> None:
    """Dispatch the problem of the crossing and mend its wording."""
    problem = Problem.objects.get(text__startswith="滨河路")
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    mended = Mended(problem.title, text, problem.category, "", None, Origin(problem.origin))
    correcting.correct(actor=world.actor("coordinator"), problem=problem.id, mended=mended, reason="错").only()


class TestInItsOwnLayout:
    def test_the_file_comes_down_under_its_name_and_goes_on_the_record(
        self, office: Client, world: World, tmp_path: Path
    ) -> None:
        path = ledger(tmp_path, PLAIN, STANDING)
        reading = confirmed(world, path)
        html = office.get(f"/intake/{reading.id}/").content.decode()
        assert f'href="/intake/{reading.id}/own/"' in html
        assert "限期整改" in html
        assert "by_date" not in html, "what was read is told in words"
        mend(world, "滨河路两处雨水井盖下沉")
        before = exports()
        answer = office.get(f"/intake/{reading.id}/own/")
        assert answer["Content-Type"] == XLSX
        assert "attachment" in answer["Content-Disposition"]
        assert ".xlsx" in answer["Content-Disposition"]
        table = cells(taken(answer))
        assert table[1] == list(HEAD)
        assert table[2][2] == "滨河路两处雨水井盖下沉。"
        assert exports() == before + 1

    def test_as_of_a_day(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = confirmed(world, ledger(tmp_path, PLAIN, STANDING))
        with clock.moved_to(clock.moment_on(START + timedelta(days=9))):
            mend(world, "改过的内容")
            today = cells(taken(office.get(f"/intake/{reading.id}/own/")))
            then = office.get(f"/intake/{reading.id}/own/?on={START}")
            assert "2026" in then["Content-Disposition"]
            assert "改过的内容" in str(today)
            assert "改过的内容" not in str(cells(taken(then)))
            assert f"own/?on={START}" in office.get(f"/ledger/history/?on={START}").content.decode()

    def test_a_day_before_it_was_on_the_ledger_is_refused(
        self, office: Client, world: World, tmp_path: Path
    ) -> None:
        reading = confirmed(world, ledger(tmp_path, PLAIN))
        day = START - timedelta(days=1)
        assert "那一天这份文件还没有登记入账" in told(office, f"/intake/{reading.id}/own/?on={day}")
        assert "own/" not in office.get(f"/ledger/history/?on={day}").content.decode()

    def test_what_could_not_be_kept_is_told_before_it_counts_as_taken_away(
        self, office: Client, world: World, tmp_path: Path
    ) -> None:
        rows = (("序号", "存在问题", "责任单位"), ("1", PLAIN[2], "市住建局"))
        reading = confirmed(world, written(tmp_path / "台账.csv", rows, "gbk"))
        sent = [Problem.objects.get().id]
        dispatch.dispatch(actor=world.actor("coordinator"), problems=sent, due=START + timedelta(days=30)).only()
        before = exports()
        page = told(office, f"/intake/{reading.id}/own/")
        assert "“台账.csv”已经备好" in page
        assert "原表没有“完成状态”一列，没有写出。" in page
        assert exports() == before
        answer = office.get(f"/intake/{reading.id}/own/?seen=1")
        assert answer["Content-Type"] == "text/csv"
        assert "滨河路" in taken(answer).decode("gbk")
        assert exports() == before + 1

    def test_what_is_not_on_the_ledger_leads_back(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = receive(world, ledger(tmp_path, PLAIN))
        assert "只有登记入账的表格文件能按原样导出" in told(office, f"/intake/{reading.id}/own/")

    def test_a_file_that_the_disk_lost(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = confirmed(world, ledger(tmp_path, PLAIN))
        path_of(reading.sha256).unlink()
        assert "已经不在服务器上" in told(office, f"/intake/{reading.id}/own/")

    def test_edited_by_a_unit_it_comes_back_as_a_round(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = confirmed(world, ledger(tmp_path, PLAIN, STANDING))
        mend(world, "滨河路两处雨水井盖下沉")
        book = openpyxl.load_workbook(io.BytesIO(taken(office.get(f"/intake/{reading.id}/own/"))))
        sheet = book.worksheets[0]
        sheet["G4"] = "宁致和"
        sheet.append(["9", "交通", "北关桥栏杆松动，行人通行有隐患。", "加固栏杆", "市住建局"])
        back = io.BytesIO()
        book.save(back)
        file = SimpleUploadedFile("单位改过的.xlsx", back.getvalue())
        answer = office.post("/intake/", {"file": file, "ledger": str(world.ledger.id)}, follow=True)
        assert "新一版" in text_of(answer.content.decode())
        verdicts = {
            draft.item["problem"][:3]: draft.verdict for draft in Draft.objects.filter(reading__as_round=True)
        }
        assert verdicts == {"滨河路": "same", "同一数": "changed", "北关桥": "added"}


class TestWithItsFaultsMarked:
    def test_every_fault_is_told_in_its_cell(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = receive(world, ledger(tmp_path, PLAIN, NO_SUCH_DAY))
        assert "下载标注了问题的原文件" in told(office, f"/intake/{reading.id}/")
        answer = office.get(f"/intake/{reading.id}/marked/")
        assert answer["Content-Type"] == XLSX
        book = openpyxl.load_workbook(io.BytesIO(taken(answer)))
        note = book["整改台账"]["H4"].comment
        assert note is not None
        assert "日期“2026年2月30日”不存在" in note.text

    def test_in_the_readers_language_and_still_no_ledger(
        self, office: Client, world: World, tmp_path: Path
    ) -> None:
        reading = receive(world, ledger(tmp_path, PLAIN, NO_SUCH_DAY))
        office.cookies["django_language"] = "en"
        data = taken(office.get(f"/intake/{reading.id}/marked/"))
        rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
        words = " ".join(str(value or "") for row in rows for value in row)
        for own in ("整改台账!H4", "2026年2月30日", *(part for part in PLAIN if part)):
            words = words.replace(own, "")
        assert not CJK.search(words), words
        (tmp_path / "back.xlsx").write_bytes(data)
        assert len(read_ledger(tmp_path / "back.xlsx").items) == 2

    def test_where_nothing_is_wrong_there_is_nothing_to_mark(
        self, office: Client, world: World, tmp_path: Path
    ) -> None:
        reading = receive(world, ledger(tmp_path, STANDING))
        assert "下载标注了问题的原文件" not in told(office, f"/intake/{reading.id}/")
        assert "没有要标注的问题" in told(office, f"/intake/{reading.id}/marked/")

    def test_not_once_it_is_on_the_ledger(self, office: Client, world: World, tmp_path: Path) -> None:
        reading = confirmed(world, ledger(tmp_path, STANDING))
        assert office.get(f"/intake/{reading.id}/marked/").status_code == 404


class TestAsItCame:
    def test_the_original_is_handed_out_locked_down(self, office: Client, world: World, tmp_path: Path) -> None:
        path = ledger(tmp_path, PLAIN)
        answer = office.get(f"/intake/{receive(world, path).id}/file/")
        assert taken(answer) == path.read_bytes()
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/octet-stream"

    def test_a_text_has_its_original_and_nothing_else(self, office: Client, world: World) -> None:
        text = "一、路灯不亮，群众夜间出行不便。\n责任单位：市住建局"
        reading = receiving.receive_text(actor=world.actor("coordinator"), ledger=world.ledger, text=text)
        assert taken(office.get(f"/intake/{reading.id}/file/")).decode() == text
        assert office.get(f"/intake/{reading.id}/marked/").status_code == 404
        assert "只有登记入账的表格文件" in told(office, f"/intake/{reading.id}/own/")


class TestAsCsv:
    def test_the_ledger_of_a_day_and_who_took_it(self, office: Client, world: World, tmp_path: Path) -> None:
        confirmed(world, ledger(tmp_path, PLAIN, STANDING))
        address = f"/ledger/history/export/?on={START}&as=csv"
        assert (
            address.replace("?", f"?ledger={world.ledger.id}&amp;").replace("&as", "&amp;as")
            in office.get("/ledger/history/").content.decode()
        )
        lines = taken(office.get(address)).decode("utf-8-sig").splitlines()
        assert len(lines) == 3
        assert "编号" in lines[0]
        assert "滨河路" in lines[1]
        entry = Entry.objects.filter(action="export").latest("recorded_at")
        assert '"as":"csv"' in entry.body
        assert '"rows":2' in entry.body
