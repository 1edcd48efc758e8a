"""Units moved and merged with their problems: who sees what today, what past days keep, a record that holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import dispatch, lookback, regrouping, working
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.register import NewProblem, register
from bihuan.ledger.actions.regrouping import NewUnit
from bihuan.ledger.models import Axis, Ledger, Measure, Problem, Responsibility, Span
from bihuan.ledger.queries import find, visible_to
from bihuan.ledger.tally import totals
from bihuan.ledger.verify import verify
from bihuan.organisations import regrouping as units
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_unit, set_unit_active
from bihuan.organisations.models import Post, Unit, UnitKind
from bihuan.organisations.tree import successors, tree_on, units_within
from tests.ledger.record import assert_whole
from tests.world import START, days_later

MERGED_IN = 40


def sums(day, world):
    """The whole by-unit table of a day, both axes."""
    ids = list(Unit.objects.values_list("pk", flat=True))
    return {axis: totals(axis=axis, units=ids, day=day) for axis in Axis}


def clean():
    assert verify().findings == ()


def merge(world, what="housing", into="water"):
    return regrouping.merge(actor=world.actor("administrator"), units=[world.units[what]], into=world.units[into])


def acting(world, name, unit=None):
    """The person in the post held in `unit`, or in the first post held."""
    person = world.people[name]
    found = actor_for(person, [post for post in held_posts(person) if unit is None or post.unit_id == unit.pk])
    assert found is not None
    return found


def entries(problem):
    return list(Entry.objects.filter(subject=problem.id).order_by("seq").values_list("action", flat=True))


@pytest.fixture
def busy(world):
    """One problem at every stage, some weeks old; on the present day nothing else has happened."""
    world.problems = {stage: world.through(stage) for stage in Stage if stage in REACHED}
    return world


REACHED = (
    Stage.LISTED,
    Stage.DISPATCHED,
    Stage.UNDER_WAY,
    Stage.CLOSEOUT_ASKED,
    Stage.ACCEPTED,
    Stage.IN_PUBLIC_NOTICE,
)


class TestMerger:
    def test_open_work_passes_with_one_entry_each(self, busy):
        water = busy.units["water"]
        with days_later(MERGED_IN):
            merge(busy)
            for problem in busy.problems.values():
                row = Problem.objects.get(pk=problem.pk)
                assert row.lead_unit_id == water.pk
                assert entries(row)[-1] == Move.REGROUP
                assert entries(row).count(Move.REGROUP) == 1
                assert_whole(row.id)
                mine = Responsibility.objects.filter(problem_id=row.id, dropped=False)
                assert [(part.role, part.unit_id) for part in mine] == [("lead", water.pk)]
                assert set(Measure.objects.filter(problem_id=row.id).values_list("unit_id", flat=True)) <= {
                    water.pk
                }
            clean()

    def test_past_days_keep_the_old_tree_and_figures(self, busy):
        with days_later(MERGED_IN):
            yesterday = clock.today() - timedelta(days=1)
            before = {day: sums(day, busy) for day in (START, START + timedelta(days=20), yesterday)}
            spans, tree = list(Span.objects.order_by("id").values()), tree_on(yesterday)
            merge(busy)
            assert {day: sums(day, busy) for day in before} == before
            assert tree_on(yesterday) == tree
            assert list(Span.objects.filter(id__in=[row["id"] for row in spans]).order_by("id").values()) == spans
            today = totals(
                axis=Axis.LEAD, units=[busy.units["water"].pk, busy.units["housing"].pk], day=clock.today()
            )
            assert not [code for code in today[busy.units["housing"].pk] if "." in code]
            assert sum(n for code, n in today[busy.units["water"].pk].items() if "." in code) == len(REACHED) - 1
            clean()

    def test_people_go_along_and_can_work_at_once(self, busy):
        with days_later(MERGED_IN):
            merge(busy)
            liaison = acting(busy, "liaison")
            assert liaison.unit_id == busy.units["water"].pk
            working.sign(actor=liaison, problems=[busy.problems[Stage.DISPATCHED].id]).only()
            old = Post.objects.get(person=busy.people["liaison"], unit=busy.units["housing"])
            assert old.until == clock.today() - timedelta(days=1)
            assert old.successor is not None
            assert old.successor.unit_id == busy.units["water"].pk
            clean()

    def test_a_closed_problem_keeps_its_unit_and_its_successor_sees_it(self, world):
        problem = world.through(Stage.CLOSED)
        with days_later(MERGED_IN):
            merge(world, into="county_education")
            row = Problem.objects.get(pk=problem.pk)
            assert row.lead_unit_id == world.units["housing"].pk
            assert Move.REGROUP not in entries(row)
            for name, person in (("liaison", "liaison"), ("stranger", "stranger")):
                actor = acting(world, person)
                assert find(actor, row.id), name
            assert visible_to(world.actor("county_coordinator")).filter(id=row.id).exists()
            clean()

    def test_reopened_its_work_is_the_successors(self, world):
        problem = world.through(Stage.CLOSED)
        with days_later(MERGED_IN):
            merge(world)
            again = clock.today() + timedelta(days=20)
            found = lookback.reopen(
                actor=world.actor("supervisor"), problem=problem.id, finding="井盖再次下沉", due=again
            ).only()
            assert (found.stage, found.lead_unit_id) == (Stage.UNDER_WAY, world.units["water"].pk)
            assert_whole(problem.id)
            clean()

    def test_nobody_judges_what_a_unit_did_that_is_now_their_own(self, world):
        problem = world.through(Stage.CLOSED)
        with days_later(MERGED_IN):
            merge(world, into="city")
            lookback.plan_lookback(
                actor=world.actor("supervisor"), problems=[problem.id], day=clock.today()
            ).only()
            refused = lookback.confirm(
                actor=world.actor("supervisor"), problem=problem.id, finding="没有反弹"
            ).refused
            assert "已经并入您所在的单位" in str(refused[0].denied)

    def test_two_units_become_a_new_one(self, busy):
        new = NewUnit("市城乡建设和水务局", UnitKind.BUREAU, busy.units["city"], ("市建水局",))
        both = [busy.units["housing"], busy.units["water"]]
        with days_later(MERGED_IN):
            quarter = sums(START + timedelta(days=28), busy)
            found = regrouping.merge(actor=busy.actor("administrator"), units=both, into=new)
            assert successors() == {both[0].pk: found.pk, both[1].pk: found.pk}
            ids = set(quarter[Axis.LEAD])
            then = totals(axis=Axis.LEAD, units=ids, day=START + timedelta(days=28))
            assert then == quarter[Axis.LEAD]
            assert found.pk not in tree_on(START + timedelta(days=28))
            assert units_within(found.pk, clock.today()) == {found.pk, both[0].pk, both[1].pk}
            clean()

    def test_the_dispatching_office_hands_its_ledgers_over(self, world):
        """A county merged into another: its ledgers, open and closed problems go on under the successor."""
        county = world.actor("county_coordinator")
        ledger = open_ledger(actor=county, name="问题整改台账", prefix="HF")
        other = create_unit(name="临泽县", kind="government", parent=world.units["city"])
        assign_post(person=world.people["second_coordinator"], unit=other, role=Role.COORDINATOR)
        theirs = acting(world, "second_coordinator", other)
        open_ledger(actor=theirs, name="问题整改台账", prefix="LZ")
        lead = world.units["county_education"].pk
        rows = register(actor=county, ledger=ledger, problems=[NewProblem("校门外积水", lead_unit_id=lead)] * 3)
        dispatch.dispatch(actor=county, problems=[row.id for row in rows[:2]])
        with days_later(MERGED_IN):
            effect = regrouping.effect_of_merger(
                actor=world.actor("administrator"), units=[world.units["county"]], into=other
            )
            assert (effect.units, effect.passed, effect.ledgers) == (1, 3, ("问题整改台账",))
            regrouping.merge(actor=world.actor("administrator"), units=[world.units["county"]], into=other)
            assert Ledger.objects.get(pk=ledger.pk).name == "问题整改台账(禾丰县)"
            mine = acting(world, "county_coordinator")
            assert mine.unit_id == other.pk
            dispatch.dispatch(actor=mine, problems=[rows[2].id]).only()
            assert Unit.objects.get(pk=lead).parent_id == other.pk
            assert {row.office_id for row in Problem.objects.filter(ledger_id=ledger.pk)} == {other.pk}
            clean()


class TestMove:
    def test_who_stands_above_changes_from_today_on(self, busy):
        county = busy.units["county"]
        with days_later(MERGED_IN):
            yesterday = clock.today() - timedelta(days=1)
            before = sums(yesterday, busy)
            regrouping.move(actor=busy.actor("administrator"), unit=busy.units["housing"], parent=county)
            assert sums(yesterday, busy) == before
            led = totals(axis=Axis.LEAD, units=[county.pk], day=clock.today())[county.pk]
            assert sum(n for code, n in led.items() if "." in code) == len(REACHED) - 1
            assert visible_to(busy.actor("county_coordinator")).count() == len(REACHED) - 1
            assert all(Move.REGROUP not in entries(row) for row in busy.problems.values()), "nothing passed"
            clean()

    def test_and_back_again(self, busy):
        admin, housing = busy.actor("administrator"), busy.units["housing"]
        with days_later(MERGED_IN):
            regrouping.move(actor=admin, unit=housing, parent=busy.units["county"])
            regrouping.move(actor=admin, unit=housing, parent=busy.units["city"])
            assert visible_to(busy.actor("county_coordinator")).count() == 0
            clean()
        with days_later(MERGED_IN + 5):
            regrouping.move(actor=admin, unit=housing, parent=busy.units["county"])
            clean()
        with days_later(MERGED_IN + 9):
            merge(busy, "county", "water")
            clean()

    def test_work_on_the_day_itself_and_after_it(self, busy):
        """Entries before and after the change on one day, and on later days, all add up."""
        with days_later(MERGED_IN):
            working.sign(actor=busy.actor("liaison"), problems=[busy.problems[Stage.DISPATCHED].id]).only()
            regrouping.move(
                actor=busy.actor("administrator"), unit=busy.units["housing"], parent=busy.units["county"]
            )
            dispatch.dispatch(actor=busy.actor("coordinator"), problems=[busy.problems[Stage.LISTED].id]).only()
            clean()
        with days_later(MERGED_IN + 3):
            working.sign(actor=busy.actor("liaison"), problems=[busy.problems[Stage.LISTED].id]).only()
            clean()


class TestRefusals:
    @pytest.mark.parametrize(
        ("what", "into", "why"),
        [
            ("housing", "housing", "自己"),
            ("county", "county_education", "在它下面"),
            ("city", "water", "您自己所在的单位"),
        ],
    )
    def test_circles_and_oneself(self, world, what, into, why):
        for call in (
            lambda: merge(world, what, into),
            lambda: regrouping.move(
                actor=world.actor("administrator"), unit=world.units[what], parent=world.units[into]
            ),
        ):
            with pytest.raises(Refused, match=why):
                call()

    @pytest.mark.parametrize("who", ["coordinator", "liaison", "auditor", "leader"])
    def test_only_administrators(self, world, who):
        actor, housing, water = world.actor(who), world.units["housing"], world.units["water"]
        for call in (
            lambda: regrouping.merge(actor=actor, units=[housing], into=water),
            lambda: regrouping.move(actor=actor, unit=housing, parent=water),
            lambda: units.rename(actor=actor, unit=housing, name="市住房局"),
        ):
            with pytest.raises(Refused, match="系统管理员"):
                call()

    def test_units_of_one_name_in_one_place(self, world):
        create_unit(name="办公室", kind="bureau", parent=world.units["housing"])
        create_unit(name="办公室", kind="bureau", parent=world.units["water"])
        with pytest.raises(Refused, match="下面都有“办公室”"):
            merge(world)

    def test_what_was_merged_is_merged_once(self, world):
        merge(world)
        with pytest.raises(Refused, match="已经并入“市水利局”"):
            merge(world, "housing", "county")
        with pytest.raises(Refused, match="已经并入“市水利局”"):
            merge(world, "county_education", "housing")

    def test_two_administrators_at_once(self, world):
        """The second has the tree of before in front of them and is told."""
        admin, housing, water = world.actor("administrator"), world.units["housing"], world.units["water"]
        seen = units.stamp([housing, water])
        units.rename(actor=admin, unit=water, name="市水务局")
        with pytest.raises(Refused, match="别人改动过"):
            regrouping.merge(actor=admin, units=[housing], into=water, seen=seen)

    def test_a_merged_unit_is_neither_opened_again_nor_built_upon(self, world):
        merge(world)
        housing = Unit.objects.get(pk=world.units["housing"].pk)
        for call in (
            lambda: set_unit_active(unit=housing, active=True),
            lambda: create_unit(name="办公室", kind="bureau", parent=housing),
        ):
            with pytest.raises(Refused, match="已经并入"):
                call()


def test_many_problems_cost_as_many_queries_as_few(world):
    def queries(count):
        office = world.actor("coordinator")
        rows = register(actor=office, ledger=world.ledger, problems=[world.new()] * count)
        dispatch.dispatch(actor=office, problems=[row.id for row in rows])
        into = create_unit(name=f"市第{count}局", kind="bureau", parent=world.units["city"])
        world.units["housing"].refresh_from_db()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            regrouping.merge(actor=world.actor("administrator"), units=[world.units["housing"]], into=into)
        world.units["housing"] = into
        return len(caught)

    few, many = queries(3), queries(60)
    assert many <= few + 2
