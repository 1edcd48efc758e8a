"""What people fill in who try the moves between levels and offices, by room; random histories draw from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.step import Outcome
from bihuan.organisations.access import Actor
from tests.ledger.tries import campaigns, closeout, joint, leading, links, orders, results, route, supervision

if TYPE_CHECKING:
    from tests.ledger.hand import Hand

Try = Callable[["Hand", Actor, list[UUID], Any], Outcome]

TRIES: Mapping[Move, Try] = {
    move: made
    for room in (orders, links, joint, route, leading, campaigns, closeout, supervision, results)
    for move, made in room.TRIES.items()
}
