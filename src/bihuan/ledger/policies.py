"""The colour policies on the record as the domain's schedule, and who put which one there, when and why.

Reads only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.colours import policy_from_data
from bihuan.domain.schedule import Dated, Schedule
from bihuan.ledger.models import ColourPolicy
from bihuan.ledger.rules import rules_on_record
from bihuan.organisations.models import Person


def schedule_on_record() -> Schedule:
    """Every policy on the record with its day; where there is none, the default policy is always in force."""
    return rules_on_record().schedule


@dataclass(frozen=True)
class Version:
    """A policy on the record, and its entry: by whom (None: by the system), when and why."""

    dated: Dated
    person: Person | None
    recorded_at: datetime | None
    reason: str


def versions() -> list[Version]:
    """Every policy on the record, the newest version first."""
    rows = list(ColourPolicy.objects.order_by("-version"))
    regions = list(Region.objects.values_list("pk", flat=True))
    found = Entry.objects.filter(region_id__in=regions, subject__in=[row.uid for row in rows], action="create")
    entries = {entry.subject: entry for entry in found}
    people = Person.objects.in_bulk({entry.person_id for entry in entries.values() if entry.person_id})
    return [_version(row, entries.get(row.uid), people) for row in rows]


def _version(row: ColourPolicy, entry: Entry | None, people: dict[int, Person]) -> Version:
    dated = Dated(row.effective_from, row.version, policy_from_data(row.data))
    if entry is None:
        return Version(dated, None, None, "")
    reason = json.loads(entry.body)["details"].get("reason", "")
    return Version(dated, people.get(entry.person_id or 0), entry.recorded_at, reason)
