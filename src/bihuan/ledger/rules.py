"""The rules on the record, in one question: the calendar of working days, the colour policies, the set-up.

Every action and every page of a problem asks it. Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from bihuan.domain.colours import policy_from_data
from bihuan.domain.schedule import Dated, Schedule, schedule_of
from bihuan.domain.setup import SetUp, setup_from
from bihuan.domain.workdays import Calendar
from bihuan.ledger.models import Source
from bihuan.organisations.actions import DEFAULT_CALENDAR
from bihuan.organisations.workcalendar import NONE_SET_UP, TABLE, calendar_from

_CALENDAR, _POLICY, _PART = 0, 1, 2
_RULES = f"""
SELECT {_CALENDAR}, 0, CAST(days_off AS text), CAST(makeup_days AS text), CAST(published_years AS text)
FROM {TABLE} WHERE name = %s
UNION ALL
SELECT {_POLICY}, version, CAST(effective_from AS text), CAST(data AS text), '' FROM ledger_colourpolicy
UNION ALL
SELECT {_PART}, version, CAST(effective_from AS text), CAST(data AS text), part FROM ledger_setup
ORDER BY 1, 2
"""  # noqa: S608  our own tables
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Rules:
    """What is on the record. `parts` are the versions of the parts of the set-up, in their order."""

    calendar: Calendar
    schedule: Schedule
    parts: tuple[Row, ...] = ()

    def setup(self, day: date) -> SetUp:
        """The set-up in force on `day`; what no part says is as the field has it."""
        return _in_force(tuple(row for row in self.parts if date.fromisoformat(row[1]) <= day))


def rules_on_record() -> Rules:
    """The calendar by which deadlines are reckoned (Monday to Friday where none was set up), policies and set-up.

    What is stored is taken as text, and made out only where that text has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_RULES, [DEFAULT_CALENDAR])
        rows = cursor.fetchall()
    calendar = [row[2:] for row in rows if row[0] == _CALENDAR]
    made = calendar_from(*calendar[0]) if calendar else NONE_SET_UP
    policies = tuple(row[1:] for row in rows if row[0] == _POLICY)
    return Rules(made, _scheduled(policies), tuple(row[1:] for row in rows if row[0] == _PART))


@lru_cache(maxsize=4)
def _scheduled(stored: tuple[Row, ...]) -> Schedule:
    return schedule_of(
        Dated(date.fromisoformat(begins), version, policy_from_data(json.loads(data)))
        for version, begins, data, _nothing in stored
    )


@lru_cache(maxsize=4)
def _in_force(stored: tuple[Row, ...]) -> SetUp:
    """Of each part the version that begins last, of two for one day the later one."""
    ordered = sorted(stored, key=lambda row: (row[1], row[0]))
    return setup_from({part: json.loads(data) for _version, _begins, data, part in ordered})


def lines_of_sources() -> Mapping[int, frozenset[str]]:
    """For each source its code and those of the sources above it: what classes of problems are told by."""
    rows = {pk: (code, parent) for pk, code, parent in Source.objects.values_list("pk", "code", "parent_id")}

    def line(pk: int | None) -> frozenset[str]:
        found: set[str] = set()
        while pk in rows and rows[pk][0] not in found:
            code, pk = rows[pk]
            found.add(code)
        return frozenset(found)

    return {pk: line(pk) for pk in rows}
