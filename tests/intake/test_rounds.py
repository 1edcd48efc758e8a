"""A later version of a ledger: what it added, changed, says to be closed and leaves out, and taking it over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.intake import actions, rounds
from bihuan.intake.comparing import Way
from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import drafts_of
from bihuan.intake.withdrawing import withdraw
from bihuan.ledger.actions import correcting, dispatch, setting_aside, working
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.models import Measure, Problem
from bihuan.ledger.models.problem import Origin
from bihuan.ledger.verify import verify
from tests.intake.files import AT_ONCE, PLAIN, STANDING, leave_out, ledger, receive
from tests.world import World

pytestmark = pytest.mark.django_db

COLUMN = {"no": 0, "category": 1, "problem": 2, "measures": 3, "lead": 4, "due": 7, "status": 8, "progress": 9}
DIKE = ("2", "水利", "东门排涝闸启闭机锈蚀。", "更换启闭机", "市水利局", "", "", "2026年10月底前", "正在整改", "")
LAMPS = ("3", "城市管理", "育才路路灯不亮。", "更换灯具", "市住建局", "", "", "2026年8月底前", "正在整改", "")
FIRST = (DIKE, LAMPS, STANDING)
BRIDGE = ("9", "交通", "北关桥栏杆松动。", "加固栏杆", "市住建局", "", "", "2026年12月底前", "未启动", "")


def but(row: tuple[str, ...], **values: str) -> tuple[str, ...]:
    cells = list(row)
    for name, value in values.items():
        cells[COLUMN[name]] = value
    return tuple(cells)


def first(city: World, folder: Path, *rows: tuple[str, ...]) -> dict[str, Problem]:
    """The first version, on the ledger; its problems by the start of their text."""
    reading = receive(city, ledger(folder, *(rows or FIRST), name="第一版.xlsx"))
    assert not reading.likely_round
    leave_out(city, reading)
    problems = actions.confirm(actor=city.actor("coordinator"), reading=reading)
    return {problem.text[:2]: problem for problem in problems}


def later(city: World, folder: Path, *rows: tuple[str, ...], name: str = "第二版.xlsx") -> Reading:
    reading = receive(city, ledger(folder, *rows, name=name))
    leave_out(city, reading)
    return reading


def held(city: World, reading: Reading) -> list[rounds.Held]:
    return rounds.held_drafts(city.actor("coordinator"), reading, list(drafts_of(reading)))


def verdicts(reading: Reading) -> list[str]:
    return list(drafts_of(reading).values_list("verdict", flat=True))


def told(city: World, reading: Reading) -> dict[str, list[tuple[str, str]]]:
    return {
        one.draft.item["problem"][:2]: [(change.field, change.way.value) for change in one.changes]
        for one in held(city, reading)
        if one.changes
    }


def confirm(city: World, reading: Reading) -> Reading:
    actions.confirm(actor=city.actor("coordinator"), reading=reading)
    return Reading.objects.get(id=reading.id)


def entries_of(problem: Problem) -> list[str]:
    return list(Entry.objects.filter(subject=problem.id).order_by("seq").values_list("action", flat=True))


class TestWhatAVersionSays:
    def test_the_same_file_again_changes_nothing(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        assert (reading.likely_round, reading.as_round) == (True, True)
        assert verdicts(reading) == ["same", "same", "same"]
        before = {key: entries_of(problem) for key, problem in problems.items()}
        reading = confirm(city, reading)
        assert reading.result == {
            "added": 0,
            "changed": 0,
            "taken": 0,
            "closed": 0,
            "by_hand": 0,
            "same": 3,
            "absent": 0,
        }
        assert {key: entries_of(problem) for key, problem in problems.items()} == before
        assert Problem.objects.count() == 3

    def test_added_changed_closed_and_absent(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        changed = but(DIKE, no="1", problem="东门排涝闸启闭机锈蚀，汛期无法启闭。")
        closed = but(LAMPS, status="已完成", progress="灯具已更换")
        reading = later(city, tmp_path, changed, closed, BRIDGE)
        assert verdicts(reading) == ["changed", "closed", "added"]
        assert told(city, reading)["东门"] == [("problem", "amend")]
        assert {name for name, _way in told(city, reading)["育才"]} >= {"claims.status", "claims.progress"}
        assert reading.absent == [str(problems["同一"].id)]

    def test_what_was_mended_here_is_not_turned_back_by_old_words(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        dike = problems["东门"]
        dispatch.dispatch(actor=city.actor("coordinator"), problems=[dike.id]).only()
        mended = Mended(dike.title, "东门排涝闸两台启闭机锈蚀", dike.category, "", None, Origin(dike.origin))
        correcting.correct(
            actor=city.actor("coordinator"), problem=dike.id, mended=mended, reason="台数漏写"
        ).only()
        assert verdicts(later(city, tmp_path, *FIRST)) == ["same", "same", "same"]

    def test_a_change_that_meets_another_is_left_to_a_person(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        dike = problems["东门"]
        dispatch.dispatch(actor=city.actor("coordinator"), problems=[dike.id]).only()
        mended = Mended(dike.title, "东门排涝闸两台启闭机锈蚀", dike.category, "", None, Origin(dike.origin))
        correcting.correct(actor=city.actor("coordinator"), problem=dike.id, mended=mended, reason="漏写").only()
        reading = later(city, tmp_path, but(DIKE, problem="东门排涝闸启闭机严重锈蚀。"), LAMPS, STANDING)
        (change,) = held(city, reading)[0].changes
        assert (change.field, change.way) == ("problem", Way.BY_HAND)
        assert "上一版之后也改过" in str(change.why)
        reading = confirm(city, reading)
        assert Problem.objects.get(id=dike.id).text == "东门排涝闸两台启闭机锈蚀"
        assert reading.result["by_hand"] == 1

    def test_rows_moved_and_numbered_anew_are_still_the_same(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        moved = (but(STANDING, no="1"), but(BRIDGE, no="2"), but(DIKE, no="3"), but(LAMPS, no="4"))
        reading = later(city, tmp_path, *moved)
        assert verdicts(reading) == ["same", "added", "same", "same"]

    def test_only_what_came_with_the_same_ledger_can_be_absent(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        other = receive(city, ledger(tmp_path, PLAIN, AT_ONCE, BRIDGE, name="别的.xlsx"))
        leave_out(city, other)
        confirm(city, other)
        reading = later(city, tmp_path, DIKE, LAMPS)
        assert reading.absent == [str(problems["同一"].id)]

    def test_another_ledger_is_no_later_version(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = receive(city, ledger(tmp_path, PLAIN, AT_ONCE, BRIDGE, name="别的.xlsx"))
        assert (reading.likely_round, reading.as_round, verdicts(reading)) == (False, False, ["", "", ""])


class TestTakingItOver:
    def test_before_dispatch_the_problem_is_amended(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        rows = (
            but(DIKE, problem="东门排涝闸启闭机卡死。", due="2026年11月底前", lead="市住建局"),
            LAMPS,
            STANDING,
        )
        confirm(city, later(city, tmp_path, *rows))
        dike = Problem.objects.get(id=problems["东门"].id)
        assert (dike.title, dike.text) == ("东门排涝闸启闭机卡死", "东门排涝闸启闭机卡死")
        assert str(dike.wanted_due) == "2026-11-30"
        assert dike.lead_unit_id == city.units["housing"].pk
        assert entries_of(dike) == ["register", "amend", "restate"]

    def test_after_dispatch_wording_is_corrected_and_units_and_dates_are_left(
        self, city: World, tmp_path: Path
    ) -> None:
        problems = first(city, tmp_path)
        dike = problems["东门"]
        dispatch.dispatch(actor=city.actor("coordinator"), problems=[dike.id]).only()
        row = but(
            DIKE,
            problem="东门排涝闸启闭机卡死。",
            measures="更换两台启闭机",
            due="2026年12月底前",
            lead="市住建局",
        )
        reading = later(city, tmp_path, row, LAMPS, STANDING)
        assert dict(told(city, reading)["东门"]) == {
            "problem": "correct",
            "measures": "correct",
            "units": "by_hand",
            "deadline": "by_hand",
            "claims.deadline_raw": "restate",
        }
        confirm(city, reading)
        now = Problem.objects.get(id=dike.id)
        assert (now.text, now.lead_unit_id) == ("东门排涝闸启闭机卡死", city.units["water"].pk)
        assert str(now.due) == "2026-10-31"
        assert list(Measure.objects.filter(problem_id=dike.id).values_list("text", flat=True)) == [
            "更换两台启闭机"
        ]
        assert entries_of(now)[-2:] == ["correct", "restate"]

    def test_what_the_file_says_of_progress_is_its_word_and_proves_nothing(
        self, city: World, tmp_path: Path
    ) -> None:
        problems = first(city, tmp_path)
        lamps = problems["育才"]
        dispatch.dispatch(actor=city.actor("coordinator"), problems=[lamps.id]).only()
        working.sign(actor=city.actor("liaison"), problems=[lamps.id]).only()
        closed = but(LAMPS, status="已完成", progress="灯具已更换")
        reading = confirm(city, later(city, tmp_path, DIKE, closed, STANDING))
        now = Problem.objects.get(id=lamps.id)
        assert (now.stage, now.progress, now.closed_on) == (Stage.UNDER_WAY, 0, None)
        assert (now.claims["status"], now.claims["progress"]) == ("done", "灯具已更换")
        assert reading.result["closed"] == 1
        again = later(city, tmp_path, DIKE, closed, STANDING, name="第三版.xlsx")
        assert verdicts(again) == ["same", "same", "same"]

    def test_rounds_are_numbered_and_kept(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        for number, name in enumerate(("二.xlsx", "三.xlsx"), start=2):
            with clock.moved_to(clock.now() + timedelta(days=number)):
                reading = confirm(city, later(city, tmp_path, *FIRST, BRIDGE, name=name))
            assert (reading.round, reading.settled_by_id) == (number, city.actor("coordinator").person_id)
        assert Problem.objects.count() == 4
        assert verify().clean

    def test_a_problem_withdrawn_meanwhile_is_a_new_one(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, DIKE, but(LAMPS, problem="育才路三盏路灯不亮。"), STANDING)
        setting_aside.withdraw(
            actor=city.actor("coordinator"), problems=[problems["育才"].id], reason="重复"
        ).only()
        confirm(city, reading)
        standing = Problem.objects.exclude(stage=Stage.WITHDRAWN)
        assert [problem.number for problem in standing.order_by("number")] == [
            "YT2026-00001",
            "YT2026-00003",
            "YT2026-00004",
        ]

    def test_while_something_stands_in_the_way_nothing_is_taken_over(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        rows = (but(DIKE, problem="东门排涝闸启闭机卡死。"), LAMPS, STANDING, but(BRIDGE, lead="市桥梁所"))
        reading = receive(city, ledger(tmp_path, *rows, name="第二版.xlsx"))
        before = {key: entries_of(problem) for key, problem in problems.items()}
        with pytest.raises(Refused):
            confirm(city, reading)
        assert {key: entries_of(problem) for key, problem in problems.items()} == before
        assert Reading.objects.get(id=reading.id).is_open

    def test_a_version_that_changed_problems_cannot_be_withdrawn_as_a_whole(
        self, city: World, tmp_path: Path
    ) -> None:
        first(city, tmp_path)
        only_added = confirm(city, later(city, tmp_path, *FIRST, BRIDGE))
        changed = confirm(
            city, later(city, tmp_path, but(DIKE, problem="东门排涝闸启闭机卡死。"), LAMPS, STANDING)
        )
        with pytest.raises(Refused, match="改动了台账上原有的问题"):
            withdraw(actor=city.actor("coordinator"), reading=changed, reason="文件传错")
        withdraw(actor=city.actor("coordinator"), reading=only_added, reason="文件传错")
        assert Problem.objects.exclude(stage=Stage.WITHDRAWN).count() == 3


class TestAPersonDecides:
    def test_a_row_can_be_paired_otherwise(self, city: World, tmp_path: Path) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, DIKE, LAMPS, BRIDGE)
        bridge = Draft.objects.get(reading_id=reading.id, verdict="added")
        number = problems["同一"].number
        draft = rounds.pair_by_hand(actor=city.actor("coordinator"), reading=reading, draft=bridge, number=number)
        assert (draft.problem_id, draft.verdict) == (problems["同一"].id, "changed")
        assert Reading.objects.get(id=reading.id).absent == []
        draft = rounds.pair_by_hand(actor=city.actor("coordinator"), reading=reading, draft=draft, number="")
        assert (draft.problem_id, draft.verdict) == (None, "added")

    @pytest.mark.parametrize(("number", "why"), [("YT1999-00001", "没有编号"), ("dike", "已经对应")])
    def test_but_only_with_a_problem_that_no_other_row_stands_for(
        self, city: World, tmp_path: Path, number: str, why: str
    ) -> None:
        problems = first(city, tmp_path)
        reading = later(city, tmp_path, DIKE, LAMPS, BRIDGE)
        bridge = Draft.objects.get(reading_id=reading.id, verdict="added")
        number = problems["东门"].number if number == "dike" else number
        with pytest.raises(Refused, match=why):
            rounds.pair_by_hand(actor=city.actor("coordinator"), reading=reading, draft=bridge, number=number)

    def test_it_can_be_taken_as_new_problems_after_all(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, *FIRST)
        rounds.take_as(actor=city.actor("coordinator"), reading=reading, as_round=False)
        assert verdicts(reading) == ["", "", ""]
        assert drafts_of(reading, "alike").count() == 3, "each repeats what is on the ledger, and says so"
        rounds.take_as(actor=city.actor("coordinator"), reading=reading, as_round=True)
        assert drafts_of(reading, "alike").count() == 0
        rounds.take_as(actor=city.actor("coordinator"), reading=reading, as_round=False)
        confirm(city, reading)
        assert Problem.objects.count() == 6

    def test_or_as_a_later_version_though_it_does_not_look_like_one(self, city: World, tmp_path: Path) -> None:
        first(city, tmp_path)
        reading = later(city, tmp_path, but(DIKE, problem="东门排涝闸的启闭机锈蚀，无法启闭。"), BRIDGE, PLAIN)
        assert not reading.as_round
        rounds.take_as(actor=city.actor("coordinator"), reading=reading, as_round=True)
        assert verdicts(reading) == ["changed", "added", "added"]

    def test_not_on_an_empty_ledger(self, city: World, tmp_path: Path) -> None:
        reading: Any = receive(city, ledger(tmp_path, *FIRST))
        with pytest.raises(Refused, match="还没有问题"):
            rounds.take_as(actor=city.actor("coordinator"), reading=reading, as_round=True)
