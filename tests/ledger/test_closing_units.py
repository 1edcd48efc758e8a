"""A unit is closed only when no open problem hangs on it."""

from __future__ import annotations

import pytest

from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger.actions import setting_aside
from bihuan.ledger.actions.closing_units import switch_unit
from bihuan.organisations.actions import end_post
from bihuan.organisations.models import Post, Unit
from tests.ledger.record import digest
from tests.world import World


def close(world: World, unit: str, who: str = "administrator") -> None:
    switch_unit(actor=world.actor(who), unit=world.units[unit], active=False)


def test_a_unit_that_leads_open_problems_is_not_closed_and_says_how_many(world: World):
    problems = [world.through(stage) for stage in (Stage.LISTED, Stage.UNDER_WAY, Stage.CLOSED)]
    for post in Post.objects.filter(unit=world.units["housing"]):
        end_post(post=post)
    before = digest()
    with pytest.raises(Refused, match="牵头的问题还有2个没有办结"):
        close(world, "housing")
    assert digest() == before
    ids = [problem.id for problem in problems[:2]]
    setting_aside.withdraw(actor=world.actor("coordinator"), problems=ids, reason="撤并").only()
    close(world, "housing")
    assert not Unit.objects.get(pk=world.units["housing"].pk).is_active


def test_open_problems_are_told_before_posts(world: World):
    """Else an administrator would end all posts first and then learn that it was for nothing."""
    world.through(Stage.UNDER_WAY)
    with pytest.raises(Refused, match="牵头的问题"):
        close(world, "housing")


def test_a_unit_that_has_problems_of_its_own_ledger_open_is_not_closed(world: World):
    problem = world.through(Stage.LISTED)
    type(problem).objects.filter(id=problem.id).update(office_id=world.units["water"].pk)
    with pytest.raises(Refused, match="交办的问题还有1个没有办结"):
        close(world, "water")


def test_others_learn_nothing(world: World):
    world.through(Stage.UNDER_WAY)
    with pytest.raises(Refused, match="只有系统管理员"):
        close(world, "housing", "coordinator")


def test_a_supporting_unit_may_be_closed(world: World):
    world.through(Stage.UNDER_WAY)
    for post in Post.objects.filter(unit=world.units["water"]):
        end_post(post=post)
    close(world, "water")
    assert not Unit.objects.get(pk=world.units["water"].pk).is_active
