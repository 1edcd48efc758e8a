"""A post handed over: the open work that names the leaving person moves along, everything else stays as it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import OPEN_STAGES, Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import closing, working
from bihuan.ledger.actions.handing_over import HandedOver, hand_over, work_of
from bihuan.ledger.actions.register import NewMeasure
from bihuan.ledger.actions.working import PlannedMeasure
from bihuan.ledger.models import Measure, Problem, Responsibility
from bihuan.ledger.verify import verify
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.actions import assign_post, create_person, set_active
from bihuan.organisations.models import Person, Post
from tests.ledger.record import assert_whole, digest
from tests.world import World

NEW = Newcomer("顾未央", "guweiyang")


@pytest.fixture
def leaving(world: World) -> Post:
    return Post.objects.select_related("person", "unit").get(person=world.people["liaison"])


@pytest.fixture
def hand(world: World, leaving: Post) -> Callable[..., HandedOver]:
    def over(to: Person | Newcomer = NEW, **how: bool) -> HandedOver:
        return hand_over(actor=world.actor("administrator"), post=leaving, to=to, reason="工作调动", **how)

    return over


def named(world: World, stage: Stage = Stage.UNDER_WAY, person: str = "安小禾", **values: object) -> Problem:
    """A problem of the housing bureau that names `person` as the one in charge and in its first measure."""
    measures = (NewMeasure("逐一排查井盖", person=person), NewMeasure("更换破损井盖", person="宁致和"))
    return world.through(stage, person=person, measures=measures, **values)


def people_of(problem: Problem) -> tuple[list[str], list[str]]:
    """Who is named as in charge, and in the measures."""
    responsible = Responsibility.objects.filter(problem_id=problem.id, dropped=False).order_by("id")
    measures = Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place")
    return (
        [row.person for row in responsible if row.role == Responsibility.Role.LEAD],
        [row.person for row in measures],
    )


@pytest.mark.parametrize(
    "stage", [s for s in Stage if s in OPEN_STAGES and s not in {Stage.DRAFT, Stage.SUSPENDED, Stage.CLAIMED_DONE}]
)
def test_every_open_problem_names_the_successor_afterwards(world: World, hand, stage: Stage):
    problem = named(world, stage)
    done = hand()
    assert done.problems == 1
    assert people_of(problem) == (["顾未央"], ["顾未央", "宁致和"])
    entry = Entry.objects.filter(subject=problem.id).order_by("-seq")[0]
    body = json.loads(entry.body)
    assert entry.action == "hand_over"
    assert body["details"]["note"] == "工作调动"
    assert {tuple(change["person"]) for change in body["changes"].values() if "person" in change} == {
        ("安小禾", "顾未央")
    }
    assert entry.person_id == world.people["administrator"].pk
    assert_whole(problem.id)


def test_the_problem_itself_does_not_move(world: World, hand):
    problem = named(world)
    hand()
    now = Problem.objects.get(id=problem.id)
    same = ("stage", "due", "due_original", "signed_on", "lead_unit_id", "progress", "colour")
    assert [getattr(now, name) for name in same] == [getattr(problem, name) for name in same]
    assert now.version == problem.version + 1


def test_closed_work_keeps_the_name_that_it_was_closed_with(world: World, hand):
    problem = named(world, Stage.CLOSED)
    assert hand().problems == 0
    assert people_of(problem) == (["安小禾"], ["安小禾", "宁致和"])


def test_only_the_whole_name_in_the_very_unit_counts(world: World, hand, leaving: Post):
    elsewhere = world.register(lead_unit_id=world.units["water"].pk, support_unit_ids=(), person="安小禾")[0]
    together = named(world, person="安小禾、宁致和")
    longer = named(world, person="安小禾苗")
    spread = named(world, person="安 小　禾")
    work = work_of(world.actor("administrator"), leaving)
    assert [row.number for row in work.problems] == [spread.number]
    assert work.among_others == 2
    assert hand().problems == 1
    assert people_of(elsewhere)[0] == ["安小禾"]
    assert people_of(together)[0] == ["安小禾、宁致和"]
    assert people_of(longer)[0] == ["安小禾苗"]
    assert people_of(spread)[0] == ["顾未央"]


def test_work_that_names_nobody_gets_no_entry(world: World, hand):
    problem = world.through(Stage.UNDER_WAY)
    before = Entry.objects.filter(subject=problem.id).count()
    assert hand().problems == 0
    assert Entry.objects.filter(subject=problem.id).count() == before


def test_the_post_ends_and_the_new_one_is_the_same_from_today(world: World, hand, leaving: Post):
    passed = hand().passed
    leaving.refresh_from_db()
    post = passed.post
    assert (post.unit_id, post.role, post.title, post.since) == (
        leaving.unit_id,
        leaving.role,
        leaving.title,
        clock.today(),
    )
    assert (leaving.until, leaving.successor_id) == (clock.today() - timedelta(days=1), post.pk)
    assert not held_posts(world.people["liaison"]).exists()
    assert [e.action for e in Entry.objects.filter(subject=leaving.uid).order_by("seq")] == ["create", "hand_over"]
    assert json.loads(Entry.objects.get(subject=leaving.uid, seq=2).body)["details"] == {"note": "工作调动"}


def test_the_successor_works_on_at_once(world: World, hand):
    problem = named(world)
    successor = hand().passed.post.person
    actor = actor_for(successor, held_posts(successor))
    assert actor is not None
    due = clock.today() + timedelta(days=3)
    working.set_measures(actor=actor, problem=problem.id, measures=[PlannedMeasure("更换井盖", 100, due)]).only()


def test_nobody_judges_former_work_from_a_new_post(world: World, hand):
    """Named as in charge without ever having done a step: still own work."""
    problem = named(world, Stage.CLOSEOUT_ASKED)
    Problem.objects.filter(id=problem.id).update(worked_by=[])
    hand()
    person = world.people["liaison"]
    assign_post(person=person, unit=world.units["city"], role=Role.REVIEWER)
    actor = actor_for(person, held_posts(person))
    assert actor is not None
    closing.check(actor=world.actor("supervisor"), problem=problem.id, finding="属实").only()
    refused = closing.accept(actor=actor, problems=[problem.id]).refused
    assert "办理“验收通过”" in str(refused[0].denied)


def test_a_file_whose_problems_no_unit_has_acted_on_stays_untouched_by_its_unit(world: World, hand):
    problem = named(world, Stage.DISPATCHED)
    hand()
    assert Problem.objects.get(id=problem.id).worked_by == []


def test_a_colleague_with_the_same_post_takes_the_work_and_keeps_the_post(world: World, hand, leaving: Post):
    colleague = create_person(username="colleague", name="闻人语", region_id=1)
    own = assign_post(person=colleague, unit=leaving.unit, role=Role.LIAISON)
    problem = named(world)
    assert hand(colleague).passed.post == own
    assert people_of(problem)[0] == ["闻人语"]
    assert list(held_posts(colleague)) == [own]


def test_a_namesake_in_the_unit_is_never_guessed(world: World, hand, leaving: Post):
    twin = create_person(username="twin", name="安小禾", region_id=1)
    assign_post(person=twin, unit=leaving.unit, role=Role.LEADER)
    problem = named(world)
    denied = work_of(world.actor("administrator"), leaving).denied
    assert denied is not None
    assert "1名同名人员" in str(denied)
    assert hand().problems == 0
    assert people_of(problem)[0] == ["安小禾"]


def test_work_may_stay_with_somebody_who_keeps_another_post_there(world: World, hand, leaving: Post):
    assign_post(person=leaving.person, unit=leaving.unit, role=Role.LEADER)
    problem = named(world)
    assert [post.role for post in work_of(world.actor("administrator"), leaving).stays_as] == ["leader"]
    assert hand(with_work=False).problems == 0
    assert people_of(problem)[0] == ["安小禾"]
    assert [post.role for post in held_posts(leaving.person)] == ["leader"]


def refused_before(world: World, case: str, leaving: Post) -> tuple[str, Person | Newcomer]:
    """Who acts and who shall take over, with everything arranged so that it must not be."""
    people = world.people
    if case == "closed account":
        set_active(person=people["support"], active=False, region_id=1)
    cases: dict[str, tuple[str, Person | Newcomer]] = {
        "not an administrator": ("coordinator", people["support"]),
        "the same person": ("administrator", people["liaison"]),
        "closed account": ("administrator", people["support"]),
        "auditor": ("administrator", people["auditor"]),
        "the administrator": ("administrator", people["administrator"]),
        "account taken": ("administrator", Newcomer("顾未央", "support")),
    }
    return cases[case]


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("not an administrator", "只有系统管理员"),
        ("the same person", "接任人就是现任本人"),
        ("closed account", "已经停用"),
        ("auditor", "不能兼任业务岗位"),
        ("the administrator", "不能在这里改动自己的账号"),
        ("account taken", "已有人使用"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(world: World, leaving: Post, case: str, words: str):
    named(world)
    who, to = refused_before(world, case, leaving)
    before = digest()
    with pytest.raises(Refused, match=words):
        hand_over(actor=world.actor(who), post=leaving, to=to, reason="x")
    assert digest() == before


def test_a_post_is_handed_over_once(world: World, hand):
    named(world)
    hand()
    before = digest()
    with pytest.raises(Refused, match="已经结束或移交"):
        hand(Newcomer("别人", "another"))
    assert digest() == before


def test_long_names_fit(world: World, hand):
    name = "阿" * 60
    problem = named(world)
    hand(Newcomer(name, "long"))
    assert people_of(problem)[0] == [name]
    assert_whole(problem.id)


def test_the_record_is_whole_and_the_number_of_queries_does_not_grow(world: World, hand, leaving: Post):
    for problem in [named(world) for _ in range(3)]:
        assert problem.stage == Stage.UNDER_WAY
    with CaptureQueriesContext(
        connection,
    ) as queries:
        hand()
    few = len(queries)
    world.register(200, person="顾未央")
    post = Post.objects.select_related("person", "unit").get(person__username="guweiyang", until__isnull=True)
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        done = hand_over(actor=world.actor("administrator"), post=post, to=world.people["liaison"], reason="调回")
    assert done.problems == 203
    assert len(queries) <= few + 2
    assert time.perf_counter() - started < 5
    assert verify().clean
