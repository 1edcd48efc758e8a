"""Close-out and look-back: tier by tier, nobody on their own work, the clock as if a return had not been asked."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from bihuan.domain.case import Role, Stage, Terms
from bihuan.ledger.actions import closing, dispatch, ledgers, lookback, warning, working
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Lookback, Measure, Problem
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, end_post
from bihuan.organisations.models import Person
from tests.ledger.record import only, words_of
from tests.world import START, World, days_later

DUE = START + timedelta(days=15)
OWN = "您本人或您所在的单位参与了该问题的整改，不能对自己的工作办理“验收通过”。"


def at(world: World, stage: Stage) -> UUID:
    return world.through(stage).id


def row(problem: UUID) -> Problem:
    return Problem.objects.get(id=problem)


def test_asking_stops_the_clock_and_a_return_lets_it_run_on(world: World):
    problem = at(world, Stage.CLOSEOUT_ASKED)
    assert (row(problem).asked_on, row(problem).turn1_on) == (START, None)
    returned = only(closing.send_back(actor=world.actor("reviewer"), problem=problem, reason="照片不清"))
    assert (returned.stage, returned.returns, returned.asked_on) == (Stage.UNDER_WAY, 1, None)
    assert (returned.colour, returned.turn1, returned.turn1_on) == ("yellow", "red", DUE + timedelta(days=1))


def test_a_second_return_is_red(world: World):
    problem, reviewer = at(world, Stage.CLOSEOUT_ASKED), world.actor("reviewer")
    closing.send_back(actor=reviewer, problem=problem, reason="照片不清").only()
    closing.ask_closeout(actor=world.actor("leader"), problem=problem, summary="已补拍").only()
    assert only(closing.send_back(actor=reviewer, problem=problem, reason="仍不清")).colour == "red"


@pytest.mark.parametrize("stage", [Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE])
def test_what_was_accepted_may_be_returned_and_begins_all_tiers_anew(world: World, stage: Stage):
    problem = at(world, stage)
    returned = only(closing.send_back(actor=world.actor("coordinator"), problem=problem, reason="公示有异议"))
    assert (returned.asked_on, returned.checked_on, returned.accepted_on, returned.notice_until) == (None,) * 4
    closing.ask_closeout(actor=world.actor("leader"), problem=problem, summary="已补").only()
    reviewer = world.actor("reviewer")
    assert "还没有现场核查" in words_of(lambda: closing.accept(actor=reviewer, problems=[problem]))


def test_closed_after_the_public_notice_with_a_lookback_planned(world: World):
    problem, office = at(world, Stage.IN_PUBLIC_NOTICE), world.actor("coordinator")
    until = date(2026, 3, 11)
    assert row(problem).notice_until == until
    with days_later(9):
        assert f"公示到{until}为止" in words_of(lambda: closing.close(actor=office, problems=[problem]))
    with days_later(10):
        closed = only(closing.close(actor=office, problems=[problem]))
    assert (closed.closed_on, closed.lookback_on, closed.colour) == (date(2026, 3, 12), date(2026, 6, 10), "green")
    planned = Lookback.objects.get(problem_id=problem)
    assert (planned.planned_for, planned.result, planned.cycle) == (date(2026, 6, 10), "open", 0)


def test_a_ledger_without_check_and_notice_closes_straight_from_acceptance(world: World):
    office = world.actor("coordinator")
    terms = Terms(check_required=False, notice_required=False, lookback_days=30)
    short = ledgers.open_ledger(actor=office, name="立行立改", prefix="LX", terms=terms)
    problem = register(actor=office, ledger=short, problems=[world.new()])[0].id
    dispatch.dispatch(actor=office, problems=[problem]).only()
    working.sign(actor=world.actor("liaison"), problems=[problem]).only()
    world._finish(problem)
    closing.accept(actor=world.actor("reviewer"), problems=[problem]).only()
    assert "没有公示环节" in words_of(lambda: closing.publish(actor=office, problems=[problem]))
    assert only(closing.close(actor=office, problems=[problem])).lookback_on == date(2026, 4, 1)


def test_a_site_check_is_made_once_per_request(world: World):
    problem, supervisor = at(world, Stage.CLOSEOUT_ASKED), world.actor("supervisor")
    closing.check(actor=supervisor, problem=problem, finding="属实").only()
    assert "已经现场核查过" in words_of(lambda: closing.check(actor=supervisor, problem=problem, finding="又查"))


def test_closeout_is_asked_only_with_everything_done_and_proved(world: World):
    problem, liaison = at(world, Stage.UNDER_WAY), world.actor("liaison")

    def ask() -> Outcome:
        return closing.ask_closeout(actor=liaison, problem=problem, summary="完成")

    def report(percent: int, *, proved: bool) -> None:
        rows = Measure.objects.filter(problem_id=problem, dropped=False)
        file = store("照片.png", [b"\x89PNG\r\n\x1a\n", problem.bytes])
        files = [NewEvidence(file, m.id) for m in rows] if proved else [NewEvidence(file)]
        progress = {m.id: Progress(percent) for m in rows}
        working.report(actor=liaison, problem=problem, progress=progress, files=files).only()

    assert "还有2项措施没有完成" in words_of(ask)
    report(100, proved=False)
    assert "有2项措施没有佐证材料" in words_of(ask)
    report(100, proved=True)
    assert only(ask()).stage == Stage.CLOSEOUT_ASKED


def test_evidence_on_a_dropped_measure_proves_nothing(world: World):
    problem = at(world, Stage.CLOSEOUT_ASKED)
    closing.send_back(actor=world.actor("reviewer"), problem=problem, reason="措施不对").only()
    liaison = world.actor("liaison")
    working.set_measures(actor=liaison, problem=problem, measures=[PlannedMeasure("重做", 100, DUE)]).only()
    new = Measure.objects.get(problem_id=problem, dropped=False)
    working.report(actor=liaison, problem=problem, progress={new.id: Progress(100)}).only()
    said = words_of(lambda: closing.ask_closeout(actor=liaison, problem=problem, summary="完成"))
    assert said.startswith("有1项措施没有佐证材料，例如“重做”")


# Own work ------------------------------------------------------------------------------------------------


def hired(world: World, name: str, *posts: tuple[Role, str]) -> list[Actor]:
    """Somebody new who holds these posts, as the actor in each of them."""
    person = create_person(username=name, name=name, password=None, region_id=1)
    ids = [assign_post(person=person, unit=world.units[unit], role=role).pk for role, unit in posts]
    found = [actor_for(person, held_posts(person), post) for post in ids]
    return [actor for actor in found if actor]


def checked(world: World) -> UUID:
    problem = at(world, Stage.CLOSEOUT_ASKED)
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    return problem


@pytest.mark.parametrize("unit", ["housing", "water"])
def test_a_post_in_an_assigned_unit_bars_from_accepting_in_any_other_post(world: World, unit: str):
    problem = checked(world)
    reviewer, _ = hired(world, "two_hats", (Role.REVIEWER, "city"), (Role.LIAISON, unit))
    assert words_of(lambda: closing.accept(actor=reviewer, problems=[problem])).startswith(OWN)


def test_whoever_had_a_hand_in_it_stays_barred_after_moving_to_the_office(world: World):
    problem = at(world, Stage.DISPATCHED)
    mover = hired(world, "mover", (Role.LIAISON, "housing"))[0]
    working.sign(actor=mover, problems=[problem]).only()
    world._finish(problem)
    closing.check(actor=world.actor("supervisor"), problem=problem, finding="属实").only()
    person = Person.objects.get(username="mover")
    end_post(post=held_posts(person).get())
    assign_post(person=person, unit=world.units["city"], role=Role.REVIEWER)
    now = actor_for(person, held_posts(person))
    assert now is not None
    assert words_of(partial(closing.accept, actor=now, problems=[problem])).startswith(
        "该问题的整改是您填报或代填的，不能对自己的工作"
    )
    assert only(closing.accept(actor=world.actor("reviewer"), problems=[problem])).stage == Stage.ACCEPTED


def test_an_office_that_leads_itself_cannot_accept(world: World):
    problem = world.through(Stage.LISTED, lead_unit_id=world.units["city"].pk).id
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem]).only()
    leader = hired(world, "city_leader", (Role.LEADER, "city"))[0]
    working.sign(actor=leader, problems=[problem]).only()
    measures = Measure.objects.filter(problem_id=problem)
    proof = store("照片.png", [b"\x89PNG\r\n\x1a\n", problem.bytes])
    working.report(
        actor=leader,
        problem=problem,
        progress={m.id: Progress(100) for m in measures},
        files=[NewEvidence(proof, m.id) for m in measures],
    ).only()
    closing.ask_closeout(actor=leader, problem=problem, summary="完成").only()
    for name in ("coordinator", "reviewer"):
        barred = partial(closing.accept, actor=world.actor(name), problems=[problem])
        assert words_of(barred).startswith(OWN)


# Look-back -----------------------------------------------------------------------------------------------


def test_sustained_when_nothing_came_back(world: World):
    problem = at(world, Stage.SUSTAINED)
    done = Lookback.objects.get(problem_id=problem)
    assert (done.result, done.finding, row(problem).sustained_on) == ("sustained", "没有反弹", done.done_on)


def test_a_lookback_may_be_planned_anew_but_not_for_yesterday(world: World):
    problem, office = at(world, Stage.CLOSED), world.actor("coordinator")
    with days_later(31):
        yesterday = START + timedelta(days=30)
        assert "已经过去" in words_of(
            lambda: lookback.plan_lookback(actor=office, problems=[problem], day=yesterday)
        )
        today = only(lookback.plan_lookback(actor=office, problems=[problem], day=START + timedelta(days=31)))
    assert today.lookback_on == Lookback.objects.get(problem_id=problem).planned_for == START + timedelta(days=31)


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.SUSTAINED])
def test_a_rebound_begins_a_new_cycle_and_keeps_the_first_date(world: World, stage: Stage):
    problem, supervisor = at(world, stage), world.actor("supervisor")
    with days_later(150):
        today = START + timedelta(days=150)
        past, new = today - timedelta(days=1), today + timedelta(days=20)
        assert "已经过去" in words_of(
            lambda: lookback.reopen(actor=supervisor, problem=problem, finding="又下沉", due=past)
        )
        again = only(lookback.reopen(actor=supervisor, problem=problem, finding="又下沉", due=new))
        assert (again.stage, again.cycle, again.colour, again.progress) == (Stage.UNDER_WAY, 1, "red", 0)
        assert (again.due_original, again.cycle_due, again.due) == (DUE, new, new)
        assert (again.returns, again.extensions, again.closed_on, again.lookback_on) == (0, 0, None, None)
        assert set(Measure.objects.filter(problem_id=problem).values_list("dropped", flat=True)) == {True}
        liaison = world.actor("liaison")
        said = words_of(lambda: closing.ask_closeout(actor=liaison, problem=problem, summary="完成"))
        assert said.startswith("还没有整改措施")
        world._finish(problem)
        world._accept(problem)
        assert row(problem).colour == "green"


# Supervision ---------------------------------------------------------------------------------------------


def test_a_warning_is_red_until_it_is_lifted(world: World):
    problem, supervisor = at(world, Stage.UNDER_WAY), world.actor("supervisor")
    assert only(warning.warn(actor=supervisor, problem=problem, reason="推诿")).colour == "red"
    assert "已经亮红" in words_of(lambda: warning.warn(actor=supervisor, problem=problem, reason="推诿"))
    assert only(warning.lift_warning(actor=supervisor, problem=problem, reason="到位")).colour == "blue"
    assert "没有督导亮红" in words_of(
        lambda: warning.lift_warning(actor=supervisor, problem=problem, reason="到位")
    )
