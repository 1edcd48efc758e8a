"""Setting and reporting a route: what stays, what is dropped, what is refused, and what stands on the record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, Reached, report_route, set_route
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Milestone, Problem, Quantity
from bihuan.ledger.routes import projects, route_of
from bihuan.ledger.verify import verify
from tests.ledger.record import words_of
from tests.world import START, World, days_later

pytestmark = pytest.mark.django_db
DUE = START + timedelta(days=40)
ROADS = PlannedQuantity("改造道路", 650, "公里")


def under_way(world: World, **new: object) -> Problem:
    return world.through(Stage.UNDER_WAY, **{"wanted_due": DUE, **new})


def plan(
    world: World, problem: UUID, *steps: PlannedMilestone, quantities: tuple[PlannedQuantity, ...] = (ROADS,)
):
    return set_route(actor=world.actor("liaison"), problem=problem, milestones=steps, quantities=quantities).only()


def step(text: str = "路基完工", day: date | None = DUE, id_: UUID | None = None) -> PlannedMilestone:
    return PlannedMilestone(text, day, id_)


def last(problem: UUID) -> Entry:
    return Entry.objects.filter(subject=problem).order_by("-seq")[0]


def test_rows_are_kept_by_id_added_and_dropped(world: World):
    problem = under_way(world)
    plan(
        world,
        problem.id,
        step("勘察", START),
        step("路基"),
        quantities=(ROADS, PlannedQuantity("投资", 90, is_money=True)),
    )
    first, second = route_of(problem).milestones
    money = route_of(problem).quantities[1]
    assert (money.unit_word, money.is_money) == ("万元", True)
    plan(world, problem.id, step("路面"), step("路基完工", DUE, second.id), quantities=())
    now = route_of(problem)
    assert [(row.text, row.place) for row in now.milestones] == [("路面", 1), ("路基完工", 2)]
    assert now.milestones[1].id == second.id
    assert now.quantities == []
    assert Milestone.objects.get(id=first.id).dropped
    assert Quantity.objects.filter(problem_id=problem.id, dropped=True).count() == 2
    assert last(problem.id).action == "set_route"
    assert words_of(
        lambda: plan(world, problem.id, *(step(r.text, r.planned_on, r.id) for r in now.milestones), quantities=())
    ).startswith("节点和数量都没有改动")
    assert verify().clean


def test_what_may_not_be_planned(world: World):
    problem = under_way(world)
    for steps, quantities, said in (
        ((), (), "节点和数量都没有填写"),
        ((step(day=DUE + timedelta(days=1)),), (), f"晚于整改时限{DUE}"),
        ((step(), step(day=START - timedelta(days=1))), (), "第2个节点的计划日期早于交办日期"),
        ((step(day=date.max),), (), "晚于整改时限"),
        ((step(text=" "),), (), "没有写内容"),
        ((step(),) * 61, (), "最多排60个节点"),
        ((), (PlannedQuantity("", 1, "条"),), "没有名称"),
        ((), (PlannedQuantity("道路", 10**14 + 1, "条"),), "1万亿"),
        ((), (PlannedQuantity("道路", 1, ""),), "没有计量单位"),
    ):
        said_ = words_of(partial(plan, world, problem.id, *steps, quantities=quantities))
        assert said in said_, said_
    assert not route_of(problem)
    standing = under_way(world, horizon=Horizon.STANDING)
    plan(world, standing.id, step(day=date.max))
    assert route_of(standing).milestones[0].planned_on == date.max


def test_a_day_that_was_in_order_stays_so_and_a_reached_one_is_not_moved(world: World):
    problem = under_way(world)
    plan(world, problem.id, step("勘察", START + timedelta(days=3)))
    row = route_of(problem).milestones[0]
    with days_later(5) as today:
        report_route(actor=world.actor("liaison"), problem=problem.id, reached={row.id: Reached(today)}).only()
        moved = words_of(lambda: plan(world, problem.id, step("勘察", today, row.id)))
        assert moved.startswith("节点“勘察”已经完成，计划日期不能再改")
        plan(world, problem.id, step("勘察和设计", row.planned_on, row.id), step())
    now = route_of(problem).milestones[0]
    assert (now.text, now.planned_on, now.done_on) == ("勘察和设计", row.planned_on, START + timedelta(days=5))


def test_reaching_and_taking_back(world: World):
    problem = under_way(world)
    plan(world, problem.id, step("勘察"))
    row, roads = route_of(problem).milestones[0], route_of(problem).quantities[0]

    def tell(
        who: str = "liaison", note: str = "", actual: dict[UUID, int] | None = None, one: Reached | None = None
    ):
        said = {row.id: one} if one else {}
        return report_route(
            actor=world.actor(who), problem=problem.id, reached=said, actual=actual or {}, note=note
        ).only()

    with days_later(6) as today:
        for reached, said in (
            (Reached(today + timedelta(days=1)), "之间"),
            (Reached(START - timedelta(days=1)), "之间"),
        ):
            assert said in words_of(partial(tell, one=reached))
        tell("support", one=Reached(today, "图纸已审定"), actual={roads.id: 900})
        assert route_of(problem).quantities[0].actual == 900, "more than was aimed at is told as it is"
        entry = last(problem.id)
        assert "勘察" in str(json.loads(entry.body))
        assert words_of(lambda: tell(one=Reached(None))).startswith("节点“勘察”原来报称已完成，撤回要说明原因")
        assert "要说明原因" in words_of(lambda: tell(actual={roads.id: 100}))
        tell(one=Reached(None, "复核不合格"), actual={roads.id: 100}, note="核减")
        now = route_of(problem)
        assert (now.milestones[0].done_on, now.milestones[0].note) == (None, "复核不合格")
        assert now.quantities[0].actual == 100
        assert "还没有填写进展情况" in words_of(lambda: tell())
        for foreign in ({problem.id: 1},):
            assert "不属于该问题" in words_of(partial(tell, actual=foreign))
        assert "1万亿" in words_of(lambda: tell(actual={roads.id: 10**15}))
    assert verify().clean


def test_the_office_puts_it_down_for_a_unit_with_its_paper(world: World):
    problem = under_way(world)
    behalf = Behalf(world.units["housing"].pk, StoredFile("节点表.png", 8, "0" * 64, "image/png"), "宁致和")
    office, today = world.actor("coordinator"), clock.today()
    set_route(actor=office, problem=problem.id, milestones=[step()], behalf=behalf, occurred_on=today).only()
    row = route_of(problem).milestones[0]
    report_route(
        actor=office, problem=problem.id, reached={row.id: Reached(today)}, behalf=behalf, occurred_on=today
    ).only()
    assert route_of(problem).milestones[0].done_on == today
    with pytest.raises(Refused):
        set_route(actor=office, problem=problem.id, milestones=[step()]).only()


def test_projects_are_those_in_sight_and_nobody_else_gets_any(world: World):
    problem = under_way(world)
    plan(world, problem.id, step(), quantities=(PlannedQuantity("投资", 500, is_money=True),))
    stages = [Stage.UNDER_WAY]
    found = projects(world.actor("coordinator"), START, stages)
    assert [(row.id, row.planned, row.coming, row.behind) for row in found] == [(problem.id, 500, 0, 0)]
    later = projects(world.actor("liaison"), DUE + timedelta(days=1), stages)
    assert [(row.behind, row.standing.value) for row in later] == [(1, "behind")]
    assert projects(world.actor("stranger"), START, stages) == []
    assert projects(None, START, stages) == []
    assert projects(world.actor("coordinator"), START, [Stage.CLOSED]) == []
