"""The table of what can be done in a page: for every move its form, the one action it calls, what it will do.

One row a move, the same for one problem and for many. Whether a move is allowed is decided by the domain's table
of moves; here only what is asked for, in which words, and which function is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import Denied
from bihuan.ledger.actions import taking_over
from bihuan.ledger.actions.step import Opened
from bihuan.web.acts import campaigns, closeout, joint, leading, links, loop, orders, results, route, supervision
from bihuan.web.acts.act import Act as Act

_ROOMS = (
    loop.ROWS,
    closeout.ROWS,
    orders.ROWS,
    links.ROWS,
    joint.ROWS,
    route.ROWS,
    leading.ROWS,
    campaigns.ROWS,
    supervision.ROWS,
    results.ROWS,
)
ACTS: Mapping[str, Act] = {act.move.value: act for rows in _ROOMS for act in rows}

FORWARD = (
    Move.SIGN_EXTENSION,
    Move.GRANT_EXTENSION,
    Move.GRANT_DECLINE,
    Move.OVERTURN_DECLINE,
    Move.ENTER,
    Move.TAKE_OVER,
    Move.DISPATCH,
    Move.SIGN,
    Move.SIGN_PART,
    Move.ASK_CLOSEOUT,
    Move.REPORT,
    Move.SET_MEASURES,
    Move.CHECK,
    Move.ACCEPT,
    Move.CLOSE,
    Move.PUBLISH,
    Move.CONFIRM,
    Move.ACCEPT_RAISED,
    Move.RESUME,
    Move.AMEND,
)
"""What carries a problem on, most pressing first: the first that may be made is the page's one primary action."""


@dataclass(frozen=True)
class Choices:
    """What this actor may do now: one primary act, the others, and those that lack something."""

    primary: Act | None
    others: tuple[Act, ...]
    lacking: tuple[tuple[Act, Denied], ...]


def choices(opened: Opened) -> Choices:
    """What may be done with an opened problem.

    Moves that lack something are named where there is a way to mend it; a move that simply does not arise (no
    request to answer, no warning to lift) is not.
    """
    asked = {act: act.denied(opened) for act in ACTS.values() if _arises(act, opened)}
    ready = [act for act, denied in asked.items() if denied is None]
    pressing = (ACTS[move] for move in FORWARD if ACTS[move] in ready and _is_time(ACTS[move], opened))
    primary = next(pressing, None)
    return Choices(
        primary,
        tuple(act for act in ready if act is not primary),
        tuple((act, denied) for act, denied in asked.items() if denied and denied.remedy),
    )


def _arises(act: Act, opened: Opened) -> bool:
    """Does the move belong to this person, at this stage?"""
    rule, standing = MOVES[act.move], opened.standing
    mine = standing.role in rule.roles and bool(rule.sides & standing.sides)
    return mine and opened.case.stage in rule.sources and act.arises(opened)


def _is_time(act: Act, opened: Opened) -> bool:
    """A look-back is not pressed for before its day, nor what has not begun taken over."""
    if act.move is Move.TAKE_OVER:
        return taking_over.claim_of(opened.problem).has_begun
    planned = opened.problem.lookback_on
    return act.move is not Move.CONFIRM or planned is None or planned <= opened.case.today
