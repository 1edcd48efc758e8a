"""Database constraints behind `RegionKey` on PostgreSQL, and indexes done away with, for the apps' migrations.

SQLite cannot add constraints to an existing table; there `verify` finds orphans.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import migrations

from bihuan.book.keys import RegionKey


def link_large_tables(app: str, only: Collection[str] = ()) -> migrations.RunPython:
    """The operation that adds a foreign key on (region, id) for every `RegionKey` of an app's models.

    `only` names the models (in lower case) that are new in a later migration.
    """

    def forwards(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        quote = editor.quote_name
        for model in apps.get_app_config(app).get_models():
            if only and model._meta.model_name not in only:
                continue
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


class Unindexed(migrations.AlterField):
    """Alter a foreign key to have no index of its own: only the index is dropped.

    The plain operation makes the table anew on SQLite, which would take the triggers on entries with it.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        column = model._meta.get_field(self.name).column
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
        for name, facts in found.items():
            own = facts["index"] and not facts["unique"] and not facts["primary_key"]
            if own and facts["columns"] == [column]:
                schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """An index that nothing asks is not made again."""
