"""The rows of the table of moves that reach across levels and offices. `lifecycle` joins them to the loop's own.

Orders declined, ruled on, passed on and divided; problems handed down and raised; joint work; named people; the
schedule; what leaders do; campaigns.
"""

from __future__ import annotations

from bihuan.domain import deadlines, links, orders
from bihuan.domain.case import Case, Role, Stage
from bihuan.domain.moves import Move
from bihuan.domain.refusals import Denied, say
from bihuan.domain.rule import (
    ABOVE,
    ASSIGNED,
    COORDINATOR,
    LEAD,
    LEADER,
    OFFICE,
    PREPARED,
    RUNNING,
    SIGNED,
    STANDING,
    UNIT,
    WORK,
    Rule,
)

_DISPATCHED = frozenset({Stage.DISPATCHED})
_SUSPENDED = frozenset({Stage.SUSPENDED})
_HANDED_OUT = RUNNING | SIGNED
_EITHER = OFFICE | LEAD
_ANYBODY_AT_WORK = UNIT | COORDINATOR | {Role.REVIEWER, Role.SUPERVISOR}
_IN_CHARGE = UNIT | COORDINATOR


def _needs_campaign(case: Case) -> Denied | None:
    return None if case.enlisted else Denied(say("该问题没有列入专项。"))


ROWS = (
    Rule(Move.DECLINE, say("退单"), UNIT, LEAD, _DISPATCHED, needs=(orders.may_be_declined,)),
    Rule(
        Move.GRANT_DECLINE,
        say("同意退单"),
        COORDINATOR,
        OFFICE,
        _DISPATCHED,
        needs=(orders.needs_decline,),
        judges=True,
    ),
    Rule(
        Move.REFUSE_DECLINE,
        say("不同意退单"),
        COORDINATOR,
        OFFICE,
        _DISPATCHED,
        needs=(orders.needs_decline,),
        judges=True,
    ),
    Rule(Move.APPEAL_DECLINE, say("申请终裁"), LEADER, LEAD, _DISPATCHED, needs=(orders.may_be_appealed,)),
    Rule(
        Move.OVERTURN_DECLINE,
        say("终裁改派"),
        COORDINATOR,
        ABOVE,
        _DISPATCHED,
        needs=(orders.needs_appeal,),
        judges=True,
    ),
    Rule(
        Move.UPHOLD_DECLINE,
        say("终裁维持"),
        COORDINATOR,
        ABOVE,
        _DISPATCHED,
        needs=(orders.needs_appeal,),
        judges=True,
    ),
    Rule(
        Move.REASSIGN,
        say("改派"),
        COORDINATOR,
        OFFICE,
        RUNNING,
        Stage.DISPATCHED,
        needs=(orders.needs_no_decline, deadlines.needs_no_request),
    ),
    Rule(
        Move.TRANSFER,
        say("转办"),
        _IN_CHARGE,
        LEAD,
        RUNNING,
        Stage.DISPATCHED,
        needs=(orders.may_be_passed_on, deadlines.needs_no_request),
    ),
    Rule(Move.SPLIT, say("拆分"), COORDINATOR, OFFICE, PREPARED | RUNNING),
    Rule(Move.HAND_DOWN, say("分解下达"), COORDINATOR, _EITHER, RUNNING, needs=(orders.needs_no_decline,)),
    Rule(Move.LINK_PART, say("关联下级问题"), COORDINATOR, _EITHER, RUNNING),
    Rule(
        Move.RAISE,
        say("上提"),
        _IN_CHARGE,
        _EITHER,
        WORK,
        Stage.SUSPENDED,
        needs=(deadlines.needs_no_request,),
    ),
    Rule(
        Move.ACCEPT_RAISED,
        say("接受上提"),
        COORDINATOR,
        OFFICE | ABOVE,
        _SUSPENDED,
        needs=(links.needs_raising,),
    ),
    Rule(
        Move.REFUSE_RAISED,
        say("不接受上提"),
        COORDINATOR,
        OFFICE | ABOVE,
        _SUSPENDED,
        needs=(links.needs_raising,),
    ),
    Rule(Move.JOIN, say("调整配合单位"), _IN_CHARGE, _EITHER, RUNNING),
    Rule(Move.SIGN_PART, say("签收配合任务"), UNIT, frozenset(ASSIGNED - LEAD), RUNNING),
    Rule(Move.NAME_DUTY, say("明确责任人"), _IN_CHARGE, _EITHER, RUNNING),
    Rule(Move.CONFIRM_DUTY, say("确认本人职责"), _ANYBODY_AT_WORK, _EITHER | ASSIGNED | ABOVE, _HANDED_OUT),
    Rule(Move.SET_ROUTE, say("排定节点"), UNIT, LEAD, WORK, by_proxy=True),
    Rule(Move.REPORT_ROUTE, say("更新节点"), UNIT, ASSIGNED, WORK, by_proxy=True),
    Rule(Move.TAKE_CASE, say("包案"), LEADER, _EITHER | ABOVE, RUNNING),
    Rule(Move.LEAVE_CASE, say("退出包案"), LEADER, _EITHER | ABOVE, _HANDED_OUT),
    Rule(Move.INSTRUCT, say("批示"), LEADER, _EITHER | ABOVE, _HANDED_OUT | _SUSPENDED),
    Rule(Move.ENLIST, say("列入专项"), COORDINATOR, OFFICE, STANDING),
    Rule(Move.DELIST, say("移出专项"), COORDINATOR, OFFICE, STANDING, needs=(_needs_campaign,)),
    # No step of anybody on the problem above: it follows from what happens to its parts (`recording`).
    Rule(Move.ROLL_UP, say("下级进展汇总"), frozenset(), frozenset(), frozenset()),
)
