"""The text index: FTS5 over pairs of characters on SQLite, a tsvector with GIN on PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    "CREATE TABLE ledger_textrow (id integer PRIMARY KEY, problem_id char(32) NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE ledger_pairs USING fts5"
    "(pairs, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 0')",
)
POSTGRESQL = (
    "CREATE TABLE ledger_pairs (region_id integer NOT NULL, problem_id uuid NOT NULL, pairs tsvector NOT NULL, "
    "PRIMARY KEY (region_id, problem_id))",
    "CREATE INDEX ledger_pairs_found ON ledger_pairs USING gin (pairs)",
)


def forwards(apps: Any, editor: Any) -> None:
    for statement in SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL:
        editor.execute(statement)


def backwards(apps: Any, editor: Any) -> None:
    editor.execute("DROP TABLE ledger_pairs")
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TABLE ledger_textrow")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_first_week")]
    operations = [migrations.RunPython(forwards, backwards)]
