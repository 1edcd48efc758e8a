"""The calls of the moves of joint (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.domain.case import Stage
from bihuan.domain.joint import Wanted
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.joining import join, sign_part
from bihuan.ledger.actions.naming_duties import Named, Word, confirm_duty, name_duties
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.models import Duty
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

if TYPE_CHECKING:
    from tests.ledger.calls import Do


def _join(actor: Actor, problem: UUID) -> Outcome:
    water, school = (Unit.objects.get(name=name).pk for name in ("市水利局", "禾丰县教育局"))
    wanted = [Wanted(water), Wanted(school, "核对校门口的井盖")]
    return join(actor=actor, problem=problem, wanted=wanted, reason="涉及学校周边")


def _name(actor: Actor, problem: UUID) -> Outcome:
    person = Person.objects.get(username="liaison")
    named = Named(Unit.objects.get(name="市住房和城乡建设局").pk, person.pk)
    return name_duties(actor=actor, problem=problem, named={Duty.Kind.TECHNICAL: named})


def _confirm(actor: Actor, problem: UUID) -> Outcome:
    words = {row.id: Word(agrees=True) for row in Duty.objects.filter(problem_id=problem)}
    return confirm_duty(actor=actor, problem=problem, words=words)


CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.JOIN: (Stage.UNDER_WAY, "liaison", _join),
    Move.SIGN_PART: (Stage.UNDER_WAY, "support", lambda a, p: sign_part(actor=a, problems=[p])),
    Move.NAME_DUTY: (Stage.DISPATCHED, "coordinator", _name),
    Move.CONFIRM_DUTY: (Stage.DISPATCHED, "liaison", _confirm),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {Move.CONFIRM_DUTY: [("coordinator", _name)]}
_IN_CHARGE = {"coordinator", "second_coordinator", "liaison", "leader"}
RIGHTS: dict[Move, set[str]] = {
    Move.JOIN: _IN_CHARGE,
    Move.SIGN_PART: {"support"},
    Move.NAME_DUTY: _IN_CHARGE,
    Move.CONFIRM_DUTY: {"liaison"},
}
