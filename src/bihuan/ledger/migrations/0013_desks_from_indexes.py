"""Desks are counted, and their first rows found, in indexes alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0012_parts_by_problem"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_of_lead",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_lookback",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_waiting",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_request",
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=[
                    "region",
                    "lead_unit",
                    "stage",
                    "due",
                    "id",
                    "dispatched_on",
                    "request",
                    "progress",
                    "measures_count",
                    "returns",
                    "colour",
                    "turn1_on",
                    "turn1",
                    "turn2_on",
                    "turn2",
                    "turn3_on",
                    "turn3",
                ],
                name="problem_of_lead",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=["region", "office", "stage", "due", "id", "checked_on", "notice_until"],
                name="problem_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("request__isnull", False)),
                fields=["region", "request", "office", "lead_unit", "stage", "due", "id", "dispatched_on"],
                name="problem_request",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("lookback_on__isnull", False)),
                fields=["region", "office", "stage", "lookback_on", "due", "id"],
                name="problem_lookback",
            ),
        ),
    ]
