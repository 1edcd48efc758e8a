"""A half-done ledger comes in: what it claims is counted before, and taken over with it, all or nothing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Denied, Refused
from bihuan.domain.taking_over import Claimed
from bihuan.intake import actions, queries
from bihuan.intake.models import Reading
from bihuan.ledger.models import Problem
from tests.halfdone import ODD, ROWS, half_done
from tests.intake.files import leave_out, receive


def outlook_of(reading: Reading) -> queries.Outlook:
    return queries.outlook(reading, queries.names_of(reading), clock.today())


def taken_over(city: Any, reading: Reading, who: str = "coordinator") -> list[Problem]:
    leave_out(city, reading)
    return actions.confirm(actor=city.actor(who), reading=reading, half_done=True)


def test_what_the_file_claims_is_counted(city, tmp_path):
    claims = outlook_of(receive(city, half_done(tmp_path))).claims
    assert claims.stages == {
        Claimed.DONE: 1,
        Claimed.UNDER_WAY: 2,
        Claimed.STANDING: 1,
        Claimed.NOT_BEGUN: 1,
    }
    assert (claims.silent, claims.half_done) == (1, True)


def test_a_list_of_new_problems_is_no_half_done_ledger(city, tmp_path):
    new = ("5", "公厕夜间不开放。", "调整", "市住建局", "", "2026-12-31", "", "未启动", "", "")
    claims = outlook_of(receive(city, half_done(tmp_path, new, ROWS[4]))).claims
    assert claims.any
    assert not claims.half_done


def test_it_is_registered_and_taken_over_in_one(city, tmp_path):
    reading = receive(city, half_done(tmp_path))
    problems = taken_over(city, reading)
    stages = [problem.stage for problem in problems]
    assert stages == [
        Stage.CLAIMED_DONE,
        Stage.DISPATCHED,
        Stage.DISPATCHED,
        Stage.DISPATCHED,
        Stage.DISPATCHED,
        Stage.LISTED,
    ], "the last one has nobody to lead it"
    extended = Problem.objects.get(id=problems[1].id)
    assert (extended.due_original, extended.due) == (date(2026, 3, 31), date(2026, 6, 30))
    assert (extended.claimed_progress, extended.dispatched_on) == (60, date(2026, 1, 5))
    actions_taken = Entry.objects.filter(subject=problems[0].id).order_by("seq")
    assert [entry.action for entry in actions_taken] == ["register", "take_over"]
    assert [entry.occurred_on for entry in actions_taken] == [clock.today(), date(2026, 2, 20)]


def test_file_and_row_are_on_the_record_as_the_source(city, tmp_path):
    problem = taken_over(city, receive(city, half_done(tmp_path)))[2]
    first = Entry.objects.filter(subject=problem.id).order_by("seq").first()
    assert first is not None
    place = json.loads(first.body)["changes"][problem.record_key]["place"][1]
    assert (place["file"], place["sheet"], place["row"]) == ("存量整改台账.xlsx", "台账", 5)


def test_as_new_problems_nothing_is_taken_over(city, tmp_path):
    reading = receive(city, half_done(tmp_path))
    leave_out(city, reading)
    problems = actions.confirm(actor=city.actor("coordinator"), reading=reading)
    assert {problem.stage for problem in problems} == {Stage.LISTED}
    assert not Problem.objects.filter(taken_over_on__isnull=False).exists()


def test_rows_that_contradict_themselves_are_doubts_before_and_stay_as_they_are(city, tmp_path):
    reading = receive(city, half_done(tmp_path, *ODD))
    told = [
        note.template % note.params if note.params else note.template
        for note in queries.notes_on(reading, "doubtful")
    ]
    assert told == [
        "文件所称的完成日期早于交办日期。",
        "文件所称的完成日期还没有到。",
        "文件所称延期后的时限早于原时限。",
        "状态写的是未启动，却写有进度。",
        "交办日期“202年2月10日”读不出是哪一天，没有采用。",
        "进度“150%”超过100%，没有采用。",
        "进度“1”看不出是1%还是100%，没有采用。",
    ]
    assert outlook_of(reading).doubtful == 5
    rows = [Problem.objects.get(id=problem.id) for problem in taken_over(city, reading)]
    assert [row.claimed_done_on for row in rows] == [date(2026, 1, 20), date(2027, 1, 20), None, None, None]
    assert (rows[2].claimed_progress, rows[2].claimed_due, rows[2].due) == (
        100,
        date(2026, 4, 30),
        date(2026, 4, 30),
    )
    assert (rows[3].claimed_dispatched_on, rows[3].claims["dispatched"]) == (None, "202年2月10日")
    assert [row.claims["no"] for row in rows[3:]] == ["10", "10"], "the file's own number may stand there twice"
    assert len({row.number for row in rows}) == 5


def test_two_people_confirm_at_once_and_only_one_does(city, tmp_path):
    reading = receive(city, half_done(tmp_path))
    assert taken_over(city, reading)
    assert actions.confirm(actor=city.actor("second_coordinator"), reading=reading) == []
    assert Problem.objects.count() == len(ROWS)
    assert not Problem.objects.filter(stage=Stage.LISTED, lead_unit__isnull=False).exists()


def test_a_failure_while_taking_over_registers_nothing(city, tmp_path, monkeypatch):
    reading = receive(city, half_done(tmp_path))

    def fail(**said: Any) -> Any:
        raise Refused(Denied("其中一条不行。"))

    monkeypatch.setattr(actions, "take_over", fail)
    with pytest.raises(Refused, match="其中一条不行"):
        taken_over(city, reading)
    assert not Problem.objects.exists()
    assert Reading.objects.get().is_open


def test_many_rows_take_few_statements(city, tmp_path, django_assert_max_num_queries):
    rows = [(str(n), f"第{n}处问题。", *ROWS[1][2:]) for n in range(300)]
    reading = receive(city, half_done(tmp_path, *rows))
    with django_assert_max_num_queries(130):
        assert len(taken_over(city, reading)) == 300
