"""Entries are written once: UPDATE and DELETE are refused by trigger, on SQLite and on PostgreSQL.

SQLite's INSERT OR REPLACE would delete a row without asking the DELETE trigger, so a row that is there already is
refused before it is inserted again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = [
    f"""CREATE TRIGGER entry_refuses_{verb.lower()} BEFORE {verb} ON book_entry
    BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted'); END"""
    for verb in ("UPDATE", "DELETE")
] + [
    """CREATE TRIGGER entry_refuses_replace BEFORE INSERT ON book_entry
    WHEN EXISTS (SELECT 1 FROM book_entry WHERE id = NEW.id
        OR (region_id = NEW.region_id AND subject = NEW.subject AND seq = NEW.seq))
    BEGIN SELECT RAISE(ABORT, 'entries are never changed or deleted'); END"""
]
POSTGRESQL = [
    """CREATE FUNCTION entry_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'entries are never changed or deleted'; END $$""",
    """CREATE TRIGGER entry_refuses BEFORE UPDATE OR DELETE ON book_entry
    FOR EACH ROW EXECUTE FUNCTION entry_refuses()""",
]
STATEMENTS = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def forwards(apps: Any, editor: Any) -> None:
    """Make the triggers."""
    for statement in STATEMENTS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("book", "0001_tables")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
