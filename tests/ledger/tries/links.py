"""The tries at the moves of links (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import handing_down, linking, raising
from bihuan.ledger.actions.handing_down import NewPart
from bihuan.ledger.actions.raising import TakenOn
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _hand_down(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    world = hand.bench.world
    below = [unit.pk for unit in world.units.values() if actor.unit_id in unit.line[:-1]]
    anywhere = [unit.pk for unit in world.units.values()]
    units = hand.draw(st.lists(st.sampled_from(below if below and hand.sense > 5 else anywhere), max_size=3))
    shares = hand.draw(st.sampled_from([None, None, 30, 0]))
    return handing_down.hand_down(
        actor=actor,
        problem=problems[0],
        parts=[NewPart(unit, hand.text(), shares) for unit in dict.fromkeys(units)],
        together=hand.draw(st.sampled_from([None, None, 50, 100])),
        at_once=hand.draw(st.booleans()),
        **how,
    )


def _link(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    numbers = list(Problem.objects.filter(id__in=hand.bench.known).order_by("number"))
    chosen = hand.draw(st.sampled_from(numbers)).number if numbers else ""
    return linking.link_part(
        actor=actor, problem=problems[0], part=chosen, share=hand.draw(st.sampled_from([None, 10, 100])), **how
    )


def _raise(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    return raising.raise_up(actor=actor, problem=problems[0], reason=hand.text(), wanted="请市里统一解决", **how)


def _accept(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    new = TakenOn(lead_unit_id=hand.draw(st.sampled_from([None, hand.bench.world.units["water"].pk])))
    return raising.accept_raised(actor=actor, problem=problems[0], taken_on=new, opinion=hand.text(), **how)


def _refuse(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    return raising.refuse_raised(actor=actor, problem=problems[0], opinion=hand.text(), **how)


TRIES: dict[Move, Try] = {
    Move.HAND_DOWN: _hand_down,
    Move.LINK_PART: _link,
    Move.RAISE: _raise,
    Move.ACCEPT_RAISED: _accept,
    Move.REFUSE_RAISED: _refuse,
}
