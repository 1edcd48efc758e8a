"""The tries at the moves of orders (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import declining, reassigning, splitting
from bihuan.ledger.actions.splitting import NewPart
from bihuan.ledger.actions.step import Outcome
from bihuan.organisations.access import Actor
from tests.ledger import hand as drawing

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _unit(hand: Hand, problem: UUID) -> int | None:
    """Another unit than the one that leads, or any, or none."""
    units = hand.bench.world.units
    known = hand.bench.known.get(problem)
    others = [unit.pk for key, unit in units.items() if known is None or key != known.lead]
    return drawing.mostly(hand.draw, others, [*(unit.pk for unit in units.values()), 999_999, None], hand.sense)


def _below(hand: Hand, actor: Actor) -> int | None:
    units = hand.bench.world.units.values()
    below = [unit.pk for unit in units if unit.line[-2:-1] == (actor.unit_id,)]
    return drawing.mostly(hand.draw, below, [None, *(unit.pk for unit in units)], hand.sense)


def _decline(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    return declining.decline(
        actor=actor,
        problem=problems[0],
        refuser=drawing.mostly(hand.draw, ["宁致和"], [" ", "名" * 200], hand.sense),
        reason=hand.text(),
        proposed=hand.draw(st.sampled_from([None, _unit(hand, problems[0])])),
        **how,
    )


def _grant(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    due = hand.draw(st.sampled_from([None, None, hand.day(30, 120)]))
    return declining.grant_decline(
        actor=actor, problem=problems[0], unit_id=_unit(hand, problems[0]), due=due, opinion=hand.text(), **how
    )


def _split(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    count = drawing.mostly(hand.draw, [1, 2], [0, 21], hand.sense)
    parts = [NewPart(hand.text(), _unit(hand, problems[0]), None) for _ in range(count)]
    return splitting.split(actor=actor, problem=problems[0], text=hand.text(), parts=parts, **how)


TRIES: dict[Move, Try] = {
    Move.DECLINE: _decline,
    Move.GRANT_DECLINE: _grant,
    Move.REFUSE_DECLINE: lambda h, a, p, how: declining.refuse_decline(
        actor=a, problem=p[0], opinion=h.text(), **how
    ),
    Move.APPEAL_DECLINE: lambda h, a, p, how: declining.appeal_decline(
        actor=a, problem=p[0], reason=h.text(), **how
    ),
    Move.OVERTURN_DECLINE: lambda h, a, p, how: declining.overturn_decline(
        actor=a, problem=p[0], unit_id=_unit(h, p[0]), ruling=h.text(), **how
    ),
    Move.UPHOLD_DECLINE: lambda h, a, p, how: declining.uphold_decline(
        actor=a, problem=p[0], ruling=h.text(), **how
    ),
    Move.REASSIGN: lambda h, a, p, how: reassigning.reassign(
        actor=a, problem=p[0], unit_id=_unit(h, p[0]), reason=h.text(), **how
    ),
    Move.TRANSFER: lambda h, a, p, how: reassigning.transfer(
        actor=a, problem=p[0], unit_id=_below(h, a), note=h.text(), **how
    ),
    Move.SPLIT: _split,
}
