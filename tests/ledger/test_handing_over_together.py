"""Two at once, on connections of their own: a post is handed over once, a slip that was shown works."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import connections

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions.handing_over import hand_over
from bihuan.ledger.actions.working import PlannedMeasure, set_measures
from bihuan.ledger.models import Responsibility
from bihuan.ledger.verify import verify
from bihuan.organisations import slips
from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Person, Post
from tests.world import World, build_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    built = build_world()
    person = create_person(username="second_admin", name="蒲知远", region_id=1)
    assign_post(person=person, unit=built.units["city"], role=Role.ADMINISTRATOR)
    built.people["second_admin"] = person
    return built


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Make all calls at once; what each returned or the refusal that it met, in their order."""
    begin = threading.Barrier(len(calls))
    found: list[Any] = [None] * len(calls)

    def one(place: int, call: Callable[[], Any]) -> None:
        try:
            begin.wait(10)
            found[place] = call()
        except Refused as refused:
            found[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_of_two_administrators_one_hands_the_post_over(world: World):
    problem = world.through(Stage.UNDER_WAY, person="安小禾")
    post = Post.objects.select_related("person", "unit").get(person=world.people["liaison"])
    first, second = world.actor("administrator"), world.actor("second_admin")
    found = together(
        lambda: hand_over(actor=first, post=post, to=Newcomer("顾未央", "one"), reason="调动"),
        lambda: hand_over(actor=second, post=post, to=Newcomer("闻人语", "two"), reason="调动"),
    )
    refused = [one for one in found if isinstance(one, Refused)]
    assert len(refused) == 1
    [holder] = Post.objects.filter(unit=post.unit, role=post.role, until__isnull=True)
    assert Responsibility.objects.get(problem_id=problem.id, role="lead").person == holder.person.name
    assert Person.objects.filter(username__in=["one", "two"]).count() == 1
    assert verify().clean


def test_work_reported_at_the_same_moment_is_neither_lost_nor_done_by_halves(world: World):
    problem = world.through(Stage.UNDER_WAY, person="安小禾")
    post = Post.objects.select_related("person", "unit").get(person=world.people["liaison"])
    actor, leader, due = world.actor("administrator"), world.actor("leader"), clock.today()
    found = together(
        lambda: hand_over(actor=actor, post=post, to=Newcomer("顾未央", "one"), reason="调动"),
        lambda: set_measures(
            actor=leader, problem=problem.id, measures=[PlannedMeasure("更换井盖", 100, due)], person="安小禾"
        ).only(),
    )
    assert sum(isinstance(one, Refused) for one in found) <= 1
    if not isinstance(found[0], Refused):
        assert Post.objects.get(pk=post.pk).successor is not None
    assert verify().clean


def test_of_two_rounds_of_slips_one_is_printed_and_works(world: World):
    first, second = world.actor("administrator"), world.actor("second_admin")
    unit = world.units["housing"]

    def make(actor: Any) -> list[slips.Slip]:
        mark = seen[actor.person_id]
        prepared = slips.prepare(actor=actor, unit=unit, everybody=False, mark=mark)
        return slips.hand_out(actor=actor, prepared=prepared)

    seen = {actor.person_id: slips.round_of(actor, unit).mark for actor in (first, second)}
    found = together(lambda: make(first), lambda: make(second))
    refused = [one for one in found if isinstance(one, Refused)]
    assert len(refused) == 1
    [made] = [one for one in found if one not in refused]
    assert [slip.username for slip in made] == ["liaison", "leader"]
    assert all(authenticate(username=slip.username, password=slip.password) for slip in made)
    assert verify().clean
