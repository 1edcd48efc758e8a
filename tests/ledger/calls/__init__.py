"""One working call for every move between levels and offices, by room; `test_actions` makes them all.

`CALLS` names for each move the stage, the person and the call, `BEFORE` what must be called first, each as the
person and the call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.step import Outcome
from bihuan.organisations.access import Actor
from tests.ledger.calls import campaigns, joint, leading, links, orders, route

Do = Callable[[Actor, UUID], Outcome]

_ROOMS = (orders, links, joint, route, leading, campaigns)
CALLS: Mapping[Move, tuple[Stage, str, Do]] = {move: call for room in _ROOMS for move, call in room.CALLS.items()}
BEFORE: Mapping[Move, list[tuple[str, Do]]] = {
    move: calls for room in _ROOMS for move, calls in room.BEFORE.items()
}
RIGHTS: Mapping[Move, set[str]] = {
    move: names for room in _ROOMS for move, names in getattr(room, "RIGHTS", {}).items()
}
"""Who of the small office may make a move in the situation of its call; coordinators alone where it is not said."""
