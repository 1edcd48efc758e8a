"""Background work: what is enqueued is undone with its transaction, and every handler may run twice."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from django.db import transaction
from django_q.models import OrmQ, Schedule

from bihuan.book import checkpoints, custody, home
from bihuan.jobs import handlers, worker
from bihuan.organisations.queue import enqueue
from tests.world import build_world

pytestmark = pytest.mark.django_db
PACKAGE = Path(handlers.__file__).resolve().parents[1]


@pytest.fixture
def holder(tmp_path, monkeypatch, settings):
    """The folder of the holder outside; nothing has been handed out yet."""
    settings.BIHUAN_HOME = tmp_path / "home"
    monkeypatch.setenv(custody.FOLDER, str(tmp_path / "held"))
    (tmp_path / "home").mkdir()
    return tmp_path / "held"


def held(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.json"))


def test_work_enqueued_in_a_transaction_that_fails_never_was():
    def fails() -> None:
        with transaction.atomic():
            enqueue("clean-up")
            assert OrmQ.objects.count() == 1
            raise ValueError

    with pytest.raises(ValueError):
        fails()
    assert OrmQ.objects.count() == 0
    enqueue("clean-up")
    assert OrmQ.objects.count() == 1


def test_every_name_that_is_enqueued_has_a_handler():
    named = {
        name
        for source in PACKAGE.rglob("*.py")
        for name in re.findall(r"enqueue\(\s*\"([^\"]+)\"", source.read_text(encoding="utf-8"))
    }
    assert named | set(worker.BY_THE_CLOCK) <= set(handlers.HANDLERS)
    with pytest.raises(KeyError):
        handlers.run("no such work")


def test_what_runs_by_the_clock_is_stored_once():
    worker.set_clock()
    worker.set_clock()
    assert sorted(Schedule.objects.values_list("name", flat=True)) == sorted(worker.BY_THE_CLOCK)


def test_a_checkpoint_is_made_when_due_and_handed_out_once(holder):
    build_world()
    assert handlers.run("checkpoint") == 1
    assert handlers.run("checkpoint") is None
    assert held(holder) == ["checkpoint-000001.json"]


def test_a_holder_who_was_away_gets_what_was_missed(holder, monkeypatch):
    world = build_world()
    monkeypatch.setenv(custody.FOLDER, str(holder / "not" / "there"))
    with pytest.raises(OSError):
        handlers.run("checkpoint")
    world.register()
    checkpoints.make_checkpoint()
    monkeypatch.setenv(custody.FOLDER, str(holder))
    handlers.run("checkpoint")
    assert held(holder) == ["checkpoint-000001.json", "checkpoint-000002.json"]


def test_what_is_held_outside_is_never_written_over(holder):
    build_world()
    holder.mkdir()
    other = holder / "checkpoint-000001.json"
    other.write_text("another history")
    handlers.run("checkpoint")
    assert other.read_text() == "another history"
    assert len(held(holder)) == 2


def test_cleaning_up_takes_abandoned_uploads_and_leaves_the_others():
    incoming = home.files() / "incoming"
    incoming.mkdir(parents=True, exist_ok=True)
    old, fresh = incoming / "old", incoming / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half a file")
    days_ago = time.time() - 2 * handlers.ABANDONED
    os.utime(old, (days_ago, days_ago))
    try:
        assert handlers.run("clean-up") == 1
        assert handlers.run("clean-up") == 0
        assert (old.exists(), fresh.exists()) == (False, True)
    finally:
        fresh.unlink()
