"""Situations for the moves of joint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.naming_duties import Named, name_duties
from bihuan.ledger.models import Duty, Problem
from tests.web.situations import Situation, at, says

if TYPE_CHECKING:
    from tests.world import World


def _parts(world: World, problem: Problem) -> dict[str, Any]:
    """The present supporting unit with a task, and one more."""
    return {
        "u-TOTAL_FORMS": "3",
        "u-INITIAL_FORMS": "3",
        "u-0-unit": "市水利局",
        "u-0-task": "疏通下游管涵",
        "u-1-unit": "县教育局",
        "u-1-task": "核对校门口的井盖",
        "reason": "涉及学校周边",
    }


def _named(world: World, problem: Problem) -> dict[str, Any]:
    liaison = f"{world.units['housing'].pk}-{world.people['liaison'].pk}"
    return {
        "who-technical": liaison,
        "who-administrative": "bare",
        "name-administrative": "吉文远",
        "unit-administrative": str(world.units["housing"].pk),
    }


def named(world: World) -> Problem:
    """A problem for which the liaison is named."""
    problem = world.through(Stage.UNDER_WAY)
    one = Named(world.units["housing"].pk, world.people["liaison"].pk)
    office = world.actor("coordinator")
    name_duties(actor=office, problem=problem.id, named={Duty.Kind.TECHNICAL: one}).only()
    return Problem.objects.get(id=problem.id)


def _words(world: World, problem: Problem) -> dict[str, Any]:
    duty = Duty.objects.get(problem_id=problem.id).id.hex
    return {f"answer-{duty}": "no", f"reason-{duty}": "本人已调离这项工作"}


SITUATIONS: dict[Move, Situation] = {
    Move.JOIN: Situation("liaison", at(Stage.UNDER_WAY), _parts),
    Move.SIGN_PART: Situation("support", at(Stage.UNDER_WAY), says(remark="已收到")),
    Move.NAME_DUTY: Situation("coordinator", at(Stage.UNDER_WAY), _named),
    Move.CONFIRM_DUTY: Situation("liaison", named, _words),
}
