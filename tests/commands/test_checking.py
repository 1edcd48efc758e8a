"""check: what must be mended ends with 1, what should be minded does not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bihuan.book import clock
from bihuan.organisations.actions import create_person
from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(here, settings):
    """What `check` finds, by name, with its exit code under `code`."""
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

    def look() -> dict[str, str]:
        code, said = here("check", "--json")
        return {row["name"]: row["level"] for row in json.loads(said)} | {"code": str(code)}

    return look


def test_a_new_office_is_told_what_is_missing(found):
    build_world()
    levels = found()
    assert (levels["checkpoint"], levels["holder"]) == ("mind", "mind")
    assert (levels["clock"], levels["demo"], levels["people"], levels["keys"]) == ("fine",) * 4


def test_demo_accounts_behind_a_public_name_must_be_mended(found, settings):
    build_world()
    create_person(username="shown", name="演示", password="x", region_id=1, is_demo=True)
    assert found()["demo"] == "mind"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "ledger.example.org"]
    levels = found()
    assert (levels["demo"], levels["https"], levels["code"]) == ("mend", "mind", "1")


def test_a_clock_behind_the_record_must_be_mended(found):
    with clock.moved_to(clock.now() + timedelta(days=1)):
        build_world()
    levels = found()
    assert (levels["clock"], levels["code"]) == ("mend", "1")


def test_keys_that_others_can_read_must_be_mended(found, settings):
    key = settings.BIHUAN_HOME / "keys" / "secret_key"
    key.chmod(0o644)
    try:
        levels = found()
    finally:
        key.chmod(0o600)
    assert (levels["keys"], levels["code"]) == ("mend", "1")


def test_a_holder_outside_that_cannot_be_written_must_be_mended(found, monkeypatch, tmp_path):
    monkeypatch.setenv("BIHUAN_CHECKPOINT_FOLDER", str(tmp_path / "no" / "such"))
    assert found()["holder"] == "mend"
    monkeypatch.setenv("BIHUAN_CHECKPOINT_FOLDER", str(tmp_path))
    assert found()["holder"] == "fine"


def test_an_installation_as_it_is_set_up_stands_every_look(office):
    ended = office.run("check", "--json")
    mended = {row["name"]: row["text"] for row in json.loads(ended.stdout) if row["level"] == "mend"}
    # The test server runs without fsync, and check says so.
    assert set(mended) <= ({"database"} if office.database else set()), mended


def test_tables_of_an_older_version_are_told(empty):
    empty.home.mkdir()
    if not empty.database:
        (empty.home / "bihuan.sqlite3").touch()
    ended = empty.run("check", "--json")
    assert ended.returncode == 1
    assert {row["name"]: row["level"] for row in json.loads(ended.stdout)}.get("migrations", "mend") == "mend"
    assert "bihuan setup" in empty.run("user", "list").stderr
