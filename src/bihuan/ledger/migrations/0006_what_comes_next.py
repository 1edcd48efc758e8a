"""Indexes for what comes next: look-backs, and turns of colour."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0005_lapsed_requests"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.AlterField(
            model_name="problem",
            name="stage",
            field=models.CharField(
                choices=[
                    ("draft", "draft"),
                    ("listed", "listed"),
                    ("dispatched", "dispatched"),
                    ("under_way", "under_way"),
                    ("claimed_done", "claimed_done"),
                    ("closeout_asked", "closeout_asked"),
                    ("accepted", "accepted"),
                    ("in_public_notice", "in_public_notice"),
                    ("closed", "closed"),
                    ("sustained", "sustained"),
                    ("suspended", "suspended"),
                    ("merged", "merged"),
                    ("withdrawn", "withdrawn"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("lookback_on__isnull", False)),
                fields=["region", "office", "stage", "lookback_on"],
                name="problem_lookback",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("turn1_on__isnull", False)),
                fields=["region", "turn1_on", "id"],
                name="problem_turn1",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("turn2_on__isnull", False)),
                fields=["region", "turn2_on", "id"],
                name="problem_turn2",
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("turn3_on__isnull", False)),
                fields=["region", "turn3_on", "id"],
                name="problem_turn3",
            ),
        ),
    ]
