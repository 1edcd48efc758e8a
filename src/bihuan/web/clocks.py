"""The dates of a problem, each counted: against the day it was stopped, else against today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bihuan.domain.case import RUNNING_STAGES, Stage
from bihuan.domain.taking_over import Claimed, stands_since

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem


@dataclass(frozen=True)
class Clock:
    """One date: what it is, the day, how it counts, whether it has passed, and what must be known about it."""

    name: str
    day: date
    counted: str = ""
    past: bool = False
    remark: str = ""


def clocks(problem: Problem, today: date) -> list[Clock]:
    """The dates of `problem` in the order in which they come up."""
    return [*_before(problem, today), *_dues(problem, today), *_after(problem, today)]


def _before(problem: Problem, today: date) -> Iterator[Clock]:
    if problem.dispatched_on is None:
        if problem.wanted_due:
            past = problem.wanted_due < today
            yield Clock(_("拟定时限"), problem.wanted_due, _left(problem.wanted_due, today), past)
        return
    claimed = problem.taken_over_on is not None and problem.claimed_dispatched_on == problem.dispatched_on
    yield Clock(pgettext("day", "交办"), problem.dispatched_on, remark=_("据台账") if claimed else "")
    if problem.taken_over_on:
        yield Clock(pgettext("day", "接续办理"), problem.taken_over_on)
    if problem.signed_on:
        late = problem.sign_by is not None and problem.signed_on > problem.sign_by
        proxy = _("交办单位代签") if problem.signed_by_office else ""
        yield Clock(pgettext("day", "签收"), problem.signed_on, _("超过签收期限") if late else "", late, proxy)
    elif problem.sign_by:
        waits = Stage(problem.stage) is Stage.DISPATCHED
        counted = _left(problem.sign_by, today) if waits else ""
        yield Clock(_("签收期限"), problem.sign_by, counted, waits and problem.sign_by < today)


def _dues(problem: Problem, today: date) -> Iterator[Clock]:
    """The present date and, where it was moved, the original one, counted alike.

    A reopened problem has a first date of its own round; that of the first round stays to be seen, uncounted.
    """
    if problem.due is None:
        return
    remark = _("按未公布的放假安排推算") if problem.due_provisional else ""
    yield _due(_("整改时限"), problem.due, problem, today, remark)
    if problem.cycle_due and problem.cycle_due != problem.due:
        name = _("本轮原时限") if problem.cycle else _("原时限")
        yield _due(name, problem.cycle_due, problem, today, "")
    if problem.cycle and problem.due_original:
        yield Clock(_("首轮原时限"), problem.due_original)


def _due(name: str, due: date, problem: Problem, today: date, remark: str) -> Clock:
    if Stage(problem.stage) is Stage.CLAIMED_DONE:
        finished = _finished(due, _claimed_done(problem))
        return Clock(
            name, due, _("据台账%(finished)s") % {"finished": finished}, due < _claimed_done(problem), remark
        )
    stopped = problem.asked_on or problem.suspended_on
    if stopped and problem.suspended_on:
        return Clock(name, due, _("中止时%(left)s") % {"left": _left(due, stopped)}, due < stopped, remark)
    if stopped:
        return Clock(name, due, _finished(due, stopped), due < stopped, remark)
    if Stage(problem.stage) in RUNNING_STAGES:
        return Clock(name, due, _left(due, today), due < today, remark)
    return Clock(name, due, remark=remark)


def _claimed_done(problem: Problem) -> date:
    """The day since which the clock of a problem claimed done stands still."""
    assert problem.taken_over_on is not None
    return stands_since(claimed_done_on=problem.claimed_done_on, taken_over_on=problem.taken_over_on)


def _only_claimed(problem: Problem) -> bool:
    """Does close-out rest on what the file claimed, rather than on the unit's own request?"""
    claimed = problem.taken_over_on is not None and problem.claimed_stage == Claimed.DONE
    return claimed and problem.returns == 0 and problem.cycle == 0 and problem.asked_on == _claimed_done(problem)


def _after(problem: Problem, today: date) -> Iterator[Clock]:
    asked = pgettext("day", "据台账完成") if _only_claimed(problem) else pgettext("day", "申请销号")
    if Stage(problem.stage) is Stage.CLAIMED_DONE:
        yield Clock(pgettext("day", "据台账完成"), _claimed_done(problem))
    for name, day in (
        (pgettext("day", "中止"), problem.suspended_on),
        (asked, problem.asked_on),
        (pgettext("day", "现场核查"), problem.checked_on),
        (pgettext("day", "验收"), problem.accepted_on),
    ):
        if day:
            yield Clock(name, day)
    if problem.notice_until:
        running = Stage(problem.stage) is Stage.IN_PUBLIC_NOTICE
        yield Clock(_("公示期至"), problem.notice_until, _left(problem.notice_until, today) if running else "")
    if problem.closed_on:
        yield Clock(pgettext("day", "销号"), problem.closed_on)
    if problem.sustained_on:
        yield Clock(pgettext("day", "回头看通过"), problem.sustained_on)
    elif problem.lookback_on:
        past = problem.lookback_on < today
        yield Clock(pgettext("day", "回头看"), problem.lookback_on, _left(problem.lookback_on, today), past)


def _left(day: date, today: date) -> str:
    """How far a date is: 今天到期, 还有3天, 已超5天."""
    days = (day - today).days
    if days == 0:
        return _("今天到期")
    if days > 0:
        return ngettext("还有%(days)s天", "还有%(days)s天", days) % {"days": days}
    return ngettext("已超%(days)s天", "已超%(days)s天", -days) % {"days": -days}


def _finished(due: date, done: date) -> str:
    """How early or late it was done."""
    days = (due - done).days
    if days == 0:
        return _("到期当天完成")
    if days > 0:
        return ngettext("提前%(days)s天完成", "提前%(days)s天完成", days) % {"days": days}
    return ngettext("超期%(days)s天完成", "超期%(days)s天完成", -days) % {"days": -days}
