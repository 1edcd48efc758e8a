"""Taking a step: the frame that all moves on existing problems share.

An action gives the move and a function that changes one opened problem (or refuses it for what the person
typed). The frame opens, asks the table of moves, changes, moves the stage to the row's target, and records, all
in one transaction. With `dry_run` it only says what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.rows import collector_at_rest
from bihuan.domain.case import Case
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import Denied, insist, say
from bihuan.ledger.actions.behalf import Behalf, attach_paper, refuses_before_dispatch, refuses_paper
from bihuan.ledger.actions.recording import record
from bihuan.ledger.actions.step import Moment, Opened, Outcome, Refusal, Seen, opening, this_moment, within_sight
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import hold_still

Change = Callable[[Opened, Moment], Denied | None]


class How(TypedDict, total=False):
    """Options that every action takes.

    `seen`: the versions the person had in front of them; `dry_run`: only say what would be done and refused;
    `occurred_on`: the day on which it is said to have happened (not after today); `all_or_none`: do nothing
    where anything is refused; `behalf`: the unit for which the office puts the step down, and its paper.
    """

    seen: Seen | None
    dry_run: bool
    occurred_on: date | None
    all_or_none: bool
    behalf: Behalf | None


def take(
    move: Move,
    change: Change,
    *,
    actor: Actor,
    problems: Sequence[UUID],
    as_if: Callable[[Case], Case] | None = None,
    **how: Unpack[How],
) -> Outcome:
    """Take the step `move` on every problem that allows it; the others come back with their reasons.

    Raises `Refused` for the whole list where it holds what the actor may not see, `Conflict` where somebody was
    faster between loading and writing. Nothing is half-written.
    """
    with collector_at_rest(), transaction.atomic():
        hold_still()
        rows = within_sight(actor, problems)
        moment = this_moment()  # after the rows, so that it is later than what they hold
        said_on, behalf = how.get("occurred_on"), how.get("behalf")
        insist(refuses_day(said_on, moment.today) or refuses_paper(behalf, said_on))
        opened, refused = opening(
            move,
            rows,
            actor=actor,
            moment=moment,
            seen=how.get("seen"),
            as_if=as_if,
            behalf_of=behalf.unit_id if behalf else None,
        )
        changed = []
        for case in opened:
            denied = refuses_before_dispatch(case, said_on) or change(case, moment)
            if denied:
                refused.append(Refusal(case.problem, denied))
            else:
                _move_stage(case, move)
                changed.append(case)
        if refused and how.get("all_or_none"):
            changed = []
        if behalf:
            attach_paper(changed, behalf, actor=actor, moment=moment)
        if not how.get("dry_run"):
            record(move, changed, actor=actor, moment=moment, occurred_on=said_on)
        return Outcome(tuple(case.problem for case in changed), tuple(refused))


def _move_stage(case: Opened, move: Move) -> None:
    target = MOVES[move].target
    if target is not None:
        case.problem.stage = target.value


def refuses_day(day: date | None, today: date) -> Denied | None:
    """Nothing is put down as having happened on a day still to come."""
    if day is None or day <= today:
        return None
    return Denied(say("发生日期%(day)s还没有到。"), say("请填写今天或以前的日期。"), {"day": day})


def needs_text(text: str, what: str) -> Denied | None:
    """Refuses an empty `text`; `what` names it for the person."""
    if text.strip():
        return None
    return Denied(say("还没有填写%(what)s。"), say("请填写后再提交。"), {"what": what})
