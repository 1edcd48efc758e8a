"""The calls of the moves of orders (see the package)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import declining, dispatch, ledgers, reassigning, splitting
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.splitting import NewPart
from bihuan.organisations.models import Unit

if TYPE_CHECKING:
    from uuid import UUID

    from tests.ledger.calls import Do
    from tests.world import World


def unit(name: str) -> int:
    """The id of a unit of the small office."""
    return Unit.objects.get(name=name).pk


CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.DECLINE: (
        Stage.DISPATCHED,
        "liaison",
        lambda a, p: declining.decline(actor=a, problem=p, refuser="宁致和", reason="不归本局"),
    ),
    Move.GRANT_DECLINE: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: declining.grant_decline(actor=a, problem=p, unit_id=unit("市水利局")),
    ),
    Move.REFUSE_DECLINE: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: declining.refuse_decline(actor=a, problem=p, opinion="职责在你局"),
    ),
    Move.APPEAL_DECLINE: (
        Stage.DISPATCHED,
        "leader",
        lambda a, p: declining.appeal_decline(actor=a, problem=p, reason="不服"),
    ),
    Move.OVERTURN_DECLINE: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: declining.overturn_decline(actor=a, problem=p, unit_id=unit("市水利局"), ruling="归水利"),
    ),
    Move.UPHOLD_DECLINE: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: declining.uphold_decline(actor=a, problem=p, ruling="维持"),
    ),
    Move.REASSIGN: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: reassigning.reassign(actor=a, problem=p, unit_id=unit("市水利局"), reason="职责调整"),
    ),
    Move.TRANSFER: (
        Stage.DISPATCHED,
        "county_coordinator",
        lambda a, p: reassigning.transfer(actor=a, problem=p, unit_id=unit("禾丰县教育局")),
    ),
    Move.SPLIT: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: splitting.split(actor=a, problem=p, text="只留井盖", parts=[NewPart("路灯不亮")]),
    ),
}
_DECLINED: list[tuple[str, Do]] = [("liaison", CALLS[Move.DECLINE][2])]
_APPEALED: list[tuple[str, Do]] = [
    *_DECLINED,
    ("county_coordinator", CALLS[Move.REFUSE_DECLINE][2]),
    ("leader", CALLS[Move.APPEAL_DECLINE][2]),
]
BEFORE: dict[Move, list[tuple[str, Do]]] = {
    Move.GRANT_DECLINE: _DECLINED,
    Move.REFUSE_DECLINE: _DECLINED,
    Move.APPEAL_DECLINE: _APPEALED[:2],
    Move.OVERTURN_DECLINE: _APPEALED,
    Move.UPHOLD_DECLINE: _APPEALED,
}


def county_order(world: World) -> UUID:
    """An order of the county to a bureau of the city: the city stands above the county's office."""
    office = world.actor("county_coordinator")
    ledger = ledgers.open_ledger(actor=office, name="禾丰县问题整改台账", prefix="HF")
    problem = register(actor=office, ledger=ledger, problems=[world.new(support_unit_ids=())])[0].id
    dispatch.dispatch(actor=office, problems=[problem]).only()
    return problem


def order_to_the_county(world: World) -> UUID:
    """An order of the city to the county, which has units below it."""
    return world.through(Stage.DISPATCHED, lead_unit_id=world.units["county"].pk).id


READY = {
    Move.APPEAL_DECLINE: county_order,
    Move.OVERTURN_DECLINE: county_order,
    Move.UPHOLD_DECLINE: county_order,
    Move.TRANSFER: order_to_the_county,
}
"""Where the problem is another than one of the city carried to the stage."""
RIGHTS = {
    Move.DECLINE: {"liaison", "leader"},
    Move.APPEAL_DECLINE: {"leader"},
    Move.TRANSFER: {"county_coordinator"},
}
"""Who may, where it is not the coordinators of the city."""
EMPTY: dict[Move, tuple[str, Do]] = {
    Move.DECLINE: ("退单的理由", lambda a, p: declining.decline(actor=a, problem=p, refuser="宁", reason=" ")),
    Move.REFUSE_DECLINE: (
        "不同意退单的理由",
        lambda a, p: declining.refuse_decline(actor=a, problem=p, opinion=""),
    ),
    Move.APPEAL_DECLINE: (
        "申请终裁的理由",
        lambda a, p: declining.appeal_decline(actor=a, problem=p, reason="\n"),
    ),
    Move.OVERTURN_DECLINE: (
        "终裁的理由",
        lambda a, p: declining.overturn_decline(actor=a, problem=p, unit_id=unit("市水利局"), ruling=" "),
    ),
    Move.UPHOLD_DECLINE: ("终裁的理由", lambda a, p: declining.uphold_decline(actor=a, problem=p, ruling="")),
    Move.REASSIGN: (
        "改派的理由",
        lambda a, p: reassigning.reassign(actor=a, problem=p, unit_id=unit("市水利局"), reason=""),
    ),
    Move.SPLIT: (
        "保留在原问题中的内容",
        lambda a, p: splitting.split(actor=a, problem=p, text=" ", parts=[NewPart("路灯不亮")]),
    ),
}
"""The move without what must be filled in, and what is then said to be missing."""
