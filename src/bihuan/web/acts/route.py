"""The schedule: milestones, quantities, money."""

from __future__ import annotations

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import routing
from bihuan.web.acts.act import Act
from bihuan.web.forms import route

ROWS: tuple[Act, ...] = (
    Act(
        Move.SET_ROUTE,
        route.SetRoute,
        lambda actor, ids, said, how: routing.set_route(
            actor=actor, problem=ids[0], milestones=said["milestones"], quantities=said["quantities"], **how
        ),
        say(
            "以下表为准，排好的节点和数量会出现在挂图作战里；改动前后都留在记录里，已经完成的节点不能再改计划日期。"
        ),
    ),
    Act(
        Move.REPORT_ROUTE,
        route.ReportRoute,
        lambda actor, ids, said, how: routing.report_route(
            actor=actor, problem=ids[0], reached=said["reached"], actual=said["actual"], note=said["note"], **how
        ),
        say("填上已经完成的节点和最新的完成数；没有变化的不用动。清空完成日期就是撤回，要写明原因。"),
    ),
)
