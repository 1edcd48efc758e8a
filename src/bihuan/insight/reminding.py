"""What to remind a unit of today: problems overdue, not signed for or due soon, all counted, the first ones named.

Figures and rows by the definitions in `domain.indicators`. Nothing here writes, and nothing is sent.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from bihuan.domain.indicators import FIGURES, Figure
from bihuan.insight.units_then import directly_below, units_then
from bihuan.ledger.asof import standing_on
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen

KINDS = ("overdue", "unsigned", "due_soon")
"""What one can be reminded of, most pressing first."""
NAMED = 10
"""How many problems of a kind are named; the others are counted."""
_ORDER = {"overdue": "due", "unsigned": "sign_by", "due_soon": "due"}

_TOLD = ("number", "title", "due", "sign_by", "lead_unit__name", "lead_unit__short_names")


@dataclass(frozen=True)
class Pressing:
    """How many problems of a kind a unit has, and the first of them, the most pressing first."""

    figure: Figure
    count: int
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Reminder:
    """What a unit with all below it is reminded of."""

    unit: UnitThen
    pressing: Sequence[Pressing]


def remind(actor: Actor, today: date, kinds: Iterable[str], *, of: int | None = None) -> Reminder | None:
    """What the unit `of` (None: the actor's own) is reminded of; None where it is not at or below the actor's."""
    tree = units_then(actor.unit_id, today)
    unit = tree.get(of or actor.unit_id)
    if unit is None:
        return None
    found = _pressing(actor, today, kinds, [unit])
    return Reminder(unit, found.get(unit.unit_id, []))


def remind_below(actor: Actor, today: date, kinds: Iterable[str], *, unit: int | None = None) -> list[Reminder]:
    """What each unit directly below `unit` (None: the actor's own) is reminded of; without those with nothing."""
    tree = units_then(actor.unit_id, today)
    chosen = tree.get(unit or actor.unit_id)
    if chosen is None:
        return []
    below = directly_below(tree, chosen)
    found = _pressing(actor, today, kinds, below)
    return [Reminder(other, found[other.unit_id]) for other in below if other.unit_id in found]


def _pressing(
    actor: Actor, today: date, kinds: Iterable[str], units: Sequence[UnitThen]
) -> dict[int, list[Pressing]]:
    """By unit, the kinds of which it or a unit below it has problems."""
    tops = {unit.unit_id for unit in units}
    belongs = {
        unit.unit_id: top for unit in units_then(actor.unit_id, today).values() for top in unit.line if top in tops
    }
    found: defaultdict[int, list[Pressing]] = defaultdict(list)
    for kind in kinds:
        rows = visible_to(actor).filter(standing_on(today, FIGURES[kind], today=today, units=list(belongs)))
        counts: Counter[int] = Counter()
        for unit_id, count in rows.order_by().values_list("lead_unit_id").annotate(n=Count("id")):
            counts[belongs[unit_id]] += count
        named = _named(rows, _ORDER[kind], belongs)
        for top in tops & counts.keys():
            found[top].append(Pressing(FIGURES[kind], counts[top], named[top]))
    return found


def _named(rows: QuerySet[Problem], day: str, belongs: Mapping[int, int]) -> dict[int, list[Problem]]:
    """By unit, the first of its rows by the column `day`; of each lead unit no more than that many are read."""
    first = [F(day).asc(nulls_last=True), F("id").asc()]
    nth = Window(RowNumber(), partition_by=F("lead_unit_id"), order_by=first)
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for row in rows.annotate(nth=nth).filter(nth__lte=NAMED).select_related("lead_unit").only(*_TOLD):
        found[belongs[row.lead_unit_id or 0]].append(row)
    for many in found.values():
        many.sort(key=lambda row: (getattr(row, day) or date.max, row.id))
        del many[NAMED:]
    return found
