"""What leaders do: take a case, instruct."""

from __future__ import annotations

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import casework, instructing
from bihuan.ledger.leading import holds_case
from bihuan.web.acts.act import Act
from bihuan.web.forms import leading
from bihuan.web.forms.moves import MoveForm

ROWS: tuple[Act, ...] = (
    Act(
        Move.TAKE_CASE,
        MoveForm,
        lambda actor, ids, said, how: casework.take_case(actor=actor, problems=ids, **how),
        say("以您个人的名义包这个案，姓名记在问题上，所有能看到这个问题的人都看得到。"),
        bulk=True,
        arises=lambda opened: not holds_case(opened),
    ),
    Act(
        Move.LEAVE_CASE,
        leading.LeaveCase,
        lambda actor, ids, said, how: casework.leave_case(
            actor=actor, problem=ids[0], reason=said["reason"], **how
        ),
        say("您不再包这个案；包过案和退出的理由都留在记录里。"),
        arises=holds_case,
    ),
    Act(
        Move.INSTRUCT,
        leading.Instruct,
        lambda actor, ids, said, how: instructing.instruct(
            actor=actor, problem=ids[0], text=said["text"], wanted=said["wanted"], **how
        ),
        say("批示记入这个问题的记录；写明承办单位和日期的，同时形成一项任务，由承办单位报告、本单位验收。"),
    ),
)
