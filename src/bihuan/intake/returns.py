"""A unit's own Excel comes back: received, tried out, confirmed, everything by way of the ordinary actions.

The preview is the thing itself, done and undone again, so that it says exactly what confirming would do and why
not. One file is one transaction; the file is the paper behind every step; the same file again does nothing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bihuan.book import clock
from bihuan.book.writing import first_come
from bihuan.documents.messages import Fault, Unreadable
from bihuan.documents.reading.unitsheets import FilledSheet, read_unit_sheet
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.models import ReturnedSheet
from bihuan.intake.planning import Known, Line, Steps, plan
from bihuan.intake.sending import sheet_key
from bihuan.intake.uploads import arriving
from bihuan.ledger.actions import extending, working
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.taking import How
from bihuan.ledger.actions.working import Report
from bihuan.ledger.files import StoredFile, path_of
from bihuan.ledger.models import Extension, Measure
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor, may_keep_ledgers
from bihuan.organisations.models import Person, Unit
from bihuan.organisations.tree import successors

BOOKS = {b"PK": ".xlsx", b"\xd0\xcf": ".xls"}
ENDINGS = (".xlsx", ".xls", ".et", ".ods", ".csv", ".txt", ".tsv")
UNSIGNED = "—"
STANDS_IN = {Move.SIGN: "signed_on", Move.REPORT: "progress", Move.ASK_EXTENSION: "new_due"}
"""The column in which a step is asked for: where a person must look when it is refused."""


@dataclass(frozen=True)
class Answers:
    """What the office adds: who signed the file, the day, and which overtaken problems to go on with."""

    signed_by: str
    day: date
    taken: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class Rehearsal:
    """What confirming does, row by row; `shown` tells whether two rehearsals say the same."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    filled_by: str
    filled_on: date | None

    @property
    def shown(self) -> str:
        """A short hash of everything that is said and refused."""
        told = [
            (line.row.place, line.state, line.said, [str(b.denied) for b in line.against]) for line in self.lines
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def count(self, *states: str) -> int:
        """How many rows are in one of these states."""
        return sum(1 for line in self.lines if line.state in states)

    def problems_with(self, move: Move) -> int:
        """On how many problems a step is taken."""
        going = (line for line in self.lines if line.state in ("will", "partly") and move in line.said)
        return len({line.row.mark.problem for line in going})


def returned_to(actor: Actor) -> QuerySet[ReturnedSheet]:
    """The files that came back to the actor's office, the latest first."""
    if may_keep_ledgers(actor):
        return ReturnedSheet.objects.none()
    rows = ReturnedSheet.objects.filter(region_id=actor.region_id, office_id=actor.unit_id)
    return rows.select_related("for_unit").order_by("-uploaded_at", "-id")


def uploaders_of(rows: Iterable[ReturnedSheet]) -> dict[int, Person]:
    """Who uploaded the files, by person id."""
    return Person.objects.in_bulk({row.person_id for row in rows})


def receive_return(*, actor: Actor, name: str, chunks: Iterable[bytes]) -> ReturnedSheet:
    """Take in a filled file; the very same file a second time is the one that is there already.

    Raises `Refused` for anyone but a coordinator, and with the reader's reason for a file that is not one of ours.
    """
    insist(may_keep_ledgers(actor))
    with arriving(name, chunks) as file:
        sheet = _read(file.path, file.name)
        if sheet.head.region != actor.region_id or not Unit.objects.filter(pk=sheet.head.unit).exists():
            raise Refused(Denied(say("这张表不是您所在的地区发出的。"), say("请交给发出它的单位。")))
        known = returned_to(actor).filter(sha256=file.sha256).exclude(state=ReturnedSheet.State.DROPPED).first()
        if known is not None:
            return known
        with first_come():
            returned = ReturnedSheet.objects.create(
                region_id=actor.region_id,
                office_id=actor.unit_id,
                for_unit_id=sheet.head.unit,
                person_id=actor.person_id,
                name=_named(file.name, file.path.read_bytes()[:2]),
                sha256=file.sha256,
                size=file.size,
                sent_on=sheet.head.sent,
                uploaded_at=clock.now(),
            )
            file.keep()
    return returned


def _named(name: str, magic: bytes) -> str:
    """The name under which the file opens as what it is."""
    ending = PurePath(name).suffix.lower()
    wanted = BOOKS.get(magic)
    return name if ending in ENDINGS and (wanted is None) == (ending in ENDINGS[4:]) else name + (wanted or ".csv")


def _read(path: Any, name: str) -> FilledSheet:
    try:
        return read_unit_sheet(path, name, key=sheet_key())
    except Unreadable as unreadable:
        fault = unreadable.fault
        raise Refused(Denied(fault.text, params=dict(fault.params))) from unreadable
    except OSError as error:
        raise Refused(
            Denied(say("记录里有这个文件，但服务器上没有找到它。"), say("请联系系统管理员，或重新上传。"))
        ) from error


def rehearse(*, actor: Actor, returned: ReturnedSheet, answers: Answers) -> Rehearsal:
    """What confirming would do as things stand: done in earnest, and undone."""
    with transaction.atomic():
        told = _carry_out(actor, returned, answers)
        transaction.set_rollback(True)
    return told


def first_answers(returned: ReturnedSheet) -> Answers:
    """What can be read from the file itself about who signed it and when, else nobody and today."""
    sheet, today = _read(path_of(returned.sha256), returned.name), clock.today()
    signers = {row.signer for row in sheet.rows if row.signer}
    by = sheet.filled_by or (signers.pop() if len(signers) == 1 else "")
    on = sheet.filled_on if sheet.filled_on and sheet.filled_on <= today else today
    return Answers(by, on)


@transaction.atomic
def confirm_return(*, actor: Actor, returned: ReturnedSheet, answers: Answers, shown: str) -> Rehearsal | None:
    """Record everything that was shown; None where it would not be what was shown any more, or was done already.

    Raises `Refused` where the file was given up or nobody is named as having signed it.
    """
    insist(may_keep_ledgers(actor))
    if not answers.signed_by.strip():
        raise Refused(Denied(say("还没有填写材料上是谁签的字。"), say("请照材料填写签字人姓名。")))
    held = ReturnedSheet.objects.select_for_update().get(region_id=returned.region_id, id=returned.id)
    if not held.is_open:
        raise Refused(_settled(held))
    with transaction.atomic():
        told = _carry_out(actor, returned, answers)
        if told.shown != shown:
            transaction.set_rollback(True)
            return None
    _settle(held, actor, ReturnedSheet.State.CONFIRMED, _result(told))
    return told


@transaction.atomic
def drop_return(*, actor: Actor, returned: ReturnedSheet) -> None:
    """Give a file up without recording anything of it."""
    insist(may_keep_ledgers(actor))
    held = ReturnedSheet.objects.select_for_update().get(region_id=returned.region_id, id=returned.id)
    if not held.is_open:
        raise Refused(_settled(held))
    _settle(held, actor, ReturnedSheet.State.DROPPED, {})


def _settled(held: ReturnedSheet) -> Denied:
    if held.state == ReturnedSheet.State.CONFIRMED:
        return Denied(say("这份表已经记录过，没有重复记录。"))
    return Denied(say("这份表已经放弃。"), say("需要的话请重新上传。"))


def _settle(held: ReturnedSheet, actor: Actor, state: ReturnedSheet.State, result: Mapping[str, int]) -> None:
    held.state, held.settled_at, held.settled_by_id = state.value, clock.now(), actor.person_id
    held.result = dict(result)
    held.save(update_fields=["state", "settled_at", "settled_by_id", "result"])


def _result(told: Rehearsal) -> dict[str, int]:
    return {
        "rows": told.count("will", "partly"),
        "same": told.count("same"),
        "refused": told.count("refused", "partly"),
        "overtaken": told.count("overtaken"),
        "signed": told.problems_with(Move.SIGN),
        "reported": told.problems_with(Move.REPORT),
        "asked": told.problems_with(Move.ASK_EXTENSION),
    }


def _carry_out(actor: Actor, returned: ReturnedSheet, answers: Answers) -> Rehearsal:
    """Take every step that the file asks for, in the order of the loop; refusals are noted on their rows."""
    sheet = _read(path_of(returned.sha256), returned.name)
    lines, steps = plan(
        sheet.rows,
        _known(actor, sheet),
        unit=returned.for_unit_id,
        region=returned.region_id,
        taken=answers.taken,
    )
    _Taking(actor, returned, answers, lines).all_of(steps)
    return Rehearsal(tuple(lines), sheet.faults, sheet.filled_by, sheet.filled_on)


def _known(actor: Actor, sheet: FilledSheet) -> Known:
    ids = {row.mark.problem for row in sheet.rows}
    rows = visible_to(actor).filter(region_id=actor.region_id, office_id=actor.unit_id, id__in=ids)
    problems = {row.id: row for row in rows}
    measures = Measure.objects.filter(problem_id__in=problems)
    requests = Extension.objects.filter(problem_id__in=problems, answer=Extension.Answer.OPEN)
    return Known(
        problems, {row.id: row for row in measures}, {row.problem_id: row for row in requests.order_by("id")}
    )


@dataclass(frozen=True)
class _Taking:
    """Takes the steps of one file on behalf of its unit."""

    actor: Actor
    returned: ReturnedSheet
    answers: Answers
    lines: list[Line]

    def all_of(self, steps: Steps) -> None:
        """Signatures first, each with its own name and day; then reports, then requests for more time."""
        by_signature: dict[tuple[str, date], list[UUID]] = defaultdict(list)
        for problem_id, signature in steps.signatures.items():
            by_signature[(signature.name, signature.day or self.answers.day)].append(problem_id)
        for (name, day), ids in sorted(by_signature.items()):
            sign = partial(working.sign, actor=self.actor, problems=ids, **self._how(name, day))
            self._take(Move.SIGN, ids, sign)
        how = self._how("", self.answers.day)
        reports = {id_: Report(progress) for id_, progress in steps.reports.items()}
        if reports:
            self._take(
                Move.REPORT,
                list(reports),
                lambda: working.report_each(actor=self.actor, reports=reports, **how),
            )
        if steps.requests:
            self._take(
                Move.ASK_EXTENSION,
                list(steps.requests),
                lambda: extending.ask_extensions(actor=self.actor, asked=steps.requests, **how),
            )

    def _how(self, name: str, day: date) -> How:
        signed_by = name or self.answers.signed_by.strip() or UNSIGNED
        sent_to = self.returned.for_unit_id
        unit = successors().get(sent_to, sent_to)  # it may have been merged since the file went out
        return {"behalf": Behalf(unit, self._paper(), signed_by), "occurred_on": day}

    def _paper(self) -> StoredFile:
        plain = self.returned.name.lower().endswith((".csv", ".txt", ".tsv"))
        kind = "text/plain" if plain else "application/octet-stream"
        return StoredFile(self.returned.name, self.returned.size, self.returned.sha256, kind)

    def _take(self, move: Move, ids: list[UUID], step: Callable[[], Outcome]) -> None:
        """Take one step; what is refused, all of it or single problems, comes off the rows with its reason."""
        try:
            refused = {refusal.problem.id: refusal.denied for refusal in step().refused}
        except Refused as whole:
            refused = dict.fromkeys(ids, whole.denied)
        for line in self.lines:
            denied = refused.get(line.row.mark.problem)
            if denied is not None and line.said.pop(move, []):
                line.refuse(denied, STANDS_IN[move])
