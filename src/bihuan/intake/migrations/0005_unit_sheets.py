"""Units' own Excel files: what went out, and what came back."""

import django.db.models.deletion
from django.db import migrations, models

import bihuan.book.keys


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("intake", "0004_withdrawn"),
        ("organisations", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnedSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.IntegerField()),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.PositiveBigIntegerField()),
                ("sent_on", models.DateField()),
                ("uploaded_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("confirmed", "Confirmed"), ("dropped", "Dropped")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by_id", models.IntegerField(null=True)),
                ("result", models.JSONField(default=dict)),
                (
                    "for_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="book.region",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["region", "office", "uploaded_at"], name="returned_sheets")],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "id"), name="returnedsheet_region_id"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("region", "office", "sha256"),
                        name="returned_sheet_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SentSheet",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=bihuan.book.keys.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("person_id", models.IntegerField()),
                ("sent_at", models.DateTimeField()),
                ("rows", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "for_unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.unit",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="book.region",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["region", "office", "for_unit", "sent_at"], name="sent_sheets")],
                "constraints": [models.UniqueConstraint(fields=("region", "id"), name="sentsheet_region_id")],
            },
        ),
    ]
