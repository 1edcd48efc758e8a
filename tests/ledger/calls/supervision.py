"""Supervision: urging, letters, listed supervision; handing a case to another authority."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import referring, supervising, urging
from tests.world import START

if TYPE_CHECKING:
    from tests.ledger.calls import Do

SOON = START + timedelta(days=300)
CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.URGE: (
        Stage.UNDER_WAY,
        "supervisor",
        lambda a, p: urging.urge(actor=a, problems=[p], text="请本周内报送进展"),
    ),
    Move.SEND_LETTER: (
        Stage.UNDER_WAY,
        "supervisor",
        lambda a, p: supervising.send_letter(actor=a, problems=[p], text="请说明原因", reply_by=SOON),
    ),
    Move.ANSWER_LETTER: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: supervising.answer_letter(actor=a, problem=p, answer="已调整工期"),
    ),
    Move.LIST_SUPERVISION: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: supervising.list_supervision(actor=a, problems=[p], text="限期整改", reply_by=SOON),
    ),
    Move.END_SUPERVISION: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: supervising.end_supervision(actor=a, problems=[p], note="整改到位"),
    ),
    Move.REFER: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: referring.refer(actor=a, problem=p, receiver="云汀市监察机关", reason="涉嫌违纪"),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {
    Move.ANSWER_LETTER: [CALLS[Move.SEND_LETTER][1:]],
    Move.END_SUPERVISION: [CALLS[Move.LIST_SUPERVISION][1:]],
}
_WATCHERS = {"coordinator", "second_coordinator", "supervisor"}
RIGHTS = {
    Move.URGE: _WATCHERS,
    Move.SEND_LETTER: _WATCHERS,
    Move.ANSWER_LETTER: {"liaison", "leader"},
}
EMPTY: dict[Move, tuple[str, Do]] = {
    Move.URGE: ("催办内容", lambda a, p: urging.urge(actor=a, problems=[p], text=" ")),
    Move.SEND_LETTER: (
        "督办要求",
        lambda a, p: supervising.send_letter(actor=a, problems=[p], text="", reply_by=SOON),
    ),
    Move.ANSWER_LETTER: ("回复内容", lambda a, p: supervising.answer_letter(actor=a, problem=p, answer=" ")),
    Move.LIST_SUPERVISION: (
        "督办要求",
        lambda a, p: supervising.list_supervision(actor=a, problems=[p], text="", reply_by=SOON),
    ),
    Move.END_SUPERVISION: ("摘牌的理由", lambda a, p: supervising.end_supervision(actor=a, problems=[p], note="")),
    Move.REFER: ("移送的理由", lambda a, p: referring.refer(actor=a, problem=p, receiver="检察机关", reason="")),
}
