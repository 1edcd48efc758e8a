"""The set-up of the installation: each part goes on record as its next version, in force from a day on.

Nothing on record is taken back or changed: another version for the same day counts instead. The flow of a request
for close-out is written down with it, so that a change here touches no request under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bihuan.book import clock
from bihuan.book.writing import first_come
from bihuan.domain.refusals import Denied, insist, say
from bihuan.domain.setup import PARTS, setup_from
from bihuan.domain.workdays import Calendar
from bihuan.ledger.actions.ledgers import one_line
from bihuan.ledger.models import SetUp as Stored
from bihuan.ledger.models import Source
from bihuan.organisations.access import Actor, may_set_up
from bihuan.organisations.actions import DEFAULT_CALENDAR, book, save_calendar
from bihuan.organisations.models import WorkCalendar
from bihuan.organisations.tree import hold_for_change

NOTE_LENGTH = 200
FARTHEST = timedelta(days=3 * 366)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_DAYS_NAMED = 20_000


@first_come()
def set_part(
    *, actor: Actor, part: str, data: Mapping[str, Any], effective_from: date, note: str, seen: int
) -> Stored:
    """Put the next version of a part of the set-up on record, in force from today or a later day on.

    `seen` is the newest version of the part that the actor had in front of them (0 for none). Raises `Refused` for
    anyone who may not set up, for data that cannot be used (with what to mend), for a day that has passed or lies
    too far ahead, without a note, where nothing would change, and where somebody else was faster.
    """
    insist(may_set_up(actor))
    assert part in PARTS, part
    note = one_line(note)
    setup_from({part: data})
    insist(refuses_day(effective_from) or _refuses_note(note) or _refuses_sources(part, data))
    hold_for_change()
    last = Stored.objects.filter(part=part).order_by("-version").first()
    insist(_refuses_unseen(last, seen) or _refuses_same(part, data, effective_from))
    row = Stored.objects.create(
        part=part,
        version=(last.version if last else 0) + 1,
        data=dict(data),
        effective_from=effective_from,
        note=note,
    )
    book(row, "create", region_id=actor.region_id, writer=actor.writer)
    return row


def refuses_day(day: date) -> Denied | None:
    """A set-up begins today or later, and not in a time that nobody can foresee."""
    today = clock.today()
    if day < today:
        return Denied(say("设置只能从今天或以后起生效。"), say("请填写今天或以后的日期。"))
    if day > today + FARTHEST:
        return Denied(say("生效日期太远。"), say("请填写三年以内的日期。"))
    return None


def _refuses_note(note: str) -> Denied | None:
    if not note:
        return Denied(say("请写明为什么要改这项设置。"))
    if len(note) > NOTE_LENGTH:
        return Denied(say("原因最多%(most)s个字。"), params={"most": NOTE_LENGTH})
    return None


def _refuses_sources(part: str, data: Mapping[str, Any]) -> Denied | None:
    """Classes may only name sources that are in the inventory."""
    if part != "classes":
        return None
    named = {code for row in data["classes"] for code in row.get("fits", {}).get("sources", ())}
    missing = named - set(Source.objects.filter(code__in=named).values_list("code", flat=True))
    if not missing:
        return None
    return Denied(
        say("问题类别用到了来源目录里没有的来源（%(code)s）。"),
        say("请先补充来源，或从类别中去掉它。"),
        {"code": min(missing)},
    )


def _refuses_unseen(last: Stored | None, seen: int) -> Denied | None:
    if last is None or last.version <= seen:
        return None
    return Denied(
        say("您打开页面之后，别人已经改过这项设置（第%(version)s版）。"),
        say("请刷新后再改。"),
        {"version": last.version},
    )


def _refuses_same(part: str, data: Mapping[str, Any], day: date) -> Denied | None:
    rows = [row for row in Stored.objects.filter(part=part) if row.effective_from <= day]
    known = max(rows, key=lambda row: (row.effective_from, row.version), default=None)
    if known is None or known.data != dict(data):
        return None
    return Denied(say("这和现在的设置完全相同，没有变化。"), say("不需要保存。"))


@first_come()
def set_calendar(*, actor: Actor, calendar: Calendar) -> WorkCalendar:
    """Replace the days off and the make-up days by which deadlines are reckoned from now on.

    Deadlines that were set stay as they are. Raises `Refused` for anyone who may not set up, for days outside the
    years 2000 to 2100, and for too many days.
    """
    insist(may_set_up(actor))
    days = (*calendar.off, *calendar.makeup)
    if any(not FIRST_YEAR <= year <= LAST_YEAR for year in (*(day.year for day in days), *calendar.published)):
        bounds = {"first": FIRST_YEAR, "last": LAST_YEAR}
        insist(Denied(say("日历中有%(first)s年以前或%(last)s年以后的日期。"), params=bounds))
    if len(days) > MOST_DAYS_NAMED:
        insist(Denied(say("日历中的日期太多。")))
    hold_for_change()
    named = Calendar(DEFAULT_CALENDAR, calendar.off, calendar.makeup, calendar.published)
    return save_calendar(named, region_id=actor.region_id, writer=actor.writer)
