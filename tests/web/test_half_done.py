"""A half-done ledger in the pages: two ways in, what was claimed apart from what was proved, and both dates."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.utils import translation

from bihuan.domain.case import Stage
from bihuan.intake.models import Reading
from bihuan.ledger.actions.taking_over import take_over
from bihuan.ledger.models import Problem
from tests.halfdone import ODD, half_done
from tests.intake.files import leave_out, receive
from tests.ledger.test_taking_over import DONE, UNDER_WAY
from tests.web.test_problem import text_of
from tests.world import World


@pytest.fixture
def office(sign_in):
    return sign_in("coordinator")


@pytest.fixture
def reading(world, tmp_path) -> Reading:
    found = receive(world, half_done(tmp_path))
    leave_out(world, found)
    return found


def page(client, address: str) -> str:
    return str(text_of(client.get(address).content.decode()))


def taken(world: World, **claims: str) -> Problem:
    problem = world.imported(**claims)
    return take_over(actor=world.actor("coordinator"), problems=[problem.id]).only()


class TestBeforeConfirming:
    def test_the_page_says_what_the_file_claims_and_offers_two_ways(self, office, reading):
        told = page(office, f"/intake/{reading.id}/confirm/")
        assert "文件自称：1项未启动、2项在办、1项长期坚持、1项报称完成、1项未写" in told
        assert "接续办理" in told
        assert "新问题入账" in told
        html = office.get(f"/intake/{reading.id}/confirm/").content.decode()
        assert 'value="half_done" checked' in html
        assert "其中1个没有牵头单位，先入账，指定后再交办或接续办理。" in told

    def test_in_english_too(self, office, reading):
        with translation.override("en"):
            office.cookies["django_language"] = "en"
            told = page(office, f"/intake/{reading.id}/confirm/")
        assert (
            "By its own word, the file has: 1 not begun, 2 in hand, 1 standing, 1 claimed done, 1 silent" in told
        )

    def test_a_row_says_what_the_file_claims_of_it(self, office, reading):
        said = [page(office, f"/intake/{reading.id}/?at={n}") for n in range(1, reading.drafts_count + 1)]
        assert any("文件的说法：在办 · 60% · 2026-01-05交办 · 延期到2026-06-30" in told for told in said)

    def test_contradictions_are_shown_in_the_rows(self, office, world, tmp_path):
        found = receive(world, half_done(tmp_path, *ODD))
        leave_out(world, found)
        said = [page(office, f"/intake/{found.id}/?at={n}") for n in range(1, found.drafts_count + 1)]
        assert any("文件所称的完成日期早于交办日期。" in told for told in said)
        assert "5行有存疑的地方" in page(office, f"/intake/{found.id}/confirm/")

    def test_a_file_without_claims_has_one_way_in(self, office, world, tmp_path):
        plain = ("5", "公厕夜间不开放。", "调整", "市住建局", "", "2026-12-31", "", "", "", "")
        found = receive(world, half_done(tmp_path, plain))
        html = office.get(f"/intake/{found.id}/confirm/").content.decode()
        assert 'name="urgency"' in html
        assert 'name="way"' not in html


class TestConfirming:
    def test_taken_over_it_says_what_becomes_of_whom(self, office, reading):
        answer = office.post(f"/intake/{reading.id}/confirm/", SAID | {"way": "half_done"}, follow=True)
        told = text_of(answer.content.decode())
        assert "4个待牵头单位签收，1个报称完成、待现场核查，1个还没有牵头单位" in told
        assert Problem.objects.filter(stage=Stage.CLAIMED_DONE).count() == 1

    def test_as_new_problems(self, office, reading):
        office.post(f"/intake/{reading.id}/confirm/", SAID | {"way": "new"})
        assert set(Problem.objects.values_list("stage", flat=True)) == {Stage.LISTED}

    def test_without_a_choice_nothing_is_taken_over(self, office, reading):
        office.post(f"/intake/{reading.id}/confirm/", SAID)
        assert not Problem.objects.filter(taken_over_on__isnull=False).exists()

    def test_no_other_way(self, office, reading):
        answer = office.post(f"/intake/{reading.id}/confirm/", SAID | {"way": "closed"})
        assert answer.status_code == 200
        assert not Problem.objects.exists()

    def test_sent_twice_it_happens_once(self, office, sign_in, reading):
        for client in (office, sign_in("second_coordinator")):
            client.post(f"/intake/{reading.id}/confirm/", SAID | {"way": "half_done"})
        assert Problem.objects.count() == 6


SAID = {"source": "", "origin": "carried", "urgency": "ordinary"}


class TestTheProblem:
    def test_claims_stand_beside_what_was_proved(self, office, world):
        problem = taken(world, **DONE)
        told = page(office, f"/problems/{problem.id}/")
        assert "据台账存量台账.xlsx · 工作表“台账” · 第3行" in told
        assert "没有在这里核实" in told
        assert "报称完成" in told
        assert "据台账已完成，还没有现场核查" in told
        html = office.get(f"/problems/{problem.id}/").content.decode()
        assert html.count(f'href="/intake/{problem.reading_id}/"') == 2, "the file itself is one click away"

    def test_the_timeline_shows_both_dates(self, office, world):
        told = page(office, f"/problems/{taken(world, **UNDER_WAY).id}/")
        assert "据台账发生于2026-01-05" in told
        assert "2026-03-02" in told

    def test_the_unit_sees_the_claims_but_neither_file_nor_remarks(self, sign_in, world):
        problem = taken(world, **UNDER_WAY, remark="举报人：某某")
        told = page(sign_in("liaison"), f"/problems/{problem.id}/")
        assert "据台账" in told
        assert "60%" in told
        assert "存量台账.xlsx" not in told
        assert "举报人" not in told

    def test_contradictions_stand_beside_the_button(self, office, world):
        problem = world.imported(**(DONE | {"done": "2026-01-01"}))
        told = page(office, f"/problems/{problem.id}/take_over/")
        assert "文件所称的完成日期早于交办日期。" in told
        assert "据台账：状态" in told

    def test_what_was_typed_in_is_not_offered_to_be_taken_over(self, office, world):
        told = page(office, f"/problems/{world.register()[0].id}/")
        assert "接续办理" not in told


class TestTheLedger:
    def test_claimed_done_is_a_stage_of_its_own_and_not_done(self, office, world):
        problem = taken(world, **DONE)
        assert problem.title in page(office, "/ledger/?stage=claimed_done")
        assert problem.title not in page(office, "/ledger/?stage=closed")
        assert problem.title in page(office, "/ledger/"), "it is open"

    def test_what_was_taken_over_is_found(self, office, world):
        problem, other = taken(world, **UNDER_WAY), world.register()[0]
        told = page(office, "/ledger/?taken=yes")
        assert problem.number in told
        assert other.number not in told
        assert "接续办理的" in told

    def test_an_export_carries_the_claims_in_columns_of_their_own(self, office, world):
        taken(world, **DONE)
        file = b"".join(office.get("/ledger/export/?taken=yes&cols=number&cols=stage&cols=progress"))
        sheet = openpyxl.load_workbook(io.BytesIO(file)).active
        assert sheet is not None
        rows = [row for row in sheet.iter_rows(values_only=True) if any(row)]
        head = next(row for row in rows if "编号" in row)
        assert head == ("编号", "环节", "进度", "据台账：状态", "据台账：进度", "据台账：完成日期")
        row = rows[rows.index(head) + 1]
        assert row[1:4] == ("报称完成", 0, "报称完成")
        assert str(row[5]).startswith("2026-02-20")

    def test_an_export_without_any_claim_has_no_such_columns(self, office, world):
        world.register()
        file = b"".join(office.get("/ledger/export/?cols=number&cols=stage"))
        sheet = openpyxl.load_workbook(io.BytesIO(file)).active
        assert sheet is not None
        assert not any("据台账" in str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)

    def test_many_are_taken_over_from_the_list(self, office, world):
        first, second = world.imported(**(DONE | {"done": "2026-01-01"})), world.imported(**UNDER_WAY)
        typed = world.register()[0]
        ids = ",".join(f"{row.id.hex}:{row.version}" for row in (first, second, typed))
        told = text_of(office.post("/ledger/act/take_over/", {"ids": ids}).content.decode())
        assert "将接续办理 2 件" in told
        assert "其中1件的文件说法自相矛盾" in told
        assert "该问题不是从台账文件导入的" in told
