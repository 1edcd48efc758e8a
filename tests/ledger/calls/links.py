"""The calls of the moves of links (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import handing_down, linking, raising
from bihuan.ledger.actions.handing_down import NewPart
from bihuan.ledger.models import Problem
from bihuan.organisations.models import Unit

if TYPE_CHECKING:
    from uuid import UUID

    from bihuan.ledger.actions.step import Outcome
    from bihuan.organisations.access import Actor
    from tests.ledger.calls import Do


def _hand_down(actor: Actor, problem: UUID) -> Outcome:
    units = Unit.objects.filter(name__in=["市水利局", "禾丰县教育局"]).order_by("pk")
    return handing_down.hand_down(actor=actor, problem=problem, parts=[NewPart(unit.pk) for unit in units])


def _link(actor: Actor, problem: UUID) -> Outcome:
    other = Problem.objects.exclude(id=problem).order_by("number").first()
    return linking.link_part(actor=actor, problem=problem, part=other.number if other else "")


def _raise(actor: Actor, problem: UUID) -> Outcome:
    return raising.raise_up(actor=actor, problem=problem, reason="管网归市里统一改造", wanted="列入改造计划")


CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.HAND_DOWN: (Stage.UNDER_WAY, "coordinator", _hand_down),
    Move.LINK_PART: (Stage.UNDER_WAY, "coordinator", _link),
    Move.RAISE: (Stage.UNDER_WAY, "liaison", _raise),
    Move.ACCEPT_RAISED: (Stage.SUSPENDED, "coordinator", lambda a, p: raising.accept_raised(actor=a, problem=p)),
    Move.REFUSE_RAISED: (
        Stage.SUSPENDED,
        "coordinator",
        lambda a, p: raising.refuse_raised(actor=a, problem=p, opinion="本级可以解决"),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {
    Move.ACCEPT_RAISED: [("liaison", _raise)],
    Move.REFUSE_RAISED: [("liaison", _raise)],
}
RIGHTS: dict[Move, set[str]] = {Move.RAISE: {"liaison", "leader"}}
