"""Units may be renamed, moved and merged: their past, their successor, and the day on which they began."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from bihuan.book.clock import day_of


def set_first_days(apps, schema_editor):
    """A unit began on the day of its first entry."""
    unit, entry = apps.get_model("organisations", "Unit"), apps.get_model("book", "Entry")
    firsts = entry.objects.filter(kind="unit", seq=1).values_list("subject", "recorded_at")
    for subject, recorded_at in list(firsts):
        unit.objects.filter(uid=subject).update(since=day_of(recorded_at))


class Migration(migrations.Migration):
    dependencies = [("book", "0001_tables"), ("organisations", "0001_tables")]

    operations = [
        migrations.AddField(
            "unit",
            "merged_into",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="organisations.unit",
            ),
        ),
        migrations.AddField("unit", "since", models.DateField(editable=False, null=True)),
        migrations.RemoveConstraint("unit", "unit_name_below_parent"),
        migrations.AddConstraint(
            "unit",
            models.UniqueConstraint(
                fields=("region", "parent", "name"),
                condition=Q(merged_into__isnull=True),
                name="unit_name_below_parent",
            ),
        ),
        migrations.CreateModel(
            name="UnitPast",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("ends", models.DateField()),
                ("name", models.CharField(max_length=120)),
                ("short_names", models.JSONField(default=list)),
                ("path", models.CharField(max_length=200)),
                ("is_active", models.BooleanField()),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pasts",
                        to="organisations.unit",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("unit", "ends"), name="unit_past_day")],
                "indexes": [models.Index(fields=["ends"], name="unit_past_ends")],
            },
        ),
        migrations.RunPython(set_first_days, migrations.RunPython.noop),
    ]
