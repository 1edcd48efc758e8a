"""What holds for every action: lists, dry runs, versions seen, days on which it happened, a clock set back."""

from __future__ import annotations

import gc
from datetime import timedelta

import pytest

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.ledger.actions import dispatch, recording, working
from bihuan.ledger.actions import register as registering
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Problem
from tests.ledger.record import assert_whole, digest, only, words_of
from tests.world import START, World, days_later


def test_a_list_is_worked_through_and_what_is_refused_says_why(world: World):
    listed, dispatched = world.register(2), world.through(Stage.DISPATCHED)
    ids = [listed[0].id, dispatched.id, listed[1].id]
    outcome = dispatch.dispatch(actor=world.actor("coordinator"), problems=ids)
    assert [problem.id for problem in outcome.done] == [ids[0], ids[2]]
    assert [str(refusal.denied).split("。")[0] for refusal in outcome.refused] == [
        "该问题现在是“已交办”，不能办理“交办”"
    ]
    assert Problem.objects.filter(id__in=ids, stage="dispatched").count() == 3


def test_all_or_none_does_nothing_where_anything_is_refused(world: World):
    listed, dispatched = world.register(2), world.through(Stage.DISPATCHED)
    ids = [listed[0].id, dispatched.id, listed[1].id]
    words_of(lambda: dispatch.dispatch(actor=world.actor("coordinator"), problems=ids, all_or_none=True))
    done = dispatch.dispatch(actor=world.actor("coordinator"), problems=[ids[0], ids[2]], all_or_none=True)
    assert len(done.done) == 2


def test_a_list_with_one_id_out_of_sight_is_refused_whole(world: World):
    mine = [problem.id for problem in world.register(3)]
    assert "整批没有办理" in words_of(
        lambda: dispatch.dispatch(actor=world.actor("coordinator"), problems=[*mine, new_id()])
    )
    other = world.actor("county_coordinator")
    assert "整批没有办理" in words_of(lambda: dispatch.dispatch(actor=other, problems=mine[:1]))


def test_an_id_named_twice_counts_once_and_an_empty_list_does_nothing(world: World):
    problem = world.register()[0].id
    done = dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem, problem]).done
    assert [p.id for p in done] == [problem]
    assert_whole(problem)
    assert dispatch.dispatch(actor=world.actor("coordinator"), problems=[]) == Outcome((), ())


def test_a_dry_run_says_the_same_and_writes_nothing(world: World):
    ids = [world.register()[0].id, world.through(Stage.DISPATCHED).id]
    who = world.actor("coordinator")
    first = Problem.objects.get(id=ids[0])
    dry = dispatch.dispatch(actor=who, problems=ids, dry_run=True)
    assert Problem.objects.get(id=ids[0]).__dict__ | {"_state": 0} == first.__dict__ | {"_state": 0}
    real = dispatch.dispatch(actor=who, problems=ids)
    assert [[p.id for p in o.done] for o in (dry, real)] == [ids[:1], ids[:1]]
    assert [r.denied for r in dry.refused] == [r.denied for r in real.refused]


def test_who_has_seen_an_older_state_is_told_so(world: World):
    problem = world.through(Stage.UNDER_WAY)
    liaison = world.actor("liaison")
    report = working.report(actor=liaison, problem=problem.id, progress={}, note="已排查")
    assert report.only().version == problem.version + 1

    def again() -> Outcome:
        return working.report(actor=liaison, problem=problem.id, progress={}, note="晚了", seen={problem.id: 2})

    assert words_of(again) == "您打开页面之后，别人已经办理过该问题。请刷新后再办理。"
    assert working.report(actor=liaison, problem=problem.id, progress={}, note="新", seen={new_id(): 1}).only()


@pytest.mark.parametrize("days", [-400, -1, 0])
def test_what_happened_earlier_may_be_entered_later(world: World, days: int):
    problem, day = world.through(Stage.DISPATCHED).id, START + timedelta(days=days)
    only(working.sign(actor=world.actor("liaison"), problems=[problem], occurred_on=day))
    entry = Entry.objects.filter(subject=problem).latest("seq")
    assert (entry.occurred_on, clock.day_of(entry.recorded_at)) == (day, START)


def test_nothing_has_happened_tomorrow(world: World):
    problem, tomorrow = world.through(Stage.DISPATCHED).id, START + timedelta(days=1)
    words = words_of(lambda: working.sign(actor=world.actor("liaison"), problems=[problem], occurred_on=tomorrow))
    assert words == "发生日期2026-03-03还没有到。请填写今天或以前的日期。"


def test_time_never_runs_backwards_in_a_chain(world: World):
    problem = world.through(Stage.DISPATCHED).id
    with clock.moved_to(clock.moment_on(START, hour=8)):
        words = words_of(lambda: working.sign(actor=world.actor("liaison"), problems=[problem]))
    assert words.startswith("服务器时钟（2026-03-02T00:00:00+00:00）早于该事项最近一次记录的时间")
    with clock.moved_to(clock.moment_on(START)):
        only(working.sign(actor=world.actor("liaison"), problems=[problem]))


class PowerCut(Exception):
    """Something that no action expects."""


def cut(*_: object, **__: object) -> None:
    raise PowerCut


@pytest.mark.parametrize("step", ["update_where", "insert", "follow", "append"])
def test_whatever_breaks_on_the_way_nothing_is_half_written(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
):
    ids, who = [problem.id for problem in world.register(3)], world.actor("coordinator")
    before = digest()
    with monkeypatch.context() as patch:
        patch.setattr(recording, step, cut)
        with days_later(1), pytest.raises(PowerCut):
            dispatch.dispatch(actor=who, problems=ids)
    assert digest() == before
    with days_later(1):
        assert len(dispatch.dispatch(actor=who, problems=ids).done) == 3


@pytest.mark.parametrize("step", ["insert", "insert_reach", "append"])
def test_a_list_is_registered_whole_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch, step: str):
    before = digest()
    with monkeypatch.context() as patch:
        patch.setattr(registering, step, cut)
        with pytest.raises(PowerCut):
            world.register(3)
    assert digest() == before
    assert gc.isenabled()


def test_text_that_cannot_be_kept_exactly_is_not_kept_at_all(world: World):
    before = digest()
    with pytest.raises(ValueError, match="surrogate"):
        register(
            actor=world.actor("coordinator"),
            ledger=world.ledger,
            problems=[world.new(), world.new("井盖\ud800下沉")],
        )
    assert digest() == before
