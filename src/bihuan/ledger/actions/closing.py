"""Close-out, tier by tier: ask, check on the spot, accept or return, public notice, strike off.

Each request is a `Closeout` with the flow of its day; whoever checks or accepts signs at the tier that waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Unpack
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.domain import deadlines, lookback
from bihuan.domain.case import Horizon, Stage
from bihuan.domain.flows import Flow, Grade, Kind
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.domain.setup import lookback_days
from bihuan.domain.taking_over import stands_since
from bihuan.ledger.actions.attaching import evidence_row
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Closeout, Evidence, Lookback, Objection
from bihuan.ledger.papersigns import AsSigned
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Unit


@dataclass(frozen=True)
class Claim:
    """What the unit says of one standard, and the evidence (ids of its files) for it."""

    said: str = ""
    files: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether whoever accepts found a standard met, and what is to be noted."""

    met: bool
    note: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the summary: the grade, what is left to do, and what is said of each standard."""

    grade: Grade = Grade.DONE
    rest: str = ""
    claims: Mapping[str, Claim] = field(default_factory=dict)


def ask_closeout(
    *, actor: Actor, problem: UUID, summary: str, asked: Asked | None = None, **how: Unpack[How]
) -> Outcome:
    """Ask for the problem to be struck off, with evidence on each measure. The unit's clock stops.

    Without `asked` everything is done. A lower grade needs a word on what is left (`rest`).
    """
    wanted = asked or Asked()

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = (
            needs_text(summary, say("整改完成情况"))
            or _refuses_rest(wanted)
            or _refuses_files(case.problem.id, wanted)
        )
        if denied:
            return denied
        case.problem.asked_on = moment.today
        case.worked(actor)
        case.details["note"] = summary.strip()
        closeout = _begin(case, wanted.grade)
        closeout.asked_on, closeout.asked_by_id = moment.today, _unit_person(case, actor)
        closeout.summary, closeout.rest = summary.strip(), wanted.rest.strip()
        closeout.standards = _claimed(case.case.signing.flow, wanted.claims)
        case.problem.awaits = _awaits(case)
        return None

    return take(
        Move.ASK_CLOSEOUT,
        change,
        actor=actor,
        problems=[problem],
        as_if=lambda case: replace(case, grade=wanted.grade),
        **how,
    )


def _refuses_rest(asked: Asked) -> Denied | None:
    return None if asked.grade is Grade.DONE else needs_text(asked.rest, say("尚未完成的内容和后续安排"))


def _refuses_files(problem: UUID, asked: Asked) -> Denied | None:
    """Standards are proved with files that are on this very problem."""
    named = {file for claim in asked.claims.values() for file in claim.files}
    if len(named) == Evidence.objects.filter(problem_id=problem, id__in=named).count():
        return None
    return Denied(say("所选的材料中有不属于该问题的。"), say("请重新选择材料。"))


def _unit_person(case: Opened, actor: Actor) -> int | None:
    return None if case.standing.on_behalf_of else actor.person_id


def _begin(case: Opened, grade: Grade) -> Closeout:
    """Open a request by the flow of today."""
    flow = case.case.signing.flow
    closeout = Closeout(
        id=new_id(),
        cycle=case.problem.cycle,
        grade=grade.value,
        flow=flow.as_data(),
        class_name=case.kind.name,
        standards=_claimed(flow, {}),
    )
    case.pending = replace(case.pending, closeout=closeout)
    case.case = replace(case.case, given=())
    return case.add(closeout)


def _claimed(flow: Flow, claims: Mapping[str, Claim]) -> list[dict[str, Any]]:
    nothing = Claim()
    return [
        {
            "code": standard.code,
            "text": standard.text,
            "said": claims.get(standard.code, nothing).said.strip(),
            "files": [str(file) for file in claims.get(standard.code, nothing).files],
            "met": None,
            "note": "",
        }
        for standard in flow.standards
    ]


def current_request(case: Opened) -> Closeout:
    """The request under way; what was claimed done by a file, or asked for in days of old, gets its own now."""
    return case.closeout or _begin(case, Grade.DONE)


def _sign(
    case: Opened, kind: Kind, opinion: str, actor: Actor, moment: Moment, visited_on: date | None = None
) -> None:
    """Put a signature at the waiting tier of this kind."""
    closeout, signing = current_request(case), case.case.signing
    waits = signing.waits
    meets = waits is not None and waits.kind is kind
    signature = {
        "place": signing.place if meets else None,
        "kind": kind.value,
        "role": actor.role.value,
        "unit": actor.unit_id,
        "person": actor.person_id,
        "on": moment.today.isoformat(),
        "opinion": opinion.strip(),
        "visited_on": visited_on.isoformat() if visited_on else None,
    }
    closeout.signatures = [*closeout.signatures, signature]
    if meets:
        case.case = replace(case.case, given=signing.signed().given)


def _awaits(case: Opened) -> str | None:
    """The roles whose signature acceptance waits for, as `Problem.awaits` holds them."""
    waits = case.case.signing.waits
    if waits is None or waits.kind is not Kind.ACCEPT:
        return None
    return f",{','.join(sorted(waits.roles))},"


def check(
    *,
    actor: Actor,
    problem: UUID,
    finding: str,
    visited_on: date | None = None,
    files: Sequence[StoredFile] = (),
    **how: Unpack[How],
) -> Outcome:
    """Put down what a supervisor found on the spot, with the day of the visit (today) and pictures of it.

    Raises `Refused` where the day is still to come.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        visited = visited_on or moment.today
        denied = needs_text(finding, say("现场核查情况")) or _refuses_visit(visited, case, moment)
        if denied:
            return denied
        _stop_clock(case)
        _sign(case, Kind.CHECK, finding, actor, moment, visited)
        for file in files:
            case.add(evidence_row(file, actor=actor, unit_id=actor.unit_id, at=moment.now, purpose="check"))
        waits = case.case.signing.waits
        if waits is None or waits.kind is not Kind.CHECK:
            case.problem.checked_on = moment.today
        case.problem.awaits = _awaits(case)
        case.details["note"] = finding.strip()
        return None

    return take(Move.CHECK, change, actor=actor, problems=[problem], **how)


def _refuses_visit(visited: date, case: Opened, moment: Moment) -> Denied | None:
    if visited > moment.today:
        return Denied(say("到现场的日期%(day)s还没有到。"), say("请填写今天或以前的日期。"), {"day": visited})
    ordered = case.problem.dispatched_on
    if ordered is None or visited >= ordered:
        return None
    return Denied(
        say("到现场的日期%(day)s早于交办日期%(ordered)s，不能当作整改后的核查。"),
        say("请填写整改后到现场的日期。"),
        {"day": visited, "ordered": ordered},
    )


@dataclass(frozen=True)
class Judged:
    """What is decided at acceptance: the grade (None: as asked), and the verdict on each standard.

    Standards without a verdict count as met where none was given at all: whoever accepts answers for all of them.
    """

    grade: Grade | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


def accept(
    *, actor: Actor, problems: Sequence[UUID], opinion: str = "", judged: Judged | None = None, **how: Unpack[How]
) -> Outcome:
    """Sign for the result at the tier that waits; whoever signs answers for it. The last signature accepts it:
    what is accepted is frozen with its grade. The entry names the signs of a paper closing."""
    said, signs = judged or Judged(), AsSigned(problems)

    def change(case: Opened, moment: Moment) -> Denied | None:
        closeout = current_request(case)
        grade = said.grade or Grade(closeout.grade)
        denied = _refuses_grade(case, grade, Grade(closeout.grade)) or _judge(closeout, said.verdicts, grade)
        if denied:
            return denied
        _stop_clock(case)
        _sign(case, Kind.ACCEPT, opinion, actor, moment)
        case.details["note"] = opinion.strip()
        if not how.get("dry_run") and (found := signs.of(case.problem)):
            case.details["signs"] = found
        closeout.grade = grade.value
        if case.case.signing.waits is None:
            _freeze(case, closeout, moment)
        else:
            case.problem.stage = Stage.CLOSEOUT_ASKED.value
        case.problem.awaits = _awaits(case)
        return None

    return take(Move.ACCEPT, change, actor=actor, problems=problems, **how)


_RANK = (Grade.STAGE, Grade.MOSTLY, Grade.DONE)


def _refuses_grade(case: Opened, grade: Grade, asked: Grade) -> Denied | None:
    """Nobody accepts more than was asked for; whoever accepts may find less."""
    if _RANK.index(grade) > _RANK.index(asked):
        return Denied(say("验收等次不能高于申请的等次。"), say("请退回，由单位完成后重新申请。"))
    if grade is Grade.STAGE and case.case.horizon is not Horizon.STANDING:
        return Denied(say("只有长期坚持的问题可以按“取得阶段性成效”验收。"), say("请选择“基本完成”，或退回整改。"))
    return None


def _judge(closeout: Closeout, verdicts: Mapping[str, Verdict], grade: Grade) -> Denied | None:
    """Write the verdicts down; where everything is said to be done, every standard must be met."""
    rows = []
    for row in closeout.standards:
        verdict = verdicts.get(row["code"], Verdict(not verdicts))
        rows.append({**row, "met": verdict.met, "note": verdict.note.strip()})
    unmet = next((row for row in rows if not row["met"]), None)
    if unmet and grade is Grade.DONE:
        return Denied(
            say("验收标准“%(standard)s”没有确认达到，不能按“完成整改”验收。"),
            say("请逐条确认，或选择较低的等次，或退回整改。"),
            {"standard": unmet["text"]},
        )
    bare = next((row for row in rows if not row["met"] and not row["note"]), None)
    if bare:
        return Denied(
            say("验收标准“%(standard)s”没有达到，还没有写明原因。"),
            say("请写明原因。"),
            {"standard": bare["text"]},
        )
    closeout.standards = rows
    return None


def _freeze(case: Opened, closeout: Closeout, moment: Moment) -> None:
    """The last signature is given: keep what was accepted as it stands."""
    problem = case.problem
    problem.stage, problem.accepted_on, problem.grade = Stage.ACCEPTED.value, moment.today, closeout.grade
    closeout.state, closeout.accepted_on = Closeout.State.ACCEPTED.value, moment.today
    closeout.frozen = {
        "measures": [
            [str(row.id), row.text, row.progress, row.done_on.isoformat() if row.done_on else None]
            for row in case.measures
        ],
        "files": sum(case.files.values()),
        "version": case.before["version"],
    }


def send_back(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Return the problem to the unit, saying what is wanting; the clock runs on as if it had not asked.

    An objection to the public notice that waits for an answer is upheld by it.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("退回的理由"))
        if denied:
            return denied
        give_back(case, reason, actor, moment)
        return None

    return take(Move.RETURN, change, actor=actor, problems=[problem], **how)


def give_back(case: Opened, reason: str, actor: Actor, moment: Moment) -> None:
    """End the request under way without success: the problem is with its unit again."""
    for objection in case.pending.objections:
        objection.outcome, objection.answer = Objection.Outcome.UPHELD.value, reason.strip()
        objection.answered_on, objection.answered_by_id = moment.today, actor.person_id
    if case.closeout:
        case.closeout.state, case.closeout.ended_on = Closeout.State.RETURNED.value, moment.today
    reset_closeout(case)
    case.problem.returns += 1
    case.details["note"] = reason.strip()


def publish(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Begin the public notice, for as long as the flow or the ledger has it."""

    def change(case: Opened, moment: Moment) -> Denied | None:
        tier = case.case.signing.flow.tier(Kind.NOTICE)
        days = (tier.days if tier else 0) or case.terms.notice_days
        case.problem.notice_until = deadlines.notice_until(
            day=moment.today, days=days, calendar=moment.calendar
        ).day
        return None

    return take(Move.PUBLISH, change, actor=actor, problems=problems, **how)


def close(*, actor: Actor, problems: Sequence[UUID], **how: Unpack[How]) -> Outcome:
    """Strike problems off, plan the look-back by class and grade, and report them upward where the flow has it."""
    above = Unit.objects.filter(pk=actor.unit_id).values_list("parent_id", flat=True).first()

    def change(case: Opened, moment: Moment) -> Denied | None:
        problem, closeout = case.problem, case.closeout
        days = lookback_days(case.kind, case.terms, Grade(problem.grade or Grade.DONE))
        planned = lookback.planned_for(closed_on=moment.today, days=days, calendar=moment.calendar).day
        problem.closed_on = moment.today
        problem.lookback_on = planned
        _plan_lookback(case, planned)
        if closeout:
            closeout.state, closeout.ended_on = Closeout.State.CLOSED.value, moment.today
            if above is not None and case.case.signing.flow.tier(Kind.FILING):
                closeout.file_to_id, problem.filing = above, "asked"
        return None

    return take(Move.CLOSE, change, actor=actor, problems=problems, **how)


def _plan_lookback(case: Opened, planned: date) -> None:
    """One look-back for each striking off: one planned before filing was refused is moved."""
    if case.lookback:
        case.lookback.planned_for = planned
    else:
        case.add(Lookback(id=new_id(), planned_for=planned, cycle=case.problem.cycle))


def _stop_clock(case: Opened) -> None:
    """What was claimed done enters close-out as if asked for on the day since which its clock stands still."""
    problem = case.problem
    if case.case.stage is Stage.CLAIMED_DONE and problem.taken_over_on is not None:
        problem.asked_on = stands_since(
            claimed_done_on=problem.claimed_done_on, taken_over_on=problem.taken_over_on
        )


def reset_closeout(case: Opened) -> None:
    """Forget what the present request for close-out had reached; the entries keep it."""
    problem = case.problem
    problem.asked_on = problem.checked_on = problem.accepted_on = None
    problem.notice_until = problem.closed_on = problem.sustained_on = problem.lookback_on = None
    problem.grade = problem.awaits = problem.filing = None
