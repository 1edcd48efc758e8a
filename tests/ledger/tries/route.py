"""The tries at the moves of route (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, Reached, report_route, set_route
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Milestone, Problem, Quantity
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _kept(model: Any, problem: UUID) -> list[Any]:
    return list(model.objects.filter(problem_id=problem, dropped=False).order_by("place"))


def _set(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    row = Problem.objects.filter(id=problems[0]).first()
    due = row.due if row and row.due else hand.bench.today
    steps, amounts = _kept(Milestone, problems[0]), _kept(Quantity, problems[0])
    chosen = (
        steps if hand.sense == 10 else hand.draw(st.lists(st.sampled_from(steps), unique=True)) if steps else []
    )
    milestones = [PlannedMilestone(step.text, step.planned_on, step.id) for step in chosen]
    milestones.append(PlannedMilestone(hand.text(), due))
    kept = hand.draw(st.sampled_from([None, *(amount.id for amount in amounts)]))
    target = hand.draw(st.sampled_from([0, 600, 123456]))
    money = hand.draw(st.booleans())
    quantities = [PlannedQuantity("改造道路", target, "条", is_money=money, id=kept)]
    return set_route(actor=actor, problem=problems[0], milestones=milestones, quantities=quantities, **how)


def _report(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    reached = {
        step.id: Reached(hand.draw(st.sampled_from([None, hand.bench.today])), hand.text())
        for step in _kept(Milestone, problems[0])
    }
    actual = {row.id: hand.draw(st.integers(0, 2000)) for row in _kept(Quantity, problems[0])}
    if hand.sense < 10 and hand.draw(st.integers(0, 9)) == 0:
        actual[problems[0]] = 1
    return report_route(actor=actor, problem=problems[0], reached=reached, actual=actual, note=hand.text(), **how)


TRIES: dict[Move, Try] = {Move.SET_ROUTE: _set, Move.REPORT_ROUTE: _report}
