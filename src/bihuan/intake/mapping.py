"""What a draft becomes on the ledger.

A file's word for stage, progress and dates already kept is taken over as a claim of that file, never as proved
here. Columns that are no field of ours stay with the draft: they may name people who complained, and a problem
is shown to the unit complained of. The few that claim dates and progress (`claiming`) are kept word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.domain.case import Horizon, Urgency
from bihuan.intake.claiming import words_of
from bihuan.intake.matching import normal
from bihuan.intake.models import Draft, Reading
from bihuan.ledger.actions.register import NewMeasure, NewProblem
from bihuan.ledger.models import Source
from bihuan.ledger.models.problem import Origin

CLAIMED = ("no", "person", "remark")
HORIZONS = {
    "immediate": Horizon.AT_ONCE,
    "immediate+longterm": Horizon.AT_ONCE,
    "longterm": Horizon.STANDING,
}
KINDS = {Horizon.AT_ONCE: "immediate", Horizon.BY_DATE: "date", Horizon.STANDING: "longterm"}
NAME_LENGTH = 200


@dataclass(frozen=True)
class Defaults:
    """What holds for every problem of a file that does not say otherwise."""

    source_id: int | None = None
    origin: Origin = Origin.NEW
    urgency: Urgency = Urgency.ORDINARY


@dataclass(frozen=True)
class Parts:
    """Which units a draft's names come to: at most one leads, the others support, `left_out` are none of ours."""

    lead: int | None
    support: tuple[int, ...]
    left_out: tuple[str, ...]


def horizon_of(item: Mapping[str, Any]) -> Horizon:
    """At once and standing where the file says so, else by a date (which may be missing)."""
    return HORIZONS.get(item.get("deadline_kind", ""), Horizon.BY_DATE)


def day_of(item: Mapping[str, Any]) -> date | None:
    """The date that the file wants, where there is one."""
    day = item.get("deadline_date")
    return date.fromisoformat(day) if day else None


def names_in(item: Mapping[str, Any]) -> tuple[str, ...]:
    """The unit names of a draft, each once, as `UnitName` keeps them."""
    names = [*item.get("lead_units", ()), *item.get("support_units", ())]
    return tuple(dict.fromkeys(name[:NAME_LENGTH] for name in names))


def parts_of(item: Mapping[str, Any], units: Mapping[str, tuple[int, ...]]) -> Parts:
    """Who leads and who supports. `units` gives for every name the units that it stands for.

    The first of the leading names that stands for one unit leads; the units of all other names support. A
    phrase that stands for several cannot lead: a problem has one lead unit.
    """
    leading = [units.get(name[:NAME_LENGTH], ()) for name in item.get("lead_units", ())]
    lead = next((found[0] for found in leading if len(found) == 1), None)
    names = names_in(item)
    all_units = dict.fromkeys(unit for name in names for unit in units.get(name, ()))
    return Parts(
        lead,
        tuple(unit for unit in all_units if unit != lead),
        tuple(name for name in names if not units.get(name)),
    )


class Mapper:
    """Turns the drafts of one reading into problems to be registered."""

    def __init__(self, reading: Reading, units: Mapping[str, tuple[int, ...]], defaults: Defaults) -> None:
        self._reading = reading
        self._units = units
        self._defaults = defaults
        self._sources = known_sources()

    def problem(self, draft: Draft) -> NewProblem:
        """The problem that `draft` becomes."""
        item = draft.item
        parts = parts_of(item, self._units)
        source = self._sources.get(normal(item.get("source", "")))
        return NewProblem(
            text=item.get("problem", ""),
            title=item.get("title", ""),
            category=item.get("category", ""),
            goal=item.get("goal", ""),
            source_id=source or self._defaults.source_id,
            origin=self._defaults.origin,
            urgency=self._defaults.urgency,
            horizon=horizon_of(item),
            wanted_due=day_of(item),
            lead_unit_id=parts.lead,
            support_unit_ids=parts.support,
            person=item.get("person", ""),
            measures=tuple(NewMeasure(text) for text in item.get("measures", ())),
            place=self._place(item),
            claims=claims_of(item, parts, unknown_source=source is None),
        )

    def _place(self, item: Mapping[str, Any]) -> dict[str, Any]:
        place = item.get("place", {})
        return {
            "file": self._reading.name,
            "sheet": place.get("sheet"),
            "row": place.get("row"),
            "reading": str(self._reading.id),
        }


def claims_of(item: Mapping[str, Any], parts: Parts, *, unknown_source: bool) -> dict[str, Any]:
    """What a draft claims beyond the problem itself, as the problem keeps it."""
    claims = {name: item[name] for name in CLAIMED if item.get(name)} | words_of(item)
    if parts.left_out:
        claims["units"] = list(parts.left_out)
    if unknown_source and item.get("source"):
        claims["source"] = item["source"]
    return claims


def known_sources() -> dict[str, int]:
    """Every name under which a source in use may stand in a file."""
    found: dict[str, int] = {}
    for source in Source.objects.filter(is_active=True).order_by("-id"):
        for name in (source.code, source.name_en, source.name):
            if name:
                found[normal(name)] = source.pk
    return found


def units_by_name(names: Iterable[Any]) -> dict[str, tuple[int, ...]]:
    """For each `UnitName` the units that it stands for."""
    return {row.name: tuple(row.units) for row in names}
