"""Joint work and named people."""

from __future__ import annotations

from bihuan.domain.case import Side
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import joining, naming_duties
from bihuan.ledger.actions.step import Opened
from bihuan.web.acts.act import Act
from bihuan.web.forms import joint


def _unsigned(opened: Opened) -> bool:
    """Has the unit acted for a part here that nobody has signed for?"""
    rows = (row for row in opened.responsibilities if row.unit_id == opened.acting_for)
    return any(row.role == Side.SUPPORT and not row.dropped and row.signed_on is None for row in rows)


def _nowhere(opened: Opened) -> bool:
    """Offered beside the duty itself, to the person named (`sections.joint`)."""
    return False


ROWS: tuple[Act, ...] = (
    Act(
        Move.JOIN,
        joint.Join,
        lambda actor, ids, said, how: joining.join(
            actor=actor, problem=ids[0], wanted=said["wanted"], reason=said["reason"], **how
        ),
        say("以下表为准：列入的配合单位都能看到这个问题并签收各自的任务；有措施在执行的单位不能去掉。"),
    ),
    Act(
        Move.SIGN_PART,
        joint.SignPart,
        lambda actor, ids, said, how: joining.sign_part(actor=actor, problems=ids, remark=said["remark"], **how),
        say("代表本单位接下配合任务；牵头单位把措施分给本单位后，由本单位报告进展。"),
        bulk=True,
        arises=_unsigned,
    ),
    Act(
        Move.NAME_DUTY,
        joint.NameDuties,
        lambda actor, ids, said, how: naming_duties.name_duties(
            actor=actor, problem=ids[0], named=said["named"], **how
        ),
        say("被明确的人会在自己的工作台上看到，由本人确认后才算数；没有账号的人只记姓名，标为未核实。"),
    ),
    Act(
        Move.CONFIRM_DUTY,
        joint.ConfirmDuty,
        lambda actor, ids, said, how: naming_duties.confirm_duty(
            actor=actor, problem=ids[0], words=said["words"], **how
        ),
        say("您的答复记入办理记录，只能答复一次；不认可的，由牵头单位或交办单位另行明确。"),
        arises=_nowhere,
    ),
)
