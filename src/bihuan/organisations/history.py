"""What happened to one unit, in the order of its chain: for the unit's page. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.book.models import Entry
from bihuan.organisations.models import Person, Unit, UnitPast
from bihuan.organisations.tree import branch, former_names, unit_as_of


@dataclass(frozen=True)
class Event:
    """One entry of a unit: by whom, and which columns changed from what to what."""

    entry: Entry
    person: Person | None
    changes: Mapping[str, tuple[Any, Any]]
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Former:
    """A name that stood for the unit once; `until` is its last day, None where several did."""

    name: str
    until: date | None


def events_of(unit: Unit) -> list[Event]:
    """The unit's entries, the latest first."""
    entries = list(Entry.objects.filter(region_id=unit.region_id, subject=unit.uid).order_by("-seq"))
    people = Person.objects.in_bulk({entry.person_id for entry in entries if entry.person_id})
    return [_event(entry, people, unit) for entry in entries]


def _event(entry: Entry, people: Mapping[int, Person], unit: Unit) -> Event:
    body = json.loads(entry.body)
    columns = body["changes"].get(unit.record_key, {})
    changes = {name: (old, new) for name, (old, new) in columns.items()}
    return Event(entry, people.get(entry.person_id or 0), changes, body["details"])


def name_on(unit_id: int | None, day: date) -> str:
    """What the unit with this id was called at the end of `day`; empty where there was none."""
    then = unit_as_of(unit_id, day) if unit_id is not None else None
    return then.name if then else ""


def formers_of(unit: Unit) -> list[Former]:
    """Names and short names that stood for the unit, or for units merged into it, and do no longer."""
    names = [name for pk, name in former_names(branch(unit)) if pk == unit.pk]
    ends: dict[str, date] = {}
    for row in UnitPast.objects.filter(unit=unit).order_by("ends"):
        ends |= dict.fromkeys((row.name, *row.short_names), row.ends)
    return [Former(name, ends.get(name)) for name in names]
