"""Close-out in tiers: objections to the public notice, filing one level up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.book.keys import new_id
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import filing, objecting
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Objection
from bihuan.organisations.access import Actor
from tests.ledger import hand as drawing

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _object(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    received = drawing.mostly(hand.draw, [None, hand.bench.today], [hand.day(0, 3)], hand.sense)
    objector = drawing.mostly(hand.draw, ["", "附近居民"], ["名" * 200], hand.sense)
    raised = Raised(hand.text(), received, "来电", objector)
    return objecting.object_to(actor=actor, problem=problems[0], raised=raised, **how)


def _answer(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    known = list(Objection.objects.filter(problem_id=problems[0]).order_by("id").values_list("id", flat=True))
    chosen = hand.draw(st.sampled_from([None, *known, new_id()]))
    return objecting.answer_objection(
        actor=actor, problem=problems[0], reason=hand.text(), objection=chosen, **how
    )


TRIES: dict[Move, Try] = {
    Move.OBJECT: _object,
    Move.ANSWER_OBJECTION: _answer,
    Move.FILE_CLOSEOUT: lambda h, a, p, how: filing.file_closeout(actor=a, problems=p, note=h.text(), **how),
    Move.REFUSE_FILING: lambda h, a, p, how: filing.refuse_filing(actor=a, problem=p[0], reason=h.text(), **how),
}
