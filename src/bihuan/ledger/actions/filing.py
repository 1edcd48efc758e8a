"""Filing one level up: the unit directly above the office files what was struck off, or refuses to.

A refusal gives the problem back to its unit, as a return before striking off does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.closing import give_back
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.organisations.access import Actor


def file_closeout(*, actor: Actor, problems: Sequence[UUID], note: str = "", **how: Unpack[How]) -> Outcome:
    """File close-outs that the offices directly below have reported."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = refuses_filer(case)
        if denied:
            return denied
        _decide(case, note, actor, moment)
        case.problem.filing = "filed"
        case.details["note"] = note.strip()
        return None

    return take(Move.FILE_CLOSEOUT, change, actor=actor, problems=problems, **how)


def refuse_filing(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Refuse to file, saying what is wanting: the problem is with its unit again."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("不予备案的理由")) or refuses_filer(case)
        if denied:
            return denied
        if case.closeout:
            case.closeout.filing_note = reason.strip()
            case.closeout.filed_by_id = actor.person_id
        give_back(case, reason, actor, moment)
        return None

    return take(Move.REFUSE_FILING, change, actor=actor, problems=[problem], **how)


def _decide(case: Opened, note: str, actor: Actor, moment: Moment) -> None:
    if case.closeout:
        case.closeout.filed_on, case.closeout.filed_by_id = moment.today, actor.person_id
        case.closeout.filing_note = note.strip()


def refuses_filer(case: Opened) -> Denied | None:
    """Only the unit to which the close-out was reported files it: the one directly above the office that day."""
    closeout = case.closeout
    if closeout is not None and closeout.file_to_id == case.acting_for:
        return None
    return Denied(
        say("该问题的销号不是向您所在的单位报请备案的。"), say("由交办单位的直接上级单位备案，请与该单位联系。")
    )
