"""From a returned file's rows to steps: what each row says, what it cannot say and why, what did not change.

Pure of writes: it compares rows with problems in sight and names for every row the steps that it asks for. The
steps are taken, or refused, by the ordinary actions in `returns`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from bihuan.documents.reading.unitsheets import FilledRow
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.extending import MoreTime
from bihuan.ledger.actions.working import Progress
from bihuan.ledger.models import Extension, Measure, Problem


@dataclass(frozen=True)
class Told:
    """One thing that a row says: what it is about, how it stands now, how it would be."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Because:
    """Why something of a row is not taken, and the cell or row it stands in."""

    denied: Denied
    place: str
    as_written: bool = False
    """Its values were typed by somebody and are no words of ours."""


@dataclass
class Line:
    """A row of the file with its problem and measure, what it says by step, and what stands against it.

    `overtaken`: the problem changed since the file went out, so nothing of it is taken unless a person says so.
    """

    row: FilledRow
    problem: Problem | None = None
    measure: Measure | None = None
    said: dict[Move, list[Told]] = field(default_factory=dict)
    against: list[Because] = field(default_factory=list)
    overtaken: bool = False
    taken: bool = False

    @property
    def state(self) -> str:
        """`will`, `partly`, `refused`, `overtaken` or `same`."""
        if self.overtaken and not self.taken:
            return "overtaken"
        if self.said:
            return "partly" if self.against else "will"
        return "refused" if self.against else "same"

    def refuse(self, denied: Denied, code: str = "") -> None:
        """Note why something is not taken; `code` names the column it stands in."""
        self.against.append(Because(denied, self.row.cells.get(code, self.row.place)))


@dataclass(frozen=True)
class Signature:
    """Who signed for a problem on the paper, and when; empty where what holds for the file is meant."""

    name: str
    day: date | None


@dataclass
class Steps:
    """What the file asks for, by problem."""

    signatures: dict[UUID, Signature] = field(default_factory=dict)
    reports: dict[UUID, dict[UUID, Progress]] = field(default_factory=lambda: defaultdict(dict))
    requests: dict[UUID, MoreTime] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What stands on the record about the problems a file names."""

    problems: Mapping[UUID, Problem]
    measures: Mapping[UUID, Measure]
    requests: Mapping[UUID, Extension]


def plan(
    rows: Iterable[FilledRow], known: Known, *, unit: int, region: int, taken: frozenset[UUID]
) -> tuple[list[Line], Steps]:
    """A line for every row, and the steps that those without objection ask for.

    `unit` is the one the file was sent to; of problems that changed since, only those in `taken` are gone on with.
    """
    lines = [_line(row, known) for row in rows]
    steps = Steps()
    by_problem: dict[UUID, list[Line]] = defaultdict(list)
    seen: dict[tuple[UUID, UUID | None], Line] = {}
    for line in lines:
        if _stands(line, seen, unit, region):
            by_problem[line.row.mark.problem].append(line)
    for problem_id, members in by_problem.items():
        _of_problem(problem_id, members, known, steps, taken)
    return lines, steps


def _line(row: FilledRow, known: Known) -> Line:
    measure = known.measures.get(row.mark.measure) if row.mark.measure else None
    return Line(row, known.problems.get(row.mark.problem), measure)


def _stands(line: Line, seen: dict[tuple[UUID, UUID | None], Line], unit: int, region: int) -> bool:
    """Can it be told for certain what the row is about, and can all its cells be read? Notes why not."""
    row = line.row
    first = seen.setdefault((row.mark.problem, row.mark.measure), line)
    for fault in row.faults:
        line.against.append(Because(Denied(fault.text, params=dict(fault.params)), fault.place or row.place, True))
    if row.is_empty:
        return False
    if first is not line:
        line.refuse(Denied(say("与第%(row)s行是同一项，只取前面那一行。"), params={"row": first.row.row}))
    elif (row.mark.region, row.mark.unit) != (region, unit):
        line.refuse(Denied(say("这一行是从发给别的单位的表里粘贴来的。"), say("请在那个单位的表里填写。")))
    elif line.problem is None:
        line.refuse(Denied(say("这个问题不在您单位交办的问题里，或者您已看不到它。")))
    elif row.number != line.problem.number:
        line.refuse(
            Denied(
                say("编号被改成了“%(text)s”，原来是%(number)s。"),
                say("请改回原来的编号。"),
                {"text": row.number[:40], "number": line.problem.number},
            ),
            "number",
        )
    return not line.against


def _of_problem(
    problem_id: UUID, members: Sequence[Line], known: Known, steps: Steps, taken: frozenset[UUID]
) -> None:
    """The steps that the rows of one problem ask for; none where it changed since and nobody said to go on."""
    problem = known.problems[problem_id]
    own = Steps()
    for line in members:
        _report(line, own)
    _signature(problem, members, own)
    _request(problem, members, own, known.requests.get(problem_id))
    if not any(line.said for line in members):
        return
    changed = [line for line in members if line.row.mark.version != problem.version and line.said]
    for line in changed:
        line.overtaken, line.taken = True, problem_id in taken
    if changed and problem_id not in taken:
        return
    steps.signatures |= own.signatures
    steps.requests |= own.requests
    if problem_id in own.reports:
        steps.reports[problem_id] = own.reports[problem_id]


def _report(line: Line, steps: Steps) -> None:
    row, measure = line.row, line.measure
    if row.progress is None and not row.note and row.done_on is None:
        return
    if measure is None or measure.dropped:
        absent = say("还没有整改措施，不能报告进展。"), say("请先代为填报措施，再发一次表。")
        gone = say("这项措施已经不再执行。"), say("请用最新发出的表填写。")
        line.refuse(Denied(*(absent if row.mark.measure is None else gone)), "progress")
        return
    percent = row.progress
    if percent is None:
        percent = 100 if row.done_on else measure.progress
    if row.done_on and percent < 100:
        line.refuse(
            Denied(
                say("填了完成日期，进度却是%(percent)s%%。"), say("没有完成的不填完成日期。"), {"percent": percent}
            ),
            "done_on",
        )
        return
    told = _differences(measure, percent, row)
    if told:
        line.said[Move.REPORT] = told
        steps.reports[row.mark.problem][measure.id] = Progress(percent, row.note, row.done_on)


def _differences(measure: Measure, percent: int, row: FilledRow) -> list[Told]:
    found = []
    if percent != measure.progress:
        found.append(Told(say("进度"), f"{measure.progress}%", f"{percent}%"))
    if row.note and row.note.strip() != measure.note:
        found.append(Told(say("说明"), measure.note, row.note.strip()))
    if row.done_on and measure.progress < 100:
        found.append(Told(say("完成日期"), "", row.done_on.isoformat()))
    return found


def _one(members: Sequence[Line], code: str) -> tuple[Any, Line]:
    """The value of a cell that counts for the whole problem, and its row; refused rows that say another one."""
    filled = [line for line in members if getattr(line.row, code)]
    if not filled:
        return None, members[0]
    value = getattr(filled[0].row, code)
    for line in filled[1:]:
        if getattr(line.row, code) != value:
            line.refuse(
                Denied(say("与第%(row)s行填的不一样，只取前面那一行。"), params={"row": filled[0].row.row}), code
            )
    return value, filled[0]


def _signature(problem: Problem, members: Sequence[Line], steps: Steps) -> None:
    name, line = _one(members, "signer")
    day, dated = _one(members, "signed_on")
    if (name is None and day is None) or problem.stage != Stage.DISPATCHED:
        return  # signed for already: a file filled in a second time still says so
    line = line if name else dated
    shown = " ".join(part for part in (name or "", day.isoformat() if day else "") if part)
    line.said[Move.SIGN] = [Told(say("签收"), "", shown)]
    steps.signatures[problem.id] = Signature(name or "", day)


def _request(problem: Problem, members: Sequence[Line], steps: Steps, waiting: Extension | None) -> None:
    due, line = _one(members, "new_due")
    reason, with_reason = _one(members, "reason")
    if due is None and reason is None:
        return
    if due is None:
        with_reason.refuse(Denied(say("写了延期理由，没有写需要延期到哪一天。"), say("请填写日期。")), "reason")
        return
    if due == problem.due or (waiting is not None and waiting.asked_due == due):
        return  # granted or asked for already
    line.said[Move.ASK_EXTENSION] = [
        Told(say("申请延至"), problem.due.isoformat() if problem.due else "", due.isoformat()),
        *([Told(say("延期理由"), "", reason)] if reason else []),
    ]
    steps.requests[problem.id] = MoreTime(due, reason or "")
