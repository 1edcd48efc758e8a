"""The set-up on record: who may change it, from when it counts, what it changes, and a whole one taken over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage, Urgency
from bihuan.domain.flows import DEFAULT_FLOW, Flow, Kind, Tier
from bihuan.domain.refusals import Refused
from bihuan.domain.roles import Role
from bihuan.domain.setup import EVERYTHING, Fits, ProblemClass, classes_data
from bihuan.domain.setupfile import SourceRow, read_setup_file
from bihuan.ledger.actions import closing
from bihuan.ledger.actions.adopting import adopt_setup
from bihuan.ledger.actions.setting_up import set_part
from bihuan.ledger.actions.sources import add_source
from bihuan.ledger.models import Closeout, Problem, SetUp, Source
from bihuan.ledger.setup import setup_on, versions_of
from bihuan.ledger.setupfiles import changes_by, present_setup
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from tests.world import START, World, days_later

pytestmark = pytest.mark.django_db

TWO_TIERS = Flow(
    "two",
    "两级验收",
    (
        Tier(Kind.ACCEPT, "初验", frozenset({Role.REVIEWER})),
        Tier(Kind.ACCEPT, "领导终验", frozenset({Role.LEADER}), quorum=1),
    ),
)
URGENT = ProblemClass("紧急问题", Fits(urgencies=frozenset({"urgent"})), flow="two", lookback_days=10)


def words_of(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value)


def put(world: World, part: str, data: Any, *, who: str = "coordinator", days: int = 0, seen: int = 0) -> SetUp:
    day = clock.today() + timedelta(days=days)
    return set_part(actor=world.actor(who), part=part, data=data, effective_from=day, note="统一口径", seen=seen)


def two_tiers() -> dict[str, Any]:
    return classes_data((DEFAULT_FLOW, TWO_TIERS), (URGENT, EVERYTHING))


@pytest.mark.parametrize("who", ["county_coordinator", "leader", "auditor", "supervisor"])
def test_only_the_office_at_the_top_and_administrators_change_it(world: World, who: str):
    assert "可以修改设置" in words_of(lambda: put(world, "limits", {"sign_days": 2}, who=who))
    assert not SetUp.objects.exists()


def test_a_version_counts_from_its_day_and_stays_on_record(world: World):
    row = put(world, "limits", {"ordinary_days": 20}, days=3, who="administrator")
    assert setup_on(START).terms({}).ordinary_days == 15
    assert setup_on(START + timedelta(days=3)).terms({}).ordinary_days == 20
    put(world, "limits", {"ordinary_days": 25}, days=5, seen=1)
    assert [(v.version, v.person and v.person.name) for v in versions_of("limits")] == [
        (2, "文立本"),
        (1, "乔予安"),
    ]
    assert Entry.objects.filter(subject=row.uid, action="create").count() == 1
    assert verify().clean


def test_what_nobody_wants_is_refused_and_nothing_is_stored(world: World):
    assert "已经改过" in words_of(
        lambda: (put(world, "limits", {"sign_days": 2}), put(world, "limits", {"sign_days": 3}))
    )
    assert "没有变化" in words_of(lambda: put(world, "limits", {"sign_days": 2}, seen=1))
    assert "今天或以后" in words_of(lambda: put(world, "limits", {"sign_days": 4}, days=-1, seen=1))
    assert "太远" in words_of(lambda: put(world, "limits", {"sign_days": 4}, days=5000, seen=1))
    assert "没有的来源" in words_of(
        lambda: put(
            world,
            "classes",
            classes_data((DEFAULT_FLOW,), (ProblemClass("审计", Fits(sources=frozenset({"x"}))), EVERYTHING)),
        )
    )
    assert SetUp.objects.count() == 1


def test_limits_and_numbers_are_those_of_the_day(world: World):
    put(world, "limits", {"ordinary_days": 20})
    put(world, "numbers", {"problem": "{prefix}〔{year}〕{n:3}", "letter": "督〔{year}〕{n}号"})
    problem = world.through(Stage.DISPATCHED)
    assert problem.due == START + timedelta(days=20)
    assert problem.number.endswith("〔2026〕001")
    assert verify().clean


def test_a_class_by_source_holds_what_comes_from_below_it(world: World):
    audit = add_source(code="audit9", name="审计九", region_id=world.region.pk)
    below = add_source(code="audit9.1", name="审计九之一", region_id=world.region.pk, parent=audit)
    row = ProblemClass("审计", Fits(sources=frozenset({"audit9"})), terms={"ordinary_days": 9})
    put(world, "classes", classes_data((DEFAULT_FLOW,), (row, EVERYTHING)))
    within, without = world.through(Stage.DISPATCHED, source_id=below.pk), world.through(Stage.DISPATCHED)
    assert (within.due, without.due) == (START + timedelta(days=9), START + timedelta(days=15))


def leader_of(world: World):
    person = create_person(username="cityleader", name="盛怀远", region_id=world.region.pk)
    assign_post(person=person, unit=world.units["city"], role=Role.LEADER)
    world.people["city_leader"] = person
    return world.actor("city_leader")


def test_each_tier_is_signed_by_its_own_and_nobody_signs_twice(world: World):
    put(world, "classes", two_tiers())
    problem = world.through(Stage.CLOSEOUT_ASKED, urgency=Urgency.URGENT)
    leader, reviewer = leader_of(world), world.actor("reviewer")
    assert "不由单位负责人签字" in str(closing.accept(actor=leader, problems=[problem.id]).refused[0].denied)
    first = closing.accept(actor=reviewer, problems=[problem.id]).only()
    assert (first.stage, first.awaits) == (Stage.CLOSEOUT_ASKED, ",leader,")
    again = closing.accept(actor=reviewer, problems=[problem.id]).refused[0].denied
    assert "签过字" in str(again)
    assert closing.accept(actor=leader, problems=[problem.id]).only().stage == Stage.ACCEPTED
    closed = closing.close(actor=world.actor("coordinator"), problems=[problem.id]).only()
    assert closed.lookback_on == START + timedelta(days=10)
    assert verify().clean


def test_a_request_under_way_keeps_the_flow_it_was_asked_with(world: World):
    problem = world.through(Stage.CLOSEOUT_ASKED, urgency=Urgency.URGENT)
    put(world, "classes", two_tiers())
    assert "还没有现场核查" in str(
        closing.accept(actor=world.actor("reviewer"), problems=[problem.id]).refused[0].denied
    )
    assert Closeout.objects.get(problem_id=problem.id).flow["code"] == "default"


def test_the_set_up_of_one_city_is_taken_over_by_another(world: World):
    put(world, "classes", two_tiers())
    put(world, "limits", {"sign_days": 4})
    theirs = present_setup(world.actor("coordinator"))
    put(world, "classes", classes_data((DEFAULT_FLOW,), (EVERYTHING,)), seen=1)
    put(world, "limits", {}, seen=1)
    mine = Source.objects.order_by("pk").first() or add_source(code="s", name="甲", region_id=world.region.pk)
    new = SourceRow("elsewhere", "他处的来源", parent=mine.code)
    file = read_setup_file(replace(theirs, sources=(*_rows(theirs.sources, mine), new)).as_bytes())
    assert {change.part for change in changes_by(file)} == {"sources", "classes", "limits"}

    with pytest.raises(Refused):
        adopt(world, file, {"classes"}, who="county_coordinator")
    with days_later(1):
        adopt(world, file, {"classes", "sources"})
        assert [row.name for row in setup_on(clock.today()).classes] == ["紧急问题", "所有问题"]
        assert setup_on(clock.today()).terms({}).sign_days == 1, "limits were not chosen"
        assert Source.objects.get(code="elsewhere").parent_id == mine.pk
        adopt(world, file, {"limits"})
        assert setup_on(clock.today()).terms({}).sign_days == 4
        assert changes_by(file) == []
        assert "完全相同" in words_of(lambda: adopt(world, file, {"limits", "colours"}))
        assert verify().clean


def _rows(rows: tuple[SourceRow, ...], mine: Source) -> tuple[SourceRow, ...]:
    return rows or (SourceRow(mine.code, mine.name),)


def adopt(world: World, file: Any, chosen: set[str], who: str = "coordinator") -> None:
    adopt_setup(
        actor=world.actor(who), file=file, chosen=chosen, effective_from=clock.today(), note="采用兄弟市的设置"
    )


def test_nothing_is_taken_over_where_one_part_is_refused(world: World):
    put(world, "limits", {"sign_days": 4})
    theirs = present_setup(world.actor("coordinator"))
    put(world, "limits", {}, seen=1)
    file = replace(theirs, sources=(SourceRow("b", "新来源"),))
    day = clock.today() - timedelta(days=1)
    with pytest.raises(Refused):
        adopt_setup(
            actor=world.actor("coordinator"),
            file=file,
            chosen={"sources", "limits"},
            effective_from=day,
            note="x",
        )
    assert not Source.objects.filter(code="b").exists()
    assert Problem.objects.count() == 0
