"""A row says by which version of the colour policy it was coloured."""

from typing import Any

from django.db import migrations, models
from django.db.models import Max


def known_so_far(apps: Any, schema_editor: Any) -> None:
    """Before this version a policy counted from the next change of a problem on: with one policy that is all of it."""
    versions = apps.get_model("ledger", "ColourPolicy").objects.aggregate(n=Max("version"))["n"] or 0
    if versions == 1:
        apps.get_model("ledger", "Problem").objects.update(coloured_by=versions)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_desks")]

    operations = [
        migrations.AddField("problem", "coloured_by", models.PositiveIntegerField(default=0)),
        migrations.RunPython(known_so_far, migrations.RunPython.noop, elidable=True),
    ]
