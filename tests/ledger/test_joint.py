"""Joint work and named people: who sees the problem, who signs, whose word counts, what goes with a post."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from bihuan.book.keys import new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.domain.joint import Wanted
from bihuan.domain.lifecycle import Move
from bihuan.insight.waiting import WAITING, groups_for, rows_of
from bihuan.ledger.actions.handing_over import hand_over, work_of
from bihuan.ledger.actions.joining import join, sign_part
from bihuan.ledger.actions.naming_duties import Named, Word, confirm_duty, name_duties
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import PlannedMeasure, set_measures
from bihuan.ledger.models import Duty, Problem, Responsibility
from bihuan.ledger.queries import find
from bihuan.ledger.verify import verify
from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.actions import assign_post
from bihuan.organisations.models import Post
from tests.ledger.record import assert_whole, only, words_of
from tests.world import START, World

ADMINISTRATIVE, TECHNICAL, INSPECTING = Duty.Kind.ADMINISTRATIVE, Duty.Kind.TECHNICAL, Duty.Kind.INSPECTING


@pytest.fixture
def problem(world: World) -> UUID:
    return world.through(Stage.UNDER_WAY).id


def units(world: World, *names: str) -> list[int]:
    return [world.units[name].pk for name in names]


def joined(world: World, problem: UUID, **tasks: str) -> Outcome:
    wanted = [Wanted(world.units[name].pk, task) for name, task in tasks.items()]
    return join(actor=world.actor("liaison"), problem=problem, wanted=wanted, reason="涉及学校")


def named(world: World, problem: UUID, who: str = "liaison", kind: Duty.Kind = TECHNICAL) -> Duty:
    unit = Post.objects.get(person=world.people[who]).unit_id
    one = Named(unit, world.people[who].pk)
    name_duties(actor=world.actor("coordinator"), problem=problem, named={kind: one}).only()
    return Duty.objects.get(problem_id=problem, duty=kind, dropped=False)


def answers(world: World, who: str, duty: Duty, word: Word) -> Outcome:
    return confirm_duty(actor=world.actor(who), problem=duty.problem_id, words={duty.id: word})


def waits(world: World, who: str, code: str) -> list[UUID]:
    """What of this kind waits on the desk; the list behind the figure holds the same."""
    actor = world.actor(who)
    found = {group.waiting.code: group for group in groups_for(actor, START, 5, lambda rows: rows)}
    rows = [row.id for row in found[code].rows] if code in found else []
    assert rows == [row.id for row in rows_of(WAITING[code], actor, START).order_by("due", "id")]
    return rows


def test_a_unit_that_joins_sees_the_problem_and_signs_once(world: World, problem: UUID):
    school = world.actor("stranger")
    assert find(school, problem) is None
    only(joined(world, problem, water="疏通管涵", county_education="核对校门口的井盖"))
    assert find(school, problem) is not None
    assert waits(world, "stranger", "part") == [problem]
    only(sign_part(actor=school, problems=[problem], remark="已收到"))
    assert waits(world, "stranger", "part") == []
    assert "本单位已于2026-03-02签收配合任务" in words_of(lambda: sign_part(actor=school, problems=[problem]))
    entry = Entry.objects.filter(subject=problem).order_by("-seq")[0]
    assert (entry.action, entry.unit_id) == (Move.SIGN_PART, world.units["county_education"].pk)


def test_another_task_is_signed_for_anew_and_the_same_one_is_not(world: World, problem: UUID):
    sign_part(actor=world.actor("support"), problems=[problem]).only()
    only(joined(world, problem, water="", county_education="核对校门口的井盖"))
    parts = Responsibility.objects.filter(problem_id=problem, unit=world.units["water"])
    assert list(parts.values_list("task", "signed_on")) == [(None, START)]
    only(joined(world, problem, water="疏通管涵", county_education="核对校门口的井盖"))
    assert list(parts.values_list("task", "signed_on")) == [("疏通管涵", None)]
    assert waits(world, "support", "part") == [problem]


def test_a_unit_leaves_only_without_measures_and_its_people_with_it(world: World, problem: UUID):
    due = Problem.objects.get(id=problem).due
    housing, water = units(world, "housing", "water")
    liaison = world.actor("liaison")
    shared = [PlannedMeasure("修井盖", 60, due, housing), PlannedMeasure("通管涵", 40, due, water)]
    set_measures(actor=liaison, problem=problem, measures=shared).only()
    duty = named(world, problem, "support")
    assert "“市水利局”还有正在执行的措施" in words_of(lambda: joined(world, problem))
    set_measures(actor=liaison, problem=problem, measures=[PlannedMeasure("修井盖", 100, due, housing)]).only()
    only(joined(world, problem))
    duty.refresh_from_db()
    assert duty.dropped
    assert find(world.actor("support"), problem) is None
    only(joined(world, problem, water="再来配合"))
    assert find(world.actor("support"), problem) is not None


@pytest.mark.parametrize("reason", ["", " \n"])
def test_units_are_changed_for_a_reason(world: World, problem: UUID, reason: str):
    wanted = [Wanted(world.units["county"].pk, "排查")]
    told = words_of(lambda: join(actor=world.actor("liaison"), problem=problem, wanted=wanted, reason=reason))
    assert told.startswith("还没有填写调整的理由")


def test_no_unit_that_is_not_there(world: World, problem: UUID):
    told = words_of(
        lambda: join(actor=world.actor("liaison"), problem=problem, wanted=[Wanted(10**9, "排查")], reason="人手")
    )
    assert told.startswith("所选的单位中有不存在或已停用的")


def test_only_the_person_named_confirms_and_only_once(world: World, problem: UUID):
    duty = named(world, problem)
    assert waits(world, "liaison", "duty") == [problem]
    assert waits(world, "leader", "duty") == []
    for who in ("leader", "coordinator", "support"):
        told = words_of(partial(answers, world, who, duty, Word(agrees=True)))
        assert told.startswith("只有被明确的责任人本人才能确认")
    assert words_of(lambda: answers(world, "liaison", duty, Word(False, " "))).startswith("还没有填写不认可的理由")
    only(answers(world, "liaison", duty, Word(agrees=True)))
    duty.refresh_from_db()
    assert (duty.confirmed_on, duty.refused_on) == (START, None)
    assert waits(world, "liaison", "duty") == []
    assert words_of(lambda: answers(world, "liaison", duty, Word(False, "反悔"))).startswith("您已经答复过")


def test_a_duty_waits_for_the_person_in_any_post_that_sees_it(world: World, problem: UUID):
    named(world, problem, "reviewer", INSPECTING)
    assert waits(world, "reviewer", "duty") == [problem]
    assign_post(person=world.people["reviewer"], unit=world.units["water"], role=Role.LIAISON)
    assert waits(world, "reviewer", "duty") == [problem]


def test_whoever_is_named_anew_takes_the_place_of_the_former(world: World, problem: UUID):
    first = named(world, problem)
    answers(world, "liaison", first, Word(False, "已调离")).only()
    again = named(world, problem)
    assert again.id != first.id, "a duty that was declined may be asked for once more"
    answers(world, "liaison", again, Word(agrees=True)).only()
    one = {TECHNICAL: Named(world.units["housing"].pk, world.people["liaison"].pk)}
    office = world.actor("coordinator")
    assert "责任人没有变化" in words_of(lambda: name_duties(actor=office, problem=problem, named=one))
    bare = {TECHNICAL: Named(world.units["housing"].pk, None, " 吉文远 "), INSPECTING: None}
    only(name_duties(actor=world.actor("leader"), problem=problem, named=bare))
    held = Duty.objects.get(problem_id=problem, dropped=False)
    assert (held.name, held.person_id) == ("吉文远", None)
    for who in world.people:
        if who not in ("administrator", "stranger", "auditor"):
            assert words_of(partial(answers, world, who, held, Word(agrees=True)))
    only(name_duties(actor=office, problem=problem, named={TECHNICAL: None}))
    assert not Duty.objects.filter(problem_id=problem, dropped=False).exists()
    assert Duty.objects.filter(problem_id=problem).count() == 3
    assert verify().clean


def test_who_cannot_be_named(world: World, problem: UUID):
    housing, school = units(world, "housing", "county_education")
    office, people = world.actor("coordinator"), world.people
    for one, told in (
        (Named(school, people["stranger"].pk), "责任人应是责任单位或交办单位的人员"),
        (Named(housing, people["support"].pk), "所选的人员现在不在该单位任职"),
        (Named(housing, 10**9), "所选的人员现在不在该单位任职"),
        (Named(housing, None, "  "), "还没有填写责任人姓名"),
    ):
        said = words_of(partial(name_duties, actor=office, problem=problem, named={TECHNICAL: one}))
        assert said.startswith(told)


def test_a_duty_that_is_not_of_the_problem_cannot_be_answered(world: World, problem: UUID):
    named(world, problem)
    elsewhere, liaison = named(world, world.through(Stage.UNDER_WAY).id), world.actor("liaison")
    for duty in (elsewhere.id, new_id()):
        words = {duty: Word(agrees=True)}
        told = words_of(partial(confirm_duty, actor=liaison, problem=problem, words=words))
        assert told.startswith("只有被明确的责任人本人")


def test_duties_go_with_the_post_and_wait_for_the_successor(world: World, problem: UUID):
    duty = named(world, problem)
    answers(world, "liaison", duty, Word(agrees=True)).only()
    post = Post.objects.select_related("person", "unit").get(person=world.people["liaison"])
    office = world.actor("administrator")
    assert [row.duties for row in work_of(office, post).problems] == [1]
    passed = hand_over(actor=office, post=post, to=Newcomer("顾未央", "guweiyang"), reason="工作调动")
    assert passed.problems == 1
    now = Duty.objects.get(problem_id=problem, dropped=False)
    assert (now.name, now.duty, now.confirmed_on, now.asked_on) == ("顾未央", TECHNICAL, None, START)
    duty.refresh_from_db()
    assert duty.dropped
    assert duty.confirmed_on == START, "what was confirmed stays on the record"
    assert_whole(problem)
