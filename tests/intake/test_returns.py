"""Each unit its own Excel: it goes out, comes back filled in, and everything in it is recorded once, on behalf."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.intake import returns
from bihuan.intake.models import ReturnedSheet, SentSheet
from bihuan.intake.returns import Answers, Rehearsal
from bihuan.intake.sending import send, served
from bihuan.ledger.actions import dispatch, working
from bihuan.ledger.actions.working import Progress
from bihuan.ledger.models import Evidence, Extension, Measure, Problem
from tests.intake.unitfiles import PLACE, TOP, fill, sent
from tests.ledger.record import assert_whole
from tests.world import START, World, days_later

BY = Answers("宁致和", START)


def dispatched(world: World, count: int = 2) -> list[Problem]:
    """Problems of 市住建局 waiting to be signed for, two measures each."""
    rows = world.register(count)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id for row in rows])
    return list(Problem.objects.filter(id__in=[row.id for row in rows]).order_by("number"))


def receive(world: World, data: bytes, name: str = "住建局.xlsx", who: str = "coordinator") -> ReturnedSheet:
    return returns.receive_return(actor=world.actor(who), name=name, chunks=[data])


def rehearse(world: World, returned: ReturnedSheet, answers: Answers = BY) -> Rehearsal:
    return returns.rehearse(actor=world.actor("coordinator"), returned=returned, answers=answers)


def confirm(world: World, returned: ReturnedSheet, answers: Answers = BY) -> Rehearsal:
    shown = rehearse(world, returned, answers).shown
    told = returns.confirm_return(
        actor=world.actor("coordinator"), returned=returned, answers=answers, shown=shown
    )
    assert told is not None
    return told


def measures(problem: UUID) -> list[Measure]:
    return list(Measure.objects.filter(problem_id=problem, dropped=False).order_by("place"))


def reasons(told: Rehearsal, row: int = 0) -> str:
    return " ".join(f"{because.place} {because.denied}" for because in told.lines[row].against)


def test_the_file_lists_the_units_open_problems_a_row_a_measure(world: World):
    rows = dispatched(world)
    sheet = openpyxl.load_workbook(io.BytesIO(sent(world))).worksheets[0]
    shown = [
        [sheet.cell(TOP + n, PLACE[c]).value for c in ("number", "problem", "measure", "now")] for n in range(4)
    ]
    assert shown[0] == [rows[0].number, rows[0].text, "逐一排查井盖", 0]
    assert shown[1] == [rows[0].number, None, "更换破损井盖", 0]
    assert sheet.cell(1, 1).value == "市住房和城乡建设局问题整改情况表"
    assert "统计时间：2026-03-02" in str(sheet.cell(2, 1).value)


def test_in_english_it_goes_out_in_english_and_comes_back_all_the_same(world: World):
    row = dispatched(world, 1)[0]
    with translation.override("en"):
        data = sent(world)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.cell(TOP - 2, PLACE["signer"]).value == "Signed for by"
    confirm(world, receive(world, fill(data, {(0, "signer"): "宁致和", (0, "progress"): 30})))
    assert measures(row.id)[0].progress == 30


def test_a_problem_without_measures_can_be_signed_for_and_says_what_is_missing(world: World):
    row = world.register(1, measures=())[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id])
    told = confirm(world, receive(world, fill(sent(world), {(0, "signer"): "宁致和", (0, "progress"): 30})))
    assert "I6 还没有整改措施，不能报告进展。" in reasons(told).replace("市住房和城乡建设局!", "")
    assert told.lines[0].state == "partly"
    assert Problem.objects.get(id=row.id).signed_by_office is True


def test_every_sending_is_an_export_on_the_record_and_the_unit_shows_when_it_was_served(world: World):
    dispatched(world)
    (before,) = served(world.actor("coordinator"))
    assert (before.open, before.unsigned, before.sent_at) == (2, 2, None)
    assert [person.name for person in before.people] == ["安小禾", "宁致和"]
    sent(world)
    (after,) = served(world.actor("coordinator"))
    assert after.sent_at == SentSheet.objects.get().sent_at
    entry = Entry.objects.filter(action="export").order_by("-id")[0]
    (told,) = json.loads(entry.body)["details"]["unit_sheets"]
    assert (told["unit"], told["rows"], told["sha256"]) == (
        world.units["housing"].pk,
        4,
        SentSheet.objects.get().sha256,
    )


def test_several_units_come_as_a_zip_named_by_unit_and_day(world: World):
    dispatched(world, 1)
    row = world.register(1, lead_unit_id=world.units["water"].pk, support_unit_ids=())[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id])
    with zipfile.ZipFile(io.BytesIO(sent(world, "housing", "water"))) as archive:
        assert archive.namelist() == [
            "市住房和城乡建设局整改情况表2026-03-02.xlsx",
            "市水利局整改情况表2026-03-02.xlsx",
        ]


@pytest.mark.parametrize("who", ["liaison", "reviewer", "supervisor", "auditor", "administrator"])
def test_only_the_office_sends_and_receives(world: World, who: str):
    dispatched(world, 1)
    data = sent(world)
    assert served(world.actor(who)) == []
    with pytest.raises(Refused):
        send(actor=world.actor(who), units=[world.units["housing"].pk])
    with pytest.raises(Refused):
        receive(world, data, who=who)
    assert not returns.returned_to(world.actor(who)).exists()


def test_another_office_neither_sends_nor_reads_files_about_problems_that_are_not_its_own(world: World):
    rows = dispatched(world, 1)
    data = fill(sent(world), {(0, "signer"): "宁致和"})
    with pytest.raises(Refused, match="没有您单位交办的在办问题"):
        send(actor=world.actor("county_coordinator"), units=[world.units["housing"].pk])
    county = world.actor("county_coordinator")
    returned = receive(world, data, who="county_coordinator")
    told = returns.rehearse(actor=county, returned=returned, answers=BY)
    assert "这个问题不在您单位交办的问题里" in reasons(told)
    assert rows[0].number not in reasons(told)
    assert not returns.returned_to(world.actor("coordinator")).exists()


def test_an_untouched_file_changes_nothing(world: World):
    dispatched(world)
    returned = receive(world, sent(world))
    before = Entry.objects.count()
    told = confirm(world, returned)
    assert (told.count("same"), len(told.lines)) == (4, 4)
    assert (Entry.objects.count(), Evidence.objects.count()) == (before, 0)


def test_signature_progress_and_more_time_are_recorded_on_behalf_with_the_file_as_paper(world: World):
    first, second = dispatched(world)
    assert first.due is not None
    later = first.due + timedelta(days=10)
    data = sent(world)
    with days_later(3) as today:
        filled = fill(
            data,
            {
                (0, "signer"): "安小禾",
                (0, "signed_on"): date(2026, 3, 3),
                (0, "progress"): 60,
                (0, "note"): "已排查四条路",
                (1, "done_on"): date(2026, 3, 4),
                (0, "new_due"): later,
                (0, "reason"): "井盖要定制",
                (-1, "problem"): "宁致和",
                (-1, "done_on"): date(2026, 3, 4),
            },
        )
        returned = receive(world, filled)
        answers = returns.first_answers(returned)
        assert answers == Answers("宁致和", date(2026, 3, 4))
        told = confirm(world, returned, answers)
        assert [line.state for line in told.lines] == ["will", "will", "same", "same"]
        row = Problem.objects.get(id=first.id)
        assert (row.stage, row.signed_by_office, row.signed_on) == (Stage.UNDER_WAY, True, today)
        one, two = measures(first.id)
        assert [(m.progress, m.note, m.done_on) for m in (one, two)] == [
            (60, "已排查四条路", None),
            (100, "", date(2026, 3, 4)),
        ]
        request = Extension.objects.get(problem_id=first.id)
        assert (request.asked_due, request.reason, request.signed_on) == (later, "井盖要定制", None)
        paper = Evidence.objects.get(problem_id=first.id)
        assert (paper.sha256, paper.name, paper.measure_id) == (returned.sha256, "住建局.xlsx", None)
        entries = [
            (entry.action, entry.occurred_on, json.loads(entry.body)["details"]["signed_by"])
            for entry in Entry.objects.filter(subject=first.id).order_by("seq")[2:]
        ]
        assert entries == [
            ("sign", date(2026, 3, 3), "安小禾"),
            ("report", date(2026, 3, 4), "宁致和"),
            ("ask_extension", date(2026, 3, 4), "宁致和"),
        ]
    assert Problem.objects.get(id=second.id).stage == Stage.DISPATCHED
    assert_whole(first.id)
    settled = ReturnedSheet.objects.get()
    assert (settled.state, settled.result["signed"], settled.result["reported"]) == ("confirmed", 1, 1)


def test_the_same_file_a_second_time_is_recognised_and_does_nothing(world: World):
    dispatched(world, 1)
    data = fill(sent(world), {(0, "signer"): "宁致和", (0, "progress"): 20})
    first = receive(world, data)
    confirm(world, first)
    before = Entry.objects.count()
    again = receive(world, data, name="另一个名字.xlsx")
    assert again.id == first.id
    with pytest.raises(Refused, match="已经记录过"):
        returns.confirm_return(actor=world.actor("coordinator"), returned=again, answers=BY, shown="")
    assert Entry.objects.count() == before


def test_a_rehearsal_leaves_no_trace(world: World):
    dispatched(world, 1)
    returned = receive(world, fill(sent(world), {(0, "signer"): "宁致和", (0, "progress"): 20}))
    before = Entry.objects.count()
    assert rehearse(world, returned).lines[0].state == "will"
    assert (Entry.objects.count(), Evidence.objects.count()) == (before, 0)
    assert Problem.objects.get().stage == Stage.DISPATCHED


def test_what_changed_since_the_file_went_out_is_shown_and_taken_only_where_a_person_says_so(world: World):
    row = dispatched(world, 1)[0]
    liaison = world.actor("liaison")
    working.sign(actor=liaison, problems=[row.id]).only()
    data = sent(world)
    first = measures(row.id)[0]
    working.report(actor=liaison, problem=row.id, progress={first.id: Progress(45, "自己报的")}).only()
    returned = receive(world, fill(data, {(0, "progress"): 60}))
    told = rehearse(world, returned)
    assert told.lines[0].state == "overtaken"
    assert [(t.old, t.new) for said in told.lines[0].said.values() for t in said] == [("45%", "60%")]
    confirm(world, returned)
    assert measures(row.id)[0].progress == 45
    second = receive(world, fill(data, {(0, "progress"): 61}))
    confirm(world, second, Answers("宁致和", START, frozenset({row.id})))
    assert measures(row.id)[0].progress == 61


def test_what_would_be_done_has_to_be_what_was_shown(world: World):
    row = dispatched(world, 1)[0]
    returned = receive(world, fill(sent(world), {(0, "signer"): "宁致和"}))
    shown = rehearse(world, returned).shown
    working.sign(actor=world.actor("liaison"), problems=[row.id]).only()
    office = world.actor("coordinator")
    assert returns.confirm_return(actor=office, returned=returned, answers=BY, shown=shown) is None
    assert ReturnedSheet.objects.get().is_open


def test_nobody_named_means_nothing_recorded(world: World):
    dispatched(world, 1)
    returned = receive(world, fill(sent(world), {(0, "progress"): 20}))
    with pytest.raises(Refused, match="谁签的字"):
        confirm(world, returned, Answers(" ", START))


def _copied(sheet: Worksheet) -> None:
    for column in range(1, len(PLACE) + 2):
        sheet.cell(TOP + 1, column).value = sheet.cell(TOP, column).value


@pytest.mark.parametrize(
    ("cells", "also", "words"),
    [
        ({(0, "number"): "YT2026-00099", (0, "signer"): "宁"}, None, "A6 编号被改成了“YT2026-00099”"),
        ({(0, "signed_on"): "2026年2月30日"}, None, "H6 没有“2026年2月30日”这一天"),
        ({(0, "signed_on"): date(2026, 3, 9), (0, "signer"): "宁"}, None, "发生日期2026-03-09还没有到"),
        ({(0, "signed_on"): date(2026, 2, 9), (0, "signer"): "宁"}, None, "早于交办日期"),
        ({(0, "progress"): 20}, None, "该问题现在是“已交办”，不能办理“报告进展”"),
        ({(0, "signer"): "宁", (0, "progress"): 60, (0, "done_on"): date(2026, 3, 2)}, None, "K6 填了完成日期"),
        ({(0, "signer"): "宁", (0, "reason"): "来不及"}, None, "M6 写了延期理由，没有写需要延期到哪一天"),
        ({(0, "signer"): "宁", (0, "new_due"): date(2026, 4, 1)}, None, "L6 还没有填写延期理由"),
        ({(0, "signer"): "宁", (0, "new_due"): date(2026, 9, 1), (0, "reason"): "难"}, None, "累计"),
        ({(0, "progress"): 20, (1, "progress"): 20}, _copied, "与第6行是同一项"),
    ],
)
def test_what_is_refused_names_row_or_cell_and_reason(world: World, cells: Any, also: Any, words: str):
    dispatched(world, 1)
    returned = receive(world, fill(sent(world), cells, also))
    told = rehearse(world, returned)
    assert words in reasons(told) + reasons(told, 1)


def test_rows_of_another_units_file_are_not_taken(world: World):
    dispatched(world, 1)
    row = world.register(1, lead_unit_id=world.units["water"].pk, support_unit_ids=())[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id])
    other = openpyxl.load_workbook(io.BytesIO(fill(sent(world, "water"), {(0, "signer"): "路"}))).worksheets[0]

    def paste(sheet: Worksheet) -> None:
        for column in range(1, len(PLACE) + 2):
            sheet.cell(TOP, column).value = other.cell(TOP, column).value

    told = rehearse(world, receive(world, fill(sent(world), also=paste)))
    assert "从发给别的单位的表里粘贴来的" in reasons(told)


def test_a_problem_that_another_unit_leads_by_now_is_refused(world: World):
    row = dispatched(world, 1)[0]
    data = fill(sent(world), {(0, "signer"): "宁致和"})
    Problem.objects.filter(id=row.id).update(lead_unit=world.units["county"])
    assert "要代填的单位不是该问题的责任单位" in reasons(rehearse(world, receive(world, data)))


def test_files_of_another_city_and_files_of_no_one_are_refused(world: World, settings: Any):
    dispatched(world, 1)
    data = sent(world)
    settings.SECRET_KEY = "the key of another city"
    with pytest.raises(Refused, match="可能来自别的城市"):
        receive(world, data)
    with pytest.raises(Refused, match="不是工作簿"):
        receive(world, b"\x00\x01\x02 nothing", name="表.xlsx")
    assert not ReturnedSheet.objects.exists()


def test_a_workbook_named_csv_is_kept_under_a_name_that_opens(world: World):
    dispatched(world, 1)
    assert receive(world, sent(world), name="住建局.csv").name == "住建局.csv.xlsx"


def test_a_file_is_given_up_and_may_come_again(world: World):
    dispatched(world, 1)
    data = fill(sent(world), {(0, "signer"): "宁致和"})
    returned = receive(world, data)
    returns.drop_return(actor=world.actor("coordinator"), returned=returned)
    with pytest.raises(Refused, match="已经放弃"):
        confirm(world, returned)
    again = receive(world, data)
    assert again.id != returned.id
    confirm(world, again)


filling = st.fixed_dictionaries(
    {
        "progress": st.integers(0, 100) | st.none(),
        "note": st.sampled_from(["", "已招标", "设备到货，正在安装"]),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(filling, min_size=4, max_size=4), st.booleans())
def test_any_valid_filling_ends_up_on_the_record_as_exactly_that(world: World, said: list[Any], signs: bool):
    with transaction.atomic():
        rows = dispatched(world)
        cells = {(n, code): value for n, row in enumerate(said) for code, value in row.items() if value != ""}
        cells |= {(0, "signer"): "宁致和", (2, "signer"): "宁致和"} if signs else {}
        told = confirm(world, receive(world, fill(sent(world), cells)))
        found = [(m.progress, m.note) for row in rows for m in measures(row.id)]
        wanted = [(row["progress"] or 0, row["note"]) for row in said]
        stages = {row.stage for row in Problem.objects.filter(id__in=[row.id for row in rows])}
        assert stages == {Stage.UNDER_WAY if signs else Stage.DISPATCHED}
        assert found == (wanted if signs else [(0, "")] * 4)
        assert told.count("overtaken") == 0
        transaction.set_rollback(True)


def test_500_rows_are_tried_out_and_recorded_quickly(world: World):
    dispatched(world, 250)
    cells: dict[tuple[int, str], Any] = {(n, "progress"): 40 for n in range(500)}
    cells |= {(n, "signer"): "宁致和" for n in range(0, 500, 2)}
    began = time.monotonic()
    told = confirm(world, receive(world, fill(sent(world), cells)))
    assert told.count("will") == 500
    assert Problem.objects.filter(stage=Stage.UNDER_WAY, signed_by_office=True).count() == 250
    assert time.monotonic() - began < 20
    assert clock.today() == START
