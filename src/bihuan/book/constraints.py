"""Database constraints behind `RegionKey` on PostgreSQL, for migrations of the apps that own the tables.

SQLite cannot add constraints to an existing table; there `verify` finds orphans.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from bihuan.book.keys import RegionKey


def link_large_tables(app: str) -> migrations.RunPython:
    """The operation that adds a foreign key on (region, id) for every `RegionKey` of an app's models."""

    def forwards(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        quote = editor.quote_name
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.private_fields + list(model._meta.fields):
                if isinstance(field, RegionKey):
                    table = model._meta.db_table
                    editor.execute(
                        f"ALTER TABLE {quote(table)} ADD CONSTRAINT {quote(f'{table}_{field.name}_link')} "
                        f"FOREIGN KEY (region_id, {quote(field.via)}) "
                        f"REFERENCES {quote(field.remote_field.model._meta.db_table)} (region_id, id) "
                        "DEFERRABLE INITIALLY DEFERRED"
                    )

    return migrations.RunPython(forwards, migrations.RunPython.noop)
