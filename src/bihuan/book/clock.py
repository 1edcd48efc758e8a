"""The only place that reads the clock.

Only the demo may move it, and only in a home that it made: a figure or an entry of a real office can never be
written with another time than the machine's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.book import home

_moved: list[datetime] = []
"""The moved times, innermost last; for all threads of the process."""


class ClockLocked(RuntimeError):
    """Raised where something other than a demo home asks for another time."""


def now() -> datetime:
    """This moment, in UTC, to the microsecond."""
    return _moved[-1] if _moved else datetime.now(UTC)


def today() -> date:
    """This day in the office's time zone."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day of `moment` in the office's time zone."""
    return local(moment).date()


def local(moment: datetime) -> datetime:
    """`moment` in the office's time zone."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def moment_on(day: date, *, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment of `day` in the office's time zone, as UTC."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone).astimezone(UTC)


@contextmanager
def moved_to(moment: datetime) -> Iterator[None]:
    """Let `moment` (aware) be now, standing still, in all threads: for the demo and tests only.

    Raises `ClockLocked` outside a home that the demo made.
    """
    if not home.is_demo():
        raise ClockLocked("the clock may be moved only in a home that the demo made")
    _moved.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moved.pop()
