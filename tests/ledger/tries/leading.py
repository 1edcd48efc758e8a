"""The tries at the moves of leading (see the package)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.casework import leave_case, take_case
from bihuan.ledger.actions.instructing import Wanted, instruct
from bihuan.ledger.actions.step import Outcome
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _instruct(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    from hypothesis import strategies as st

    units = [actor.unit_id, *(unit.pk for unit in hand.bench.world.units.values())] if hand.sense < 10 else [None]
    day = hand.bench.today + timedelta(days=hand.draw(st.integers(-1 if hand.sense < 10 else 0, 30)))
    wanted = hand.draw(st.sampled_from([None, Wanted(hand.draw(st.sampled_from(units)), day, "安小禾")]))
    return instruct(actor=actor, problem=problems[0], text=hand.text(), wanted=wanted, **how)


TRIES: dict[Move, Try] = {
    Move.TAKE_CASE: lambda h, a, p, how: take_case(actor=a, problems=p, **how),
    Move.LEAVE_CASE: lambda h, a, p, how: leave_case(actor=a, problem=p[0], reason=h.text(), **how),
    Move.INSTRUCT: _instruct,
}
