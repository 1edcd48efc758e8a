"""A ledger goes back out in the layout it came in, with what changed here and nothing else; faults are marked."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.documents.writing.marked_copy import MarkedWords
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.intake import actions, receiving
from bihuan.intake.going_out import faults_in, marked_copy, own_copy
from bihuan.intake.models import Reading
from bihuan.ledger.actions import correcting, dispatch, working
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.actions.working import Progress
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin
from tests.intake.files import HEAD, NO_SUCH_DAY, PLAIN, STANDING, leave_out, ledger, receive
from tests.world import World

pytestmark = pytest.mark.django_db

ROWS = (PLAIN, STANDING)


def confirmed(city: World, path: Path) -> Reading:
    reading = receive(city, path)
    leave_out(city, reading)
    actions.confirm(actor=city.actor("coordinator"), reading=reading)
    return Reading.objects.get(id=reading.id)


def cells(data: bytes) -> list[list[str]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def out(city: World, reading: Reading, day: date | None = None) -> list[list[str]]:
    return cells(own_copy(actor=city.actor("coordinator"), reading=reading, day=day).data)


def row_of(table: list[list[str]], text: str) -> dict[str, str]:
    return dict(zip(HEAD, next(row for row in table if any(text in cell for cell in row)), strict=False))


def test_what_did_not_change_comes_back_as_it_was(city: World, tmp_path: Path) -> None:
    path = ledger(tmp_path, STANDING)
    reading = confirmed(city, path)
    table, before = out(city, reading), cells(path.read_bytes())
    assert table == before


def test_what_was_corrected_and_proved_here_is_written(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    problem = Problem.objects.get(text__startswith="滨河路")
    dispatch.dispatch(actor=city.actor("coordinator"), problems=[problem.id]).only()
    mended = Mended(problem.title, "滨河路两处雨水井盖下沉", problem.category, "", None, Origin(problem.origin))
    correcting.correct(
        actor=city.actor("coordinator"), problem=problem.id, mended=mended, reason="处数有误"
    ).only()
    row = row_of(out(city, reading), "滨河路")
    assert row["存在问题"] == "滨河路两处雨水井盖下沉。", "with the full stop of its neighbours"
    assert row["整改状态"] != "已完成", "nobody has proved it here"
    assert (row["牵头单位"], row["整改时限"]) == ("市住建局", "2026年9月底前"), "the office's own wording"


def test_as_of_a_day_it_is_as_it_was(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    today = clock.today()
    before = out(city, reading)
    with clock.moved_to(clock.now() + timedelta(days=9)):
        problem = Problem.objects.get(text__startswith="滨河路")
        dispatch.dispatch(actor=city.actor("coordinator"), problems=[problem.id]).only()
        mended = Mended(problem.title, "改过的内容", problem.category, "", None, Origin(problem.origin))
        correcting.correct(actor=city.actor("coordinator"), problem=problem.id, mended=mended, reason="错").only()
        assert out(city, reading) != before
        assert out(city, reading, today) == before


def test_problems_typed_in_since_are_new_rows(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    typed = city.through(Stage.LISTED)
    row = row_of(out(city, reading), typed.text)
    assert (row["序号"], row["牵头单位"], row["配合单位"]) == (typed.number, "市住建局", "市水利局")


def test_it_comes_back_as_a_round_without_changes(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    city.through(Stage.LISTED)
    copy = own_copy(actor=city.actor("coordinator"), reading=reading)
    back = receiving.receive(
        actor=city.actor("coordinator"), ledger=city.ledger, name=copy.name, chunks=[copy.data]
    )
    assert back.as_round
    assert set(back.drafts.values_list("verdict", flat=True)) == {"same"}
    assert back.absent == []


def test_what_was_proved_and_reported_here_comes_back_as_no_news(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    problem = Problem.objects.get(text__startswith="滨河路")
    dispatch.dispatch(actor=city.actor("coordinator"), problems=[problem.id]).only()
    working.sign(actor=city.actor("liaison"), problems=[problem.id]).only()
    measure = problem.measures.order_by("place")[0]
    done = {measure.id: Progress(40, "围挡已经设好")}
    working.report(actor=city.actor("liaison"), problem=problem.id, progress=done).only()
    copy = own_copy(actor=city.actor("coordinator"), reading=reading)
    assert row_of(cells(copy.data), "滨河路")["进展情况"] == "围挡已经设好"
    back = receiving.receive(
        actor=city.actor("coordinator"), ledger=city.ledger, name=copy.name, chunks=[copy.data]
    )
    assert set(back.drafts.values_list("verdict", flat=True)) == {"same"}


def test_who_took_it_away_is_on_the_record(city: World, tmp_path: Path) -> None:
    reading = confirmed(city, ledger(tmp_path, *ROWS))
    out(city, reading)
    assert str(reading.id) in Entry.objects.filter(action="export").latest("recorded_at").body


def test_what_is_not_on_the_ledger_does_not_go_out(city: World, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="登记入账"):
        own_copy(actor=city.actor("coordinator"), reading=receive(city, ledger(tmp_path, *ROWS)))


def test_faults_go_back_marked_in_the_senders_own_file(city: World, tmp_path: Path) -> None:
    reading = receive(city, ledger(tmp_path, PLAIN, NO_SUCH_DAY))
    (fault, *_more) = [fault for fault in faults_in(reading) if "2月30日" in str(fault.params)]
    copy = marked_copy(reading=reading, told=[(fault.place or "", "没有这一天")], words=MarkedWords())
    book = openpyxl.load_workbook(io.BytesIO(copy.data))
    comments = [cell.comment.text for sheet in book for row in sheet.iter_rows() for cell in row if cell.comment]
    assert any("没有这一天" in comment for comment in comments)
