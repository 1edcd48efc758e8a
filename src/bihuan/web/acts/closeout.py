"""Close-out in tiers: asking, checking, signing, the public notice and objections to it, striking off, filing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.book import clock
from bihuan.domain.case import Case
from bihuan.domain.closing import best_grade
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import closing, filing, objecting
from bihuan.ledger.actions.step import Opened, Outcome
from bihuan.ledger.actions.taking import How
from bihuan.ledger.files import StoredFile, store
from bihuan.organisations.access import Actor
from bihuan.web.acts.act import Act, Said
from bihuan.web.forms import closeout
from bihuan.web.forms.moves import MoveForm

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


def _as_far_as_it_is(case: Case) -> Case:
    """Close-out is offered when any grade can be asked for; the form says which."""
    return replace(case, grade=best_grade(case))


def _check(actor: Actor, ids: Sequence[UUID], said: Said, how: How) -> Outcome:
    """Ask the rules first, then store the pictures, then put the check down. The visit is when it happened."""
    uploads: list[UploadedFile[bytes]] = said["photos"]
    visited = said["visited_on"] or clock.today()

    def check(files: Sequence[StoredFile], how: How) -> Outcome:
        return closing.check(
            actor=actor, problem=ids[0], finding=said["finding"], visited_on=visited, files=files, **how
        )

    if visited < clock.today():
        how = {**how, "occurred_on": visited}
    asked = check([StoredFile(file.name or "", 0, "", "") for file in uploads], {**how, "dry_run": True})
    if asked.refused or how.get("dry_run"):
        return asked
    return check([store(file.name or "", file.chunks()) for file in uploads], how)


def _reported_here(opened: Opened) -> bool:
    request = opened.closeout
    return opened.problem.filing == "asked" and request is not None and request.file_to_id == opened.acting_for


ROWS: tuple[Act, ...] = (
    Act(
        Move.ASK_CLOSEOUT,
        closeout.AskCloseout,
        lambda actor, ids, said, how: closing.ask_closeout(
            actor=actor, problem=ids[0], summary=said["summary"], asked=said["asked"], **how
        ),
        say("报请交办单位核查验收，本单位从今天起停止计时；如被退回，计时照原来的继续。"),
        evidence=True,
        as_if=_as_far_as_it_is,
    ),
    Act(
        Move.CHECK,
        closeout.Check,
        _check,
        say("记下现场看到的情况，验收人员以此为据。"),
        evidence=True,
    ),
    Act(
        Move.ACCEPT,
        closeout.Accept,
        lambda actor, ids, said, how: closing.accept(
            actor=actor, problems=ids, opinion=said["opinion"], judged=said["judged"], **how
        ),
        say("您认可整改结果，并对这次验收负责。"),
        bulk=True,
        evidence=True,
    ),
    Act(
        Move.RETURN,
        closeout.Return,
        lambda actor, ids, said, how: closing.send_back(actor=actor, problem=ids[0], reason=said["reason"], **how),
        say("问题回到牵头单位继续整改，计时恢复，退回次数加一。"),
        evidence=True,
    ),
    Act(
        Move.PUBLISH,
        MoveForm,
        lambda actor, ids, said, how: closing.publish(actor=actor, problems=ids, **how),
        say("整改结果开始公示，公示期满才能销号。"),
        bulk=True,
    ),
    Act(
        Move.OBJECT,
        closeout.ObjectTo,
        lambda actor, ids, said, how: objecting.object_to(
            actor=actor, problem=ids[0], raised=said["raised"], **how
        ),
        say("记下公示期间收到的异议；答复以前不能销号。谁提出的，责任单位看不到。"),
    ),
    Act(
        Move.ANSWER_OBJECTION,
        closeout.AnswerObjection,
        lambda actor, ids, said, how: objecting.answer_objection(
            actor=actor, problem=ids[0], reason=said["reason"], objection=said["objection"], **how
        ),
        say("异议不成立，公示继续。异议成立的，请改办“退回整改”。"),
        evidence=True,
    ),
    Act(
        Move.CLOSE,
        MoveForm,
        lambda actor, ids, said, how: closing.close(actor=actor, problems=ids, **how),
        say("问题从在办中销去，自动安排一次回头看；流程里有备案的，同时报上级备案。"),
        bulk=True,
        evidence=True,
    ),
    Act(
        Move.FILE_CLOSEOUT,
        closeout.FileCloseout,
        lambda actor, ids, said, how: filing.file_closeout(actor=actor, problems=ids, note=said["note"], **how),
        say("本单位同意下级的销号并备案。"),
        bulk=True,
        evidence=True,
        arises=_reported_here,
    ),
    Act(
        Move.REFUSE_FILING,
        closeout.RefuseFiling,
        lambda actor, ids, said, how: filing.refuse_filing(
            actor=actor, problem=ids[0], reason=said["reason"], **how
        ),
        say("问题退回牵头单位继续整改，计时照原来的继续；理由会送达交办单位和责任单位。"),
        evidence=True,
        arises=_reported_here,
    ),
)
