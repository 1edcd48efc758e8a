"""Entries: linked one after the other, never changed, and in step with the rows they record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from bihuan.book import clock
from bihuan.book.booked import changes_of, differences, fold
from bihuan.book.keys import Region, new_id
from bihuan.book.models import Chain, Entry
from bihuan.book.writing import Conflict, Stroke, Writer, append
from bihuan.domain.journal import GENESIS, check_chain, parse
from bihuan.domain.refusals import Refused
from bihuan.organisations.models import Unit
from tests.book.rogue import execute
from tests.world import START

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions():
    with clock.moved_to(clock.moment_on(START)):
        for number in (1, 2):
            Region.objects.create(id=number, name=f"第{number}区")
        yield


def write(subject, action="note", *, region_id=1, at=None, **details):
    stroke = Stroke(kind="test", subject=subject, region_id=region_id, action=action, changes={}, details=details)
    return append([stroke], writer=Writer(), at=at or clock.now(), today=clock.today())[0]


def test_entries_are_linked_and_the_head_follows():
    subject = new_id()
    first, second = write(subject, note="一"), write(subject, note="二")
    rows = Entry.objects.filter(subject=subject).order_by("seq").values_list("seq", "body", "hash")
    assert check_chain([(seq, body.encode(), stored) for seq, body, stored in rows]) == []
    assert (parse(first.body.encode())["prev"], parse(second.body.encode())["prev"]) == (GENESIS, first.hash)
    chain = Chain.objects.get(id=subject)
    assert (chain.seq, chain.head, chain.written_at) == (2, second.hash, second.recorded_at)


def test_several_entries_of_one_chain_may_be_written_at_once():
    subject = new_id()
    strokes = [
        Stroke(kind="test", subject=subject, region_id=1, action=action, changes={}) for action in ("a", "b", "c")
    ]
    append(strokes, writer=Writer(), at=clock.now(), today=clock.today())
    assert list(Entry.objects.filter(subject=subject).order_by("seq").values_list("action", flat=True)) == [
        "a",
        "b",
        "c",
    ]


@pytest.mark.parametrize("statement", ["UPDATE book_entry SET action = 'x'", "DELETE FROM book_entry"])
def test_the_database_refuses_to_change_or_delete_entries(statement):
    write(new_id())
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        execute(statement)
    assert Entry.objects.filter(action="note").exists()


def test_time_never_runs_backwards_in_a_chain():
    subject = new_id()
    write(subject)
    write(subject)
    with pytest.raises(Refused, match="服务器时钟"):
        write(subject, at=clock.now() - timedelta(microseconds=1))
    write(new_id(), at=clock.now() - timedelta(days=1))
    assert Entry.objects.filter(subject=subject).count() == 2


def test_whoever_comes_second_to_a_chain_writes_nothing(monkeypatch):
    subject = new_id()
    write(subject)
    stale = {subject: Chain.objects.get(id=subject)}
    write(subject)
    monkeypatch.setattr("bihuan.book.writing._heads", lambda subjects: stale)
    with pytest.raises(Conflict, match="别人刚刚办理过"), transaction.atomic():
        write(subject)
    assert Entry.objects.filter(subject=subject).count() == 2


def test_a_chain_stays_in_the_region_in_which_it_began():
    subject = new_id()
    write(subject, region_id=1)
    assert write(subject, region_id=2).region_id == 1
    assert Entry.objects.filter(subject=subject, region_id=1).count() == 2


def test_folding_what_changed_gives_the_row():
    unit = Unit.objects.create(region_id=1, name="市水利局", kind="bureau", path="/1/")
    changes = {unit.record_key: changes_of(unit, None)}
    assert changes[unit.record_key]["id"] == [None, unit.pk]
    before = unit.snapshot()
    unit.name, unit.short_names = "市水务局", ["水务局"]
    amended = changes_of(unit, before)
    assert amended == {"name": ["市水利局", "市水务局"], "short_names": [[], ["水务局"]]}
    state: dict[str, dict[str, object]] = {}
    assert list(fold(state, changes)) == []
    assert differences(state[unit.record_key], unit) == ["name", "short_names"]
    assert list(fold(state, {unit.record_key: amended})) == []
    assert differences(state[unit.record_key], unit) == []
    assert list(fold(state, {unit.record_key: amended})) == [
        f"{unit.record_key}.name",
        f"{unit.record_key}.short_names",
    ]
