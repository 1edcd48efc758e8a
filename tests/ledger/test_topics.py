"""Mandatory check topics: sent to whom, answered once, added to visibly, read along the line and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger import topics as reads
from bihuan.ledger.actions.answering import Found, answer_found, answer_not_found
from bihuan.ledger.actions.topics import NewTopic, Round, close_topic, send_on, send_topics, units_below
from bihuan.ledger.models import CheckAnswer, CheckTopic, Problem
from bihuan.ledger.queries import visible_to
from bihuan.ledger.verify import What, verify
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit, end_post, set_unit_active
from tests.world import START, World, build_world, days_later

DUE = START + timedelta(days=7)
CANTEEN, FIRE = NewTopic("食堂食品安全", "查进货台账和留样"), NewTopic("消防通道", "查是否堵塞")


@pytest.fixture
def world(db) -> Iterator[World]:
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def sent(world: World, *topics: NewTopic, asked: Round | None = None) -> list[CheckTopic]:
    return send_topics(
        actor=world.actor("coordinator"), topics=topics or [CANTEEN], due=DUE, asked=asked or Round()
    )


def row_of(world: World, topic: CheckTopic, unit: str) -> CheckAnswer:
    return CheckAnswer.objects.get(topic=topic, unit=world.units[unit])


def refused(call, **how) -> str:
    with pytest.raises(Refused) as caught:
        call(**how)
    return str(caught.value.denied)


def standing(world: World, name: str, topic: CheckTopic) -> dict[str, int]:
    scope = reads.find_topic(world.actor(name), topic.pk)
    assert scope is not None
    return {code: count for code, count in vars(reads.standing_of(scope)).items() if count}


def close_water(world: World) -> None:
    end_post(post=world.people["support"].posts.get())
    set_unit_active(unit=world.units["water"], active=False)


def test_every_unit_in_use_below_is_asked_at_all_levels(world):
    close_water(world)
    one, two = sent(world, CANTEEN, FIRE)
    asked = {"housing", "county", "county_education"}
    for topic in (one, two):
        units = CheckAnswer.objects.filter(topic=topic).values_list("unit_id", flat=True)
        assert set(units) == {world.units[key].pk for key in asked}
    assert verify().clean


@pytest.mark.parametrize(
    ("asked", "units"),
    [
        (Round(levels=frozenset({1})), {"housing", "water", "county"}),
        (Round(kinds=frozenset({"bureau"})), {"housing", "water", "county_education"}),
        (Round(kinds=frozenset({"bureau"}), levels=frozenset({2})), {"county_education"}),
    ],
)
def test_a_round_may_be_some_kinds_and_levels_only(world, asked, units):
    (topic,) = sent(world, asked=asked)
    assert {row.unit_id for row in topic.answers.all()} == {world.units[key].pk for key in units}


def test_what_was_found_is_on_the_units_own_ledger_and_tied_to_the_answer(world):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    problems = [Found("食堂留样冰箱损坏。", "更换冰箱"), Found("进货台账缺三个月。")]
    answer_found(actor=world.actor("liaison"), answer=row.id, found=problems)
    row.refresh_from_db()
    on_ledger = list(Problem.objects.order_by("number"))
    assert row.answer == "found"
    assert row.problems == [str(problem.id) for problem in on_ledger]
    assert [p.text for p in on_ledger] == ["食堂留样冰箱损坏。", "进货台账缺三个月。"]
    assert {(p.office_id, p.lead_unit_id, p.stage) for p in on_ledger} == {
        (world.units["housing"].pk, world.units["housing"].pk, Stage.LISTED)
    }
    assert on_ledger[0].measures.get().text == "更换冰箱"
    assert "进货台账缺三个月" in row.statement
    assert verify().clean


def test_an_answer_is_given_once(world):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    answer_not_found(actor=world.actor("leader"), answer=row.id, statement="看了两处食堂")
    told = refused(answer_not_found, actor=world.actor("liaison"), answer=row.id, statement="再答一次")
    assert "已由宁致和于2026-03-02答复" in told
    found = [Found("留样冰箱损坏")]
    assert "请写明为什么补报" in refused(answer_found, actor=world.actor("liaison"), answer=row.id, found=found)
    with days_later(1):
        answer_found(actor=world.actor("liaison"), answer=row.id, found=found, reason="复查时发现")
        again = refused(answer_not_found, actor=world.actor("liaison"), answer=row.id, statement="没有")
        assert "已由安小禾" in again
        assert "已由安小禾" in refused(
            answer_found, actor=world.actor("liaison"), answer=row.id, found=found, reason="又发现"
        )
    history = reads.answered(world.actor("coordinator"), CheckAnswer.objects.get(id=row.id)).said
    assert [(said.action, said.reason) for said in history] == [
        ("ask_check", ""),
        ("answer_not_found", ""),
        ("add_found", "复查时发现"),
    ]
    assert history[1].statement == "看了两处食堂"  # superseded in sight of all
    assert Problem.objects.count() == 1
    assert verify().clean


def test_nothing_is_half_written(world):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    liaison = world.actor("liaison")
    before = Entry.objects.count()
    for found in ([], [Found(" ")], [Found("好", lead_unit_id=world.units["water"].pk)], [Found("x" * 5000)]):
        refused(answer_found, actor=liaison, answer=row.id, found=found)
    refused(answer_not_found, actor=liaison, answer=row.id, statement="  ")
    office = world.actor("coordinator")
    for topics, due in (
        ([], DUE),
        ([CANTEEN], DUE),  # still open under this name
        ([FIRE, FIRE], DUE),
        ([NewTopic("长" * 81)], DUE),
        ([NewTopic("")], DUE),
        ([FIRE], START - timedelta(days=1)),
        ([FIRE], DUE.replace(year=9999)),
    ):
        refused(send_topics, actor=office, topics=topics, due=due)
    refused(send_topics, actor=office, topics=[FIRE], due=DUE, asked=Round(levels=frozenset({7})))
    assert Entry.objects.count() == before
    assert not Problem.objects.exists()


def test_who_may_send_and_who_may_answer(world):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    for name in ("supervisor", "auditor", "liaison", "leader", "administrator"):
        refused(send_topics, actor=world.actor(name), topics=[FIRE], due=DUE)
        refused(close_topic, actor=world.actor(name), topic_id=topic.pk)
        refused(send_on, actor=world.actor(name), topic_id=topic.pk)
    for name in ("coordinator", "support", "county_coordinator", "stranger", "administrator"):
        refused(answer_not_found, actor=world.actor(name), answer=row.id, statement="没有")
    assert not units_below(world.actor("stranger"))
    refused(close_topic, actor=world.actor("county_coordinator"), topic_id=topic.pk)
    person = create_person(username="checker", name="检无咎", password="x" * 12, region_id=1)
    assign_post(person=person, unit=world.units["housing"], role=Role.REVIEWER)
    reviewer = actor_for(person, held_posts(person))
    refused(answer_not_found, actor=reviewer, answer=row.id, statement="没有")
    answer_not_found(actor=world.actor("liaison"), answer=row.id, statement="没有")


def test_late_answers_are_taken_and_told_and_none_after_closing(world):
    one, two = sent(world, CANTEEN, FIRE)
    office = world.actor("coordinator")
    with days_later(10):
        assert standing(world, "coordinator", one) == {"overdue": 4}
        answer_not_found(actor=world.actor("liaison"), answer=row_of(world, one, "housing").id, statement="没有")
        scope = reads.find_topic(office, one.pk)
        assert scope is not None
        late = reads.in_state(scope, reads.LATE, clock.today())
        assert [row.unit_id for row in late] == [world.units["housing"].pk]
        close_topic(actor=office, topic_id=two.pk)
        told = refused(
            answer_not_found, actor=world.actor("liaison"), answer=row_of(world, two, "housing").id, statement="无"
        )
        assert "关闭" in told
        assert "关闭" in refused(close_topic, actor=office, topic_id=two.pk)
        assert reads.waiting_count(world.actor("liaison")) == 0
        send_topics(actor=office, topics=[FIRE], due=clock.today())  # the name is free again
        assert verify().clean


def test_units_opened_since_are_asked_only_when_it_is_sent_on_and_closed_ones_are_told_so(world):
    (topic,) = sent(world)
    office = world.actor("coordinator")
    assert "没有可以下发的" in refused(send_on, actor=office, topic_id=topic.pk)
    new = create_unit(name="市数据局", kind="bureau", parent=world.units["city"])
    close_water(world)
    assert standing(world, "coordinator", topic) == {"waiting": 3, "gone": 1}
    assert send_on(actor=office, topic_id=topic.pk) == 1
    assert CheckAnswer.objects.filter(topic=topic, unit=new).count() == 1
    assert standing(world, "coordinator", topic) == {"waiting": 4, "gone": 1}
    scope = reads.find_topic(office, topic.pk)
    assert scope is not None
    awaited = {row.unit.name for row in reads.silent_units(scope, clock.today())}
    assert awaited == {"市住房和城乡建设局", "禾丰县", "禾丰县教育局", "市数据局"}
    assert verify().clean


CITY = {"coordinator", "second_coordinator", "supervisor", "reviewer", "auditor"}


def test_an_answer_is_read_along_the_line_up_to_the_sender_and_by_nobody_else(world):
    (topic,) = sent(world)
    seen = {
        unit: {n for n in world.people if reads.find_answer(world.actor(n), row_of(world, topic, unit).id)}
        for unit in ("housing", "county_education")
    }
    assert seen == {
        "housing": CITY | {"liaison", "leader"},
        "county_education": CITY | {"county_coordinator", "stranger"},
    }
    assert standing(world, "county_coordinator", topic) == {"waiting": 2}
    assert [(t, s.asked) for t, s in reads.topics_from_above(world.actor("county_coordinator"))] == [(topic, 2)]
    assert reads.topics_from_above(world.actor("liaison")) == []
    assert reads.find_topic(world.actor("administrator"), topic.pk) is None
    county = send_topics(actor=world.actor("county_coordinator"), topics=[FIRE], due=DUE)[0]
    above = {n for n in world.people if reads.find_topic(world.actor(n), county.pk)}
    assert above == {"county_coordinator", "stranger"}  # the sender is the top


def test_the_sender_sees_that_something_was_found_and_the_problem_once_it_is_dispatched(world):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    answer_found(actor=world.actor("liaison"), answer=row.id, found=[Found("留样冰箱损坏。")])
    row.refresh_from_db()
    office = world.actor("coordinator")
    told = reads.answered(office, row)
    assert (list(told.problems), told.out_of_sight, row.statement) == ([], 1, "留样冰箱损坏。")
    own = reads.answered(world.actor("liaison"), row)
    assert [problem.text for problem in own.problems] == ["留样冰箱损坏。"]
    assert not visible_to(office).exists()


@pytest.mark.parametrize(
    ("column", "value"),
    [("answer", "not_found"), ("statement", "没有发现"), ("signed_name", "别人"), ("problems", "[]")],
)
def test_an_answer_altered_past_the_actions_is_named(world, column, value):
    (topic,) = sent(world)
    row = row_of(world, topic, "housing")
    answer_found(actor=world.actor("liaison"), answer=row.id, found=[Found("留样冰箱损坏。")])
    CheckAnswer.objects.filter(id=row.id).update(**{column: json.loads(value) if column == "problems" else value})
    (finding,) = verify().findings
    assert (finding.what, finding.params["column"]) == (What.ROW_COLUMN, column)
    assert str(row.id) in finding.where
