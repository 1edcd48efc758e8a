"""The rules on the record: the calendar of working days, and the colour policies as the domain's schedule.

Reads only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from bihuan.domain.colours import policy_from_data
from bihuan.domain.schedule import Dated, Schedule, schedule_of
from bihuan.domain.workdays import Calendar
from bihuan.organisations.actions import DEFAULT_CALENDAR
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
