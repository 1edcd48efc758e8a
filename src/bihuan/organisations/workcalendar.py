"""The calendar of working days in force, and its seed from the published arrangements.

`chinesecalendar` knows the arrangements of 2004 to 2026 and raises beyond; later years are reckoned Monday to
Friday and every deadline that rests on them is marked provisional.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache

from chinese_calendar.constants import holidays, workdays
from django.db import connection

from bihuan.domain.workdays import Calendar
from bihuan.organisations.actions import DEFAULT_CALENDAR
from bihuan.organisations.models import WorkCalendar

_TABLE = WorkCalendar._meta.db_table
_STORED = f"SELECT days_off, makeup_days, published_years FROM {_TABLE} WHERE name = %s"  # noqa: S608  own table


def published_calendar() -> Calendar:
    """The calendar as the State Council's notices have it, for the years that the package knows."""
    off = {day for day in holidays if day.isoweekday() <= 5 and day not in workdays}
    makeup = {day for day in workdays if day.isoweekday() > 5}
    return Calendar(DEFAULT_CALENDAR, frozenset(off), frozenset(makeup), frozenset(day.year for day in holidays))


def calendar_in_force() -> Calendar:
    """The calendar by which deadlines are reckoned now: Monday to Friday where none was set up.

    Every action and every page of a problem asks for it, so what is stored is taken as text, and its hundreds of
    days are made out only where that text is another than before.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [DEFAULT_CALENDAR])
        stored = cursor.fetchone()
    return _made_out(*stored) if stored else Calendar(DEFAULT_CALENDAR)


@lru_cache(maxsize=4)
def _made_out(days_off: str, makeup_days: str, published_years: str) -> Calendar:
    def days(text: str) -> frozenset[date]:
        return frozenset(map(date.fromisoformat, json.loads(text)))

    return Calendar(DEFAULT_CALENDAR, days(days_off), days(makeup_days), frozenset(json.loads(published_years)))
