"""The calendar of working days in force, and its seed from the published arrangements.

`chinesecalendar` knows the arrangements of 2004 to 2026 and raises beyond; later years are reckoned Monday to
Friday and every deadline that rests on them is marked provisional.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache

from chinese_calendar.constants import holidays, workdays

from bihuan.domain.workdays import Calendar
from bihuan.organisations.actions import DEFAULT_CALENDAR
from bihuan.organisations.models import WorkCalendar

TABLE = WorkCalendar._meta.db_table


def published_calendar() -> Calendar:
    """The calendar as the State Council's notices have it, for the years that the package knows."""
    off = {day for day in holidays if day.isoweekday() <= 5 and day not in workdays}
    makeup = {day for day in workdays if day.isoweekday() > 5}
    return Calendar(DEFAULT_CALENDAR, frozenset(off), frozenset(makeup), frozenset(day.year for day in holidays))


NONE_SET_UP = Calendar(DEFAULT_CALENDAR)
"""Monday to Friday."""


@lru_cache(maxsize=4)
def calendar_from(days_off: str, makeup_days: str, published_years: str) -> Calendar:
    """The calendar from its columns as the text in which they are stored: made out where that is another text."""

    def days(text: str) -> frozenset[date]:
        return frozenset(map(date.fromisoformat, json.loads(text)))

    return Calendar(DEFAULT_CALENDAR, days(days_off), days(makeup_days), frozenset(json.loads(published_years)))
