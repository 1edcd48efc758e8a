"""verify and checkpoint: exit codes that a script can rely on, and names that a person can act on."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def test_an_honest_book_adds_up(here, world):
    world.register(2)
    code, said = here("verify", "--files")
    assert (code, "全部相符" in said) == (0, True)


def test_a_changed_row_is_named_by_its_number(here, world):
    problem = world.register(2)[1]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_problem SET title = 'x' WHERE number = %s", [problem.number])
    code, said = here("verify")
    assert code == 1
    assert problem.number in said
    code, said = here("verify", "--json")
    assert code == 1
    answer = json.loads(said)
    assert not answer["clean"]
    assert problem.number in {finding["where"] for finding in answer["findings"]}


def test_a_checkpoint_held_outside_convicts_a_book_that_was_rewritten(here, world, tmp_path):
    problem = world.register()[0]
    code, said = here("checkpoint", "--out", tmp_path / "held", "--json")
    made = json.loads(said)
    key = tmp_path / "signing.pub"
    key.write_text(here("checkpoint", "--public-key")[1])
    outside = ("verify", "--checkpoint", made["files"][0], "--key", key)
    assert (code, here(*outside)[0]) == (0, 0)
    with connection.cursor() as cursor:
        for table in ("ledger_reach", "ledger_measure", "ledger_responsibility"):
            cursor.execute(f"DELETE FROM {table}")
        cursor.execute("DELETE FROM ledger_problem")
        for table, column in (("book_entry", "subject"), ("book_chain", "id")):
            _without_triggers(cursor, f"DELETE FROM {table} WHERE {column} = %s", problem.id)
    code, said = here(*outside)
    assert code == 1
    assert "整项被移除" in said


def _without_triggers(cursor, statement, subject):
    """What somebody who rules the database can do."""
    if connection.vendor == "postgresql":
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE book_entry DISABLE TRIGGER USER")
        cursor.execute(statement, [subject])
        return
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'book_entry'")
    for (name,) in cursor.fetchall():
        cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute(statement, [subject.hex])


def test_nothing_new_makes_no_checkpoint(here, world):
    assert json.loads(here("checkpoint", "--json")[1])["number"] == 1
    code, said = here("checkpoint")
    assert (code, "没有新的记录" in said) == (0, True)


def test_files_that_are_no_checkpoint_or_key_are_told(here, world, tmp_path):
    bad, key = tmp_path / "bad.json", tmp_path / "signing.pub"
    bad.write_text("{}")
    key.write_text(here("checkpoint", "--public-key")[1])
    code, said = here("verify", "--checkpoint", bad, "--key", key)
    assert (code, "检查点" in said) == (1, True)
    code, said = here("verify", "--checkpoint", bad, "--key", bad)
    assert (code, "公钥" in said) == (1, True)
    assert here("verify", "--checkpoint", bad, "--key", tmp_path / "none")[0] == 2
