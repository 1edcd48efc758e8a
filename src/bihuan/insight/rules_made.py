"""The register of rules by level: how many are in force, new, revised, repealed, due; and the list behind each.

A figure counts exactly the rules that the list shows by the same filter. Drafts count nowhere; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from bihuan.insight.units_then import directly_below, units_then
from bihuan.ledger.achievements import day_from, id_from
from bihuan.ledger.models import RuleMade
from bihuan.ledger.rulebook import PAGE, rules_below
from bihuan.organisations.access import Actor
from bihuan.organisations.tree import UnitThen

FIGURES = ("in_force", "new", "revised", "repealed", "due", "ties")
"""In the order of the table; `new`, `revised` and `repealed` are those of one year, `ties` counts problems."""
SOON = timedelta(days=90)
"""A review is near when its day lies within this time."""
REVIEWS = ("due", "soon")
Figures = Mapping[str, int]


@dataclass(frozen=True)
class RuleFilter:
    """Which rules are asked for: of `unit` and those below it (`alone`: of it only), by kind of change, year of
    issue, state, whether a review is due, whether problems are tied, and words of title or document number."""

    unit: int | None = None
    alone: bool = False
    change: str = ""
    year: int | None = None
    state: str = ""
    review: str = ""
    tied: bool = False
    text: str = ""

    def condition(self, today: date) -> Q:
        """All of it but the unit."""
        wanted = Q(issued_on__isnull=False)
        if self.change:
            wanted &= Q(change=self.change)
        if self.year:
            wanted &= Q(issued_on__gte=date(self.year, 1, 1), issued_on__lte=date(self.year, 12, 31))
        if self.state:
            wanted &= Q(state=self.state)
        if self.review:
            last = today if self.review == "due" else today + SOON
            wanted &= Q(state=RuleMade.State.IN_FORCE, review_on__lte=last)
        if self.tied:
            wanted &= Q(ties__gt=0)
        if self.text:
            wanted &= Q(title__icontains=self.text) | Q(document__icontains=self.text)
        return wanted


def filter_of(figure: str, year: int) -> RuleFilter:
    """The filter by which a list shows what a figure of `FIGURES` counts."""
    if figure in RuleMade.Change.values:
        return RuleFilter(change=figure, year=year)
    return {
        "in_force": RuleFilter(state=RuleMade.State.IN_FORCE.value),
        "due": RuleFilter(review="due"),
        "ties": RuleFilter(tied=True),
    }[figure]


@dataclass(frozen=True)
class Level:
    """A row: a unit alone, or it and the units below it; `opens`: some of these have rules as well."""

    unit: UnitThen
    figures: Figures
    alone: bool = False
    opens: bool = False


@dataclass(frozen=True)
class Register:
    """The register of `unit`, row by row; `above` leads from the actor's unit down to, not including, it."""

    unit: UnitThen
    above: Sequence[UnitThen]
    own: Level
    rows: Sequence[Level]
    total: Level


def register_of(actor: Actor, today: date, *, unit: int | None = None, year: int | None = None) -> Register | None:
    """The figures of `unit` (None: the actor's own) and of the units right below it; None where it is neither the
    actor's nor below it."""
    tree = units_then(actor.unit_id, today)
    chosen = tree.get(unit or actor.unit_id)
    if chosen is None:
        return None
    found = _counted(actor, today, year or today.year)
    below = [_level(other, found, tree) for other in directly_below(tree, chosen)]
    return Register(
        unit=chosen,
        above=[tree[id_] for id_ in chosen.line[:-1] if id_ in tree],
        own=Level(chosen, found.get(chosen.unit_id, _NONE), alone=True),
        rows=[row for row in below if any(row.figures.values())],
        total=_level(chosen, found, tree),
    )


_NONE: Figures = dict.fromkeys(FIGURES, 0)


def _counted(actor: Actor, today: date, year: int) -> dict[int, Figures]:
    """The figures of every unit that has rules on the register, in one question."""
    wanted = {code: filter_of(code, year).condition(today) for code in FIGURES}
    counts: dict[str, Any] = {code: Count("pk", filter=wanted[code]) for code in FIGURES if code != "ties"}
    counts["tied"] = Sum("ties", filter=wanted["ties"], default=0)
    rows = rules_below(actor).filter(issued_on__isnull=False).order_by().values("unit_id").annotate(**counts)
    named = {code: "tied" if code == "ties" else code for code in FIGURES}
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    return {row["unit_id"]: {code: row[named[code]] for code in FIGURES} for row in found}


def _level(unit: UnitThen, found: Mapping[int, Figures], tree: Mapping[int, UnitThen]) -> Level:
    under = [id_ for id_ in found if id_ in tree and unit.unit_id in tree[id_].line]
    opens = any(id_ != unit.unit_id for id_ in under)
    return Level(unit, _together(found[id_] for id_ in under), opens=opens)


def _together(rows: Iterable[Figures]) -> Figures:
    kept = list(rows)
    return {code: sum(row[code] for row in kept) for code in FIGURES}


def listed(actor: Actor, asked: RuleFilter, today: date) -> QuerySet[RuleMade] | None:
    """The rules asked for, the latest first; None where the unit is neither the actor's nor below it."""
    rows = rules_below(actor).filter(asked.condition(today))
    tree = units_then(actor.unit_id, today)
    if asked.unit is not None and asked.unit not in tree:
        return None
    if asked.alone:
        rows = rows.filter(unit_id=asked.unit or actor.unit_id)
    elif asked.unit is not None:
        rows = rows.filter(unit_id__in=[id_ for id_, unit in tree.items() if asked.unit in unit.line])
    return rows.order_by("-issued_on", "-id")


def page_of(rows: QuerySet[RuleMade], after: str = "", size: int = PAGE) -> tuple[list[RuleMade], str]:
    """A page of a list, and where the next one begins; empty where there is none."""
    cursor = _cursor(after)
    if cursor is not None:
        day, id_ = cursor
        rows = rows.filter(Q(issued_on__lt=day) | Q(issued_on=day, id__lt=id_))
    found = list(rows[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{last.issued_on}~{last.id.hex}" if last is not None else ""


def years_of(actor: Actor, today: date) -> list[int]:
    """The years in which rules of the register were issued, and this one; the latest first."""
    found = rules_below(actor).filter(issued_on__isnull=False).dates("issued_on", "year")
    return sorted({today.year, *(day.year for day in found)}, reverse=True)


def _cursor(text: str) -> tuple[date, UUID] | None:
    written, _mark, last = text.partition("~")
    day, id_ = day_from(written), id_from(last)
    return (day, id_) if day is not None and id_ is not None else None
