"""Supervision: urging, letters, listed supervision; handing a case to another authority."""

from __future__ import annotations

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import referring, supervising, urging
from bihuan.ledger.actions.step import Opened
from bihuan.web.acts.act import Act
from bihuan.web.forms import supervision


def _listed_from_here(opened: Opened) -> bool:
    listing = opened.pending.listing
    return listing is not None and opened.acting_for in (listing.by_unit_id, opened.problem.office_id)


ROWS: tuple[Act, ...] = (
    Act(
        Move.URGE,
        supervision.Urge,
        lambda actor, ids, said, how: urging.urge(actor=actor, problems=ids, text=said["text"], **how),
        say("催办送达牵头单位并记入办理记录；同一问题本单位一天最多催办一次。"),
        bulk=True,
    ),
    Act(
        Move.SEND_LETTER,
        supervision.SendLetter,
        lambda actor, ids, said, how: supervising.send_letter(
            actor=actor, problems=ids, text=said["text"], reply_by=said["reply_by"], **how
        ),
        say("每个问题发一份督办函，各有文号；牵头单位应在期限前回复，没有回复的不能通过验收。"),
        bulk=True,
    ),
    Act(
        Move.ANSWER_LETTER,
        supervision.AnswerLetter,
        lambda actor, ids, said, how: supervising.answer_letter(
            actor=actor, problem=ids[0], answer=said["answer"], letter=said["letter"], **how
        ),
        say("回复送达发函单位并记入办理记录，不能再改。"),
        evidence=True,
        arises=lambda opened: bool(opened.pending.letters),
    ),
    Act(
        Move.LIST_SUPERVISION,
        supervision.ListSupervision,
        lambda actor, ids, said, how: supervising.list_supervision(
            actor=actor, problems=ids, text=said["text"], reply_by=said["reply_by"], **how
        ),
        say("问题在台账上标明“挂牌督办”，摘牌以前不能销号。"),
        bulk=True,
        arises=lambda opened: opened.pending.listing is None,
    ),
    Act(
        Move.END_SUPERVISION,
        supervision.EndSupervision,
        lambda actor, ids, said, how: supervising.end_supervision(
            actor=actor, problems=ids, note=said["note"], **how
        ),
        say("问题不再挂牌；挂牌的起止日期和理由都留在记录里。"),
        bulk=True,
        arises=_listed_from_here,
    ),
    Act(
        Move.REFER,
        supervision.Refer,
        lambda actor, ids, said, how: referring.refer(
            actor=actor,
            problem=ids[0],
            receiver=said["receiver"],
            document=said["document"],
            reason=said["reason"],
            **how,
        ),
        say(
            "移送以后，这个问题从各单位的台账、统计和检索中消失，别人只看得到编号、移送日期和接收机关。"
            "已经导出或下载的文件收不回来；别的问题和会议纪要里自己写的文字不会改动。"
        ),
        final=True,
    ),
)
