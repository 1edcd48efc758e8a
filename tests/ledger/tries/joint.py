"""The tries at the moves of joint (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from hypothesis import strategies as st

from bihuan.book.keys import new_id
from bihuan.domain.joint import Wanted
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.joining import join, sign_part
from bihuan.ledger.actions.naming_duties import Named, Word, confirm_duty, name_duties
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.duties import NAMED
from bihuan.ledger.models import Duty, Responsibility
from bihuan.organisations.access import Actor
from tests.ledger import hand as drawing

if TYPE_CHECKING:
    from tests.ledger.hand import Hand
    from tests.ledger.tries import Try


def _units(hand: Hand, most: int) -> list[int]:
    drawn: st.SearchStrategy[list[int]] = st.lists(
        st.sampled_from([unit.pk for unit in hand.bench.world.units.values()]), max_size=most, unique=True
    )
    found: list[int] = hand.draw(drawn)
    return found


def _join(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    lead = Responsibility.objects.filter(problem_id=problems[0], role="lead", dropped=False)
    leading = set(lead.values_list("unit_id", flat=True)) if hand.sense == 10 else set()
    units = [unit for unit in _units(hand, 3) if unit not in leading]
    wanted = [Wanted(unit, hand.text()) for unit in units]
    return join(actor=actor, problem=problems[0], wanted=wanted, reason=hand.text(), **how)


def _name(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    sensible = [who for who in hand.bench.actors if who.unit_id == actor.unit_id]
    who = drawing.mostly(hand.draw, sensible, hand.bench.actors, hand.sense)
    bare = Named(actor.unit_id, None, drawing.mostly(hand.draw, ["吉文远"], ["", "某" * 200], hand.sense))
    named = hand.draw(st.sampled_from([Named(who.unit_id, who.person_id), bare, None]))
    kind = hand.draw(st.sampled_from(NAMED))
    return name_duties(actor=actor, problem=problems[0], named={kind: named}, **how)


def _confirm(hand: Hand, actor: Actor, problems: list[UUID], how: Any) -> Outcome:
    rows = list(Duty.objects.filter(problem_id=problems[0], dropped=False).values_list("id", "person_id"))
    own = [id_ for id_, person in rows if person == actor.person_id]
    duty = drawing.mostly(hand.draw, own, [*(id_ for id_, _person in rows), new_id()], hand.sense)
    word = drawing.mostly(hand.draw, [Word(True), Word(False, "分管领导已调整")], [Word(False, " ")], hand.sense)
    return confirm_duty(actor=actor, problem=problems[0], words={duty: word}, **how)


TRIES: dict[Move, Try] = {
    Move.JOIN: _join,
    Move.SIGN_PART: lambda h, a, p, how: sign_part(actor=a, problems=p, remark=h.text(), **how),
    Move.NAME_DUTY: _name,
    Move.CONFIRM_DUTY: _confirm,
}
