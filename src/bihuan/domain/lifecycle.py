"""The life of a problem: its stages and the one table of moves between them.

Read this file first. `MOVES` says for every move who may make it, from which stage, to which stage, and what
must be true. There is no other way from one stage to another, and no writable status anywhere. The file knows
nothing about databases, pages or the clock: it is given a `Case` (the problem as it stands) and a `Standing`
(who is asking), and answers with a reason or with nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from bihuan.domain import closing, deadlines, links, lookback, supervision, taking_over, undoing
from bihuan.domain.between import ROWS as BETWEEN
from bihuan.domain.beyond import ROWS as BEYOND
from bihuan.domain.case import Case, Role, Side, Stage, Standing
from bihuan.domain.flows import Kind
from bihuan.domain.moves import Move as Move
from bihuan.domain.names import ROLE_NAMES as ROLE_NAMES
from bihuan.domain.names import SIDE_NAMES as SIDE_NAMES
from bihuan.domain.names import STAGE_NAMES as STAGE_NAMES
from bihuan.domain.refusals import Denied, say
from bihuan.domain.rule import (
    ASSIGNED,
    CLAIMED,
    COORDINATOR,
    LEAD,
    LEADER,
    OFFICE,
    PREPARED,
    REVIEWERS,
    RUNNING,
    SIGNED,
    STANDING,
    SUPERVISOR,
    UNIT,
    WATCHERS,
    WORK,
    Rule,
)

_ROWS = (
    Rule(Move.REGISTER, say("登记"), COORDINATOR, OFFICE, frozenset(), Stage.LISTED),
    Rule(Move.ENTER, say("入账"), COORDINATOR, OFFICE, frozenset({Stage.DRAFT}), Stage.LISTED),
    Rule(Move.AMEND, say("修改"), COORDINATOR, OFFICE, PREPARED),
    Rule(
        Move.DISPATCH,
        say("交办"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.LISTED}),
        Stage.DISPATCHED,
        needs=(deadlines.needs_lead_unit, deadlines.needs_open_deadline),
    ),
    Rule(Move.SIGN, say("签收"), UNIT, LEAD, frozenset({Stage.DISPATCHED}), Stage.UNDER_WAY, by_proxy=True),
    Rule(
        Move.CONFIRM_SIGNATURE,
        say("补签"),
        UNIT,
        LEAD,
        SIGNED,
        needs=(closing.needs_office_signature,),
    ),
    Rule(Move.SET_MEASURES, say("填报措施"), UNIT, LEAD, WORK, by_proxy=True),
    Rule(
        Move.REPORT,
        say("报告进展"),
        UNIT,
        ASSIGNED,
        WORK | CLAIMED,
        needs=(closing.needs_measures_to_report,),
        by_proxy=True,
    ),
    Rule(
        Move.ASK_EXTENSION,
        say("申请延期"),
        UNIT,
        LEAD,
        WORK,
        needs=(deadlines.may_be_extended,),
        by_proxy=True,
    ),
    Rule(
        Move.SIGN_EXTENSION,
        say("签发延期申请"),
        LEADER,
        LEAD,
        WORK,
        needs=(deadlines.needs_unsigned_request,),
        by_proxy=True,
    ),
    Rule(
        Move.GRANT_EXTENSION,
        say("同意延期"),
        COORDINATOR,
        OFFICE,
        WORK,
        needs=(deadlines.needs_signed_request,),
        judges=True,
    ),
    Rule(
        Move.REFUSE_EXTENSION,
        say("不同意延期"),
        COORDINATOR,
        OFFICE,
        WORK,
        needs=(deadlines.needs_request,),
        judges=True,
    ),
    Rule(
        Move.ASK_CLOSEOUT,
        say("申请销号"),
        UNIT,
        LEAD,
        WORK,
        Stage.CLOSEOUT_ASKED,
        needs=(
            closing.needs_measures,
            closing.needs_measures_done,
            closing.needs_evidence,
            deadlines.needs_no_request,
        ),
        by_proxy=True,
    ),
    Rule(
        Move.CHECK,
        say("现场核查"),
        SUPERVISOR,
        OFFICE,
        frozenset({Stage.CLOSEOUT_ASKED}) | CLAIMED,
        Stage.CLOSEOUT_ASKED,
        needs=(closing.needs_no_check_yet,),
        judges=True,
        asks=(closing.may_sign(Kind.CHECK),),
    ),
    Rule(
        Move.ACCEPT,
        say("验收通过"),
        REVIEWERS | {Role.SUPERVISOR, Role.LEADER},
        OFFICE,
        frozenset({Stage.CLOSEOUT_ASKED}) | CLAIMED,
        branches=frozenset({Stage.CLOSEOUT_ASKED, Stage.ACCEPTED}),
        needs=(closing.needs_check, supervision.needs_no_letter),
        judges=True,
        asks=(closing.may_sign(Kind.ACCEPT),),
    ),
    Rule(
        Move.RETURN,
        say("退回整改"),
        REVIEWERS,
        OFFICE,
        frozenset({Stage.CLOSEOUT_ASKED, Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE}) | CLAIMED,
        Stage.UNDER_WAY,
        judges=True,
    ),
    Rule(
        Move.PUBLISH,
        say("公示"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.ACCEPTED}),
        Stage.IN_PUBLIC_NOTICE,
        needs=(closing.needs_notice_in_flow,),
    ),
    Rule(
        Move.CLOSE,
        say("销号"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE}),
        Stage.CLOSED,
        needs=(closing.needs_notice_over, closing.needs_no_objection, supervision.needs_off_the_list),
        judges=True,
    ),
    Rule(Move.PLAN_LOOKBACK, say("安排回头看"), WATCHERS, OFFICE, frozenset({Stage.CLOSED})),
    Rule(
        Move.CONFIRM,
        say("回头看通过"),
        WATCHERS,
        OFFICE,
        frozenset({Stage.CLOSED}),
        Stage.SUSTAINED,
        needs=(lookback.needs_day_come,),
        judges=True,
    ),
    Rule(
        Move.REOPEN,
        say("复号"),
        WATCHERS,
        OFFICE,
        frozenset({Stage.CLOSED, Stage.SUSTAINED}),
        Stage.UNDER_WAY,
        judges=True,
    ),
    Rule(
        Move.SUSPEND,
        say("中止"),
        COORDINATOR,
        OFFICE,
        RUNNING,
        Stage.SUSPENDED,
        needs=(deadlines.needs_no_request,),
    ),
    Rule(
        Move.RESUME,
        say("恢复"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.SUSPENDED}),
        needs=(links.needs_no_raising,),
    ),
    Rule(Move.MERGE, say("并案"), COORDINATOR, OFFICE, PREPARED | RUNNING | CLAIMED, Stage.MERGED),
    Rule(
        Move.WITHDRAW,
        say("撤销"),
        COORDINATOR,
        OFFICE,
        PREPARED | RUNNING | CLAIMED | {Stage.SUSPENDED},
        Stage.WITHDRAWN,
    ),
    Rule(
        Move.WARN,
        say("督导亮红"),
        SUPERVISOR,
        OFFICE,
        RUNNING | CLAIMED | {Stage.CLOSEOUT_ASKED},
        needs=(closing.needs_no_warning,),
    ),
    Rule(
        Move.LIFT_WARNING,
        say("解除亮红"),
        SUPERVISOR,
        OFFICE,
        RUNNING | CLAIMED | {Stage.CLOSEOUT_ASKED},
        needs=(closing.needs_warning,),
    ),
    Rule(Move.CORRECT, say("更正"), COORDINATOR, OFFICE, STANDING - PREPARED),
    Rule(
        Move.RECALL,
        say("撤回交办"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.DISPATCHED}),
        Stage.LISTED,
        needs=(
            undoing.needs_untouched,
            undoing.needs_order_from_here,
            undoing.needs_due_ahead,
            undoing.needs_no_red,
        ),
    ),
    Rule(
        Move.WITHDRAW_IMPORT,
        say("撤回导入"),
        COORDINATOR,
        OFFICE,
        STANDING,
        Stage.WITHDRAWN,
        needs=(undoing.needs_import, undoing.needs_untouched),
    ),
    Rule(
        Move.TAKE_OVER,
        say("接续办理"),
        COORDINATOR,
        OFFICE,
        frozenset({Stage.LISTED}),
        branches=frozenset({Stage.DISPATCHED, Stage.CLAIMED_DONE}),
        needs=(taking_over.needs_lead_unit, taking_over.needs_file),
    ),
    Rule(Move.RESTATE, say("据台账更新"), COORDINATOR, OFFICE, STANDING),
    # No step on one problem, hence from no stage: it follows a post handed over (ledger.actions.handing_over).
    Rule(Move.HAND_OVER, say("移交"), frozenset({Role.ADMINISTRATOR}), frozenset(), frozenset()),
    # Nor is this one: it follows a merger of units (ledger.actions.regrouping).
    Rule(Move.REGROUP, say("划转"), frozenset({Role.ADMINISTRATOR}), frozenset(), frozenset()),
)

MOVES: Mapping[Move, Rule] = {rule.move: rule for rule in (*_ROWS, *BETWEEN, *BEYOND)}


def may(move: Move, case: Case, standing: Standing) -> Denied | None:
    """Say what forbids `move` on `case` to somebody with this `standing`, or None where nothing does.

    Asked in the order a person would understand: who are you, where does the problem stand, is it your own
    work, and what is missing.
    """
    rule = MOVES[move]
    return (
        _refuses_person(rule, standing)
        or _refuses_stage(rule, case)
        or _refuses_own_work(rule, standing)
        or next((denied for ask in rule.asks if (denied := ask(case, standing))), None)
        or next((denied for need in rule.needs if (denied := need(case))), None)
    )


def available(case: Case, standing: Standing) -> list[Move]:
    """The moves that this person may make now, in the order of the table."""
    return [move for move, rule in MOVES.items() if rule.sources and may(move, case, standing) is None]


def pending(case: Case, standing: Standing) -> list[tuple[Move, Denied]]:
    """The moves that belong to this person at this stage but lack something, each with what it lacks."""
    found = []
    for move, rule in MOVES.items():
        if rule.sources and not _refuses_person(rule, standing) and not _refuses_stage(rule, case):
            denied = may(move, case, standing)
            if denied:
                found.append((move, denied))
    return found


def right(move: Move, standing: Standing) -> Denied | None:
    """Only the question of the person: may somebody with this standing ever make `move`?"""
    return _refuses_person(MOVES[move], standing)


_NAMED_FIRST = (Side.LEAD, Side.OFFICE, Side.SUPPORT, Side.ABOVE)
"""Whom to turn to, where several sides may do it."""


def _refuses_person(rule: Rule, standing: Standing) -> Denied | None:
    if standing.on_behalf_of is not None:
        return _refuses_proxy(rule, standing)
    if standing.role not in rule.roles:
        return Denied(
            say("您现在的岗位是%(role)s，不能办理“%(verb)s”。"),
            say("请换用有此职责的岗位，或请有此职责的同事办理。"),
            {"role": ROLE_NAMES[standing.role], "verb": rule.verb},
        )
    if not rule.sides & standing.sides:
        side = SIDE_NAMES[next((side for side in _NAMED_FIRST if side in rule.sides), Side.OFFICE)]
        return Denied(
            say("“%(verb)s”只能由该问题的%(side)s办理。"),
            say("请与该单位联系。"),
            {"verb": rule.verb, "side": side},
        )
    return None


def _refuses_proxy(rule: Rule, standing: Standing) -> Denied | None:
    """On behalf of a unit: only what a unit does, only by the office that dispatched it, on that unit's side."""
    if not rule.by_proxy:
        return Denied(say("“%(verb)s”不能代填。"), say("代填只用于责任单位自己要办的事项。"), {"verb": rule.verb})
    if standing.role is not Role.COORDINATOR or Side.OFFICE not in standing.sides:
        return Denied(
            say("“%(verb)s”只能由该问题交办单位的整改办人员代填。"), say("请与交办单位联系。"), {"verb": rule.verb}
        )
    if standing.on_behalf_of not in rule.sides:
        return Denied(
            say("“%(verb)s”只能由该问题的%(side)s办理。"),
            say("请与该单位联系。"),
            {"verb": rule.verb, "side": SIDE_NAMES[Side.LEAD]},
        )
    return None


def _refuses_stage(rule: Rule, case: Case) -> Denied | None:
    if case.stage in rule.sources:
        return None
    return Denied(
        say("该问题现在是“%(stage)s”，不能办理“%(verb)s”。"),
        say("请刷新页面，查看它现在可以办理的事项。"),
        {"stage": STAGE_NAMES[case.stage], "verb": rule.verb},
    )


def _refuses_own_work(rule: Rule, standing: Standing) -> Denied | None:
    if not rule.judges or not standing.own_work:
        return None
    if standing.own_hand:
        return Denied(
            say("该问题的整改是您填报或代填的，不能对自己的工作办理“%(verb)s”。"),
            say("请由没有参与整改的人员办理。"),
            {"verb": rule.verb},
        )
    return Denied(
        say("您本人或您所在的单位参与了该问题的整改，不能对自己的工作办理“%(verb)s”。"),
        say("请由没有参与整改的人员办理。"),
        {"verb": rule.verb},
    )
