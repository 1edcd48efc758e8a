"""Extensions: asked before the date, signed by the unit's own leader, granted with a definite date, capped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.ledger.actions import closing, extending, setting_aside
from bihuan.ledger.models import Extension, Problem
from tests.ledger.record import only, words_of
from tests.world import START, World, days_later

DUE = START + timedelta(days=15)
NEW = START + timedelta(days=45)


def ask(world: World, problem: UUID, due: date = NEW, name: str = "liaison") -> Any:
    return extending.ask_extension(actor=world.actor(name), problem=problem, due=due, reason="汛期无法施工")


def sign(world: World, problem: UUID) -> Any:
    return extending.sign_extension(actor=world.actor("leader"), problem=problem)


def grant(world: World, problem: UUID, due: date | None = None) -> Any:
    return extending.grant_extension(actor=world.actor("coordinator"), problem=problem, due=due, opinion="同意")


def extended(world: World, problem: UUID, due: date) -> Problem:
    ask(world, problem, due, "leader").only()
    return only(grant(world, problem))


def test_a_granted_request_moves_the_date_and_both_dates_stay(world: World):
    problem = world.through(Stage.UNDER_WAY).id
    only(ask(world, problem))
    assert "还没有经申请单位负责人签发" in words_of(lambda: grant(world, problem))
    only(sign(world, problem))
    granted = only(grant(world, problem))
    assert (granted.due_original, granted.cycle_due, granted.due, granted.extensions) == (DUE, DUE, NEW, 1)
    row = Extension.objects.get(problem_id=problem)
    assert (row.due_before, row.asked_due, row.answer, row.answered_on, row.opinion) == (
        DUE,
        NEW,
        "granted",
        START,
        "同意",
    )
    assert (row.asked_by_id, row.signed_by_id) == (world.people["liaison"].pk, world.people["leader"].pk)


def test_asked_by_the_leader_it_is_signed_already(world: World):
    problem = world.through(Stage.UNDER_WAY).id
    ask(world, problem, NEW, "leader").only()
    assert "延期申请已经签发" in words_of(lambda: sign(world, problem))
    assert only(grant(world, problem)).due == NEW


def test_the_office_may_grant_another_date_than_the_one_asked_for(world: World):
    problem = world.through(Stage.UNDER_WAY).id
    ask(world, problem, NEW, "leader").only()
    assert "没有晚于现在的时限" in words_of(lambda: grant(world, problem, DUE))
    assert "累计最多延期60天" in words_of(lambda: grant(world, problem, DUE + timedelta(days=61)))
    assert only(grant(world, problem, DUE + timedelta(days=7))).due == DUE + timedelta(days=7)


def test_refused_with_a_reason_the_date_stays(world: World):
    problem = world.through(Stage.UNDER_WAY).id
    ask(world, problem).only()
    kept = only(
        extending.refuse_extension(actor=world.actor("coordinator"), problem=problem, opinion="可以夜间施工")
    )
    assert (kept.due, kept.extensions) == (DUE, 0)
    row = Extension.objects.get(problem_id=problem)
    assert (row.answer, row.opinion) == ("refused", "可以夜间施工")
    assert only(ask(world, problem)).due == DUE


@pytest.mark.parametrize(
    ("due", "words"),
    [
        (DUE, "新的时限（2026-03-17）没有晚于现在的时限（2026-03-17）。"),
        (START, "新的时限（2026-03-02）没有晚于现在的时限（2026-03-17）。"),
        (DUE + timedelta(days=61), "“一般”类问题累计最多延期60天，最晚到2026-05-16。"),
        (date.max, "“一般”类问题累计最多延期60天，最晚到2026-05-16。"),
    ],
)
def test_a_date_outside_the_cap_is_refused(world: World, due: date, words: str):
    problem = world.through(Stage.UNDER_WAY).id
    assert words_of(lambda: ask(world, problem, due)).startswith(words)


def test_caps_count_times_and_days_of_the_class_together(world: World):
    problem = world.through(Stage.UNDER_WAY).id
    extended(world, problem, DUE + timedelta(days=59))
    assert "最晚到2026-05-16" in words_of(lambda: ask(world, problem, DUE + timedelta(days=61)))
    assert extended(world, problem, DUE + timedelta(days=60)).extensions == 2
    assert "最多延期2次" in words_of(lambda: ask(world, problem, DUE + timedelta(days=61)))


def test_an_urgent_problem_is_extended_once_by_five_days(world: World):
    problem = world.through(Stage.UNDER_WAY, urgency=Urgency.URGENT).id
    due = START + timedelta(days=5)
    assert "累计最多延期5天" in words_of(lambda: ask(world, problem, due + timedelta(days=6)))
    extended(world, problem, due + timedelta(days=5))
    assert "最多延期1次" in words_of(lambda: ask(world, problem, due + timedelta(days=6)))


@pytest.mark.parametrize(("days", "refused"), [(14, False), (15, False), (16, True)])
def test_it_is_asked_before_the_date_has_passed(world: World, days: int, refused: bool):
    problem = world.through(Stage.UNDER_WAY).id
    with days_later(days):
        if refused:
            assert "时限（2026-03-17）已过" in words_of(lambda: ask(world, problem))
        else:
            assert only(ask(world, problem)).due == DUE


def test_standing_problems_have_no_date_to_extend(world: World):
    problem = world.through(Stage.UNDER_WAY, horizon=Horizon.STANDING).id
    assert "长期坚持的问题没有需要延期的时限" in words_of(lambda: ask(world, problem, date(2027, 6, 1)))


def test_one_request_at_a_time_and_answered_before_anything_else(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED).id
    closing.send_back(actor=world.actor("reviewer"), problem=problem, reason="照片不清").only()
    ask(world, problem).only()
    assert "已有一份延期申请在等待答复" in words_of(lambda: ask(world, problem, NEW, "leader"))
    liaison, office = world.actor("liaison"), world.actor("coordinator")
    assert "还有一份延期申请没有答复" in words_of(
        lambda: closing.ask_closeout(actor=liaison, problem=problem, summary="完成")
    )
    assert "还有一份延期申请没有答复" in words_of(
        lambda: setting_aside.suspend(actor=office, problems=[problem], reason="诉讼")
    )


def test_a_pause_uses_up_no_extension(world: World):
    problem, office = world.through(Stage.UNDER_WAY).id, world.actor("coordinator")
    setting_aside.suspend(actor=office, problems=[problem], reason="诉讼").only()
    with days_later(100):
        resumed = only(setting_aside.resume(actor=office, problems=[problem]))
        assert resumed.due == DUE + timedelta(days=100)
        last = resumed.due + timedelta(days=60)
        assert f"最晚到{last}" in words_of(lambda: ask(world, problem, last + timedelta(days=1)))
        assert extended(world, problem, last).due_original == DUE
