"""Restate: a later version of a ledger says something else of a problem than the file it came with.

What a file claims (status, progress, dates) is put down as that file's word, old and new, and proves nothing:
stage, dates and progress as they stand here are not touched. Works on lists, since ledgers arrive by the thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, take
from bihuan.ledger.actions.taking_over import claim_of, set_claimed
from bihuan.organisations.access import Actor


def restate_each(
    *, actor: Actor, claims: Mapping[UUID, Mapping[str, Any]], source: Mapping[str, Any], **how: Unpack[How]
) -> Outcome:
    """Put down what a later version says of each problem; words of theirs that it does not repeat are dropped.

    `claims` is what `register` takes with a new problem, `source` names the file for the entry. Refused where the
    file says nothing new. Only of problems that were taken over do the claims go on into the `claimed_…` columns.
    """

    def change(case: Opened, moment: Moment) -> Denied | None:
        problem = case.problem
        said = dict(claims[problem.id])
        if said == problem.claims:
            return Denied(say("这一版台账对该问题没有新的说法。"))
        problem.claims = said
        if problem.taken_over_on is not None:
            set_claimed(problem, claim_of(problem))
        case.details |= source
        return None

    return take(Move.RESTATE, change, actor=actor, problems=list(claims), **how)
