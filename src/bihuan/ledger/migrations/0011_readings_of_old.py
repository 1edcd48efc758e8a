"""Which import a problem came with, for those that were there before the column: so that it can be withdrawn."""

from __future__ import annotations

from typing import Any

from django.db import migrations

SQLITE = (
    "UPDATE ledger_problem SET reading_id = replace(json_extract(place, '$.reading'), '-', '') "
    "WHERE reading_id IS NULL AND json_extract(place, '$.reading') IS NOT NULL"
)
POSTGRESQL = (
    "UPDATE ledger_problem SET reading_id = (place ->> 'reading')::uuid "
    "WHERE reading_id IS NULL AND place ->> 'reading' IS NOT NULL"
)


def known_by_their_place(apps: Any, editor: Any) -> None:
    editor.execute(SQLITE if editor.connection.vendor == "sqlite" else POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0010_merged")]
    operations = [migrations.RunPython(known_by_their_place, migrations.RunPython.noop, elidable=True)]
