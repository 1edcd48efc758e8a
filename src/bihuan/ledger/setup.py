"""The set-up as people look at it: what is in force, what is to come, who put which version there. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.setup import SetUp
from bihuan.ledger.models import SetUp as Stored
from bihuan.ledger.rules import rules_on_record
from bihuan.organisations.models import Person


@dataclass(frozen=True)
class Version:
    """A version of a part on record, and its entry: by whom (None: by the system) and when."""

    version: int
    begins: date
    data: dict[str, Any]
    note: str
    person: Person | None
    recorded_at: datetime | None


def setup_on(day: date) -> SetUp:
    """The set-up in force on `day`, by what is on record now."""
    return rules_on_record().setup(day)


def versions_of(part: str) -> list[Version]:
    """Every version of a part, the newest first."""
    rows = list(Stored.objects.filter(part=part).order_by("-version"))
    entries = _entries([row.uid for row in rows])
    people = Person.objects.in_bulk({entry.person_id for entry in entries.values() if entry.person_id})
    return [_version(row, entries.get(row.uid), people) for row in rows]


def newest(part: str) -> int:
    """The number of the newest version of a part; 0 where there is none."""
    return Stored.objects.filter(part=part).order_by("-version").values_list("version", flat=True).first() or 0


def _entries(subjects: Sequence[UUID]) -> dict[UUID, Entry]:
    regions = list(Region.objects.values_list("pk", flat=True))
    found = Entry.objects.filter(region_id__in=regions, subject__in=subjects, action="create")
    return {entry.subject: entry for entry in found}


def _version(row: Stored, entry: Entry | None, people: dict[int, Person]) -> Version:
    return Version(
        row.version,
        row.effective_from,
        row.data,
        row.note,
        people.get(entry.person_id) if entry and entry.person_id else None,
        entry.recorded_at if entry else None,
    )
