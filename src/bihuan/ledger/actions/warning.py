"""Supervision says red: a supervisor's warning turns a problem red until it is lifted."""

from __future__ import annotations

from typing import Unpack
from uuid import UUID

from bihuan.domain.lifecycle import Move
from bihuan.domain.refusals import Denied, say
from bihuan.ledger.actions.step import Moment, Opened, Outcome
from bihuan.ledger.actions.taking import How, needs_text, take
from bihuan.organisations.access import Actor


def warn(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Turn the problem red, saying why."""
    return _set(Move.WARN, True, actor, problem, reason, how)


def lift_warning(*, actor: Actor, problem: UUID, reason: str, **how: Unpack[How]) -> Outcome:
    """Lift the warning, saying why."""
    return _set(Move.LIFT_WARNING, False, actor, problem, reason, how)


def _set(move: Move, warned: bool, actor: Actor, problem: UUID, reason: str, how: How) -> Outcome:
    def change(case: Opened, moment: Moment) -> Denied | None:
        denied = needs_text(reason, say("理由"))
        if denied:
            return denied
        case.problem.warned = warned
        case.details["note"] = reason.strip()
        return None

    return take(move, change, actor=actor, problems=[problem], **how)
