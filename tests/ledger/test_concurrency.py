"""Several people at once, on connections of their own: one is first, the others are told, nothing happens twice.

`together` lets everybody load before anybody writes where the database allows it (PostgreSQL); SQLite lets one
after the other in, which must come to the same.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.book.writing import Conflict
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import closing, dispatch, extending, recording, setting_aside, undoing, working
from bihuan.ledger.actions.answering import Found, answer_found, answer_not_found
from bihuan.ledger.actions.handing_down import NewPart, hand_down
from bihuan.ledger.actions.linking import link_part
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.topics import NewTopic, send_topics
from bihuan.ledger.actions.working import PlannedMeasure, Progress
from bihuan.ledger.models import CheckAnswer, Counter, Extension, Lookback, Problem, Reach
from tests.ledger.record import assert_whole
from tests.world import World, build_world

PATIENCE = 1.0 if connection.vendor == "postgresql" else 0.02
"""Seconds that those who have loaded wait for the rest before they write; on SQLite the rest cannot load yet."""
TAKEN = "bihuan.ledger.actions.taking.record"

COORDINATORS = ("coordinator", "second_coordinator")

pytestmark = pytest.mark.django_db(transaction=True)
Call = Callable[[], Any]


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Make all calls at once; gives what each returned or the refusal that it met, in their order."""

    def make(*calls: Call) -> list[Any]:
        loaded, found = threading.Barrier(len(calls)), [None] * len(calls)
        record = recording.record

        def write(*args: Any, **how: Any) -> None:
            with suppress(threading.BrokenBarrierError):
                loaded.wait(PATIENCE)
            record(*args, **how)

        def one(place: int, call: Call) -> None:
            try:
                found[place] = call()
            except Refused as refused:
                found[place] = refused  # type: ignore[call-overload]
            finally:
                connections.close_all()

        monkeypatch.setattr(TAKEN, write)
        threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        monkeypatch.setattr(TAKEN, record)
        return found

    return make


def done(found: Any) -> int:
    return len(found.done) if isinstance(found, Outcome) else 0


def actions_of(problem: UUID) -> list[str]:
    return list(Entry.objects.filter(subject=problem).order_by("seq").values_list("action", flat=True))


def test_the_same_list_is_dispatched_once(world: World, together: Callable[..., list[Any]]):
    ids = [problem.id for problem in world.register(25)]
    both = [world.actor(name) for name in ("coordinator", "second_coordinator")]
    calls = [partial(dispatch.dispatch, actor=actor, problems=ids) for actor in (*both, *both)]
    found = together(*calls)
    assert sorted(done(outcome) for outcome in found) == [0, 0, 0, 25]
    for outcome in found:
        if not done(outcome):
            assert isinstance(outcome, Conflict) or len(outcome.refused) == 25
    for problem in ids:
        assert actions_of(problem) == ["register", "dispatch"]
        assert_whole(problem)
    assert Reach.objects.filter(problem_id__in=ids).count() == 3 * 25


def test_lists_that_overlap_in_another_order_wait_for_one_another(
    world: World, together: Callable[..., list[Any]]
):
    ids = [problem.id for problem in world.register(30)]
    first, second = world.actor("coordinator"), world.actor("second_coordinator")
    together(
        partial(dispatch.dispatch, actor=first, problems=ids[:20]),
        partial(dispatch.dispatch, actor=second, problems=ids[:9:-1]),
    )
    stages = dict(Problem.objects.values_list("id", "stage"))
    assert {stages[problem] for problem in ids[10:20]} == {"dispatched"}
    assert all(actions_of(problem).count("dispatch") == (stages[problem] == "dispatched") for problem in ids)
    assert len({stages[problem] for problem in ids[:10]}) == len({stages[problem] for problem in ids[20:]}) == 1


def all_or_nothing(ids: list[UUID], back: str, signed: UUID) -> None:
    """Either everything was taken back, or one was signed for and nothing was."""
    stages = {problem: Problem.objects.get(id=problem).stage for problem in ids}
    if stages[signed] == "under_way":
        assert [stages[problem] for problem in ids if problem != signed] == ["dispatched"] * (len(ids) - 1)
    else:
        assert set(stages.values()) == {back}
    for problem in ids:
        assert_whole(problem)


def test_a_dispatch_is_recalled_or_signed_for_never_both(world: World, together: Callable[..., list[Any]]):
    ids = [problem.id for problem in world.register(12)]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=ids)
    batch = Problem.objects.get(id=ids[0]).dispatch_id
    assert batch is not None
    recall = partial(undoing.recall_dispatch, dispatch=batch, reason="名单传错")
    found = together(
        partial(recall, actor=world.actor("coordinator")),
        partial(recall, actor=world.actor("second_coordinator")),
        partial(working.sign, actor=world.actor("liaison"), problems=[ids[7]]),
    )
    assert sum(1 for outcome in found if done(outcome)) == 1
    all_or_nothing(ids, "listed", ids[7])


def test_an_import_is_withdrawn_or_signed_for_never_both(world: World, together: Callable[..., list[Any]]):
    reading = UUID(int=9)
    ids = [problem.id for problem in world.register(12, place={"reading": str(reading)})]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=ids)
    withdraw = partial(undoing.withdraw_import, problems=ids, reading=reading, reason="旧文件", all_or_none=True)
    found = together(
        partial(working.sign, actor=world.actor("liaison"), problems=[ids[3]]),
        partial(withdraw, actor=world.actor("coordinator")),
    )
    assert sum(1 for outcome in found if done(outcome)) == 1
    all_or_nothing(ids, "withdrawn", ids[3])


def test_numbers_given_out_at_once_are_each_given_once(world: World, together: Callable[..., list[Any]]):
    who = world.actor("coordinator")
    calls = [
        partial(register, actor=who, ledger=world.ledger, problems=[world.new() for _ in range(15)])
        for _ in range(6)
    ]
    found = together(*calls)
    numbers = [[problem.number for problem in made] for made in found]
    year = clock.today().year
    assert sorted(number for made in numbers for number in made) == [f"YT{year}-{n:05d}" for n in range(1, 91)]
    assert all(made == sorted(made) for made in numbers)
    assert Counter.objects.get().value == 90


def test_accepted_or_returned_but_not_both(world: World, together: Callable[..., list[Any]]):
    problem = world.through(Stage.CLOSEOUT_ASKED).id
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    found = together(
        partial(closing.accept, actor=world.actor("reviewer"), problems=[problem]),
        partial(closing.send_back, actor=world.actor("coordinator"), problem=problem, reason="照片不清"),
    )
    row = Problem.objects.get(id=problem)
    # Where the one who accepts comes first, the other may still return what was just accepted.
    came_after = actions_of(problem)[-2:] == ["accept", "return"]
    assert sum(map(done, found)) == (2 if came_after else 1)
    assert (row.stage, row.accepted_on is not None) in [("accepted", True), ("under_way", False)]
    assert_whole(problem)


def test_closed_once_with_one_lookback(world: World, together: Callable[..., list[Any]]):
    problem = world.through(Stage.IN_PUBLIC_NOTICE).id
    Problem.objects.filter(id=problem).update(notice_until=clock.today() - timedelta(days=1))
    calls = [partial(closing.close, actor=world.actor(n), problems=[problem]) for n in COORDINATORS]
    assert sum(map(done, together(*calls))) == 1
    assert Lookback.objects.filter(problem_id=problem).count() == 1
    assert actions_of(problem).count("close") == 1


def test_one_request_is_granted_once(world: World, together: Callable[..., list[Any]]):
    problem = world.through(Stage.UNDER_WAY)
    assert problem.due
    due = problem.due + timedelta(days=10)
    extending.ask_extension(actor=world.actor("leader"), problem=problem.id, due=due, reason="汛期").only()
    calls = [partial(extending.grant_extension, actor=world.actor(n), problem=problem.id) for n in COORDINATORS]
    assert sum(map(done, together(*calls))) == 1
    row = Problem.objects.get(id=problem.id)
    assert (row.due, row.extensions) == (due, 1)
    assert Extension.objects.filter(problem_id=problem.id, answer="granted").count() == 1
    assert_whole(problem.id)


def test_of_two_requests_at_once_one_stands(world: World, together: Callable[..., list[Any]]):
    problem = world.through(Stage.UNDER_WAY)
    assert problem.due
    due = problem.due + timedelta(days=10)
    calls = [
        partial(extending.ask_extension, actor=world.actor(n), problem=problem.id, due=due, reason="汛期")
        for n in ("leader", "liaison")
    ]
    assert sum(map(done, together(*calls))) == 1
    assert Extension.objects.filter(problem_id=problem.id, answer="open").count() == 1


def test_two_problems_are_never_merged_into_one_another(world: World, together: Callable[..., list[Any]]):
    first, second = world.register(2)
    found = together(
        partial(_merge, world, first.id, second.number),
        partial(_merge, world, second.id, first.number),
    )
    assert sum(map(done, found)) == 1
    rows = Problem.objects.filter(id__in=[first.id, second.id])
    assert sorted(rows.values_list("stage", flat=True)) == ["listed", "merged"]


def _merge(world: World, problem: UUID, into: str) -> Outcome:
    who = world.actor("coordinator")
    return setting_aside.merge(actor=who, problems=[problem], into=into, reason="同一件事")


def test_a_report_from_an_outdated_page_is_not_written_over_a_newer_one(
    world: World, together: Callable[..., list[Any]]
):
    problem = world.through(Stage.UNDER_WAY)
    seen = {problem.id: problem.version}
    calls = [
        partial(working.report, actor=world.actor(n), problem=problem.id, progress={}, note=n, seen=seen)
        for n in ("liaison", "leader", "support")
    ]
    assert sum(map(done, together(*calls))) == 1
    assert actions_of(problem.id).count("report") == 1
    assert Problem.objects.get(id=problem.id).version == problem.version + 1


def test_whoever_comes_too_late_reads_what_happened(world: World):
    assert str(Conflict()) == "别人刚刚办理过其中的问题，您看到的内容已经过时。请刷新后再办理。"


def test_time_goes_on_in_a_chain_on_which_two_write_at_once(world: World, together: Callable[..., list[Any]]):
    problem = world.through(Stage.UNDER_WAY).id
    calls = [
        partial(working.report, actor=world.actor(n), problem=problem, progress={}, note=n)
        for n in ("liaison", "leader", "support")
    ]
    found = together(*calls)
    assert all(done(outcome) == 1 or isinstance(outcome, Conflict) for outcome in found)
    times = list(Entry.objects.filter(subject=problem).order_by("seq").values_list("recorded_at", flat=True))
    assert times == sorted(times)
    assert_whole(problem)


def test_two_parts_of_one_problem_are_reported_on_at_once(world: World, together: Callable[..., list[Any]]):
    """Neither waits for a page to be read again: what counts above is taken over one after the other."""
    whole, calls = world.through(Stage.UNDER_WAY, measures=()), []
    people = (("housing", "liaison"), ("water", "support"))
    parts = [NewPart(world.units[unit].pk) for unit, _who in people]
    hand_down(actor=world.actor("coordinator"), problem=whole.id, parts=parts).only()
    for unit, who in people:
        part = Problem.objects.get(above_id=whole.id, lead_unit=world.units[unit])
        working.sign(actor=world.actor(who), problems=[part.id]).only()
        planned = [PlannedMeasure("整改", 100, part.due)]
        working.set_measures(actor=world.actor(who), problem=part.id, measures=planned).only()
        measure = part.measures.get().id
        said = {measure: Progress(80)}
        calls.append(partial(working.report, actor=world.actor(who), problem=part.id, progress=said))
    assert [done(outcome) for outcome in together(*calls)] == [1, 1]
    assert Problem.objects.get(id=whole.id).progress == 80
    assert actions_of(whole.id).count("roll_up") == 2
    assert_whole(whole.id)


def test_links_made_at_once_close_no_circle(world: World, together: Callable[..., list[Any]]):
    first, second, third = (world.through(Stage.UNDER_WAY) for _ in range(3))
    pairs = ((first, second), (second, third), (third, first))
    calls = [
        partial(link_part, actor=world.actor("coordinator"), problem=above.id, part=part.number)
        for above, part in pairs
    ]
    assert sum(map(done, together(*calls))) == 2
    assert Problem.objects.filter(above_id__isnull=True).count() == 1
    for row in (first, second, third):
        assert_whole(row.id)


def test_of_two_answers_to_a_check_topic_at_once_one_stands(world, together):
    topics = [NewTopic("食堂食品安全")]
    send_topics(actor=world.actor("coordinator"), topics=topics, due=clock.today())
    row = CheckAnswer.objects.get(unit=world.units["housing"])
    found = [Found("留样冰箱损坏。")]
    done = together(
        partial(answer_found, actor=world.actor("liaison"), answer=row.id, found=found),
        partial(answer_not_found, actor=world.actor("leader"), answer=row.id, statement="看了两处"),
    )
    (refused,) = [one for one in done if isinstance(one, Refused)]
    assert "答复" in str(refused.denied)
    row.refresh_from_db()
    assert len(row.problems) == Problem.objects.count() == (row.answer == "found")
    assert Entry.objects.filter(subject=row.id).count() == 2
