"""The calendar of working days in force, and its seed from the published arrangements.

`chinesecalendar` knows the arrangements of 2004 to 2026 and raises beyond; later years are reckoned Monday to
Friday and every deadline that rests on them is marked provisional.
"""

from __future__ import annotations

from chinese_calendar.constants import holidays, workdays

from bihuan.domain.workdays import Calendar
from bihuan.organisations.actions import DEFAULT_CALENDAR
from bihuan.organisations.models import WorkCalendar


def published_calendar() -> Calendar:
    """The calendar as the State Council's notices have it, for the years that the package knows."""
    off = {day for day in holidays if day.isoweekday() <= 5 and day not in workdays}
    makeup = {day for day in workdays if day.isoweekday() > 5}
    return Calendar(DEFAULT_CALENDAR, frozenset(off), frozenset(makeup), frozenset(day.year for day in holidays))


def calendar_in_force() -> Calendar:
    """The calendar by which deadlines are reckoned now: Monday to Friday where none was set up."""
    row = WorkCalendar.objects.filter(name=DEFAULT_CALENDAR).first()
    return row.as_calendar() if row else Calendar(DEFAULT_CALENDAR)
