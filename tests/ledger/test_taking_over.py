"""Taking over on the record: what a file claims stands apart, and closes only after somebody has looked."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.domain.colours import Colour
from bihuan.domain.lifecycle import Move
from bihuan.insight.waiting import WAITING, rows_of
from bihuan.ledger.actions import closing, dispatch, warning, working
from bihuan.ledger.actions.closing import accept, check, send_back
from bihuan.ledger.actions.taking_over import take_over
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure, Problem, Span
from bihuan.ledger.queries import visible_to
from bihuan.organisations.models import Unit
from tests.ledger.record import assert_whole, only, words_of
from tests.world import START, World, days_later

DONE = {
    "status": "done",
    "status_raw": "已完成",
    "dispatched": "2026-01-05",
    "done": "2026-02-20",
    "deadline_date": "2026-02-28",
    "deadline_raw": "2026年2月底",
}
UNDER_WAY = {
    "status": "ongoing",
    "status_raw": "正在整改",
    "progress": "已完成60%",
    "dispatched": "2026-01-05",
    "deadline_date": "2026-06-30",
    "deadline_raw": "2026年3月底，延期至2026年6月底",
}


def taken(world: World, **claims: Any) -> Problem:
    problem = world.imported(**claims)
    return only(take_over(actor=world.actor("coordinator"), problems=[problem.id]))


def last_entry(problem: Problem) -> Entry:
    entry = Entry.objects.filter(subject=problem.id).order_by("-seq").first()
    assert entry is not None
    return entry


class TestWhatIsTakenOver:
    def test_work_under_way_goes_to_its_unit_which_still_has_to_sign(self, world: World):
        problem = taken(world, **UNDER_WAY)
        assert problem.stage == Stage.DISPATCHED
        assert (problem.dispatched_on, problem.taken_over_on) == (date(2026, 1, 5), START)
        assert problem.sign_by is not None
        assert problem.sign_by > START
        assert (problem.due_original, problem.cycle_due, problem.due) == (
            date(2026, 3, 31),
            date(2026, 3, 31),
            date(2026, 6, 30),
        )
        assert (problem.claimed_stage, problem.claimed_progress, problem.progress) == ("under_way", 60, 0)
        assert visible_to(world.actor("liaison")).filter(id=problem.id).exists()
        only(working.sign(actor=world.actor("liaison"), problems=[problem.id]))

    def test_what_is_claimed_done_waits_to_be_checked_and_is_not_done(self, world: World):
        problem = taken(world, **DONE)
        assert problem.stage == Stage.CLAIMED_DONE
        assert (problem.claimed_done_on, problem.asked_on, problem.checked_on) == (date(2026, 2, 20), None, None)
        assert (problem.accepted_on, problem.closed_on, problem.progress) == (None, None, 0)
        assert problem.colour == Colour.BLUE
        supervisor = world.actor("supervisor")
        assert list(rows_of(WAITING["claimed"], supervisor, START)) == [problem]

    def test_the_entry_happened_when_the_file_says_and_was_recorded_now(self, world: World):
        for claims, day in ((UNDER_WAY, date(2026, 1, 5)), (DONE, date(2026, 2, 20))):
            entry = last_entry(taken(world, **claims))
            assert (entry.action, entry.occurred_on) == (Move.TAKE_OVER, day)
            assert clock.day_of(entry.recorded_at) == START
        silent = last_entry(taken(world))
        assert silent.occurred_on == START

    def test_a_date_that_has_passed_is_taken_over_as_it_is_and_is_red(self, world: World):
        problem = taken(
            world, status="ongoing", status_raw="整改中", deadline_date="2025-12-31", deadline_raw="年底"
        )
        assert problem.due == date(2025, 12, 31)
        assert problem.colour == Colour.RED
        assert not Span.objects.filter(problem_id=problem.id).exists(), "and yesterday it was not"

    def test_claimed_done_after_its_date_is_red_before_it_blue(self, world: World):
        assert taken(world, **(DONE | {"done": "2026-03-01"})).colour == Colour.RED
        with days_later(400):
            assert taken(world, **DONE).colour == Colour.BLUE

    def test_without_a_date_the_ledgers_own_runs_from_today(self, world: World):
        problem = taken(world, status="ongoing", status_raw="整改中")
        assert problem.due == START + timedelta(days=15)
        assert problem.claimed_due_original is None

    def test_measures_without_a_date_get_the_problems(self, world: World):
        problem = taken(world, **UNDER_WAY)
        assert {m.due for m in Measure.objects.filter(problem_id=problem.id)} == {date(2026, 6, 30)}

    @pytest.mark.parametrize(
        ("said", "dispatched", "claimed"),
        [
            ({"dispatched": "2027-01-01"}, START, date(2027, 1, 1)),
            ({"dispatched": "202年1月1日"}, START, None),
        ],
    )
    def test_a_day_to_come_is_claimed_but_not_believed(
        self, world: World, said: dict[str, str], dispatched: date, claimed: date | None
    ):
        problem = taken(world, status="ongoing", status_raw="整改中", **said)
        assert (problem.dispatched_on, problem.claimed_dispatched_on) == (dispatched, claimed)
        assert last_entry(problem).occurred_on == START

    def test_done_after_today_stands_still_from_today(self, world: World):
        problem = taken(world, **(DONE | {"done": "2026-12-31", "deadline_date": "2026-04-30"}))
        assert problem.claimed_done_on == date(2026, 12, 31)
        checked = only(check(actor=world.actor("supervisor"), problem=problem.id, finding="现场属实"))
        assert checked.asked_on == START


class TestFromThereOn:
    def test_a_check_proves_it_and_the_loop_goes_on(self, world: World):
        problem = taken(world, **DONE)
        assert words_of(lambda: accept(actor=world.actor("reviewer"), problems=[problem.id])).startswith(
            "还没有现场核查"
        )
        checked = only(check(actor=world.actor("supervisor"), problem=problem.id, finding="现场属实"))
        assert (checked.stage, checked.asked_on) == (Stage.CLOSEOUT_ASKED, date(2026, 2, 20))
        accepted = only(accept(actor=world.actor("reviewer"), problems=[problem.id]))
        assert (accepted.stage, accepted.colour) == (Stage.ACCEPTED, Colour.GREEN)
        assert accepted.claimed_stage == "done", "what was claimed stays beside it"

    def test_a_ledger_without_site_checks_accepts_at_once(self, world: World):
        world.ledger.terms = {"check_required": False}
        world.ledger.save(update_fields=["terms"])
        problem = taken(world, **DONE)
        accepted = only(accept(actor=world.actor("reviewer"), problems=[problem.id]))
        assert (accepted.stage, accepted.asked_on) == (Stage.ACCEPTED, date(2026, 2, 20))

    def test_returned_it_is_work_again_and_the_files_word_is_spent(self, world: World):
        problem = taken(world, **(DONE | {"deadline_date": "2026-06-30"}))
        back = only(send_back(actor=world.actor("reviewer"), problem=problem.id, reason="现场没有完成"))
        assert (back.stage, back.returns, back.colour) == (Stage.UNDER_WAY, 1, Colour.YELLOW)
        planned = [PlannedMeasure("补做", 100, START + timedelta(days=3))]
        only(working.set_measures(actor=world.actor("liaison"), problem=problem.id, measures=planned))
        with days_later(10):
            row = Problem.objects.get(id=problem.id)
            assert row.turn1_on == START + timedelta(days=4)

    def test_the_lead_unit_may_bring_evidence(self, world: World):
        problem = taken(world, **DONE)
        proof = NewEvidence(store("现场.png", [b"\x89PNG\r\n\x1a\n", problem.id.bytes]))
        report = only(
            working.report(
                actor=world.actor("liaison"), problem=problem.id, progress={}, files=[proof], note="补交照片"
            )
        )
        assert report.stage == Stage.CLAIMED_DONE
        assert_whole(problem.id)

    def test_it_turns_red_when_supervision_says_so(self, world: World):
        problem = taken(world, **DONE)
        assert (
            only(warning.warn(actor=world.actor("supervisor"), problem=problem.id, reason="现场没有动工")).colour
            == Colour.RED
        )

    def test_nobody_checks_what_their_own_unit_led(self, world: World):
        assert Role.SUPERVISOR is world.actor("supervisor").role
        problem = world.imported(**DONE)
        Problem.objects.filter(id=problem.id).update(lead_unit_id=world.units["city"].pk)
        take_over(actor=world.actor("coordinator"), problems=[problem.id]).only()
        told = words_of(lambda: check(actor=world.actor("supervisor"), problem=problem.id, finding="属实"))
        assert told.startswith("您本人或您所在的单位参与了该问题的整改")

    def test_claimed_progress_counts_for_the_colour_until_any_is_proved(self, world: World):
        problem = taken(world, **UNDER_WAY)
        liaison = world.actor("liaison")
        only(working.sign(actor=liaison, problems=[problem.id]))
        planned = [
            PlannedMeasure("先做的", 60, START + timedelta(days=2)),
            PlannedMeasure("后做的", 40, date(2026, 6, 30)),
        ]
        row = only(working.set_measures(actor=liaison, problem=problem.id, measures=planned))
        assert row.turn1_on == date(2026, 7, 1), "the file's 60% are as much as was planned"
        first = Measure.objects.get(problem_id=problem.id, place=1, dropped=False)
        row = only(working.report(actor=liaison, problem=problem.id, progress={first.id: Progress(10, "刚开始")}))
        assert (row.turn1_on, row.turn1) == (START + timedelta(days=3), Colour.RED)


class TestRefusals:
    def test_what_was_typed_in_claims_nothing(self, world: World):
        problem = world.register()[0]
        told = words_of(lambda: take_over(actor=world.actor("coordinator"), problems=[problem.id]))
        assert told.startswith("该问题不是从台账文件导入的")

    def test_nobody_leads(self, world: World):
        place = {"file": "a.xlsx", "row": 3, "reading": "00000000-0000-0000-0000-000000000001"}
        problem = world.register(place=place, lead_unit_id=None)[0]
        told = words_of(lambda: take_over(actor=world.actor("coordinator"), problems=[problem.id]))
        assert told.startswith("还没有牵头单位，不能接续办理")

    def test_its_unit_was_closed(self, world: World):
        problem = world.imported(**UNDER_WAY)
        Unit.objects.filter(pk=world.units["housing"].pk).update(is_active=False)
        told = words_of(lambda: take_over(actor=world.actor("coordinator"), problems=[problem.id]))
        assert told == "牵头单位“市住房和城乡建设局”已经停用，不能接续办理。请先在“修改”中换成在用的单位。"

    @pytest.mark.parametrize("who", ["liaison", "supervisor", "reviewer"])
    def test_only_the_offices_coordinators(self, world: World, who: str):
        problem = world.imported(**UNDER_WAY)
        assert words_of(lambda: take_over(actor=world.actor(who), problems=[problem.id]))

    def test_not_twice(self, world: World):
        problem = taken(world, **DONE)
        told = words_of(lambda: take_over(actor=world.actor("coordinator"), problems=[problem.id]))
        assert told.startswith("该问题现在是“报称完成”，不能办理“接续办理”")

    def test_whoever_is_later_is_told(self, world: World):
        problem = world.imported(**UNDER_WAY)
        seen = {problem.id: problem.version}
        only(take_over(actor=world.actor("coordinator"), problems=[problem.id], seen=seen))
        told = words_of(
            lambda: take_over(actor=world.actor("second_coordinator"), problems=[problem.id], seen=seen)
        )
        assert told.startswith("该问题现在是“已交办”")


class TestCountedApart:
    def test_claimed_and_proved_columns_never_mix(self, world: World):
        problem = taken(world, **DONE)
        body = json.loads(last_entry(problem).body)
        changed = body["changes"][problem.record_key]
        assert {name for name in changed if name.startswith("claimed_")} == {
            "claimed_stage",
            "claimed_dispatched_on",
            "claimed_due_original",
            "claimed_done_on",
        }
        assert not {"checked_on", "accepted_on", "closed_on", "asked_on", "progress"} & set(changed)

    def test_an_ordinary_dispatch_claims_nothing(self, world: World):
        problem = world.imported(**UNDER_WAY)
        row = only(dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]))
        assert (row.taken_over_on, row.claimed_stage, row.claimed_progress) == (None, None, None)

    def test_the_unit_cannot_ask_for_what_is_only_claimed(self, world: World):
        problem = taken(world, **DONE)
        told = words_of(
            lambda: closing.ask_closeout(actor=world.actor("liaison"), problem=problem.id, summary="已完成")
        )
        assert told.startswith("该问题现在是“报称完成”，不能办理“申请销号”")

    def test_many_at_once_take_few_statements(self, world: World, django_assert_max_num_queries: Any):
        place = {"file": "a.xlsx", "row": 3, "reading": "00000000-0000-0000-0000-000000000001"}
        problems = [p.id for p in world.register(300, place=place, claims=DONE)]
        with django_assert_max_num_queries(60):
            outcome = take_over(actor=world.actor("coordinator"), problems=problems)
        assert len(outcome.done) == 300
