"""Who is told of what: those whom it concerns, never more than they may read, each thing once."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import closing, declining, dispatch, extending, objecting, undoing, urging, warning
from bihuan.ledger.actions.instructing import instruct
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import entries_of, find
from bihuan.notices import inbox, telling
from bihuan.notices.audience import AUDIENCE
from bihuan.notices.models import Bookmark, Notice
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.models import Person
from tests.notices.conftest import told
from tests.world import World


def dispatched(world: World) -> Problem:
    problem = world.register()[0]
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id]).only()
    return problem


def test_an_order_is_told_to_the_unit_that_leads_and_as_news_to_its_leader_and_those_in_support(world):
    dispatched(world)
    assert telling.tell() == 3
    assert told(world) == {("liaison", "dispatch"), ("leader", "dispatch"), ("support", "dispatch")}
    orders = Notice.objects.filter(is_order=True)
    assert [row.person_id for row in orders] == [world.people["liaison"].pk]


def test_running_twice_is_running_once(world):
    dispatched(world)
    telling.tell()
    before = sorted(Notice.objects.values_list("id", flat=True))
    assert telling.tell() == 0
    Bookmark.objects.update(latest=Bookmark.objects.get().first)  # as after a crash before it was moved on
    assert telling.tell() == 0
    assert sorted(Notice.objects.values_list("id", flat=True)) == before


def test_what_was_recorded_before_the_first_run_is_past(world):
    Bookmark.objects.all().delete()
    dispatched(world)
    assert telling.tell() == 0
    assert telling.tell() == 0


def test_nobody_is_told_of_their_own_doing(world):
    world.through(Stage.UNDER_WAY)
    problem = Problem.objects.get()
    leader = world.actor("leader")
    instruct(actor=leader, problem=problem.id, text="三日内到现场。").only()
    telling.tell()
    assert ("liaison", "instruct") in told(world)
    assert ("coordinator", "instruct") in told(world)
    assert ("leader", "instruct") not in told(world)


def test_a_supporting_unit_is_told_nothing_of_what_is_between_office_and_lead(world):
    problem = dispatched(world)
    declining.decline(
        actor=world.actor("leader"),
        problem=problem.id,
        refuser="宁致和",
        reason="不属于本单位职责。",
        proposed=world.units["water"].pk,
    ).only()
    declining.refuse_decline(
        actor=world.actor("coordinator"), problem=problem.id, opinion="属于你单位职责。"
    ).only()
    telling.tell()
    assert {action for name, action in told(world) if name == "support"} == {"dispatch"}
    assert ("liaison", "refuse_decline") in told(world)
    assert ("second_coordinator", "decline") in told(world)


def test_administrators_and_auditors_are_told_nothing_and_strangers_neither(world):
    world.through(Stage.CLOSED)
    telling.tell()
    names = {name for name, _action in told(world)}
    assert names == {"liaison", "leader", "support", "coordinator", "second_coordinator", "supervisor", "reviewer"}


def test_everybody_may_read_what_they_are_told(world):
    """For every notice of a whole history: the entry is on the timeline as that person reads it."""
    world.through(Stage.SUSTAINED)
    again = world.through(Stage.CLOSEOUT_ASKED)
    closing.send_back(actor=world.actor("reviewer"), problem=again.id, reason="佐证材料不足。").only()
    warning.warn(actor=world.actor("supervisor"), problem=again.id, reason="现场没有动静。").only()
    extending.ask_extension(
        actor=world.actor("liaison"), problem=again.id, due=again.due + timedelta(days=10), reason="雨季无法施工。"
    ).only()
    telling.tell()
    assert Notice.objects.count() > 20
    for notice in Notice.objects.all():
        person = Person.objects.get(pk=notice.person_id)
        actor = actor_for(person, held_posts(person))
        assert actor is not None
        seen = find(actor, notice.subject)
        assert seen is not None
        assert entries_of(actor, seen).filter(id=notice.entry_id).exists()
        assert Entry.objects.get(id=notice.entry_id).person_id != person.pk


def test_whoever_left_is_not_told(world):
    Person.objects.filter(pk=world.people["leader"].pk).update(is_active=False)
    dispatched(world)
    telling.tell()
    assert ("leader", "dispatch") not in told(world)


def test_what_left_the_sight_of_a_reader_shows_no_title(world):
    problem = dispatched(world)
    telling.tell()
    support = world.actor("support")
    (line,) = inbox.page(support, inbox.ALL).lines
    assert line.subject is not None
    assert line.subject.title == problem.title
    undoing.recall(actor=world.actor("coordinator"), problems=[problem.id], reason="发错了单位。").only()
    (line,) = inbox.page(support, inbox.ALL).lines
    assert line.subject is None


def test_a_bulk_order_costs_no_more_questions_than_one(world):
    dispatched(world)
    with CaptureQueriesContext(connection) as one:
        telling.tell()
    problems = world.register(60)
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[problem.id for problem in problems]).only()
    with CaptureQueriesContext(connection) as many:
        assert telling.tell() == 3 * 60
    assert len(many) <= len(one) + 4


def test_the_table_names_moves_that_there_are():
    moves = {action for kind, action in AUDIENCE if kind == "problem"}
    assert moves <= {str(move) for move in Move}


def test_objections_stay_with_the_office_whoever_made_them(world):
    """What is for the office's eyes alone is told to nobody of the unit complained of."""
    problem = world.through(Stage.IN_PUBLIC_NOTICE)
    raised = Raised("公示的情况不属实。", objector="群众来电")
    objecting.object_to(actor=world.actor("coordinator"), problem=problem.id, raised=raised).only()
    telling.tell()
    names = {name for name, action in told(world) if action == "object"}
    assert names == {"second_coordinator", "reviewer"}


def test_urging_and_letters_are_direct_orders_to_the_unit_and_its_leader(world):
    problem = world.through(Stage.UNDER_WAY)
    urging.urge(actor=world.actor("supervisor"), problems=[problem.id], text="请加快办理。").only()
    telling.tell()
    orders = Notice.objects.filter(action="urge", is_order=True).values_list("person_id", flat=True)
    assert set(orders) == {world.people["liaison"].pk, world.people["leader"].pk}
