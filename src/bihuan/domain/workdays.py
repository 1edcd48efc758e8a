"""Working days: what a calendar with make-up days (调休) says about a count of days.

Answers only from the days it is given and never looks at the clock. A year whose arrangement has not been
published is reckoned Monday to Friday and every answer that rests on it is marked provisional. It must not
decide deadlines: `deadlines` does, with the reckoning made here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

_FRIDAY = 5  # isoweekday


class Reckoned(NamedTuple):
    """A day that was counted to.

    `provisional` is true where counting touched a year whose days off are not published yet: the day may
    still move when they are.
    """

    day: date
    provisional: bool


def later(day: date, days: int = 1) -> date:
    """The calendar day so many days after `day`; the last day there is where that lies beyond the year 9999."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


@dataclass(frozen=True)
class Calendar:
    """Monday to Friday, less the days off, plus the make-up days.

    `off` are days without work, whatever the weekday; `makeup` are days with work, whatever the weekday;
    `published` are the years whose arrangement is known. Raises ValueError where one day is in both sets.
    """

    name: str
    off: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    published: frozenset[int] = frozenset()
    # Only the exceptions that change the Monday-to-Friday count, as sorted day ordinals.
    _lost: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _won: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        both = self.off & self.makeup
        if both:
            raise ValueError(f"{min(both)} is both a day off and a working day in calendar {self.name!r}")
        lost = sorted(day.toordinal() for day in self.off if day.isoweekday() <= _FRIDAY)
        won = sorted(day.toordinal() for day in self.makeup if day.isoweekday() > _FRIDAY)
        object.__setattr__(self, "_lost", tuple(lost))
        object.__setattr__(self, "_won", tuple(won))

    def is_workday(self, day: date) -> bool:
        """True where people work on `day`."""
        if day in self.makeup:
            return True
        return day.isoweekday() <= _FRIDAY and day not in self.off

    def add_workdays(self, start: date, n: int) -> Reckoned:
        """The n-th working day after `start`, which itself never counts; n < 0 counts backwards.

        n = 0 gives `start` itself, working day or not. Raises OverflowError beyond the years 1 to 9999.
        """
        if n == 0:
            return Reckoned(start, False)
        ordinal = start.toordinal()
        before = self._worked(ordinal) if n > 0 else self._worked(ordinal - 1) + 1
        day = self._nth(before + n)
        return self._reckoned(start + timedelta(days=1 if n > 0 else -1), day)

    def add_days(self, start: date, n: int) -> Reckoned:
        """The n-th calendar day after `start`: never provisional. Raises OverflowError out of range."""
        return Reckoned(start + timedelta(days=n), False)

    def next_workday(self, day: date) -> Reckoned:
        """`day` itself where people work on it, otherwise the first working day after it (顺延)."""
        return self._reckoned(day, day if self.is_workday(day) else self.add_workdays(day, 1).day)

    def count_workdays(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative where `end` lies before `start`."""
        return self._worked(end.toordinal()) - self._worked(start.toordinal())

    def with_changes(self, *, off: Iterable[date] = (), on: Iterable[date] = (), name: str = "") -> Calendar:
        """This calendar with an office's own days off and own working days laid over it.

        Raises ValueError where one day is asked to be both.
        """
        off, on = frozenset(off), frozenset(on)
        if off & on:
            raise ValueError(f"{min(off & on)} cannot be both a day off and a working day")
        return replace(
            self,
            name=name or self.name,
            off=(self.off - on) | off,
            makeup=(self.makeup - off) | on,
        )

    def _worked(self, ordinal: int) -> int:
        """Working days from day 1 (a Monday) up to and including `ordinal`."""
        weeks, rest = divmod(ordinal, 7)
        plain = weeks * 5 + min(rest, _FRIDAY)
        return plain - bisect_right(self._lost, ordinal) + bisect_right(self._won, ordinal)

    def _nth(self, n: int) -> date:
        """The day on which the n-th working day since day 1 falls."""
        lowest, highest = _weekday(n - len(self._won)), _weekday(n + len(self._lost))
        within = range(max(lowest, 1), highest + 1)
        if not within or self._worked(within[0] - 1) >= n:
            raise OverflowError("date value out of range")
        return date.fromordinal(_within_calendar(within[bisect_left(within, n, key=self._worked)]))

    def _reckoned(self, first: date, day: date) -> Reckoned:
        """`day`, after every day between it and `first` has been looked at."""
        years = range(min(first, day).year, max(first, day).year + 1)
        return Reckoned(day, not self.published.issuperset(years))


def _weekday(n: int) -> int:
    """Ordinal of the n-th Monday-to-Friday day since day 1."""
    weeks, rest = divmod(n - 1, 5)
    return weeks * 7 + rest + 1


def _within_calendar(ordinal: int) -> int:
    if ordinal > date.max.toordinal():
        raise OverflowError("date value out of range")
    return ordinal
