"""Undoing as a whole: recall a dispatch, withdraw what a file brought in. Always with a reason.

A recalled problem stands on the ledger as if it had not been dispatched; its units no longer see it, and where it
is dispatched again they find the recall in its record. Past days keep what they were (`Span`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Unpack
from uuid import UUID

from bihuan.book.models import Entry
from bihuan.book.writing import CHUNK
from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.ledger.actions.lapsing import end_supervision, lapse_decline
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.ledger.batches import batch_of
from bihuan.ledger.models import Measure, Problem
from bihuan.organisations.access import Actor


def recall(*, actor: Actor, problems: Sequence[UUID], reason: str, **how: Unpack[How]) -> Outcome:
    """Take dispatched problems back to the ledger before any unit has acted; all dates of the dispatch go."""
    filled: dict[UUID, set[str]] = {}

    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("撤回的理由"))
        if denied:
            return denied
        if not filled:  # asked after the problems were loaded: what changes from now on is found by their version
            filled.update(_filled_in(problems))
        problem = case.problem
        if problem.dispatch_id is not None:
            case.details["dispatch"] = str(problem.dispatch_id)
        problem.dispatched_on = problem.sign_by = problem.dispatch_id = None
        problem.due = problem.due_original = problem.cycle_due = None
        problem.due_provisional = False
        problem.no_transfer = None
        lapse_decline(case, moment)
        end_supervision(case, moment)
        for measure in case.measures:
            if measure.record_key in filled.get(problem.id, ()):
                measure.due = None
        case.details["note"] = reason.strip()
        return None

    return take(Move.RECALL, change, actor=actor, problems=problems, **how)


def recall_dispatch(*, actor: Actor, dispatch: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Recall everything that went out with `dispatch`, or nothing; what was set aside since stays aside.

    With `dry_run` what would be refused is told apart from the rest. Raises `Refused` where nothing of it is left.
    """
    ids = list(batch_of(actor, dispatch).values_list("id", flat=True))
    if not ids:
        raise Refused(Denied(say("这次交办已经撤回，或者没有可以撤回的问题。"), say("请刷新页面查看。")))
    how["all_or_none"] = not how.get("dry_run")
    return recall(actor=actor, problems=ids, reason=reason, **how)


def _filled_in(problems: Sequence[UUID]) -> dict[UUID, set[str]]:
    """For each problem the measures whose date its last dispatch filled in, as the entry of it says."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for start in range(0, len(problems), CHUNK):
        chunk = problems[start : start + CHUNK]
        regions = Problem.objects.filter(id__in=chunk).values("region_id")
        entries = Entry.objects.filter(
            region_id__in=regions, subject__in=chunk, kind="problem", action=Move.DISPATCH.value
        )
        for subject, body in entries.order_by("subject", "seq").values_list("subject", "body"):
            changes = json.loads(body)["changes"]
            found[subject] = {
                key for key, columns in changes.items() if _is_measure(key) and columns.get("due", [""])[0] is None
            }
    return found


def _is_measure(key: str) -> bool:
    return key.startswith(f"{Measure.KIND}:")


def withdraw_import(
    *, actor: Actor, problems: Sequence[UUID], reading: UUID, reason: str, **how: Unpack[How]
) -> Outcome:
    """Take the problems that the file of `reading` brought in off the ledger again; their numbers are not reused.

    Called by the intake, for all problems of a file or none.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        if case.problem.reading_id != reading:
            return Denied(say("该问题不是从这个文件导入的。"))
        denied = needs_text(reason, say("撤回的理由"))
        if denied:
            return denied
        lapse_decline(case, moment)
        end_supervision(case, moment)
        case.details.update(note=reason.strip(), reading=str(reading))
        return None

    return take(Move.WITHDRAW_IMPORT, change, actor=actor, problems=problems, **how)
