"""The calls of the moves of route (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions.routing import PlannedMilestone, PlannedQuantity, report_route, set_route
from tests.world import START

if TYPE_CHECKING:
    from tests.ledger.calls import Do

CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.SET_ROUTE: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: set_route(
            actor=a,
            problem=p,
            milestones=[PlannedMilestone("路基完工", START)],
            quantities=[PlannedQuantity("改造道路", 600, "条")],
        ),
    ),
    Move.REPORT_ROUTE: (
        Stage.UNDER_WAY,
        "support",
        lambda a, p: report_route(actor=a, problem=p, note="材料已到场"),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {}
RIGHTS: dict[Move, set[str]] = {
    Move.SET_ROUTE: {"liaison", "leader"},
    Move.REPORT_ROUTE: {"liaison", "leader", "support"},
}
