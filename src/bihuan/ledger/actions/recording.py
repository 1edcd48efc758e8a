"""Writing what an action changed: rows, spans, reach, kept sums, entries, in that order and in one transaction.

Called by every action after it has changed its opened problems; never by anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from bihuan.book.booked import Booked, Changes, Snapshot, changes_of
from bihuan.book.models import Audience
from bihuan.book.rows import insert, update_where
from bihuan.book.writing import Conflict, Stroke, append
from bihuan.domain.lifecycle import Move
from bihuan.ledger import prints
from bihuan.ledger.actions.following import follow
from bihuan.ledger.actions.rolling_up import changed_above
from bihuan.ledger.actions.step import Moment, Opened
from bihuan.ledger.derived import DERIVED, past_spans, request_state, set_derived, steps_of
from bihuan.ledger.models import Decline, Extension, Measure, Problem, Raising
from bihuan.ledger.models.parts import PartOfProblem
from bihuan.organisations.access import Actor

AUDIENCES: Mapping[Move, Audience] = {
    Move.REGISTER: Audience.OFFICE,
    Move.ENTER: Audience.OFFICE,
    Move.AMEND: Audience.OFFICE,
    Move.ASK_EXTENSION: Audience.UNITS,
    Move.SIGN_EXTENSION: Audience.UNITS,
    Move.GRANT_EXTENSION: Audience.EVERYONE,
    Move.REFUSE_EXTENSION: Audience.UNITS,
    Move.ASK_CLOSEOUT: Audience.UNITS,
    Move.CHECK: Audience.UNITS,
    Move.DECLINE: Audience.UNITS,
    Move.GRANT_DECLINE: Audience.UNITS,
    Move.REFUSE_DECLINE: Audience.UNITS,
    Move.APPEAL_DECLINE: Audience.UNITS,
    Move.OVERTURN_DECLINE: Audience.UNITS,
    Move.UPHOLD_DECLINE: Audience.UNITS,
    Move.RAISE: Audience.UNITS,
    Move.ACCEPT_RAISED: Audience.UNITS,
    Move.REFUSE_RAISED: Audience.UNITS,
    Move.INSTRUCT: Audience.UNITS,
    Move.OBJECT: Audience.OFFICE,
    Move.ANSWER_OBJECTION: Audience.OFFICE,
    Move.FILE_CLOSEOUT: Audience.EVERYONE,
    Move.REFUSE_FILING: Audience.UNITS,
    Move.REFER: Audience.OFFICE,
    Move.URGE: Audience.UNITS,
    Move.SEND_LETTER: Audience.UNITS,
    Move.ANSWER_LETTER: Audience.UNITS,
}
"""For whose eyes the entry of a move is; all others are for everyone in scope."""

GUARD = ("version", "state_from", "coloured_by")
"""What must still be as it was read: so any change is noticed, be it of the colours alone (`recolouring`)."""


def record(
    move: Move, opened: Sequence[Opened], *, actor: Actor, moment: Moment, occurred_on: date | None = None
) -> None:
    """Write the changes made to `opened` with one entry each.

    Raises `Conflict` where somebody was faster with any of them; then nothing is written.
    """
    if not opened:
        return
    changes = {case.problem.id: _changes(case) for case in opened}
    for case in opened:
        _derive(case, moment)
    _write_problems(opened, moment)
    _write_parts(opened, changes)
    insert([span for case in opened for span in past_spans(case.before, until=moment.today)])
    follow(opened, moment)
    strokes = [
        Stroke(
            kind=Problem.KIND,
            subject=case.problem.id,
            region_id=case.problem.region_id,
            action=move.value,
            audience=AUDIENCES.get(move, Audience.EVERYONE),
            occurred_on=case.occurred_on or occurred_on,
            changes=changes[case.problem.id],
            details=case.details,
        )
        for case in opened
    ]
    append(strokes, writer=actor.writer, at=moment.now, today=moment.today)
    above, later = changed_above(opened, actor=actor)
    if later is not None:
        record(Move.ROLL_UP, above, actor=actor, moment=later)


def _changes(case: Opened) -> Changes:
    rows: list[tuple[Booked, Snapshot | None]] = [(case.problem, case.before)]
    rows += [(part, case.snapshots[part.id]) for part in case.parts]
    rows += [(part, None) for part in case.added]
    changed = ((row.record_key, changes_of(row, before)) for row, before in rows)
    return {key: columns for key, columns in changed if columns}


def _derive(case: Opened, moment: Moment) -> None:
    added = [row for row in case.added if isinstance(row, Measure)]
    measures = [m for m in (*case.measures, *added) if not m.dropped]
    set_derived(
        case.problem,
        steps_of(measures),
        schedule=moment.schedule,
        today=moment.today,
        request=request_state(_requests(case)),
    )
    case.problem.version = case.before["version"] + 1
    case.problem.changed_at = moment.now


def _requests(case: Opened) -> Iterator[tuple[str, str, object]]:
    for row in (*case.added, case.request, case.decline, case.raising):
        if isinstance(row, Extension | Decline | Raising):
            yield row.KIND, row.answer, getattr(row, "signed_on", None)


def _write_problems(opened: Sequence[Opened], moment: Moment) -> None:
    changed = {
        name for case in opened for name in Problem.ON_RECORD if case.problem.__dict__[name] != case.before[name]
    }
    columns = [*sorted(changed), *DERIVED, "version", "changed_at"]
    rows = [(case.problem, {name: case.stored[name] for name in GUARD}) for case in opened]
    if update_where(Problem, columns, rows) != len(rows):
        raise Conflict


def _write_parts(opened: Sequence[Opened], changes: Mapping[UUID, Changes]) -> None:
    new: dict[type[PartOfProblem], list[PartOfProblem]] = defaultdict(list)
    old: dict[type[PartOfProblem], list[PartOfProblem]] = defaultdict(list)
    for case in opened:
        for row in case.added:
            new[type(row)].append(row)
        for row in case.parts:
            if row.record_key in changes[case.problem.id]:
                old[type(row)].append(row)
    for rows in new.values():
        insert(rows)
    prints.follow((row for rows in new.values() for row in rows), (row for rows in old.values() for row in rows))
    for model, rows in old.items():
        unguarded: list[tuple[Any, Mapping[str, Any]]] = [(row, {}) for row in rows]
        if update_where(model, model.ON_RECORD, unguarded) != len(rows):
            raise Conflict
