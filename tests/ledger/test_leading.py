"""Leaders: cases taken and left, instructions that become tasks, dispatch meetings and what becomes of a task."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.insight import agenda, leaders
from bihuan.ledger import leading
from bihuan.ledger.actions import casework, instructing, meetings, tasks, warning
from bihuan.ledger.actions.handing_over import hand_over, work_of
from bihuan.ledger.actions.instructing import Wanted
from bihuan.ledger.actions.meetings import Plan
from bihuan.ledger.actions.regrouping import merge
from bihuan.ledger.actions.tasks import NewTask
from bihuan.ledger.models import Duty, Meeting, Problem, Task
from bihuan.ledger.verify import verify
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Post
from tests.ledger.record import digest
from tests.world import START, World, days_later

DUE = START + timedelta(days=10)


def hired(world: World, name: str, role: Role, unit: str) -> Actor:
    """Somebody more, in this post."""
    person = create_person(username=name, name=name, password=None, region_id=1)
    assign_post(person=person, unit=world.units[unit], role=role)
    world.people[name] = person
    found = actor_for(person, held_posts(person))
    assert found is not None
    return found


@pytest.fixture
def mayor(world: World) -> Actor:
    return hired(world, "闻人朗", Role.LEADER, "city")


@pytest.fixture
def problem(world: World) -> Problem:
    return world.through(Stage.UNDER_WAY)


def words(call: Callable[[], Any]) -> str:
    """The refusal that `call` raises or answers; fails where it left anything behind."""
    before = digest()
    try:
        done = call()
        done.only()
    except Refused as refused:
        assert digest() == before
        return str(refused.denied)
    raise AssertionError("not refused")


def instructed(mayor: Actor, problem: Problem, **wanted: Any) -> Task:
    made = instructing.instruct(actor=mayor, problem=problem.id, text="限期拿出方案", wanted=Wanted(**wanted))
    made.only()
    return Task.objects.get(problem_id=problem.id)


def set_by_housing(world: World, **values: Any) -> Task:
    """A task that a unit set for itself."""
    wanted = Wanted(due=DUE)
    instructing.instruct(
        actor=world.actor("leader"), problem=values["problem"].id, text="排查", wanted=wanted
    ).only()
    return Task.objects.get(problem_id=values["problem"].id)


class TestCases:
    def test_several_leaders_take_a_case_each_once_and_leave_with_a_reason(self, world, mayor, problem):
        own = world.actor("leader")
        for actor in (own, mayor):
            casework.take_case(actor=actor, problems=[problem.id]).only()
        assert "您已经包了这个案" in words(lambda: casework.take_case(actor=own, problems=[problem.id]))
        assert "还没有填写" in words(lambda: casework.leave_case(actor=own, problem=problem.id, reason=" "))
        casework.leave_case(actor=own, problem=problem.id, reason="分工调整").only()
        assert "您没有包这个案" in words(lambda: casework.leave_case(actor=own, problem=problem.id, reason="再退"))
        held = Duty.objects.filter(problem_id=problem.id, dropped=False)
        assert [(row.name, row.confirmed_on) for row in held] == [("闻人朗", START)]
        assert verify().findings == ()

    def test_figures_count_what_their_lists_show_and_who_has_no_quick_fix_comes_first(self, world, mayor):
        quick = world.through(Stage.UNDER_WAY, horizon=Horizon.AT_ONCE)
        slow, closed = world.through(Stage.UNDER_WAY), world.through(Stage.CLOSEOUT_ASKED)
        second = hired(world, "公冶宁", Role.LEADER, "city")
        for row in (quick, slow):
            casework.take_case(actor=mayor, problems=[row.id]).only()
        casework.take_case(actor=world.actor("leader"), problems=[slow.id]).only()
        warning.warn(actor=world.actor("supervisor"), problem=slow.id, reason="推诿").only()
        table = leaders.table_of(mayor, clock.today())
        assert [line.leader.name for line in table.lines] == ["公冶宁", "闻人朗", "宁致和"]
        assert [line.leader.quick for line in table.lines] == [False, True, False]
        assert (table.people, table.lacking) == (3, 2)
        figures = {line.leader.person_id: line.figures for line in table.lines}
        assert figures[mayor.person_id] == {"taken": 2, "open": 2, "red": 1, "done": 0, "quick": 1}
        assert set(figures[second.person_id].values()) == {0}
        for person, counts in figures.items():
            for code, count in counts.items():
                rows = leaders.cases_of(mayor, person, code, clock.today(), lambda rows: rows).rows
                assert len(rows) == count, (person, code)
        below = leaders.table_of(world.actor("liaison"), clock.today())
        assert [line.leader.name for line in below.lines] == ["宁致和"], "nobody above is shown"
        assert closed.id not in {row.id for row in Problem.objects.filter(duties__dropped=False)}
        lacking = leaders.table_of(mayor, clock.today(), lacking=True)
        assert [line.leader.name for line in lacking.lines] == ["公冶宁", "宁致和"]

    def test_a_case_out_of_sight_is_not_counted(self, world, mayor):
        elsewhere = world.through(Stage.UNDER_WAY)
        casework.take_case(actor=world.actor("leader"), problems=[elsewhere.id]).only()
        person = world.people["leader"].pk
        stranger, today = world.actor("stranger"), clock.today()
        assert leaders.find_leader(stranger, person) is None
        assert leaders.cases_of(stranger, person, "taken", today, lambda rows: rows).rows == []
        assert leaders.leaders_of(world.actor("administrator")) == []

    def test_a_post_handed_over_passes_its_cases_on(self, world, problem):
        casework.take_case(actor=world.actor("leader"), problems=[problem.id]).only()
        post = Post.objects.select_related("person", "unit").get(person=world.people["leader"])
        admin = world.actor("administrator")
        assert [row.case for row in work_of(admin, post).problems] == [True]
        done = hand_over(actor=admin, post=post, to=Newcomer("顾未央", "guweiyang"), reason="工作调动")
        row = Duty.objects.get(problem_id=problem.id, dropped=False)
        assert (row.name, row.person_id, done.problems) == ("顾未央", done.passed.post.person_id, 1)
        assert verify().findings == ()


class TestInstructions:
    def test_an_instruction_with_a_day_becomes_a_task_of_the_lead_unit(self, world, mayor, problem):
        task = instructed(mayor, problem, due=DUE, person="安小禾")
        assert (task.unit_id, task.due, task.person) == (world.units["housing"].pk, DUE, "安小禾")
        assert (task.set_by_unit_id, task.origin, task.state) == (world.units["city"].pk, "instruction", "open")
        entry = Entry.objects.filter(subject=problem.id).order_by("-seq")[0]
        assert leading.details_of(entry) == {"note": "限期拿出方案", "task": str(task.id)}
        assert verify().findings == ()

    def test_an_instruction_alone_sets_no_task(self, mayor, problem):
        instructing.instruct(actor=mayor, problem=problem.id, text="请重视").only()
        assert not Task.objects.exists()

    @pytest.mark.parametrize(
        ("wanted", "said"),
        [
            ({"unit_id": "housing"}, "没有完成日期"),
            ({"person": "安小禾"}, "没有完成日期"),
            ({"due": START - timedelta(days=1)}, "已经过了"),
            ({"due": DUE, "unit_id": 999_999}, "只能交给本单位、下级单位"),
        ],
    )
    def test_what_is_wrong_with_a_task_is_said_and_nothing_is_written(self, world, mayor, problem, wanted, said):
        if wanted.get("unit_id") in world.units:
            wanted = wanted | {"unit_id": world.units[wanted["unit_id"]].pk}
        call = lambda: instructing.instruct(  # noqa: E731
            actor=mayor, problem=problem.id, text="限期办结", wanted=Wanted(**wanted)
        )
        assert said in words(call)

    def test_a_units_own_leader_tasks_a_supporting_unit_but_no_other(self, world, problem):
        own = world.actor("leader")
        to = {name: Wanted(world.units[name].pk, DUE) for name in ("water", "county")}
        text = "配合抽排"
        instructing.instruct(actor=own, problem=problem.id, text=text, wanted=to["water"]).only()
        call = lambda: instructing.instruct(actor=own, problem=problem.id, text=text, wanted=to["county"])  # noqa: E731
        assert "只能交给本单位、下级单位" in words(call)

    def test_a_rehearsal_sets_no_task(self, mayor, problem):
        wanted = Wanted(due=DUE)
        instructing.instruct(actor=mayor, problem=problem.id, text="查", wanted=wanted, dry_run=True).only()
        assert not Task.objects.exists()


class TestTasks:
    def test_reported_sent_back_reported_again_and_accepted(self, world, mayor, problem):
        task = instructed(mayor, problem, due=DUE)
        liaison, office = world.actor("liaison"), world.actor("coordinator")
        tasks.report_task(actor=liaison, task=task.id, result="方案已报送")
        assert "待验收" in words(lambda: tasks.report_task(actor=liaison, task=task.id, result="再报一次"))
        tasks.send_task_back(actor=office, task=task.id, reason="缺少资金安排")
        tasks.report_task(actor=liaison, task=task.id, result="已补充")
        tasks.accept_task(actor=office, task=task.id, opinion="同意")
        task.refresh_from_db()
        assert (task.state, task.returned, task.done_on, task.result) == ("done", 1, START, "已补充")
        actions = Entry.objects.filter(subject=task.id).order_by("seq").values_list("action", flat=True)
        assert list(actions) == ["set", "report", "send_back", "report", "accept"]
        assert next(line.said for line in leading.record_of(task)) == "同意"
        assert verify().findings == ()

    def test_nobody_accepts_their_own_work(self, world, mayor, problem):
        task = set_by_housing(world, problem=problem)
        leader = world.actor("leader")
        tasks.report_task(actor=leader, task=task.id, result="已排查")
        assert "不能自己验收" in words(lambda: tasks.accept_task(actor=leader, task=task.id))
        deputy = hired(world, "濮阳静", Role.LEADER, "housing")
        tasks.accept_task(actor=deputy, task=task.id)

    def test_whoever_also_works_in_the_unit_that_did_it_does_not_accept_it(self, world, mayor, problem):
        task = instructed(mayor, problem, due=DUE)
        tasks.report_task(actor=world.actor("liaison"), task=task.id, result="已办")
        assign_post(person=world.people["coordinator"], unit=world.units["housing"], role=Role.LIAISON)
        held = list(held_posts(world.people["coordinator"]))
        both = actor_for(world.people["coordinator"], held, held[0].pk)
        assert both is not None
        assert "不能验收自己的工作" in words(lambda: tasks.accept_task(actor=both, task=task.id))

    @pytest.mark.parametrize("who", ["support", "reviewer", "auditor", "administrator", "stranger", "liaison"])
    def test_only_those_who_set_it_judge_or_drop_it(self, world, mayor, problem, who):
        task = instructed(mayor, problem, due=DUE)
        tasks.report_task(actor=world.actor("leader"), task=task.id, result="已办")
        actor = world.actor(who)
        for call in (
            lambda: tasks.accept_task(actor=actor, task=task.id),
            lambda: tasks.send_task_back(actor=actor, task=task.id, reason="不行"),
            lambda: tasks.drop_task(actor=actor, task=task.id, reason="不办了"),
        ):
            assert words(call)

    def test_dropped_with_a_reason_and_then_no_more(self, world, mayor, problem):
        task = instructed(mayor, problem, due=DUE)
        assert "还没有填写" in words(lambda: tasks.drop_task(actor=mayor, task=task.id, reason=""))
        tasks.drop_task(actor=mayor, task=task.id, reason="另行安排")
        for call in (
            lambda: tasks.report_task(actor=world.actor("liaison"), task=task.id, result="办了"),
            lambda: tasks.drop_task(actor=mayor, task=task.id, reason="再撤"),
        ):
            assert "已撤销" in words(call)

    @pytest.mark.parametrize(
        ("text", "said"), [("字" * 4001, "太长"), ("有\0空", "无法保存"), ("　", "还没有填写")]
    )
    def test_texts_that_cannot_be_kept_are_refused(self, world, mayor, problem, text, said):
        task = instructed(mayor, problem, due=DUE)
        assert said in words(lambda: tasks.report_task(actor=world.actor("liaison"), task=task.id, result=text))

    def test_seen_by_those_who_do_it_those_who_set_it_and_those_above(self, world, mayor, problem):
        task = set_by_housing(world, problem=problem)
        sees = {name for name in world.people if leading.find_task(world.actor(name), task.id) is not None} - {
            "闻人朗"
        }
        assert sees == {
            "coordinator",
            "second_coordinator",
            "supervisor",
            "reviewer",
            "auditor",
            "liaison",
            "leader",
        }
        assert leading.find_task(mayor, new_id()) is None

    def test_lists_are_paged_by_day_and_hold_each_once(self, world, mayor, problem, monkeypatch):
        monkeypatch.setattr(leading, "PAGE", 2)
        for days in (3, 1, 2, 1, 5):
            wanted = Wanted(due=START + timedelta(days=days))
            instructing.instruct(actor=mayor, problem=problem.id, text=f"{days}", wanted=wanted).only()
        for actor, side in ((world.actor("liaison"), "ours"), (mayor, "set")):
            found: list[date] = []
            after, pages = "", 0
            while pages == 0 or after:
                page = leading.tasks_page(actor, side, "open", after)
                found, after, pages = found + [row.due for row in page.rows], page.following, pages + 1
            assert found == [START + timedelta(days=n) for n in (1, 1, 2, 3, 5)]
            assert pages == 3
            assert leading.task_counts(actor, side) == {"open": 5}
        assert leading.tasks_page(world.actor("administrator"), "ours", "open").rows == []

    def test_tasks_of_a_merged_unit_pass_to_the_successor(self, world, mayor, problem):
        task = instructed(mayor, problem, due=DUE)
        merge(actor=world.actor("administrator"), units=[world.units["housing"]], into=world.units["water"])
        task.refresh_from_db()
        assert task.unit_id == world.units["water"].pk
        tasks.report_task(actor=world.actor("support"), task=task.id, result="接着办完")
        assert verify().findings == ()


class TestMeetings:
    @pytest.fixture
    def red(self, world) -> list[Problem]:
        made = [world.through(Stage.UNDER_WAY) for _ in range(2)]
        for row in made:
            warning.warn(actor=world.actor("supervisor"), problem=row.id, reason="推诿").only()
        return made

    def planned(self, actor: Actor, *problems: UUID) -> Meeting:
        plan = Plan("第一次调度会", START, "三楼会议室", "闻人朗", "各牵头单位", problems)
        return meetings.plan_meeting(actor=actor, plan=plan)

    def test_from_agenda_to_decisions_and_closed(self, world, mayor, red, problem):
        offered = [row.id for row in agenda.candidates(mayor, clock.today())]
        assert set(offered) == {row.id for row in red}
        row = self.planned(world.actor("coordinator"), *offered)
        assert [(item["colour"], item["reason"]) for item in row.agenda] == [("red", "warned")] * 2
        new = NewTask("三日内补齐井盖", world.units["housing"].pk, DUE, "安小禾")
        made = meetings.decide(actor=mayor, meeting=row.id, task=new, problem=red[0].id)
        assert (made.meeting_id, made.problem_id, made.origin) == (row.id, red[0].id, "meeting")
        meetings.write_minutes(actor=mayor, meeting=row.id, text="会议听取了汇报。")
        meetings.close_meeting(actor=mayor, meeting=row.id)
        for call in (
            lambda: meetings.decide(actor=mayor, meeting=row.id, task=new),
            lambda: meetings.write_minutes(actor=mayor, meeting=row.id, text="改"),
            lambda: meetings.close_meeting(actor=mayor, meeting=row.id),
        ):
            assert "已经办结" in words(call)
        assert [task.id for task in leading.tasks_of_meeting(mayor, row)] == [made.id]
        assert verify().findings == ()

    def test_the_agenda_stays_as_it_stood(self, world, mayor, red):
        row = self.planned(mayor, red[0].id)
        warning.lift_warning(actor=world.actor("supervisor"), problem=red[0].id, reason="已到位").only()
        plan = Plan("改了名称", START, problems=(red[0].id, red[1].id), chair="闻人朗")
        changed = meetings.change_meeting(actor=mayor, meeting=row.id, plan=plan)
        assert [item["colour"] for item in changed.agenda] == ["red", "red"]
        fresh = Plan("又一次", START, problems=(red[0].id,), chair="闻人朗")
        assert "不能列入议题" in words(lambda: meetings.plan_meeting(actor=mayor, plan=fresh))

    @pytest.mark.parametrize(
        ("plan", "said"),
        [
            (Plan("", START, chair="闻人朗"), "会议名称"),
            (Plan("会", None, chair="闻人朗"), "会议日期"),
            (Plan("会", START), "主持人"),
            (Plan("会" * 121, START, chair="闻人朗"), "太长"),
            (Plan("会", START, "a\0b", "闻人朗"), "无法保存"),
            (Plan("会", START, chair="闻人朗", problems=tuple(new_id() for _ in range(51))), "最多50个议题"),
            (Plan("会", START, chair="闻人朗", problems=(new_id(),)), "看不到"),
        ],
    )
    def test_a_plan_that_lacks_something_is_refused(self, mayor, plan, said):
        assert said in words(lambda: meetings.plan_meeting(actor=mayor, plan=plan))

    def test_a_decision_without_a_date_is_none_nor_one_for_a_unit_elsewhere(self, world, mayor, red):
        row = self.planned(mayor, red[0].id)
        unit = world.units["housing"].pk
        for new, problem, said in (
            (NewTask("补齐", unit, None), None, "没有完成日期"),
            (NewTask("补齐", None, DUE), None, "由哪个单位承办"),
            (NewTask("补齐", 999_999, DUE), None, "只能交给"),
            (NewTask("补齐", unit, DUE), red[1].id, "不在这次调度会的议题中"),
            (NewTask("补齐", unit, DUE), new_id(), "不在这次调度会的议题中"),
        ):
            call = lambda new=new, about=problem: meetings.decide(  # noqa: E731
                actor=mayor, meeting=row.id, task=new, problem=about
            )
            assert said in words(call)

    def test_not_closed_before_its_day_nor_with_nothing_decided(self, mayor):
        later = Plan("下周", START + timedelta(days=7), chair="闻人朗")
        row = meetings.plan_meeting(actor=mayor, plan=later)
        assert "还没有开" in words(lambda: meetings.close_meeting(actor=mayor, meeting=row.id))
        with days_later(7):
            assert "议定了什么" in words(lambda: meetings.close_meeting(actor=mayor, meeting=row.id))

    def test_held_by_leaders_and_coordinators_of_the_unit_and_seen_from_above(self, world, mayor):
        own = self.planned(world.actor("leader"))
        assert leading.find_meeting(mayor, own.id) is not None
        assert leading.find_meeting(world.actor("auditor"), own.id) is not None
        assert leading.find_meeting(world.actor("support"), own.id) is None
        assert leading.find_meeting(world.actor("administrator"), own.id) is None
        assert [row.id for row in leading.meetings_page(mayor, below=True).rows] == [own.id]
        assert leading.meetings_page(mayor).rows == []
        assert "只能查看" in words(lambda: meetings.write_minutes(actor=mayor, meeting=own.id, text="改"))
        plan = Plan("会", START, chair="安小禾")
        assert "召集" in words(lambda: meetings.plan_meeting(actor=world.actor("liaison"), plan=plan))


def test_a_desk_says_what_waits_in_one_statement(world, mayor, problem, django_assert_num_queries):
    task = instructed(mayor, problem, due=DUE)
    casework.take_case(actor=mayor, problems=[problem.id]).only()
    tasks.report_task(actor=world.actor("liaison"), task=task.id, result="已办")
    with django_assert_num_queries(1):
        assert leaders.on_the_desk(mayor) == leaders.Own(cases=1, tasks=0, reported=1)
    instructing.instruct(actor=mayor, problem=problem.id, text="再查", wanted=Wanted(due=DUE)).only()
    assert leaders.on_the_desk(world.actor("liaison")) == leaders.Own(tasks=1)
    assert leaders.on_the_desk(world.actor("auditor")) == leaders.Own()
