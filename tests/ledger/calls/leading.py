"""The calls of the moves of leading (see the package)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import casework, instructing
from bihuan.ledger.actions.instructing import Wanted
from tests.world import START

if TYPE_CHECKING:
    from tests.ledger.calls import Do

TASK = Wanted(due=START + timedelta(days=300), person="安小禾")
CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.TAKE_CASE: (Stage.UNDER_WAY, "leader", lambda a, p: casework.take_case(actor=a, problems=[p])),
    Move.LEAVE_CASE: (
        Stage.UNDER_WAY,
        "leader",
        lambda a, p: casework.leave_case(actor=a, problem=p, reason="分工调整"),
    ),
    Move.INSTRUCT: (
        Stage.UNDER_WAY,
        "leader",
        lambda a, p: instructing.instruct(actor=a, problem=p, text="本周内到现场查明原因", wanted=TASK),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {Move.LEAVE_CASE: [CALLS[Move.TAKE_CASE][1:]]}
RIGHTS = {move: {"leader"} for move in CALLS}
