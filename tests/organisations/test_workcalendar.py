"""The calendar in force: the published one until an office lays its own days over it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from chinese_calendar import is_workday
from django.db import transaction

from bihuan.book.booked import BOOKED
from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.workdays import Calendar
from bihuan.ledger.rules import rules_on_record
from bihuan.organisations.actions import DEFAULT_CALENDAR, save_calendar
from bihuan.organisations.models import WorkCalendar
from bihuan.organisations.workcalendar import published_calendar


def calendar_in_force() -> Calendar:
    return rules_on_record().calendar


def test_it_says_of_every_published_day_what_the_notices_say():
    calendar, day = published_calendar(), date(2004, 1, 1)
    assert calendar.published == frozenset(range(2004, 2027))
    while day.year <= 2026:
        assert calendar.is_workday(day) == is_workday(day), day
        day += timedelta(days=1)


@pytest.mark.django_db
def test_without_any_it_is_monday_to_friday_and_provisional():
    assert calendar_in_force().add_workdays(date(2026, 9, 30), 1) == (date(2026, 10, 1), True)


@pytest.mark.django_db
def test_it_is_stored_whole_and_changes_are_on_the_record():
    Region.objects.create(id=1, name="云汀市")
    save_calendar(published_calendar(), region_id=1)
    assert calendar_in_force() == published_calendar()
    own = published_calendar().with_changes(off=[date(2026, 3, 12)])
    row = save_calendar(own, region_id=1)
    assert WorkCalendar.objects.count() == 1
    assert not calendar_in_force().is_workday(date(2026, 3, 12))
    assert [e.action for e in Entry.objects.filter(subject=row.uid).order_by("seq")] == ["create", "amend"]
    assert BOOKED[row.KIND] is WorkCalendar
    assert row.name == DEFAULT_CALENDAR


@pytest.mark.django_db
def test_what_others_stored_or_took_back_holds_at_once():
    Region.objects.create(id=1, name="云汀市")
    row = save_calendar(published_calendar(), region_id=1)
    assert calendar_in_force() is calendar_in_force()
    with transaction.atomic():
        save_calendar(published_calendar().with_changes(off=[date(2026, 3, 12)]), region_id=1)
        assert not calendar_in_force().is_workday(date(2026, 3, 12))
        transaction.set_rollback(True)
    assert calendar_in_force().is_workday(date(2026, 3, 12))
    WorkCalendar.objects.filter(pk=row.pk).update(days_off=["2026-03-13"])
    assert not calendar_in_force().is_workday(date(2026, 3, 13))
