"""A post handed over in the demo: the liaison of the transport bureau leaves, a new colleague takes over the work.

Played last, on the demo's day: the liaison had put the own name to the bureau's open work, and it moves along.
"""

from __future__ import annotations

from bihuan.demo.office import Office
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions.handing_over import hand_over
from bihuan.ledger.actions.working import PlannedMeasure, set_measures
from bihuan.ledger.models import Measure, Problem
from bihuan.organisations.access import Actor
from bihuan.organisations.accounts import Newcomer
from bihuan.organisations.models import Post

UNIT = "transport"
SUCCESSOR = Newcomer(name="邵云帆", username="shaoyunfan")
REASON = "原联络员调任新岗位，工作已当面交接。"


def hand_over_a_post(office: Office) -> None:
    """Let the liaison of `UNIT` name himself in its open work, then hand the post to somebody new."""
    leaving, administrator = office.actor(UNIT, Role.LIAISON), office.actor("yunting", Role.ADMINISTRATOR)
    if leaving is None or administrator is None:
        return
    for problem in Problem.objects.filter(lead_unit_id=leaving.unit_id, stage=Stage.UNDER_WAY.value):
        _name(leaving, problem)
    post = Post.objects.select_related("person", "unit").get(pk=leaving.post_id)
    hand_over(actor=administrator, post=post, to=SUCCESSOR, reason=REASON)


def _name(actor: Actor, problem: Problem) -> None:
    """Put the own name to a problem and the own unit's measures in it; where its dates forbid that, leave it."""
    rows = Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place")
    planned = [
        PlannedMeasure(
            row.text,
            row.share,
            row.due,
            unit_id=row.unit_id,
            person=actor.person_name if row.unit_id == actor.unit_id else row.person,
            id=row.id,
        )
        for row in rows
    ]
    set_measures(actor=actor, problem=problem.id, measures=planned, person=actor.person_name)
