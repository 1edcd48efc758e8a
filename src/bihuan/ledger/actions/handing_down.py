"""Hand down: a problem is broken into parts for units below, each a problem of its own with its share.

The parts come onto the ledger of whoever hands them down; for each the problem above gets a measure, which is
carried out by the part and by nothing else (docs/decisions/0021). How shares are divided: `domain.links`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from django.db import transaction

from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Side, Stage, Urgency
from bihuan.domain.lifecycle import Move
from bihuan.domain.links import MOST_PARTS, Division, divided
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.ledger.actions import dispatch as dispatching
from bihuan.ledger.actions.known import refuses_units
from bihuan.ledger.actions.register import Above, NewProblem, put_on_ledger
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.models import Ledger, Measure, Problem, Source
from bihuan.ledger.queries import own_ledgers
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit
from bihuan.organisations.tree import hold_still


@dataclass(frozen=True)
class NewPart:
    """A part for one unit. `share` in per cent (None on all of them: evenly), `text` and `due` those of the whole
    where empty."""

    unit_id: int
    text: str = ""
    share: int | None = None
    due: date | None = None


@transaction.atomic
def hand_down(
    *,
    actor: Actor,
    problem: UUID,
    parts: Sequence[NewPart],
    ledger: UUID | None = None,
    together: int | None = None,
    at_once: bool = True,
    note: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Break `problem` into `parts` on the acting unit's own `ledger` (None: its only one).

    `together` is what the parts have of the whole in all, where own measures stay beside them and shares are
    divided evenly; `at_once` dispatches the parts, with `note` as the order. Refused where the unit has no ledger
    in use, a unit is not below it or named twice, shares do not add up, or a date is after that of the whole.
    """
    made: list[Problem] = []

    def change(case: Opened, moment: Moment) -> Denied | None:
        target = own_ledger(actor, ledger)
        if isinstance(target, Denied):
            return target
        kept = list(case.measures)
        division = divided([part.share for part in parts], kept=[row.share for row in kept], together=together)
        denied = (
            _refuses_order(case)
            or _refuses_parts(case, parts, target)
            or (division if isinstance(division, Denied) else _refuses_room(case, parts))
        )
        if denied or isinstance(division, Denied):
            return denied
        made.extend(_divide(case, parts, division, target, actor, dry_run=how.get("dry_run", False)))
        if note.strip():
            case.details["note"] = note.strip()
        case.details["handed_down"] = len(parts)
        return None

    outcome = take(Move.HAND_DOWN, change, actor=actor, problems=[problem], **how)
    if outcome.done and made and at_once:
        sent = dispatching.dispatch(actor=actor, problems=[row.id for row in made], note=note.strip())
        if sent.refused:
            raise Refused(sent.refused[0].denied)
    return outcome


def own_ledger(actor: Actor, wanted: UUID | None) -> Ledger | Denied:
    """The acting unit's own ledger in use: the one wanted, or the only one."""
    hold_still()
    own = list(own_ledgers(actor).filter(is_open=True))
    if not own:
        return Denied(
            say("您所在的单位还没有在用的台账，不能分解下达。"),
            say("请先为本单位建一本台账。"),
        )
    found = [row for row in own if wanted in (None, row.id)]
    if len(found) == 1:
        return found[0]
    if wanted is None:
        return Denied(say("本单位有几本台账，还没有选用哪一本。"), say("请选择台账。"))
    return Denied(say("这本台账不是您所在单位的。"), say("请选择本单位的台账。"))


def _refuses_order(case: Opened) -> Denied | None:
    """The lead unit takes the work on before it gives it on; the office may divide it at any time."""
    if Side.OFFICE in case.standing.sides:
        return None
    if case.problem.stage == Stage.DISPATCHED:
        return Denied(say("本单位还没有签收，不能分解下达。"), say("请先签收。"))
    if case.case.no_transfer:
        return Denied(say("交办时注明“不得转办”，不能分解给下级。"), say("请由本单位办理。"))
    return None


def _refuses_parts(case: Opened, parts: Sequence[NewPart], ledger: Ledger) -> Denied | None:
    units = [part.unit_id for part in parts]
    if len(set(units)) < len(units):
        return Denied(say("同一个单位填了两次。"), say("每个单位只填一个部分。"))
    denied = refuses_units(ledger.region_id, units)
    below = Unit.objects.filter(pk__in=units, path__contains=f"/{ledger.office_id}/").exclude(pk=ledger.office_id)
    if not denied and below.count() < len(units):
        return Denied(say("所选的单位中有不在本单位之下的。"), say("请只选下级单位；本单位自己做的，留作措施。"))
    return denied or next((found for part in parts if (found := _refuses_due(case, part))), None)


def _refuses_due(case: Opened, part: NewPart) -> Denied | None:
    due = case.problem.due
    if part.due is None or due is None or part.due <= due or case.problem.horizon == Horizon.STANDING:
        return None
    return Denied(
        say("有一个部分的时限%(part)s晚于整个问题的时限%(due)s。"),
        say("请提前，或先申请延期。"),
        {"part": part.due, "due": due},
    )


def _refuses_room(case: Opened, parts: Sequence[NewPart]) -> Denied | None:
    if len(parts) + len(case.measures) <= MOST_PARTS:
        return None
    return Denied(
        say("一个问题最多分解成%(most)s个部分。"),
        say("请分两级下达：先到县，再由县到乡镇。"),
        {"most": MOST_PARTS},
    )


def _divide(
    case: Opened, parts: Sequence[NewPart], division: Division, ledger: Ledger, actor: Actor, *, dry_run: bool
) -> list[Problem]:
    """Give the problem a measure for every part and register the parts; with `dry_run` the measures alone."""
    problem = case.problem
    for row, share in zip(case.measures, division.kept, strict=True):
        row.share = share
    first = max((row.place for row in case.measures), default=0) + 1
    rows = [
        case.add(
            Measure(
                id=new_id(),
                place=place,
                text=part.text.strip() or problem.text,
                unit_id=part.unit_id,
                share=share,
                due=part.due or problem.due,
            )
        )
        for place, (part, share) in enumerate(zip(parts, division.parts, strict=True), start=first)
    ]
    if dry_run:
        return []
    source = in_use(problem.source_id)
    new = [_part_of(problem, part, row, source) for part, row in zip(parts, rows, strict=True)]
    made = put_on_ledger(actor=actor, ledger=ledger, problems=new)
    for row, part_made in zip(rows, made, strict=True):
        row.part_region_id, row.part_id = part_made.region_id, part_made.id
    return made


def in_use(source: int | None) -> int | None:
    """The source, where it may still be chosen for a new problem."""
    found = Source.objects.filter(pk=source, is_active=True) if source is not None else Source.objects.none()
    return source if found.exists() else None


def _part_of(problem: Problem, part: NewPart, row: Measure, source: int | None) -> NewProblem:
    own_text = part.text.strip()
    return NewProblem(
        text=own_text or problem.text,
        title="" if own_text else problem.title,
        category=problem.category,
        goal=problem.goal,
        source_id=source,
        urgency=Urgency(problem.urgency),
        horizon=Horizon(problem.horizon),
        wanted_due=row.due,
        lead_unit_id=part.unit_id,
        nature=problem.nature or "",
        above=Above(problem.region_id, problem.id, row.id),
    )
