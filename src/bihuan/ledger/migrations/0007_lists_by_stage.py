"""Lists of any order are stretches of an index by stage."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0006_what_comes_next"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reach",
            name="reach_unit_problem",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_due_original",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_dispatched",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_changed",
        ),
        migrations.RemoveIndex(
            model_name="problem",
            name="problem_lead",
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "stage", "due_original", "id"], name="problem_due_original"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "stage", "dispatched_on", "id"], name="problem_dispatched"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "stage", "changed_at", "id"], name="problem_changed"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "stage", "number", "id"], name="problem_by_number"),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(fields=["region", "stage", "lead_unit", "id"], name="problem_lead"),
        ),
        migrations.AddConstraint(
            model_name="reach",
            constraint=models.UniqueConstraint(fields=("unit", "problem_id", "region"), name="reach_unit_problem"),
        ),
    ]
