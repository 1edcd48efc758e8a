"""The moves round the loop: entering, dispatching, working, looking back, setting aside, mending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.domain.case import Case
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import say
from bihuan.ledger.actions import (
    amending,
    correcting,
    dispatch,
    extending,
    lookback,
    setting_aside,
    taking_over,
    undoing,
    warning,
    working,
)
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.taking import How
from bihuan.ledger.actions.working import NewEvidence
from bihuan.ledger.files import StoredFile, store
from bihuan.organisations.access import Actor
from bihuan.web.forms import lookbacks, measures, mending, moves, problems
from bihuan.web.forms.moves import MoveForm

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

from bihuan.web.acts.act import Act, Said


def _report(actor: Actor, ids: Sequence[UUID], said: Said, how: How) -> Outcome:
    """Ask the rules first, then store the files, then report: nothing is stored for a report that is refused."""
    uploads: list[tuple[UploadedFile[bytes], UUID | None]] = said["proofs"]

    def report(proofs: Sequence[NewEvidence], how: How) -> Outcome:
        return working.report(
            actor=actor, problem=ids[0], progress=said["progress"], files=proofs, note=said["note"], **how
        )

    named = [NewEvidence(StoredFile(file.name or "", 0, "", ""), measure) for file, measure in uploads]
    asked = report(named, {**how, "dry_run": True})
    if asked.refused or how.get("dry_run"):
        return asked
    return report([NewEvidence(store(file.name or "", file.chunks()), measure) for file, measure in uploads], how)


def _confirm(actor: Actor, ids: Sequence[UUID], said: Said, how: How) -> Outcome:
    def confirm(files: Sequence[StoredFile], how: How) -> Outcome:
        return lookback.confirm(actor=actor, problem=ids[0], finding=said["finding"], files=files, **how)

    return _with_photos(confirm, said, how)


def _reopen(actor: Actor, ids: Sequence[UUID], said: Said, how: How) -> Outcome:
    def reopen(files: Sequence[StoredFile], how: How) -> Outcome:
        return lookback.reopen(
            actor=actor,
            problem=ids[0],
            finding=said["finding"],
            due=said["due"],
            found_by=said["found_by"],
            files=files,
            **how,
        )

    return _with_photos(reopen, said, how)


def _with_photos(act: Callable[[Sequence[StoredFile], How], Outcome], said: Said, how: How) -> Outcome:
    """Ask the rules first, then store the pictures, then act: nothing is stored for what is refused."""
    uploads: list[UploadedFile[bytes]] = said["photos"]
    asked = act([StoredFile(file.name or "", 0, "", "") for file in uploads], {**how, "dry_run": True})
    if asked.refused or how.get("dry_run"):
        return asked
    return act([store(file.name or "", file.chunks()) for file in uploads], how)


def _without_wanted_date(case: Case) -> Case:
    return replace(case, wanted_due=None)


ROWS = (
    Act(
        Move.ENTER,
        MoveForm,
        lambda actor, ids, said, how: amending.enter(actor=actor, problems=ids, **how),
        say("草稿正式进入台账，之后可以交办。"),
        bulk=True,
    ),
    Act(
        Move.AMEND,
        problems.Amend,
        lambda actor, ids, said, how: amending.amend(
            actor=actor, problem=ids[0], amendment=said["amendment"], **how
        ),
        say("修改前后的内容都会留在记录里；交办以后不能再改。"),
    ),
    Act(
        Move.DISPATCH,
        moves.Dispatch,
        lambda actor, ids, said, how: dispatch.dispatch(
            actor=actor,
            problems=ids,
            due=said["due"],
            note=said["note"],
            no_transfer=said["no_transfer"],
            **how,
        ),
        say("问题交给牵头单位，从今天起计时；时限此后只能通过延期调整，原时限一直保留。"),
        bulk=True,
        as_if=_without_wanted_date,
    ),
    Act(
        Move.TAKE_OVER,
        MoveForm,
        lambda actor, ids, said, how: taking_over.take_over(actor=actor, problems=ids, **how),
        say(
            "按台账文件所称的状态和日期接着办：在办的交给牵头单位签收，报称完成的等待现场核查；"
            "文件的说法单独记下，不算在这里核实过。"
        ),
        bulk=True,
    ),
    Act(
        Move.SIGN,
        moves.Sign,
        lambda actor, ids, said, how: working.sign(actor=actor, problems=ids, remark=said["remark"], **how),
        say("代表本单位接下这个问题，可以开始填报措施和进展。"),
        bulk=True,
    ),
    Act(
        Move.CONFIRM_SIGNATURE,
        MoveForm,
        lambda actor, ids, said, how: working.confirm_signature(actor=actor, problems=ids, **how),
        say("确认交办单位凭材料代为签收的内容；从今天起算本单位自己签收。"),
        bulk=True,
    ),
    Act(
        Move.SET_MEASURES,
        measures.SetMeasures,
        lambda actor, ids, said, how: working.set_measures(
            actor=actor, problem=ids[0], measures=said["measures"], person=said["person"], **how
        ),
        say("以下表为准：各项占比要凑满100，完成日期不晚于整改时限；去掉的措施留在记录里。"),
    ),
    Act(
        Move.REPORT,
        measures.Report,
        _report,
        say("更新各项措施的进度并附上材料；交办单位随时可以看到。"),
    ),
    Act(
        Move.ASK_EXTENSION,
        moves.AskExtension,
        lambda actor, ids, said, how: extending.ask_extension(
            actor=actor, problem=ids[0], due=said["due"], reason=said["reason"], **how
        ),
        say("先由本单位负责人签发，再由交办单位答复；答复之前仍按现在的时限。"),
        evidence=True,
    ),
    Act(
        Move.SIGN_EXTENSION,
        MoveForm,
        lambda actor, ids, said, how: extending.sign_extension(actor=actor, problem=ids[0], **how),
        say("您以单位负责人身份签发这份延期申请，送交办单位答复。"),
    ),
    Act(
        Move.GRANT_EXTENSION,
        moves.GrantExtension,
        lambda actor, ids, said, how: extending.grant_extension(
            actor=actor, problem=ids[0], due=said["due"], opinion=said["opinion"], **how
        ),
        say("时限改到您填的日期；原时限保留，两个时限分别统计。"),
        evidence=True,
    ),
    Act(
        Move.REFUSE_EXTENSION,
        moves.RefuseExtension,
        lambda actor, ids, said, how: extending.refuse_extension(
            actor=actor, problem=ids[0], opinion=said["opinion"], **how
        ),
        say("时限不变，理由会送达申请单位。"),
        evidence=True,
    ),
    Act(
        Move.PLAN_LOOKBACK,
        moves.PlanLookback,
        lambda actor, ids, said, how: lookback.plan_lookback(actor=actor, problems=ids, day=said["day"], **how),
        say("把回头看改到您填的日期。"),
        bulk=True,
    ),
    Act(
        Move.CONFIRM,
        lookbacks.Confirm,
        _confirm,
        say("确认问题没有反弹，成果已经巩固。"),
        evidence=True,
    ),
    Act(
        Move.REOPEN,
        lookbacks.Reopen,
        _reopen,
        say("问题重新回到整改，按新的时限计时并亮红；原来的措施留在记录里，由单位重新填报。"),
        evidence=True,
    ),
    Act(
        Move.SUSPEND,
        moves.Suspend,
        lambda actor, ids, said, how: setting_aside.suspend(
            actor=actor, problems=ids, reason=said["reason"], **how
        ),
        say("从今天起停止计时，直到恢复；停了几天，没到期的时限就顺延几天。"),
        bulk=True,
    ),
    Act(
        Move.RESUME,
        moves.Resume,
        lambda actor, ids, said, how: setting_aside.resume(actor=actor, problems=ids, note=said["note"], **how),
        say("恢复计时，没到期的时限按停止的天数顺延。"),
        bulk=True,
    ),
    Act(
        Move.MERGE,
        moves.Merge,
        lambda actor, ids, said, how: setting_aside.merge(
            actor=actor, problems=ids, into=said["into"], reason=said["reason"], **how
        ),
        say("这个问题不再单独办理，并入您填写的问题；不能撤回，记录仍可查看。"),
        bulk=True,
        final=True,
    ),
    Act(
        Move.WITHDRAW,
        moves.Withdraw,
        lambda actor, ids, said, how: setting_aside.withdraw(
            actor=actor, problems=ids, reason=said["reason"], **how
        ),
        say("问题从台账上撤下，不再办理；不能撤回，记录仍可查看。"),
        bulk=True,
        final=True,
    ),
    Act(
        Move.WARN,
        moves.Warn,
        lambda actor, ids, said, how: warning.warn(actor=actor, problem=ids[0], reason=said["reason"], **how),
        say("问题立即变红，直到督导人员解除。"),
        evidence=True,
    ),
    Act(
        Move.LIFT_WARNING,
        moves.LiftWarning,
        lambda actor, ids, said, how: warning.lift_warning(
            actor=actor, problem=ids[0], reason=said["reason"], **how
        ),
        say("不再因督导亮红，颜色回到按时限和进度判断。"),
        evidence=True,
    ),
    Act(
        Move.CORRECT,
        mending.Correct,
        lambda actor, ids, said, how: correcting.correct(
            actor=actor, problem=ids[0], mended=said["mended"], reason=said["reason"], **how
        ),
        say(
            "只改文字和分类里的差错。时限、环节、进度、责任单位各有各的办理，不在这里改。更正从今天起算，"
            "前后内容和理由所有责任单位都看得到。"
        ),
    ),
    Act(
        Move.RECALL,
        mending.Recall,
        lambda actor, ids, said, how: undoing.recall(actor=actor, problems=ids, reason=said["reason"], **how),
        say("问题回到“已入账”，这次交办的时限全部取消，责任单位不再看到它；交办过和撤回过都留在记录里。"),
        bulk=True,
    ),
)
