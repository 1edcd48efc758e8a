"""The rows of the table of moves for the end of a problem and beyond it. `lifecycle` joins them to the loop.

Objections to a public notice, filing one level up, handing a case to another authority; urging, letters and
listed supervision; rules made because of a problem.
"""

from __future__ import annotations

from bihuan.domain import closing, supervision
from bihuan.domain.case import Role, Stage
from bihuan.domain.moves import Move
from bihuan.domain.refusals import say
from bihuan.domain.rule import (
    ABOVE,
    CLAIMED,
    COORDINATOR,
    LEAD,
    OFFICE,
    PREPARED,
    REVIEWERS,
    RUNNING,
    STANDING,
    UNIT,
    WATCHERS,
    Rule,
)

_IN_NOTICE = frozenset({Stage.IN_PUBLIC_NOTICE})
_CLOSED = frozenset({Stage.CLOSED})
_WITH_A_UNIT = RUNNING | CLAIMED | {Stage.CLOSEOUT_ASKED, Stage.SUSPENDED}
_FROM_ABOVE = OFFICE | ABOVE
_URGERS = WATCHERS | {Role.LEADER}

ROWS = (
    Rule(Move.OBJECT, say("登记异议"), WATCHERS | REVIEWERS, OFFICE, _IN_NOTICE),
    Rule(
        Move.ANSWER_OBJECTION,
        say("答复异议"),
        REVIEWERS,
        OFFICE,
        _IN_NOTICE,
        needs=(closing.needs_objection,),
        judges=True,
    ),
    Rule(
        Move.FILE_CLOSEOUT,
        say("备案"),
        COORDINATOR,
        ABOVE,
        _CLOSED | {Stage.SUSTAINED},
        needs=(closing.needs_filing,),
        judges=True,
    ),
    Rule(
        Move.REFUSE_FILING,
        say("不予备案"),
        COORDINATOR,
        ABOVE,
        _CLOSED,
        Stage.UNDER_WAY,
        needs=(closing.needs_filing,),
        judges=True,
    ),
    Rule(Move.REFER, say("移送"), COORDINATOR, OFFICE, STANDING - PREPARED | {Stage.LISTED}, Stage.REFERRED),
    Rule(Move.URGE, say("催办"), _URGERS, _FROM_ABOVE, RUNNING | CLAIMED),
    Rule(Move.SEND_LETTER, say("发督办函"), WATCHERS, _FROM_ABOVE, RUNNING | CLAIMED),
    Rule(
        Move.ANSWER_LETTER,
        say("回复督办函"),
        UNIT,
        LEAD,
        _WITH_A_UNIT,
        needs=(supervision.needs_letter,),
        by_proxy=True,
    ),
    Rule(
        Move.LIST_SUPERVISION,
        say("挂牌督办"),
        COORDINATOR,
        _FROM_ABOVE,
        RUNNING | CLAIMED,
        needs=(supervision.needs_not_listed,),
    ),
    Rule(
        Move.END_SUPERVISION,
        say("摘牌"),
        COORDINATOR,
        _FROM_ABOVE,
        STANDING - PREPARED,
        needs=(supervision.needs_listed,),
    ),
    Rule(Move.TIE_RULE, say("关联制度"), COORDINATOR | UNIT, OFFICE | LEAD, STANDING - PREPARED),
)
