"""One row of the table of moves, and the groups of roles, sides and stages in whose terms the rows are written.

The rows themselves stand in `lifecycle` and `between`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bihuan.domain.case import Case, Role, Side, Stage, Standing
from bihuan.domain.moves import Move
from bihuan.domain.refusals import Denied

Need = Callable[[Case], Denied | None]
Ask = Callable[[Case, Standing], Denied | None]


@dataclass(frozen=True)
class Rule:
    """One row of the table: `who` is a set of roles on a side, `target` is None where the stage stays.

    `branches` are the stages to which a move may lead where what the problem claims decides between them.
    """

    move: Move
    verb: str
    roles: frozenset[Role]
    sides: frozenset[Side]
    sources: frozenset[Stage]
    target: Stage | None = None
    needs: tuple[Need, ...] = ()
    branches: frozenset[Stage] = frozenset()
    judges: bool = False
    """A move that passes judgement on work: nobody makes it on their own work."""
    asks: tuple[Ask, ...] = ()
    """What depends on who is asking beyond role and side; asked before what the problem lacks."""
    by_proxy: bool = False
    """A move of the unit that the dispatching office's coordinator may put down for it, from paper (代填)."""


OFFICE = frozenset({Side.OFFICE})
LEAD = frozenset({Side.LEAD})
ABOVE = frozenset({Side.ABOVE})
ASSIGNED = frozenset({Side.LEAD, Side.SUPPORT})
COORDINATOR = frozenset({Role.COORDINATOR})
REVIEWERS = frozenset({Role.COORDINATOR, Role.REVIEWER})
WATCHERS = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
SUPERVISOR = frozenset({Role.SUPERVISOR})
UNIT = frozenset({Role.LIAISON, Role.LEADER})
LEADER = frozenset({Role.LEADER})

PREPARED = frozenset({Stage.DRAFT, Stage.LISTED})
RUNNING = frozenset({Stage.DISPATCHED, Stage.UNDER_WAY})
WORK = frozenset({Stage.UNDER_WAY})
CLAIMED = frozenset({Stage.CLAIMED_DONE})
SIGNED = WORK | {Stage.CLOSEOUT_ASKED, Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE}
STANDING = frozenset(Stage) - {Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED}
