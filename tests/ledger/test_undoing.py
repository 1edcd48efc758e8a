"""Recalling a dispatch and mending the wording: what goes back, what stays, who is in the way, whose eyes."""

from __future__ import annotations

import json
import time
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from bihuan.book.models import Entry
from bihuan.book.writing import Conflict
from bihuan.domain.case import Horizon, Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import correcting, dispatch, extending, setting_aside, undoing, warning, working
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.register import NewMeasure
from bihuan.ledger.actions.step import opening, this_moment, within_sight
from bihuan.ledger.batches import recent_batches
from bihuan.ledger.models import Extension, Measure, Problem, Responsibility, Span
from bihuan.ledger.models.problem import Origin
from bihuan.ledger.queries import visible_to
from bihuan.organisations.models import Unit
from tests.ledger.record import assert_whole, digest, only, words_of
from tests.world import START, World, days_later

CLEARED = ("dispatched_on", "due", "due_original", "cycle_due", "sign_by", "dispatch_id")


def ids(problems: list[Problem]) -> list[UUID]:
    return [row.id for row in problems]


def sent(world: World, count: int = 3, **values) -> list[Problem]:
    """So many problems dispatched together."""
    problems = world.register(count, **values)
    outcome = dispatch.dispatch(actor=world.actor("coordinator"), problems=ids(problems))
    assert len(outcome.done) == count
    return list(Problem.objects.filter(id__in=ids(problems)).order_by("number"))


def recall(world: World, problems: list[Problem], **how):
    return undoing.recall(actor=world.actor("coordinator"), problems=ids(problems), reason="单位选错", **how)


def last(problem: UUID) -> tuple[Entry, dict[str, Any]]:
    entry = Entry.objects.filter(subject=problem).order_by("-seq")[0]
    return entry, json.loads(entry.body)


# ── a dispatch and its recall ──


def test_what_is_dispatched_together_has_one_number_that_its_entries_name(world: World):
    first, second = sent(world, 2), sent(world, 1)
    assert len({row.dispatch_id for row in first}) == 1
    assert first[0].dispatch_id != second[0].dispatch_id
    for row in first:
        assert last(row.id)[1]["details"]["dispatch"] == str(row.dispatch_id)


def test_a_recall_puts_everything_back_as_it_was_before_the_dispatch(world: World):
    own_day = START + timedelta(days=9)
    problems = world.register(2, measures=(NewMeasure("有日期的", due=own_day), NewMeasure("没有日期的")))
    before = {row.id: row.snapshot() for row in Problem.objects.filter(id__in=ids(problems))}
    dispatch.dispatch(actor=world.actor("coordinator"), problems=ids(problems))
    batch = Problem.objects.get(id=problems[0].id).dispatch_id
    assert len(recall(world, problems).done) == 2
    for problem in problems:
        row = Problem.objects.get(id=problem.id)
        assert row.snapshot() == before[row.id]
        assert (row.colour, row.stage) == ("grey", "listed")
        dues = list(Measure.objects.filter(problem_id=row.id).order_by("place").values_list("due", flat=True))
        assert dues == [own_day, None]
        assert last(row.id)[1]["details"] == {"note": "单位选错", "dispatch": str(batch)}
        assert_whole(row.id)


def test_units_lose_sight_of_it_and_find_the_recall_when_it_comes_again(world: World):
    problem = sent(world, 1)[0]
    assert visible_to(world.actor("liaison")).filter(id=problem.id).exists()
    recall(world, [problem])
    for name in ("liaison", "support"):
        assert not visible_to(world.actor(name)).filter(id=problem.id).exists()
    assert visible_to(world.actor("coordinator")).filter(id=problem.id).exists()
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    again = Problem.objects.get(id=problem.id)
    assert again.dispatch_id not in (None, problem.dispatch_id)
    seen = visible_to(world.actor("liaison")).get(id=problem.id)
    assert list(
        Entry.objects.filter(subject=seen.id, audience="everyone").order_by("seq").values_list("action", flat=True)
    ) == ["dispatch", "recall", "dispatch"]


def test_past_days_keep_what_they_were(world: World):
    problem = sent(world, 1)[0]
    with days_later(5):
        recall(world, [problem])
    *_before, span = Span.objects.filter(problem_id=problem.id).order_by("begins")
    assert (span.stage, span.due, span.ends) == ("dispatched", problem.due, START + timedelta(days=5))


def test_measure_dates_that_a_second_dispatch_filled_in_go_too(world: World):
    problem = sent(world, 1)[0]
    recall(world, [problem])
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id], due=START + timedelta(days=40))
    recall(world, [problem])
    assert set(Measure.objects.filter(problem_id=problem.id).values_list("due", flat=True)) == {None}


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda w, p: working.sign(actor=w.actor("liaison"), problems=[p]), "该问题现在是“整改中”"),
        (
            lambda w, p: warning.warn(actor=w.actor("supervisor"), problem=p, reason="推诿"),
            "督导人员已经亮红，不能撤回交办。请先由督导人员“解除亮红”。",
        ),
        (
            lambda w, p: setting_aside.suspend(actor=w.actor("coordinator"), problems=[p], reason="等判决"),
            "该问题现在是“已中止”",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_recall(world: World, spoil, words):
    problem = sent(world, 1)[0]
    spoil(world, problem.id).only()
    assert words_of(lambda: recall(world, [problem])).startswith(words)


def test_a_recall_does_not_wipe_away_what_is_overdue(world: World):
    problem = sent(world, 1)[0]
    assert problem.due is not None
    days = (problem.due - START).days
    with days_later(days + 1):
        assert words_of(lambda: recall(world, [problem])).startswith(
            f"整改时限{problem.due}已经过去，撤回交办会抹去超期"
        )
    with days_later(days):
        assert recall(world, [problem]).done


# ── as a whole ──


def whole(world: World, problems: list[Problem], name: str = "coordinator", **how):
    batch = problems[0].dispatch_id
    assert batch is not None
    return undoing.recall_dispatch(actor=world.actor(name), dispatch=batch, reason="名单传错", **how)


def test_a_dispatch_is_recalled_as_a_whole_by_any_coordinator_of_the_office(world: World):
    problems = sent(world, 3)
    assert len(whole(world, problems, "second_coordinator").done) == 3
    assert set(Problem.objects.values_list("stage", flat=True)) == {"listed"}
    assert words_of(lambda: whole(world, problems)).startswith("这次交办已经撤回")


def test_one_signature_and_nothing_of_it_is_recalled(world: World):
    problems = sent(world, 3)
    working.sign(actor=world.actor("liaison"), problems=[problems[1].id])
    before = digest()
    outcome = whole(world, problems)
    assert (outcome.done, len(outcome.refused)) == ((), 1)
    assert digest() == before
    rehearsal = whole(world, problems, dry_run=True)
    assert (len(rehearsal.done), len(rehearsal.refused)) == (2, 1)
    assert digest() == before


def test_what_was_withdrawn_since_is_left_aside(world: World):
    problems = sent(world, 3)
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[problems[0].id], reason="重复")
    assert len(whole(world, problems).done) == 2
    assert Problem.objects.get(id=problems[0].id).stage == "withdrawn"


def test_other_offices_and_units_recall_nothing(world: World):
    problems = sent(world, 2)
    for name in ("county_coordinator", "liaison", "stranger"):
        assert words_of(partial(whole, world, problems, name)).startswith("这次交办已经撤回")


def test_recent_dispatches_say_when_by_whom_how_many_and_how_many_signed(world: World):
    sent(world, 3)
    with days_later(1):
        later = sent(world, 2)
        working.sign(actor=world.actor("liaison"), problems=[later[0].id])
        found = recent_batches(world.actor("coordinator"))
    assert [(row.count, row.taken_up, row.waiting, row.recallable) for row in found] == [
        (2, 1, 1, False),
        (3, 0, 3, True),
    ]
    assert found[0].person == world.people["coordinator"]
    assert not recent_batches(world.actor("county_coordinator"))


def test_two_thousand_go_back_in_seconds(world: World, django_assert_max_num_queries):
    problems = sent(world, 2000)
    begun = time.process_time()
    with django_assert_max_num_queries(60):
        assert len(whole(world, problems).done) == 2000
    assert time.process_time() - begun < 6


# ── two at once ──


def test_whoever_signs_first_wins_over_a_recall_in_hand(world: World):
    """The recall was asked before the signature was written, and is written after it."""
    problem = sent(world, 1)[0]
    moment, actor = this_moment(), world.actor("coordinator")
    opened, _refused = opening(Move.RECALL, within_sight(actor, [problem.id]), actor=actor, moment=moment)
    working.sign(actor=world.actor("liaison"), problems=[problem.id]).only()
    before = digest()
    opened[0].problem.stage = "listed"
    with pytest.raises(Conflict):
        record(Move.RECALL, opened, actor=actor, moment=moment)
    assert digest() == before


def test_a_stale_preview_is_refused(world: World):
    problem = sent(world, 1)[0]
    refused = recall(world, [problem], seen={problem.id: problem.version - 1}).refused
    assert "您打开页面之后" in str(refused[0].denied)


# ── dispatch ──


def test_nothing_is_dispatched_to_a_unit_that_is_closed(world: World):
    problem = world.register()[0]
    Unit.objects.filter(pk=world.units["housing"].pk).update(is_active=False)
    said = words_of(lambda: dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]))
    assert said == "牵头单位“市住房和城乡建设局”已经停用，不能交办。请先在“修改”中换成在用的单位。"


# ── corrections ──


def mended(problem: Problem, **values) -> Mended:
    """The wording as it stands, but for `values`."""
    stands = {
        "title": problem.title,
        "text": problem.text,
        "category": problem.category,
        "goal": problem.goal,
        "source_id": problem.source_id,
        "origin": Origin(problem.origin),
    }
    return Mended(**(stands | values))


def correct(world: World, problem: Problem, name: str = "coordinator", **values):
    return correcting.correct(
        actor=world.actor(name), problem=problem.id, mended=mended(problem, **values), reason="错别字"
    )


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.CLOSEOUT_ASKED, Stage.CLOSED, Stage.SUSTAINED])
def test_a_typing_error_is_mended_at_any_stage_with_old_new_and_reason(world: World, stage: Stage):
    problem = world.through(stage)
    with days_later(200):
        corrected = only(correct(world, problem, title="改好的标题", origin=Origin.CARRIED))
    entry, body = last(problem.id)
    assert (corrected.title, corrected.origin, corrected.stage) == ("改好的标题", "carried", stage.value)
    assert (entry.action, entry.audience) == ("correct", "everyone")
    assert body["changes"] == {
        f"problem:{problem.id}": {"title": [problem.title, "改好的标题"], "origin": ["new", "carried"]}
    }
    assert body["details"]["note"] == "错别字"


def test_persons_and_the_wording_of_measures_are_mended_and_nothing_else(world: World):
    problem = world.through(Stage.UNDER_WAY)
    lead = Responsibility.objects.get(problem_id=problem.id, role="lead")
    measure = Measure.objects.filter(problem_id=problem.id).order_by("place")[0]
    before = measure.snapshot()
    only(correct(world, problem, persons={lead.id: "安小禾"}, measures={measure.id: "逐一排查井盖。"}))
    assert Responsibility.objects.get(id=lead.id).person == "安小禾"
    assert Measure.objects.get(id=measure.id).snapshot() == before | {"text": "逐一排查井盖。"}


def test_a_correction_changes_no_colour_and_no_day_before_it(world: World):
    problem = world.through(Stage.UNDER_WAY)
    with days_later(3):
        corrected = only(correct(world, problem, text="第1处雨水井盖下沉，有通行隐患。"))
    kept = ("stage", "due", "due_original", "dispatched_on", "colour", "turns", "progress", "worked_by")
    assert all(getattr(corrected, name) == getattr(problem, name) for name in kept)
    assert Span.objects.filter(problem_id=problem.id).count() == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "内容没有改动，不需要更正。"),
        ({"text": " \n"}, "还没有填写问题内容。"),
        ({"title": ""}, "还没有填写标题。"),
        ({"measures": {UUID(int=1): "x"}}, "其中有不属于该问题的措施"),
        ({"source_id": 999}, "所选的问题来源不存在"),
    ],
)
def test_what_is_no_correction(world: World, values, words):
    problem = world.through(Stage.DISPATCHED)
    assert words_of(lambda: correct(world, problem, **values)).startswith(words)


def test_line_ends_of_browsers_are_no_correction(world: World):
    two_lines = world.register(1, goal="一\n二")[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[two_lines.id]).only()
    row = Problem.objects.get(id=two_lines.id)
    assert words_of(lambda: correct(world, row, goal="一\r\n二\r\n")).startswith("内容没有改动")


def test_line_ends_that_stand_on_record_stay_when_something_else_is_corrected(world: World):
    problem = world.register(1, goal="一\r\n二")[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    row = Problem.objects.get(id=problem.id)
    only(correct(world, row, title="改好的标题", goal="一\n二"))
    assert list(last(problem.id)[1]["changes"][f"problem:{problem.id}"]) == ["title"]


def test_before_dispatch_and_once_withdrawn_nothing_is_corrected(world: World):
    listed = world.register()[0]
    assert words_of(lambda: correct(world, listed, title="x")).startswith("该问题现在是“已入账”")
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=[listed.id], reason="重复")
    assert words_of(lambda: correct(world, listed, title="x")).startswith("该问题现在是“已撤销”")


def test_only_the_office_corrects(world: World):
    problem = world.through(Stage.UNDER_WAY)
    for name in ("liaison", "leader", "reviewer", "supervisor", "auditor"):
        assert "不能办理“更正”" in words_of(partial(correct, world, problem, name, title="x"))


# ── what else is mended on the way ──


@pytest.mark.parametrize("aside", ["merge", "withdraw"])
def test_a_request_for_more_time_ends_with_its_problem(world: World, aside: str):
    problem, into = world.through(Stage.UNDER_WAY), world.register()[0]
    assert problem.due is not None
    later = problem.due + timedelta(days=5)
    extending.ask_extension(actor=world.actor("liaison"), problem=problem.id, due=later, reason="汛期").only()
    how = {"into": into.number} if aside == "merge" else {}
    only(
        getattr(setting_aside, aside)(
            actor=world.actor("coordinator"), problems=[problem.id], reason="重复", **how
        )
    )
    request = Extension.objects.get(problem_id=problem.id)
    assert (request.answer, request.answered_on) == ("lapsed", START)
    assert not Problem.objects.get(id=problem.id).request


def test_more_time_is_not_granted_until_a_day_that_has_passed(world: World):
    problem = world.through(Stage.UNDER_WAY)
    assert problem.due is not None
    asked = problem.due + timedelta(days=5)
    extending.ask_extension(actor=world.actor("liaison"), problem=problem.id, due=asked, reason="汛期").only()
    extending.sign_extension(actor=world.actor("leader"), problem=problem.id).only()
    office = world.actor("coordinator")
    with days_later((asked - START).days + 1) as today:
        said = words_of(lambda: extending.grant_extension(actor=office, problem=problem.id))
        assert said == f"新的时限（{asked}）已经过去。请填写今天或以后的日期。"
        assert extending.grant_extension(actor=office, problem=problem.id, due=today).only().due == today


def test_a_long_reason_is_kept_whole(world: World):
    problem = sent(world, 1)[0]
    reason = "名单传错。" * 2000
    undoing.recall(actor=world.actor("coordinator"), problems=[problem.id], reason=reason).only()
    assert last(problem.id)[1]["details"]["note"] == reason
    assert_whole(problem.id)


def test_standing_problems_go_back_too(world: World):
    problem = sent(world, 1, horizon=Horizon.STANDING)[0]
    assert recall(world, [problem]).done
    row = Problem.objects.get(id=problem.id)
    assert [getattr(row, name) for name in CLEARED] == [None] * len(CLEARED)
    assert date(2027, 3, 2) == problem.due


def test_refused_as_a_whole_says_so(world: World):
    with pytest.raises(Refused):
        undoing.recall_dispatch(actor=world.actor("coordinator"), dispatch=UUID(int=3), reason="x")
