"""Situations for tying problems to rules."""

from __future__ import annotations

from typing import Any

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import Problem
from tests.ledger.calls.results import city_rule
from tests.web.situations import Situation
from tests.world import World


def ready(world: World) -> Problem:
    """A problem under way, and a rule of the city to tie it to."""
    problem = world.through(Stage.UNDER_WAY)
    city_rule()
    return problem


def typed(world: World, problem: Problem) -> dict[str, Any]:
    """The city's rule, chosen from the list."""
    return {"rule": str(city_rule().id), "note": "第六条"}


SITUATIONS: dict[Move, Situation] = {Move.TIE_RULE: Situation("coordinator", ready, typed)}
