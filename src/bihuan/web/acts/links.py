"""Links between levels: handed down, raised, answered."""

from __future__ import annotations

from bihuan.domain.case import Role, Side
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import handing_down, linking, raising
from bihuan.ledger.actions.step import Opened
from bihuan.web.acts.act import Act
from bihuan.web.forms import links


def _asked_of_us(opened: Opened) -> bool:
    return opened.raising is not None and opened.raising.to_unit_id == opened.acting_for


def _has_somebody_above(opened: Opened) -> bool:
    standing = opened.standing
    if Side.OFFICE not in standing.sides:
        return True
    return standing.role is Role.COORDINATOR and opened.problem.office.parent_id is not None


ROWS: tuple[Act, ...] = (
    Act(
        Move.HAND_DOWN,
        links.HandDown,
        lambda actor, ids, said, how: handing_down.hand_down(
            actor=actor,
            problem=ids[0],
            parts=said["parts"],
            ledger=said["ledger"],
            together=said.get("together"),
            at_once=said["at_once"],
            note=said["note"],
            **how,
        ),
        say(
            "每个单位得到一个自己的问题，登记在本单位台账上；它办到哪里，按占比自动汇总到这个问题。"
            "超过100项的不分占比，同等计算。"
        ),
    ),
    Act(
        Move.LINK_PART,
        links.LinkPart,
        lambda actor, ids, said, how: linking.link_part(
            actor=actor, problem=ids[0], part=said["part"], share=said["share"], **how
        ),
        say("已有的问题成为这个问题的一部分，它的进度从此自动汇总上来；两个问题都会记下。"),
    ),
    Act(
        Move.RAISE,
        links.Raise,
        lambda actor, ids, said, how: raising.raise_up(
            actor=actor, problem=ids[0], reason=said["reason"], wanted=said["wanted"], **how
        ),
        say("请上级接手或说明理由；从今天起停止计时，等待的天数不算在本单位头上。"),
        arises=_has_somebody_above,
    ),
    Act(
        Move.ACCEPT_RAISED,
        links.AcceptRaised,
        lambda actor, ids, said, how: raising.accept_raised(
            actor=actor,
            problem=ids[0],
            taken_on=said["taken_on"],
            ledger=said["ledger"],
            opinion=said["opinion"],
            **how,
        ),
        say("在本单位台账上登记一个问题，由本级研究解决；下级的问题继续中止，由它的交办单位恢复。"),
        arises=_asked_of_us,
    ),
    Act(
        Move.REFUSE_RAISED,
        links.RefuseRaised,
        lambda actor, ids, said, how: raising.refuse_raised(
            actor=actor, problem=ids[0], opinion=said["opinion"], **how
        ),
        say("下级的问题立即恢复计时，没到期的时限按等待的天数顺延；理由会送达上提的单位。"),
        arises=_asked_of_us,
    ),
)
