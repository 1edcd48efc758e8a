"""Close-out in tiers: who signs where and how often, what is frozen, objections, filing one level up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.book import clock
from bihuan.domain.case import Horizon, Role, Stage
from bihuan.domain.flows import STANDARDS, Grade
from bihuan.ledger.actions import closing, extending, filing, objecting, taking_over, working
from bihuan.ledger.actions.closing import Asked, Claim, Judged, Verdict
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.actions.register import NewMeasure
from bihuan.ledger.actions.working import NewEvidence, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Closeout, Evidence, Lookback, Measure, Objection, Problem
from tests.ledger.calls.closeout import OBJECTION, county_closed, signer, two_tiers
from tests.ledger.record import assert_whole, only, words_of
from tests.world import START, World, days_later

STAGES = (
    NewMeasure("建立台账", due=START),
    NewMeasure("每年汛前复查", due=date(2026, 9, 1)),
)
ALL_MET = {standard.code: Verdict(True) for standard in STANDARDS}


def checked(world: World) -> UUID:
    problem = world.through(Stage.CLOSEOUT_ASKED).id
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实", visited_on=START).only()
    return problem


def request_of(problem: UUID) -> Closeout:
    return Closeout.objects.filter(problem_id=problem).latest("id")


def part_done(world: World, *percents: int, **values: Any) -> UUID:
    """A problem whose measures are so far done, with a photo each of those begun."""
    problem = world.through(Stage.UNDER_WAY, **values).id
    rows = list(Measure.objects.filter(problem_id=problem).order_by("place"))
    done = dict(zip(rows, percents, strict=True))
    proof = store("现场.png", [b"\x89PNG\r\n\x1a\n", problem.bytes])
    working.report(
        actor=world.actor("liaison"),
        problem=problem,
        progress={row.id: Progress(percent) for row, percent in done.items()},
        files=[NewEvidence(proof, row.id) for row, percent in done.items() if percent],
    ).only()
    return problem


# Tiers ---------------------------------------------------------------------------------------------------


def test_two_tiers_with_two_signatures_at_the_second(world: World):
    two_tiers(world, quorum=2)
    problem, first, second = checked(world), signer(world), signer(world)
    reviewer = world.actor("reviewer")
    assert "不由单位负责人签字" in words_of(lambda: closing.accept(actor=first, problems=[problem]))
    row = only(closing.accept(actor=reviewer, problems=[problem], opinion="属实"))
    assert (row.stage, row.awaits, row.grade) == (Stage.CLOSEOUT_ASKED, ",leader,", None)
    assert "不能再签下一环节" in words_of(lambda: closing.accept(actor=reviewer, problems=[problem]))
    coordinator = world.actor("coordinator")
    assert "“领导签字”环节不由" in words_of(lambda: closing.accept(actor=coordinator, problems=[problem]))
    assert only(closing.accept(actor=first, problems=[problem])).stage == Stage.CLOSEOUT_ASKED
    assert "不能再签下一环节" in words_of(lambda: closing.accept(actor=first, problems=[problem]))
    row = only(closing.accept(actor=second, problems=[problem], opinion="同意销号"))
    assert (row.stage, row.awaits, row.grade) == (Stage.ACCEPTED, None, Grade.DONE)
    request = request_of(problem)
    assert [(one["kind"], one["role"], one["place"]) for one in request.signatures] == [
        ("check", "supervisor", 0),
        ("accept", "reviewer", 1),
        ("accept", "leader", 2),
        ("accept", "leader", 2),
    ]
    assert request.signatures[0]["visited_on"] == START.isoformat()
    assert [percent for _id, _text, percent, _on in request.frozen["measures"]] == [100, 100]
    assert_whole(problem)


def test_whoever_had_a_hand_in_the_work_signs_at_no_tier(world: World):
    two_tiers(world)
    problem, leader = checked(world), signer(world)
    Problem.objects.filter(id=problem).update(worked_by=[leader.person_id])
    closing.accept(actor=world.actor("reviewer"), problems=[problem]).only()
    told = words_of(lambda: closing.accept(actor=leader, problems=[problem]))
    assert "不能对自己的工作办理“验收通过”" in told


def test_a_request_under_way_keeps_its_flow(world: World):
    problem = checked(world)
    two_tiers(world)
    assert only(closing.accept(actor=world.actor("reviewer"), problems=[problem])).stage == Stage.ACCEPTED
    later = checked(world)
    assert only(closing.accept(actor=world.actor("reviewer"), problems=[later])).stage == Stage.CLOSEOUT_ASKED
    closing.send_back(actor=world.actor("coordinator"), problem=later, reason="照片不清").only()
    assert (request_of(later).state, Problem.objects.get(id=later).awaits) == ("returned", None)


def test_what_was_checked_in_days_of_old_is_accepted_without_another_check(world: World):
    problem = checked(world)
    Closeout.objects.filter(problem_id=problem).delete()  # as the years before requests had rows left it
    row = closing.accept(actor=world.actor("reviewer"), problems=[problem]).only()
    assert (row.stage, row.grade) == (Stage.ACCEPTED, Grade.DONE)


def test_accepting_many_costs_as_many_questions_as_few(world: World):
    two_tiers(world, check=False)
    leader, reviewer, office = signer(world), world.actor("reviewer"), world.actor("coordinator")

    def cost(count: int) -> int:
        place = {"file": "存量台账.xlsx", "sheet": "台账", "row": 3, "reading": str(UUID(int=1))}
        rows = world.register(count, place=place, claims={"status": "done", "status_raw": "已完成"})
        ids = [row.id for row in rows]
        taking_over.take_over(actor=office, problems=ids)
        assert len(closing.accept(actor=reviewer, problems=ids, judged=Judged(None, ALL_MET)).done) == count
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(closing.accept(actor=leader, problems=ids, judged=Judged(None, ALL_MET)).done) == count
        return len(asked)

    few = cost(2)
    assert cost(200) == few


# Grades and standards ------------------------------------------------------------------------------------


def test_mostly_done_is_asked_with_what_is_left_and_counted_apart(world: World):
    problem, liaison = part_done(world, 100, 70), world.actor("liaison")

    def ask(grade: Grade, rest: str = "") -> Any:
        return closing.ask_closeout(actor=liaison, problem=problem, summary="完成", asked=Asked(grade, rest))

    assert "还有1项措施没有完成" in words_of(lambda: ask(Grade.DONE))
    assert "只有长期坚持的问题" in words_of(lambda: ask(Grade.STAGE, "其余长期坚持"))
    assert "尚未完成的内容" in words_of(lambda: ask(Grade.MOSTLY))
    ask(Grade.MOSTLY, "东段六月底前完成").only()
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    reviewer = world.actor("reviewer")
    too_high = words_of(
        lambda: closing.accept(actor=reviewer, problems=[problem], judged=Judged(Grade.DONE, ALL_MET))
    )
    assert "不能高于申请的等次" in too_high
    unmet = {**ALL_MET, "measures": Verdict(False)}
    assert "还没有写明原因" in words_of(
        lambda: closing.accept(actor=reviewer, problems=[problem], judged=Judged(None, unmet))
    )
    noted = {**ALL_MET, "measures": Verdict(False, "东段还差两处")}
    row = only(closing.accept(actor=reviewer, problems=[problem], judged=Judged(None, noted)))
    assert (row.stage, row.grade) == (Stage.ACCEPTED, "mostly")
    assert request_of(problem).standards[0]["note"] == "东段还差两处"
    closing.publish(actor=world.actor("coordinator"), problems=[problem]).only()
    with days_later(14) as today:
        row = only(closing.close(actor=world.actor("coordinator"), problems=[problem]))
        assert row.lookback_on is not None
        assert (row.lookback_on - today).days <= 31, "sooner than what is done"


def test_a_stage_result_of_a_standing_problem(world: World):
    problem = part_done(world, 100, 0, horizon=Horizon.STANDING, measures=STAGES)
    asked = Asked(Grade.STAGE, "每年汛前复查")
    closing.ask_closeout(actor=world.actor("liaison"), problem=problem, summary="已建立制度", asked=asked).only()
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    assert only(closing.accept(actor=world.actor("reviewer"), problems=[problem])).grade == "stage"


def test_an_unmet_standard_is_not_accepted_as_done(world: World):
    problem, reviewer = checked(world), world.actor("reviewer")
    ticked = {**ALL_MET, "cause": Verdict(False, "制度还没有印发")}
    told = words_of(lambda: closing.accept(actor=reviewer, problems=[problem], judged=Judged(None, ticked)))
    assert "产生问题的原因已经消除" in told
    lower = Judged(Grade.MOSTLY, ticked)
    assert only(closing.accept(actor=reviewer, problems=[problem], judged=lower)).grade == "mostly"


def test_only_files_of_the_problem_itself_prove_a_standard(world: World):
    other = world.through(Stage.CLOSEOUT_ASKED).id
    problem, liaison = part_done(world, 100, 100), world.actor("liaison")
    foreign, own = (Evidence.objects.filter(problem_id=id_).first() for id_ in (other, problem))
    assert foreign
    assert own

    def ask(file: Evidence) -> Any:
        asked = Asked(claims={"measures": Claim("已更换12处", (file.id,))})
        return closing.ask_closeout(actor=liaison, problem=problem, summary="完成", asked=asked)

    assert "不属于该问题" in words_of(lambda: ask(foreign))
    ask(own).only()
    assert request_of(problem).standards[0]["files"] == [str(own.id)]


def test_an_extension_past_the_cap_stays_refused(world: World):
    problem = world.through(Stage.UNDER_WAY)
    assert problem.due is not None
    far = date(problem.due.year + 1, problem.due.month, problem.due.day)
    told = words_of(
        lambda: extending.ask_extension(actor=world.actor("liaison"), problem=problem.id, due=far, reason="汛期")
    )
    assert "最多" in told or "超过" in told


# Objections ----------------------------------------------------------------------------------------------


def test_an_objection_stands_in_the_way_until_it_is_answered(world: World):
    problem, office = world.through(Stage.IN_PUBLIC_NOTICE).id, world.actor("coordinator")
    objecting.object_to(actor=world.actor("supervisor"), problem=problem, raised=OBJECTION).only()
    with days_later(30):
        assert "1条公示异议没有答复" in words_of(lambda: closing.close(actor=office, problems=[problem]))
        objecting.answer_objection(actor=office, problem=problem, reason="另行登记").only()
        assert "没有待答复" in words_of(
            lambda: objecting.answer_objection(actor=office, problem=problem, reason="再答")
        )
        assert only(closing.close(actor=office, problems=[problem])).stage == Stage.CLOSED
    row = Objection.objects.get(problem_id=problem)
    assert (row.outcome, row.answer, row.answered_by_id) == ("dismissed", "另行登记", office.person_id)
    assert_whole(problem)


def test_two_objections_are_answered_one_by_one_and_a_return_upholds_the_rest(world: World):
    problem, office = world.through(Stage.IN_PUBLIC_NOTICE).id, world.actor("coordinator")
    for text in ("东段没有换", "井盖有响声"):
        objecting.object_to(actor=office, problem=problem, raised=Raised(text)).only()
    first = Objection.objects.filter(problem_id=problem).earliest("id")
    assert "没有选中" in words_of(
        lambda: objecting.answer_objection(actor=office, problem=problem, reason="不属实")
    )
    objecting.answer_objection(actor=office, problem=problem, reason="不属实", objection=first.id).only()
    closing.send_back(actor=office, problem=problem, reason="确有响声").only()
    assert list(Objection.objects.filter(problem_id=problem).order_by("id").values_list("outcome", flat=True)) == [
        "dismissed",
        "upheld",
    ]


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (Raised("有异议", date(2026, 3, 3)), "还没有到"),
        (Raised("有异议", date(2026, 3, 1)), "早于验收的日期"),
        (Raised("有异议", objector="名" * 61), "提出人太长"),
        (Raised("有异议", channel="渠\0"), "无法保存"),
    ],
)
def test_an_objection_that_cannot_be_is_refused(world: World, raised: Raised, words: str):
    problem = world.through(Stage.IN_PUBLIC_NOTICE).id
    office = world.actor("coordinator")
    assert words in words_of(lambda: objecting.object_to(actor=office, problem=problem, raised=raised))


# Filing --------------------------------------------------------------------------------------------------


def test_what_nobody_stands_above_is_not_reported(world: World):
    problem, office = world.through(Stage.CLOSED), signer(world, Role.COORDINATOR, "city")
    assert problem.filing is None
    assert "只能由" in words_of(lambda: filing.file_closeout(actor=office, problems=[problem.id]))


def test_the_unit_directly_above_files_once(world: World):
    problem, city = county_closed(world), world.actor("coordinator")
    county = world.actor("county_coordinator")
    assert "上级" in words_of(lambda: filing.file_closeout(actor=county, problems=[problem]))
    row = only(filing.file_closeout(actor=city, problems=[problem], note="同意"))
    assert (row.filing, row.stage) == ("filed", Stage.CLOSED)
    request = request_of(problem)
    assert (request.filed_on, request.filed_by_id, request.filing_note) == (START, city.person_id, "同意")
    assert "已经备案" in words_of(lambda: filing.file_closeout(actor=city, problems=[problem]))
    assert "已经备案" in words_of(lambda: filing.refuse_filing(actor=city, problem=problem, reason="晚了"))
    assert_whole(problem)


def test_a_refused_filing_gives_the_problem_back_and_it_comes_again(world: World):
    problem, city, county = county_closed(world), world.actor("coordinator"), world.actor("county_coordinator")
    row = only(filing.refuse_filing(actor=city, problem=problem, reason="照片看不出位置"))
    assert (row.stage, row.filing, row.returns, row.closed_on, row.grade) == (
        Stage.UNDER_WAY,
        None,
        1,
        None,
        None,
    )
    assert request_of(problem).state == "returned"
    unit = world.actor("stranger")
    closing.ask_closeout(actor=unit, problem=problem, summary="已补拍").only()
    closing.accept(actor=county, problems=[problem]).only()
    with days_later(3):
        row = only(closing.close(actor=county, problems=[problem]))
    assert row.filing == "asked"
    assert [(one.planned_for, one.result) for one in Lookback.objects.filter(problem_id=problem)] == [
        (row.lookback_on, "open")
    ], "one look-back for one striking off"
    with days_later(4):
        filing.file_closeout(actor=city, problems=[problem]).only()
    assert clock.today() == START
    assert_whole(problem)
