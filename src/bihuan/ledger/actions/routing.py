"""The route of a problem: the unit sets milestones, quantities and money, and reports what it has reached.

What names a row in an entry (`details["named"]`) stands beside its changes, so that the timeline can say which
milestone was meant though later entries may call it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.domain.route import (
    MONEY_WORD,
    refuses_amount,
    refuses_counts,
    refuses_day_reached,
    refuses_milestone,
    refuses_quantity,
)
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.models import Milestone, Quantity
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class PlannedMilestone:
    """A milestone as the unit wants it; `id` of the one it stands for already."""

    text: str
    planned_on: date | None
    id: UUID | None = None


@dataclass(frozen=True)
class PlannedQuantity:
    """A quantity as the unit wants it, `target` in hundredths; money is always counted in 万元."""

    name: str
    target: int
    unit_word: str = MONEY_WORD
    is_money: bool = False
    id: UUID | None = None


@dataclass(frozen=True)
class Reached:
    """The day on which a milestone was reached; None: not reached after all. `note` says what was done, or why."""

    done_on: date | None
    note: str = ""


def set_route(
    *,
    actor: Actor,
    problem: UUID,
    milestones: Sequence[PlannedMilestone] = (),
    quantities: Sequence[PlannedQuantity] = (),
    **how: Unpack[How],
) -> Outcome:
    """Set milestones and quantities, in their order; those not named any more are dropped.

    Refused where there is neither, there are too many, a day lies outside dispatch and due day (a standing problem
    has no last day), a row lacks something, or the planned day of a milestone already reached would be moved.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        steps, amounts = _bring(case)
        denied = refuses_counts(len(milestones), len(quantities))
        denied = denied or _refuses_milestones(case, steps, milestones) or _refuses_quantities(quantities)
        if denied:
            return denied
        _set_milestones(case, steps, milestones)
        _set_quantities(case, amounts, quantities)
        if all(row.snapshot() == case.snapshots[row.id] for row in (*steps, *amounts)) and not case.added:
            return Denied(say("节点和数量都没有改动。"), say("改好后再提交，或者返回。"))
        case.worked(actor)
        _name(case, (*steps, *amounts))
        return None

    return take(Move.SET_ROUTE, change, actor=actor, problems=[problem], **how)


def _bring(case: Opened) -> tuple[list[Milestone], list[Quantity]]:
    """The milestones and quantities in force."""
    where = {"region_id": case.problem.region_id, "problem_id": case.problem.id, "dropped": False}
    return (
        case.bring(Milestone.objects.filter(**where).order_by("place")),
        case.bring(Quantity.objects.filter(**where).order_by("place")),
    )


def _refuses_milestones(
    case: Opened, rows: Sequence[Milestone], planned: Sequence[PlannedMilestone]
) -> Denied | None:
    kept = {row.id: row for row in rows}
    standing = case.problem.horizon == Horizon.STANDING
    first, last = case.problem.dispatched_on or case.case.today, None if standing else case.problem.due
    for place, wanted in enumerate(planned, start=1):
        row = kept.pop(wanted.id) if wanted.id in kept else None
        stays = row is not None and row.planned_on == wanted.planned_on
        if row is not None and row.done_on is not None and not stays:
            return Denied(
                say("节点“%(text)s”已经完成，计划日期不能再改。"),
                say("确实没有完成的，请先在“更新节点”里撤回。"),
                {"text": row.text},
            )
        # A day that stands was in order when it was set; an extension or a shorter term does not undo it.
        between = (date.min, None) if stays else (first, last)
        denied = refuses_milestone(place, wanted.text, wanted.planned_on, *between)
        if denied:
            return denied
    return None


def _refuses_quantities(planned: Sequence[PlannedQuantity]) -> Denied | None:
    refused = (
        refuses_quantity(place, wanted.name, MONEY_WORD if wanted.is_money else wanted.unit_word, wanted.target)
        for place, wanted in enumerate(planned, start=1)
    )
    return next((denied for denied in refused if denied), None)


def _set_milestones(case: Opened, rows: Sequence[Milestone], planned: Sequence[PlannedMilestone]) -> None:
    kept = {row.id: row for row in rows}
    for row in rows:
        row.dropped = True
    for place, wanted in enumerate(planned, start=1):
        assert wanted.planned_on is not None
        row = kept.pop(wanted.id) if wanted.id in kept else case.add(Milestone(id=new_id()))
        row.place, row.text, row.planned_on, row.dropped = place, wanted.text.strip(), wanted.planned_on, False


def _set_quantities(case: Opened, rows: Sequence[Quantity], planned: Sequence[PlannedQuantity]) -> None:
    kept = {row.id: row for row in rows}
    for row in rows:
        row.dropped = True
    for place, wanted in enumerate(planned, start=1):
        row = kept.pop(wanted.id) if wanted.id in kept else case.add(Quantity(id=new_id()))
        row.place, row.name, row.is_money = place, wanted.name.strip(), wanted.is_money
        row.unit_word = MONEY_WORD if wanted.is_money else wanted.unit_word.strip()
        row.target, row.dropped = wanted.target, False


def _name(case: Opened, rows: Iterable[Milestone | Quantity]) -> None:
    """Note what the rows that change are called."""
    changed = [row for row in rows if row.snapshot() != case.snapshots[row.id]]
    if changed:
        case.details["named"] = {
            row.record_key: row.text if isinstance(row, Milestone) else row.name for row in changed
        }


def report_route(
    *,
    actor: Actor,
    problem: UUID,
    reached: Mapping[UUID, Reached] | None = None,
    actual: Mapping[UUID, int] | None = None,
    note: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Report milestones reached (or not reached after all), and how much of each quantity is done, in hundredths.

    Refused where nothing is reported, a row is not one of this problem in force, a day lies before dispatch or is
    still to come, or something is taken back (a milestone, a larger amount) without a word why.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        steps, amounts = _bring(case)
        denied = _refuses_reached(case, moment, {row.id: row for row in steps}, reached or {}, note)
        denied = denied or _refuses_actual({row.id: row for row in amounts}, actual or {}, note)
        if denied:
            return denied
        for step in steps:
            if said := (reached or {}).get(step.id):
                step.done_on, step.note = said.done_on, said.note.strip() or step.note
        for amount in amounts:
            amount.actual = (actual or {}).get(amount.id, amount.actual)
        _name(case, (*steps, *amounts))
        if "named" not in case.details and (denied := needs_text(note, say("进展情况"))):
            return denied
        case.worked(actor)
        if note.strip():
            case.details["note"] = note.strip()
        return None

    return take(Move.REPORT_ROUTE, change, actor=actor, problems=[problem], **how)


_FOREIGN = Denied(say("其中有不属于该问题的节点或数量。"), say("节点可能刚刚调整过，请刷新后再填。"))


def _refuses_reached(
    case: Opened, moment: Moment, rows: Mapping[UUID, Milestone], said: Mapping[UUID, Reached], note: str
) -> Denied | None:
    if not said.keys() <= rows.keys():
        return _FOREIGN
    first = case.problem.dispatched_on or moment.today
    for id_, now in said.items():
        row = rows[id_]
        if now.done_on is not None and now.done_on != row.done_on:
            denied = refuses_day_reached(row.text, now.done_on, first, moment.today)
            if denied:
                return denied
        if now.done_on is None and row.done_on is not None and not (now.note.strip() or note.strip()):
            return Denied(
                say("节点“%(text)s”原来报称已完成，撤回要说明原因。"), say("请写明为什么。"), {"text": row.text}
            )
    return None


def _refuses_actual(rows: Mapping[UUID, Quantity], said: Mapping[UUID, int], note: str) -> Denied | None:
    if not said.keys() <= rows.keys():
        return _FOREIGN
    for id_, actual in said.items():
        row = rows[id_]
        denied = refuses_amount(row.name, actual)
        if denied:
            return denied
        if actual < row.actual and not note.strip():
            return Denied(
                say("“%(name)s”的完成数比上次报的少，要说明原因。"),
                say("请在总体进展里写明为什么。"),
                {"name": row.name},
            )
    return None
