"""Deadlines: horizons, clocks, extensions.

The clock starts at dispatch, not at sign-for. The date first set (`due_original`) is kept for ever beside the
date now in force (`due`): a deadline can be moved, but never so that nobody sees it. All of it are defaults of
the field (domain.md, section 4), given per ledger as `Terms`; there is no national rule here.
"""

from __future__ import annotations

from datetime import date

from bihuan.domain.case import Case, Horizon, Terms, Urgency
from bihuan.domain.refusals import Denied, say
from bihuan.domain.workdays import Calendar, Reckoned, later

YEARLY_REVIEW_DAYS = 365

HORIZON_NAMES = {
    Horizon.AT_ONCE: say("立行立改"),
    Horizon.BY_DATE: say("限期整改"),
    Horizon.STANDING: say("长期坚持"),
}

URGENCY_NAMES = {
    Urgency.URGENT: say("紧急"),
    Urgency.ORDINARY: say("一般"),
    Urgency.DIFFICULT: say("疑难"),
}


def due_on_dispatch(
    *, day: date, horizon: Horizon, urgency: Urgency, wanted: date | None, terms: Terms, calendar: Calendar
) -> Reckoned:
    """The date by which a problem dispatched on `day` must be put right.

    A date that was `wanted` is taken as it is. Otherwise at once means the limit of the class, by a date the
    limit of the class too (nobody named a date), standing a review after a year.
    """
    if wanted is not None:
        return Reckoned(wanted, False)
    if horizon is Horizon.STANDING:
        return calendar.add_days(day, YEARLY_REVIEW_DAYS)
    days = terms.days(urgency)
    return calendar.add_workdays(day, days) if terms.working_days else calendar.add_days(day, days)


def sign_by(*, day: date, terms: Terms, calendar: Calendar) -> Reckoned:
    """The last day on which a problem dispatched on `day` is signed for in time (working days)."""
    return calendar.add_workdays(day, terms.sign_days)


def notice_until(*, day: date, days: int, calendar: Calendar) -> Reckoned:
    """The last day of a public notice of `days` working days that begins on `day` (which is not counted)."""
    return calendar.add_workdays(day, days)


def after_pause(*, due: date, suspended_on: date, resumed_on: date) -> date:
    """`due` moved by the calendar days for which the clock stood still."""
    return later(due, max(0, (resumed_on - suspended_on).days))


def refuses_new_due(case: Case, asked: date) -> Denied | None:
    """What speaks against asking for `asked` as the new date: it must be later, and within the cap."""
    due, first = case.due, case.cycle_due
    if due is None or first is None:
        return Denied(say("该问题还没有整改时限，不能延期。"), say("请先交办。"))
    if asked <= due:
        return Denied(
            say("新的时限（%(asked)s）没有晚于现在的时限（%(due)s）。"),
            say("请填写更晚的日期。"),
            {"asked": asked, "due": due},
        )
    if asked < case.today:
        return Denied(say("新的时限（%(asked)s）已经过去。"), say("请填写今天或以后的日期。"), {"asked": asked})
    cap = case.terms.cap(case.urgency)
    last = later(first, cap.days)
    if asked > last:
        return Denied(
            say("“%(urgency)s”类问题累计最多延期%(days)s天，最晚到%(last)s。"),
            say("请填写不晚于该日的日期。"),
            {"urgency": URGENCY_NAMES[case.urgency], "days": cap.days, "last": last},
        )
    return None


def needs_lead_unit(case: Case) -> Denied | None:
    """Nothing is dispatched to nobody."""
    if case.has_lead:
        return None
    return Denied(say("还没有牵头单位，不能交办。"), say("请先在“修改”中填写牵头单位。"))


def needs_open_deadline(case: Case) -> Denied | None:
    """Nothing is dispatched with a date that has passed already."""
    if case.wanted_due is None or case.wanted_due >= case.today:
        return None
    return Denied(
        say("整改时限%(due)s已经过去，不能这样交办。"),
        say("请在交办时填写新的时限，原时限会留在台账上。"),
        {"due": case.wanted_due},
    )


def may_be_extended(case: Case) -> Denied | None:
    """Asked before the date, one request at a time, as often as the class allows."""
    if case.request is not None:
        return Denied(say("已有一份延期申请在等待答复。"), say("请等待答复后再申请。"))
    if case.due is None or case.horizon is Horizon.STANDING:
        return Denied(say("长期坚持的问题没有需要延期的时限。"), say("请调整阶段措施的日期。"))
    if case.today > case.due:
        return Denied(
            say("时限（%(due)s）已过，延期应在到期前申请。"),
            say("请抓紧整改，并在进展中说明原因。"),
            {"due": case.due},
        )
    cap = case.terms.cap(case.urgency)
    if case.extensions >= cap.times:
        return Denied(
            say("“%(urgency)s”类问题最多延期%(times)s次，已经用完。"),
            say("确有困难的，请与交办单位联系。"),
            {"urgency": URGENCY_NAMES[case.urgency], "times": cap.times},
        )
    return None


def needs_request(case: Case) -> Denied | None:
    """There must be a request to answer."""
    if case.request is not None:
        return None
    return Denied(say("没有待答复的延期申请。"))


def needs_unsigned_request(case: Case) -> Denied | None:
    """There must be a request that the unit's own leader has not signed yet."""
    if case.request is None:
        return Denied(say("没有待签发的延期申请。"))
    return Denied(say("延期申请已经签发。")) if case.request.signed else None


def needs_signed_request(case: Case) -> Denied | None:
    """A request is granted only after the unit's own leader has signed it."""
    denied = needs_request(case)
    if denied or (case.request and case.request.signed):
        return denied
    return Denied(say("延期申请还没有经申请单位负责人签发。"), say("请该单位负责人先签发。"))


def needs_no_request(case: Case) -> Denied | None:
    """A request for more time is answered before anything that would make it moot."""
    if case.request is None:
        return None
    return Denied(say("还有一份延期申请没有答复。"), say("请先答复延期申请。"))
