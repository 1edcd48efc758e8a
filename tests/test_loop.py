"""The whole loop for one problem, through the real actions."""

from __future__ import annotations

import pytest

from bihuan.book import clock
from bihuan.domain.case import Stage
from tests.world import START, build_world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("stage", [Stage.DISPATCHED, Stage.UNDER_WAY, Stage.CLOSEOUT_ASKED, Stage.ACCEPTED])
def test_a_problem_reaches_every_stage(stage):
    with clock.moved_to(clock.moment_on(START)):
        assert build_world().through(stage).stage == stage


def test_a_problem_is_carried_to_sustained():
    with clock.moved_to(clock.moment_on(START)):
        problem = build_world().through(Stage.SUSTAINED)
    assert (problem.stage, problem.colour) == ("sustained", "green")
