"""What the unit does: sign for, say what it will do, report how far it is. The office may put it down for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain.case import Horizon, Side
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.attaching import evidence_row
from bihuan.ledger.actions.lapsing import lapse_decline
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Measure
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
    done_on: date | None = None
    """The day on which it is said to have been done; without it the day of the report."""


@dataclass(frozen=True)
class NewEvidence:
    """A stored file and the measure it proves (None: the problem as a whole)."""

    file: StoredFile
    measure_id: UUID | None = None


@dataclass(frozen=True)
class Report:
    """What is reported on one problem: how far its measures are, with evidence and a remark on the whole."""

    progress: Mapping[UUID, Progress]
    files: Sequence[NewEvidence] = ()
    note: str = ""


def sign(*, actor: Actor, problems: Sequence[UUID], remark: str = "", **how: Unpack[How]) -> Outcome:
    """Sign for dispatched problems. Put down by the office it is never counted as the unit's own signature.

    Who signs for what was declined takes it after all: the decline lapses.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        case.problem.signed_on = moment.today
        case.problem.signed_by_office = True if case.standing.on_behalf_of else None
        lapse_decline(case, moment)
        case.worked(actor)
        if remark:
            case.details["note"] = remark
        return None

    return take(Move.SIGN, change, actor=actor, problems=problems, **how)


def confirm_signature(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Make the signature that the office recorded the unit's own, from today on; the day signed for stays."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        case.problem.signed_by_office = False
        case.worked(actor)
        return None

    return take(Move.CONFIRM_SIGNATURE, change, actor=actor, problems=problems, **how)


def set_measures(
    *, actor: Actor, problem: UUID, measures: Sequence[PlannedMeasure], person: str = "", **how: Unpack[How]
) -> Outcome:
    """Set the measures of a problem to `measures`, in their order; those not named any more are dropped.

    `person` is the one in charge in the lead unit. What problems below carry out stays as it is. Refused where
    shares do not add up to 100 together with these, a date is missing or after the problem's own, or a unit is
    not assigned to the problem.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = _refuses_measures(case, measures)
        if denied:
            return denied
        below = [row for row in case.measures if row.part_id is not None]
        kept = {row.id: row for row in case.measures if row.part_id is None}
        for row in kept.values():
            row.dropped = True
        taken, alike = {row.place for row in below}, _count_alike(below)
        places = (place for place in count(1) if place not in taken)
        for place, planned in zip(places, measures, strict=False):
            row = kept.pop(planned.id) if planned.id in kept else case.add(Measure(id=new_id()))
            row.place, row.text, row.due = place, planned.text.strip(), planned.due
            row.share = 0 if alike else planned.share
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


def _count_alike(below: Sequence[Measure]) -> bool:
    """Is the problem broken into so many parts that none has a share (`links.divided`)?"""
    return bool(below) and not any(row.share for row in below)


def _refuses_measures(case: Opened, measures: Sequence[PlannedMeasure]) -> Denied | None:
    below = [row for row in case.measures if row.part_id is not None]
    if not measures and not below:
        return Denied(say("至少要有一项措施。"), say("请填写要做的事和完成日期。"))
    if {measure.id for measure in measures} & {row.id for row in below}:
        return Denied(say("其中有由下级问题办理的措施，不在这里改。"), say("请只填本单位自己的措施。"))
    alike = _count_alike(below)
    denied = None if alike else _refuses_total(measures, below)
    places = enumerate(measures, start=1)
    return denied or next(
        (found for place, one in places if (found := _refuses_measure(case, place, one, with_share=not alike))),
        None,
    )


def _refuses_total(measures: Sequence[PlannedMeasure], below: Sequence[Measure]) -> Denied | None:
    elsewhere = sum(row.share for row in below)
    total = sum(measure.share for measure in measures)
    if total + elsewhere == 100:
        return None
    if below:
        return Denied(
            say("下级办理的部分占%(below)s%%，本单位各项措施合计为%(total)s%%，两者应为100%%。"),
            say("请调整各项占比。"),
            {"below": elsewhere, "total": total},
        )
    return Denied(say("各项措施的占比合计为%(total)s%%，应为100%%。"), say("请调整各项占比。"), {"total": total})


def _refuses_measure(case: Opened, place: int, measure: PlannedMeasure, *, with_share: bool) -> Denied | None:
    due, params = case.problem.due, {"place": place, "due": case.problem.due}
    if not measure.text.strip():
        return Denied(say("第%(place)s项措施没有写内容。"), say("请填写要做的事。"), params)
    if with_share and not 1 <= measure.share <= 100:
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

    Refused where nothing was reported, a measure is not one of this problem (or not the unit's), a percentage
    is not between 0 and 100, or something is said to have been done before dispatch or on a day still to come.
    """
    return report_each(actor=actor, reports={problem: Report(progress, files, note)}, **how)


def report_each(*, actor: Actor, reports: Mapping[UUID, Report], **how: Unpack[How]) -> Outcome:
    """Report on several problems at once, on each its own; see `report`."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        report = reports[case.problem.id]
        denied = _refuses_report(case, report, moment)
        if denied:
            return denied
        by_id = {row.id: row for row in case.measures}
        for measure_id, said in report.progress.items():
            row = by_id[measure_id]
            if said.percent >= 100 and row.progress < 100:
                row.done_on = said.done_on or moment.today
            elif said.percent < 100:
                row.done_on = None
            row.progress, row.note = said.percent, said.note.strip() or row.note
        for evidence in report.files:
            case.add(
                evidence_row(
                    evidence.file,
                    actor=actor,
                    unit_id=case.acting_for,
                    at=moment.now,
                    measure_id=evidence.measure_id,
                )
            )
        case.worked(actor)
        if report.note.strip():
            case.details["note"] = report.note.strip()
        return None

    return take(Move.REPORT, change, actor=actor, problems=list(reports), **how)


def _refuses_report(case: Opened, report: Report, moment: Moment) -> Denied | None:
    only_own = Side.LEAD not in case.standing.works_as
    allowed = {row.id for row in case.measures if not only_own or row.unit_id == case.acting_for}
    named = {*report.progress, *(file.measure_id for file in report.files if file.measure_id)}
    if not named <= allowed:
        return Denied(say("其中有不属于您单位的措施。"), say("请只报告本单位的措施。"))
    if any(row.part_id is not None for row in case.measures if row.id in named):
        return Denied(
            say("其中有由下级问题办理的措施，进度由下级问题自动汇总。"),
            say("请在下级问题里报告，这里只报其他措施。"),
        )
    if not report.progress and not report.files:
        return needs_text(report.note, say("进展情况"))
    if any(not 0 <= said.percent <= 100 for said in report.progress.values()):
        return Denied(say("进度应在0%%到100%%之间。"), say("请改正后再提交。"))
    days = [said.done_on for said in report.progress.values() if said.done_on]
    first = case.problem.dispatched_on or moment.today
    wrong = next((day for day in days if not first <= day <= moment.today), None)
    if wrong:
        return Denied(say("完成日期%(day)s应在交办日期和今天之间。"), say("请核对日期。"), {"day": wrong})
    return None
