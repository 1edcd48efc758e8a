"""What the unit does: sign for, say what it will do, report how far it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Side
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Evidence, Measure
from bihuan.organisations.access import Actor


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as the unit wants it; `id` of the one it replaces. `share` in per cent."""

    text: str
    share: int
    due: date | None
    unit_id: int | None = None
    person: str = ""
    id: UUID | None = None


@dataclass(frozen=True)
class Progress:
    """How far a measure is, in per cent, and what was done."""

    percent: int
    note: str = ""


@dataclass(frozen=True)
class NewEvidence:
    """A stored file and the measure it proves (None: the problem as a whole)."""

    file: StoredFile
    measure_id: UUID | None = None


def sign(*, actor: Actor, problems: Sequence[UUID], remark: str = "", **how: Unpack[How]) -> Outcome:
    """Sign for dispatched problems on behalf of the lead unit."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        case.problem.signed_on = moment.today
        case.worked(actor)
        if remark:
            case.details["note"] = remark
        return None

    return take(Move.SIGN, change, actor=actor, problems=problems, **how)


def set_measures(
    *, actor: Actor, problem: UUID, measures: Sequence[PlannedMeasure], person: str = "", **how: Unpack[How]
) -> Outcome:
    """Set the measures of a problem to `measures`, in their order; those not named any more are dropped.

    `person` is the one in charge in the lead unit. Refused where shares do not add up to 100, a date is missing
    or after the problem's own, or a unit is not assigned to the problem.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = _refuses_measures(case, measures)
        if denied:
            return denied
        kept = {row.id: row for row in case.measures}
        for row in case.measures:
            row.dropped = True
        for place, planned in enumerate(measures, start=1):
            row = kept.pop(planned.id) if planned.id in kept else case.add(Measure(id=new_id()))
            row.place, row.text, row.share, row.due = place, planned.text.strip(), planned.share, planned.due
            row.unit_id, row.person = (
                planned.unit_id or case.problem.lead_unit_id,
                planned.person.strip()[:60],
            )
            row.dropped = False
        if case.lead and person.strip():
            case.lead.person = person.strip()[:60]
        case.worked(actor)
        return None

    return take(Move.SET_MEASURES, change, actor=actor, problems=[problem], **how)


def _refuses_measures(case: Opened, measures: Sequence[PlannedMeasure]) -> Denied | None:
    if not measures:
        return Denied(say("至少要有一项措施。"), say("请填写要做的事和完成日期。"))
    total = sum(measure.share for measure in measures)
    if total != 100:
        return Denied(
            say("各项措施的占比合计为%(total)s%%，应为100%%。"), say("请调整各项占比。"), {"total": total}
        )
    for place, measure in enumerate(measures, start=1):
        denied = _refuses_measure(case, place, measure)
        if denied:
            return denied
    return None


def _refuses_measure(case: Opened, place: int, measure: PlannedMeasure) -> Denied | None:
    due, params = case.problem.due, {"place": place, "due": case.problem.due}
    if not measure.text.strip():
        return Denied(say("第%(place)s项措施没有写内容。"), say("请填写要做的事。"), params)
    if not 1 <= measure.share <= 100:
        return Denied(say("第%(place)s项措施的占比应在1%%到100%%之间。"), params=params)
    if measure.due is None:
        return Denied(say("第%(place)s项措施没有完成日期。"), say("请填写日期。"), params)
    if due is not None and measure.due > due and case.problem.horizon != Horizon.STANDING:
        return Denied(say("第%(place)s项措施的日期晚于整改时限%(due)s。"), say("请提前，或先申请延期。"), params)
    if measure.unit_id not in {None, case.problem.lead_unit_id, *case.supports}:
        return Denied(say("第%(place)s项措施的单位不是该问题的责任单位。"), say("请从责任单位中选择。"), params)
    return None


def report(
    *,
    actor: Actor,
    problem: UUID,
    progress: Mapping[UUID, Progress],
    files: Sequence[NewEvidence] = (),
    note: str = "",
    **how: Unpack[How],
) -> Outcome:
    """Report progress on measures, with evidence. A supporting unit reports on its own measures only.

    Refused where nothing was reported, a measure is not one of this problem (or not the unit's), or a
    percentage is not between 0 and 100.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = _refuses_report(case, actor, progress, files, note)
        if denied:
            return denied
        by_id = {row.id: row for row in case.measures}
        for measure_id, said in progress.items():
            row = by_id[measure_id]
            if said.percent >= 100 and row.progress < 100:
                row.done_on = moment.today
            elif said.percent < 100:
                row.done_on = None
            row.progress, row.note = said.percent, said.note.strip() or row.note
        for evidence in files:
            case.add(_evidence_row(evidence, actor, moment))
        case.worked(actor)
        if note.strip():
            case.details["note"] = note.strip()
        return None

    return take(Move.REPORT, change, actor=actor, problems=[problem], **how)


def _refuses_report(
    case: Opened, actor: Actor, progress: Mapping[UUID, Progress], files: Sequence[NewEvidence], note: str
) -> Denied | None:
    only_own = Side.LEAD not in case.standing.sides
    allowed = {row.id for row in case.measures if not only_own or row.unit_id == actor.unit_id}
    named = {*progress, *(file.measure_id for file in files if file.measure_id)}
    if not named <= allowed:
        return Denied(say("其中有不属于您单位的措施。"), say("请只报告本单位的措施。"))
    if not progress and not files:
        return needs_text(note, say("进展情况"))
    if any(not 0 <= said.percent <= 100 for said in progress.values()):
        return Denied(say("进度应在0%%到100%%之间。"), say("请改正后再提交。"))
    return None


def _evidence_row(evidence: NewEvidence, actor: Actor, moment: Moment) -> Evidence:
    file = evidence.file
    return Evidence(
        id=new_id(),
        measure_id=evidence.measure_id,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        person_id=actor.person_id,
        unit_id=actor.unit_id,
        added_at=moment.now,
    )
