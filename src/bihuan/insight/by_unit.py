"""The table by unit: every figure of a day for the units right below one, each with all below it, and their sum.

Read from kept sums, so its cost does not grow with the problems. The total is that of the unit with all below it;
what the rows of the units below do not account for are the problems that the unit leads itself: its own row.
Every figure is the count of a list (`ledger.asof.standing_on`). Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bihuan.domain.case import Role
from bihuan.domain.indicators import COMPLETION, KEPT, figures_from
from bihuan.insight.units_then import directly_below, units_then
from bihuan.ledger.models import Axis
from bihuan.ledger.tally import totals
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen

NAME, RATE = "name", COMPLETION.code
COUNTED = frozenset(figure.code for figure in KEPT)
SORTS = COUNTED | {NAME, RATE}
"""What rows can be sorted by, `-` before it for descending; without any they stand in the order of the tree."""


@dataclass(frozen=True)
class Line:
    """A row: a unit with its figures and completion rate (tenths of a per cent); `opens`: it has units below."""

    unit: UnitThen
    figures: Mapping[str, int]
    opens: bool = False

    @property
    def tenths(self) -> int | None:
        """The completion rate in tenths of a per cent; None where nothing was handed out."""
        return COMPLETION.tenths(self.figures)


@dataclass(frozen=True)
class UnitTable:
    """The table of `unit` at the end of `day`: `own` and `rows` add up to `total`.

    `above` leads from the actor's unit down to, not including, `unit`. `idle` counts the units closed on that day
    that are left out because they have nothing.
    """

    day: date
    unit: UnitThen
    above: Sequence[UnitThen]
    own: Line
    rows: Sequence[Line]
    total: Line
    idle: int = 0


def unit_table(actor: Actor, day: date, *, unit: int | None = None, sort: str = "") -> UnitTable | None:
    """The table of `unit` (None: the actor's own) on `day`; None where it was not at or below the actor's unit.

    For a day to come the figures say what will be if nothing happens.
    """
    if actor.role is Role.ADMINISTRATOR:
        return None
    tree = units_then(actor.unit_id, day)
    chosen = tree.get(unit or actor.unit_id)
    if chosen is None:
        return None
    below = directly_below(tree, chosen)
    parents = {other.line[-2] for other in tree.values() if len(other.line) > 1}
    sums = totals(axis=Axis.LEAD, units=[chosen.unit_id, *(other.unit_id for other in below)], day=day)
    lines = [Line(other, figures_from(sums[other.unit_id]), other.unit_id in parents) for other in below]
    rows = [line for line in lines if line.unit.is_active or line.figures["dispatched"]]
    total = Line(chosen, figures_from(sums[chosen.unit_id]))
    rest = {code: count - sum(line.figures[code] for line in lines) for code, count in total.figures.items()}
    return UnitTable(
        day=day,
        unit=chosen,
        above=[tree[id_] for id_ in chosen.line[:-1] if id_ in tree],
        own=Line(chosen, rest),
        rows=_sorted(rows, sort),
        total=total,
        idle=len(lines) - len(rows),
    )


def _sorted(rows: list[Line], sort: str) -> list[Line]:
    code = sort.lstrip("-")
    if code not in SORTS:
        return rows
    valued = [line for line in rows if code != RATE or line.tenths is not None]
    without = [line for line in rows if code == RATE and line.tenths is None]
    return sorted(valued, key=lambda line: _value(line, code), reverse=sort.startswith("-")) + without


def _value(line: Line, code: str) -> tuple[int, str]:
    if code == NAME:
        return 0, line.unit.name
    return (line.tenths or 0 if code == RATE else line.figures[code]), ""


def out_of_sight(actor: Actor, figure: str, unit: int, day: date, *, alone: bool, shown: int) -> int:
    """How many more problems than the `shown` ones a past day's figure counts: led by others since, out of sight.

    Nothing is told of units that were not at or below the actor's.
    """
    table = unit_table(actor, day, unit=unit) if figure in COUNTED else None
    if table is None:
        return 0
    line = table.own if alone else table.total
    return max(0, line.figures[figure] - shown)
