"""The tries at tying problems to rules (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from hypothesis import strategies as st

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.rules_made import Wording, enter_rule
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.tying import tie_rule, untie_rule
from bihuan.ledger.models import RuleMade
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.histories import Bench
    from tests.ledger.tries import Try


def set_up(bench: Bench) -> None:
    """Two rules of the office to tie problems to, one of them not issued yet."""
    office = bench.world.actor("coordinator")
    enter_rule(actor=office, wording=Wording("第一号办法", issued_on=bench.today))
    enter_rule(actor=office, wording=Wording("第二号办法"))


def _tie(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    rules = list(RuleMade.objects.order_by("id").values_list("id", flat=True))
    rule = hand.draw(st.sampled_from([*rules, uuid4()]))
    if hand.draw(st.integers(1, 4)) == 1:
        return untie_rule(actor=actor, problems=problems, rule=rule, reason=hand.text(), **how)
    return tie_rule(actor=actor, problems=problems, rule=rule, note=hand.text(), **how)


TRIES: dict[Move, Try] = {Move.TIE_RULE: _tie}
