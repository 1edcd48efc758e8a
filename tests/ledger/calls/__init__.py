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
from tests.ledger.calls import campaigns, closeout, joint, leading, links, orders, results, route, supervision
from tests.world import World

Do = Callable[[Actor, UUID], Outcome]

_ROOMS = (orders, links, joint, route, leading, campaigns, closeout, supervision, results)
CALLS: Mapping[Move, tuple[Stage, str, Do]] = {move: call for room in _ROOMS for move, call in room.CALLS.items()}
BEFORE: Mapping[Move, list[tuple[str, Do]]] = {
    move: calls for room in _ROOMS for move, calls in room.BEFORE.items()
}
RIGHTS: Mapping[Move, set[str]] = {
    move: names for room in _ROOMS for move, names in getattr(room, "RIGHTS", {}).items()
}
"""Who of the small office may make a move as its call has it; coordinators alone where it is not said."""
READY: Mapping[Move, Callable[[World], UUID]] = {
    move: made for room in _ROOMS for move, made in getattr(room, "READY", {}).items()
}
"""Where the problem is another than one of the small office carried to the stage."""
EMPTY: Mapping[Move, tuple[str, Do]] = {
    move: call for room in _ROOMS for move, call in getattr(room, "EMPTY", {}).items()
}
"""The call without what must be filled in, and what is then said to be missing."""
