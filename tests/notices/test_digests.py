"""One digest a person and working day, each fact once, counted exactly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions import dispatch
from bihuan.notices import digests, inbox, telling
from bihuan.notices.contents import parts_of
from bihuan.notices.models import Digest, Notice, Turned
from bihuan.notices.turned import KINDS, NAMED, Window
from bihuan.organisations.actions import assign_post, create_person
from tests.notices.conftest import digests_on
from tests.world import PASSWORD, START, World

FAR = 120


def turned_of(world: World, name: str) -> list[tuple[date, str, int]]:
    """What the digests of a person told of, by day."""
    person = world.people[name]
    units = {post.unit_id for post in person.posts.all()}
    rows = Digest.objects.filter(person=person).order_by("day")
    return [(row.day, part.kind.code, part.count) for row in rows for part in parts_of(row, units)]


def test_news_are_told_in_one_digest_and_not_again(world):
    world.through(Stage.UNDER_WAY)
    telling.tell()
    assert digests.make() == 3
    assert digests_on(world, START) == {"liaison", "leader", "support"}
    first = Digest.objects.get(person=world.people["liaison"])
    assert first.notices == Notice.objects.filter(person=world.people["liaison"]).count() == 1
    assert digests.make() == 0
    with clock.moved_to(clock.moment_on(START + timedelta(days=1))):
        telling.tell()
        assert digests.make() == 0


def test_what_was_read_before_is_not_told_again(world):
    world.through(Stage.UNDER_WAY)
    telling.tell()
    liaison = world.actor("liaison")
    inbox.read(liaison, inbox.page(liaison, inbox.ALL).lines[0].notice.id)
    digests.make()
    assert "liaison" not in digests_on(world, START)


def test_never_two_digests_on_one_day_and_none_on_a_day_off(world):
    for days in range(7):
        with clock.moved_to(clock.moment_on(START + timedelta(days=days))):
            world.through(Stage.DISPATCHED)
            for _again in range(2):
                telling.tell()
                if digests.is_time():
                    digests.make()
    found = list(
        Digest.objects.filter(person=world.people["liaison"]).values_list("day", flat=True).order_by("day")
    )
    assert found == [START + timedelta(days=n) for n in range(5)]


def test_not_before_the_hour_of_the_digest(world):
    with clock.moved_to(clock.moment_on(START, hour=7, minute=59)):
        assert not digests.is_time()
    assert digests.is_time()


def test_what_turned_over_a_weekend_is_told_on_monday(world):
    friday = START + timedelta(days=4)
    problem = world.through(Stage.UNDER_WAY, wanted_due=friday + timedelta(days=1))
    telling.tell()
    for day in (START, friday, friday + timedelta(days=3)):
        with clock.moved_to(clock.moment_on(day)):
            digests.make()
    assert problem.due == friday + timedelta(days=1)
    assert (friday + timedelta(days=3), "overdue", 1) in turned_of(world, "liaison")
    assert (friday + timedelta(days=3), "overdue", 1) in turned_of(world, "coordinator")
    assert turned_of(world, "stranger") == []


def test_counts_are_exact_and_the_first_ten_are_named(world):
    problems = world.register(NAMED + 3, wanted_due=START + timedelta(days=8))
    dispatch.dispatch(actor=world.actor("coordinator"), problems=[row.id for row in problems]).only()
    digests.make()
    with clock.moved_to(clock.moment_on(START + timedelta(days=1))):
        digests.make()
    row = Digest.objects.get(person=world.people["liaison"], day=START + timedelta(days=1))
    (part,) = parts_of(row, world.actor("liaison").unit_ids)
    assert (part.kind.code, part.count, len(part.problems)) == ("due_soon", NAMED + 3, NAMED)
    still = inbox.still(world.actor("liaison"), part.turned, "due_soon")
    assert still is not None
    assert {one.id for one in still.rows} == {problem.id for problem in problems}
    assert inbox.still(world.actor("support"), part.turned, "due_soon") is None


def test_a_run_that_broke_off_goes_on_without_telling_twice(world, monkeypatch):
    """Some people have their digest, the rest not, and the day was not noted: the next run goes on a day later."""
    world.through(Stage.UNDER_WAY, wanted_due=START)
    with clock.moved_to(clock.moment_on(START)):
        digests.make()
    tuesday, wednesday = START + timedelta(days=1), START + timedelta(days=2)
    with clock.moved_to(clock.moment_on(tuesday)):
        monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 1)
        kept: list[object] = []
        keep = digests._keep

        def breaks_off(rows):
            if kept:
                raise OSError
            kept.append(rows)
            return keep(rows)

        monkeypatch.setattr(digests, "_keep", breaks_off)
        with pytest.raises(OSError):
            digests.make()
        monkeypatch.setattr(digests, "_keep", keep)
    with clock.moved_to(clock.moment_on(wednesday)):
        digests.make()
    names = ("liaison", "leader", "coordinator", "second_coordinator", "supervisor")
    told = [turned_of(world, name) for name in names]
    assert [[(kind, count) for _day, kind, count in rows] for rows in told] == [[("overdue", 1)]] * 5
    assert sorted(rows[0][0] for rows in told) == [tuesday, *[wednesday] * 4]


@settings(max_examples=25)
@given(runs=st.sets(st.integers(0, 60), min_size=1), dues=st.lists(st.integers(-3, 70), min_size=1, max_size=6))
def test_windows_tell_each_fact_once_whenever_the_job_runs(runs: set[int], dues: list[int]):
    """Over random days on which digests are made, every day a fact comes true lies in exactly one window."""
    days = sorted(START + timedelta(days=n) for n in runs)
    windows, last = [], None
    for day in days:
        windows.append(Window(last + timedelta(days=1) if last else day, day))
        last = day
    for due in (START + timedelta(days=n) for n in dues):
        first, end = days[0], days[-1]
        for code, true_on in (("overdue", due + timedelta(days=1)), ("due_soon", due - timedelta(days=7))):
            hits = [w for w in windows if KINDS[code].days(w)[0] <= due <= KINDS[code].days(w)[1]]
            assert len(hits) <= 1
            expected = first <= true_on <= end
            superseded = code == "due_soon" and any(
                w.since <= true_on <= w.until and due < w.until for w in windows
            )
            assert bool(hits) == (expected and not superseded)


def test_people_of_a_unit_share_what_it_costs(world):
    for number in range(30):
        person = create_person(username=f"liaison{number}", name=f"联络员{number}", password=PASSWORD, region_id=1)
        assign_post(person=person, unit=world.units["housing"], role=Role.LIAISON)
    world.through(Stage.UNDER_WAY, wanted_due=START + timedelta(days=8))
    digests.make()
    with clock.moved_to(clock.moment_on(START + timedelta(days=1))), CaptureQueriesContext(connection) as asked:
        assert digests.make() == 31
    assert len(asked) < 40
    assert Turned.objects.filter(unit=world.units["housing"]).count() == 1
