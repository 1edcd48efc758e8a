"""The project wall (挂图作战): which projects a filter shows, in which order, and the figures over them.

A project is a problem with a route. All projects in sight are summed up in three questions, whatever is asked for;
filters, figures and paging go over what came back, so every figure is the count of the rows that it opens.
Nothing here writes.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.domain.case import PASSED_STAGES, UNFINISHED_STAGES
from bihuan.domain.route import WORST_FIRST, State, rate
from bihuan.ledger.choices import led_below
from bihuan.ledger.routes import Project, projects

if TYPE_CHECKING:
    from bihuan.organisations.access import Actor

PAGE = 40
SHOWN: Mapping[str, Callable[[Project], bool]] = {
    "": lambda project: True,
    "behind": lambda project: project.standing is State.BEHIND,
    "month": lambda project: project.coming > 0,
    "money": lambda project: project.has_money,
}
"""What each figure counts: the rows that it opens."""
SORTS = ("worst", "due")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class WallFilter:
    """What is asked for; empty fields ask for nothing. `everything`: accepted and closed problems too."""

    unit: int | None = None
    campaign: int | None = None
    colour: str = ""
    show: str = ""
    everything: bool = False
    sort: str = "worst"


@dataclass(frozen=True)
class Figures:
    """The figures over a filter, whichever of them is opened. Money in hundredths of 万元."""

    projects: int
    behind: int
    coming: int
    """Milestones of the next 30 days."""
    with_coming: int
    """The projects that they belong to."""
    with_money: int
    planned: int
    spent: int

    @property
    def tenths(self) -> int | None:
        """Money spent of the money planned, in tenths of a per cent."""
        return rate(self.spent, self.planned)


@dataclass(frozen=True)
class Wall:
    """The projects of a filter in their order, the figures over it, and the campaigns among what is in sight."""

    rows: Sequence[Project]
    figures: Figures
    sort: str
    campaigns: frozenset[int] = field(default_factory=frozenset)

    def page(self, after: str = "", before: str = "", size: int = PAGE) -> WallPage:
        """The page that begins behind the cursor `after`, or ends before `before`; the first without either.

        A cursor that somebody has tampered with is none.
        """
        keys = [key_of(row, self.sort) for row in self.rows]
        behind, ahead = key_from(after), key_from(before)
        if ahead is not None:
            end = sum(1 for key in keys if key < ahead)
            start = max(0, end - size)
        else:
            start = sum(1 for key in keys if key <= behind) if behind is not None else 0
            end = min(len(keys), start + size)
        return WallPage(
            rows=self.rows[start:end],
            first=start + 1,
            following=as_text(keys[end - 1]) if start < end < len(keys) else "",
            preceding=as_text(keys[start]) if 0 < start < len(keys) else "",
        )


@dataclass(frozen=True)
class WallPage:
    """Some rows of a wall, the number of the first, and the cursors of the pages around (empty: none)."""

    rows: Sequence[Project]
    first: int
    following: str
    preceding: str


def wall(actor: Actor | None, today: date, asked: WallFilter) -> Wall:
    """The projects that `actor` may see and `asked` asks for, as of `today`."""
    stages = UNFINISHED_STAGES | PASSED_STAGES if asked.everything else UNFINISHED_STAGES
    found = projects(actor, today, stages)
    units = set(led_below(actor, asked.unit)) if actor is not None and asked.unit else None
    rows = [row for row in found if _fits(row, asked, units)]
    shown = [row for row in rows if SHOWN[asked.show](row)]
    return Wall(
        rows=sorted(shown, key=lambda row: key_of(row, asked.sort)),
        figures=_figures(rows),
        sort=asked.sort,
        campaigns=frozenset(row.campaign_id for row in found if row.campaign_id is not None),
    )


def _fits(row: Project, asked: WallFilter, units: set[int] | None) -> bool:
    if units is not None and row.unit_id not in units:
        return False
    if asked.campaign and row.campaign_id != asked.campaign:
        return False
    return not asked.colour or row.colour == asked.colour


def _figures(rows: Sequence[Project]) -> Figures:
    return Figures(
        projects=len(rows),
        behind=sum(1 for row in rows if SHOWN["behind"](row)),
        coming=sum(row.coming for row in rows),
        with_coming=sum(1 for row in rows if SHOWN["month"](row)),
        with_money=sum(1 for row in rows if SHOWN["money"](row)),
        planned=sum(row.planned for row in rows),
        spent=sum(row.spent for row in rows),
    )


def key_of(row: Project, sort: str) -> Key:
    """What rows are ordered by: worst first and longest behind first, or by due day; ids keep it total."""
    last = date.max
    if sort == "due":
        return (row.due or last).isoformat(), "", row.id.hex
    return str(WORST_FIRST.index(row.standing)), (row.first_open or row.due or last).isoformat(), row.id.hex


def as_text(key: Key) -> str:
    """A cursor for the address."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_from(text: str) -> Key | None:
    """The key that a cursor stands for; None for anything that is no cursor."""
    try:
        first, second, id_ = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return str(first), str(second), UUID(str(id_)).hex
    except (ValueError, TypeError, RecursionError):
        return None
