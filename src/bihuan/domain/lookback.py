"""Look-back: when to come back, and what counts as a rebound.

A look-back is planned with the strike-off, by default 90 days later (domain.md, section 4), or on a day that
the office names. What was found either confirms the result or reopens the problem with a new cycle.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bihuan.domain.case import Case
from bihuan.domain.refusals import Denied, say
from bihuan.domain.workdays import Calendar, Reckoned

EXPOSED_AGAIN_DAYS = 90
"""A problem that comes to light again within so many days of being struck off was struck off too early."""

LOOKBACK = "lookback"
FOUND_BY: Mapping[str, str] = {
    LOOKBACK: say("回头看"),
    "appeal": say("群众反映、信访"),
    "exposure": say("媒体曝光"),
    "inspection": say("巡视、督察、审计等检查"),
    "report": say("单位自己报告"),
}
"""How a rebound comes to light."""


def planned_for(*, closed_on: date, days: int, calendar: Calendar) -> Reckoned:
    """The day of the look-back for a problem closed on `closed_on`, `days` calendar days later or on the next
    working day."""
    later = calendar.add_days(closed_on, days)
    return calendar.next_workday(later.day)


def refuses_day(*, day: date, today: date) -> Denied | None:
    """A look-back is planned for today or later."""
    if day >= today:
        return None
    return Denied(say("回头看日期%(day)s已经过去。"), say("请填写今天或以后的日期。"), {"day": day})


def needs_day_come(case: Case) -> Denied | None:
    """Whether a result holds can only be said when its time has come; a rebound shows itself on any day."""
    if case.lookback_on is None or case.lookback_on <= case.today:
        return None
    return Denied(
        say("回头看安排在%(day)s，还没有到。"),
        say("确要提前的，请先“安排回头看”改到今天，再办理。"),
        {"day": case.lookback_on},
    )
