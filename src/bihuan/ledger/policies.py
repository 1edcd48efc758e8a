"""The rules on the record: the calendar of working days, and the colour policies as the domain's schedule; and
who put which policy there, when and why.

Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.colours import policy_from_data
from bihuan.domain.schedule import Dated, Schedule, schedule_of
from bihuan.domain.workdays import Calendar
from bihuan.ledger.models import ColourPolicy
from bihuan.organisations.actions import DEFAULT_CALENDAR
from bihuan.organisations.models import Person
from bihuan.organisations.workcalendar import NONE_SET_UP, TABLE, calendar_from

_RULES = f"""
SELECT 0, CAST(days_off AS text), CAST(makeup_days AS text), CAST(published_years AS text) FROM {TABLE}
WHERE name = %s
UNION ALL
SELECT version, CAST(effective_from AS text), CAST(data AS text), '' FROM ledger_colourpolicy
ORDER BY 1
"""  # noqa: S608  our own table
"""Both in one question, which every action and every page of a problem asks; no policy is stored as version 0."""


def rules_on_record() -> tuple[Calendar, Schedule]:
    """The calendar by which deadlines are reckoned (Monday to Friday where none was set up), and the policies.

    What is stored is taken as text, and its hundreds of days are made out only where that text has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RULES, [DEFAULT_CALENDAR])
        rows = cursor.fetchall()
    calendar = [columns for version, *columns in rows if version == 0]
    made = calendar_from(*calendar[0]) if calendar else NONE_SET_UP
    return made, _made_out(tuple(row for row in rows if row[0]))


def schedule_on_record() -> Schedule:
    """Every policy on the record with its day; where there is none, the default policy is always in force."""
    return rules_on_record()[1]


@lru_cache(maxsize=4)
def _made_out(stored: Iterable[tuple[Any, ...]]) -> Schedule:
    return schedule_of(
        Dated(date.fromisoformat(begins), version, policy_from_data(json.loads(data)))
        for version, begins, data, _nothing in stored
    )


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
