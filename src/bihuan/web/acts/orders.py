"""Orders declined, ruled on, passed on, divided."""

from __future__ import annotations

from bihuan.domain.case import Ruling
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import declining, reassigning, splitting
from bihuan.ledger.actions.step import Opened
from bihuan.web.acts.act import Act
from bihuan.web.forms import orders


def _may_rule(opened: Opened) -> bool:
    return opened.case.decline is Ruling.APPEALED and declining.refuses_ruler(opened) is None


def _has_court(opened: Opened) -> bool:
    return opened.case.decline is Ruling.REFUSED and declining.refuses_court(opened) is None


ROWS: tuple[Act, ...] = (
    Act(
        Move.DECLINE,
        orders.Decline,
        lambda actor, ids, said, how: declining.decline(
            actor=actor,
            problem=ids[0],
            refuser=said["refuser"],
            reason=said["reason"],
            proposed=said["proposed"],
            **how,
        ),
        say("请交办单位答复；答复之前签收期限暂停，整改时限照走。退单次数有限，会记在台账上。"),
    ),
    Act(
        Move.GRANT_DECLINE,
        orders.GrantDecline,
        lambda actor, ids, said, how: declining.grant_decline(
            actor=actor, problem=ids[0], unit_id=said["unit"], due=said["due"], opinion=said["opinion"], **how
        ),
        say("问题立即转交新的牵头单位，由它从今天起限期签收；原单位不再承办。"),
    ),
    Act(
        Move.REFUSE_DECLINE,
        orders.RefuseDecline,
        lambda actor, ids, said, how: declining.refuse_decline(
            actor=actor, problem=ids[0], opinion=said["opinion"], **how
        ),
        say("仍由该单位承办，签收期限从今天起重新计算；该单位负责人可以申请一次终裁。"),
    ),
    Act(
        Move.APPEAL_DECLINE,
        orders.AppealDecline,
        lambda actor, ids, said, how: declining.appeal_decline(
            actor=actor, problem=ids[0], reason=said["reason"], **how
        ),
        say("您以单位负责人身份请交办单位的上一级作最终裁定；整改时限照走。"),
        arises=_has_court,
    ),
    Act(
        Move.OVERTURN_DECLINE,
        orders.OverturnDecline,
        lambda actor, ids, said, how: declining.overturn_decline(
            actor=actor, problem=ids[0], unit_id=said["unit"], due=said["due"], ruling=said["ruling"], **how
        ),
        say("最终裁定：退单成立，问题立即转交新的牵头单位，由它从今天起限期签收。"),
        arises=_may_rule,
    ),
    Act(
        Move.UPHOLD_DECLINE,
        orders.UpholdDecline,
        lambda actor, ids, said, how: declining.uphold_decline(
            actor=actor, problem=ids[0], ruling=said["ruling"], **how
        ),
        say("最终裁定：退单不成立，仍由该单位承办，签收期限从今天起重新计算。"),
        arises=_may_rule,
    ),
    Act(
        Move.REASSIGN,
        orders.Reassign,
        lambda actor, ids, said, how: reassigning.reassign(
            actor=actor, problem=ids[0], unit_id=said["unit"], reason=said["reason"], **how
        ),
        say("问题改由另一个单位牵头，回到“已交办”等它签收；措施和材料保留，整改时限不变。"),
    ),
    Act(
        Move.TRANSFER,
        orders.Transfer,
        lambda actor, ids, said, how: reassigning.transfer(
            actor=actor, problem=ids[0], unit_id=said["unit"], note=said["note"], **how
        ),
        say("问题交给下级单位牵头，回到“已交办”等它签收；整改时限不变，本单位仍看得到。"),
        arises=reassigning.has_units_below,
    ),
    Act(
        Move.SPLIT,
        orders.Split,
        lambda actor, ids, said, how: splitting.split(
            actor=actor, problem=ids[0], title=said["title"], text=said["text"], parts=said["parts"], **how
        ),
        say("拆出的每个部分成为同一台账上的新问题，等待交办；两边的记录互相写明编号。"),
    ),
)
