"""Checkpoints: when one is due, what it lists, and how it reaches whoever holds it outside."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db.models import F

from bihuan.book import checkpoints, clock, signing
from bihuan.book.models import Chain, Checkpoint
from bihuan.domain import journal
from tests.world import START, build_world, days_later

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def read(row):
    return journal.from_file(checkpoints.file_of(row), check=signing.checker(signing.public_key())).checkpoint


def made():
    row = checkpoints.make_checkpoint()
    assert row is not None
    return row


def test_nothing_written_needs_no_checkpoint():
    assert not checkpoints.due()
    assert checkpoints.make_checkpoint() is None
    assert checkpoints.latest_root() == ""


def test_the_first_one_takes_in_every_chain(world):
    assert checkpoints.due()
    row = made()
    assert (row.number, row.count) == (1, Chain.objects.count())
    assert row.made_at == clock.now()
    assert {(head.subject, head.seq, head.head) for head in read(row).entries} == {
        (str(subject), seq, head) for subject, seq, head in Chain.objects.values_list("id", "seq", "head")
    }
    assert not Chain.objects.exclude(sealed=F("seq")).exists()
    assert checkpoints.latest_root() == journal.short_root(row.root)


def test_the_next_one_lists_only_what_changed_and_names_the_one_before(world):
    first = made()
    assert checkpoints.make_checkpoint() is None
    problem = world.register()[0]
    second = made()
    assert [head.subject for head in read(second).entries] == [str(problem.id)]
    assert (second.number, read(second).previous) == (2, first.hash)
    assert Checkpoint.objects.count() == 2


def test_one_is_due_after_a_day_or_a_thousand_entries_and_never_for_nothing(world, monkeypatch):
    made()
    with days_later(3):
        assert not checkpoints.due()
    world.register()
    assert not checkpoints.due()
    assert not checkpoints.due(clock.now() + timedelta(hours=23))
    assert checkpoints.due(clock.now() + timedelta(hours=24))
    monkeypatch.setattr(checkpoints, "ENTRIES", 5)
    world.register(3)
    assert not checkpoints.due()
    world.register()
    assert checkpoints.due()


def test_many_changes_make_several_that_together_leave_nothing_out(world, monkeypatch):
    monkeypatch.setattr(checkpoints, "HEADS", 4)
    world.register(3)
    last = made()
    rows = list(Checkpoint.objects.order_by("number"))
    assert rows[-1] == last
    assert max(row.count for row in rows) == 4
    listed = [head.subject for row in rows for head in read(row).entries]
    assert sorted(listed) == sorted(str(pk) for pk in Chain.objects.values_list("pk", flat=True))
    assert [read(row).previous for row in rows] == [journal.GENESIS, *(row.hash for row in rows[:-1])]
    assert not checkpoints.due()


def test_a_checkpoint_is_handed_out_whole(world, tmp_path):
    row = made()
    path = checkpoints.hand_out(row, tmp_path / "held")
    assert path.name == "checkpoint-000001.json"
    assert path.read_bytes() == checkpoints.file_of(row)
    assert json.loads(path.read_bytes())["public_key"] == signing.public_key().hex()
    assert checkpoints.hand_out(row, tmp_path / "held") == path
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_not_made_up(world, tmp_path):
    with pytest.raises(FileNotFoundError):
        checkpoints.hand_out(made(), tmp_path / "not" / "mounted")
