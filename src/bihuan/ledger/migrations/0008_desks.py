"""Indexes for what waits on desks; a request is none where there is none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0007_lists_by_stage"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.AlterField(
            model_name="problem",
            name="request",
            field=models.CharField(max_length=8, null=True),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                fields=["region", "office", "stage", "checked_on", "notice_until", "id"], name="problem_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("request__isnull", False)),
                fields=["region", "request", "office", "lead_unit", "stage"],
                name="problem_request",
            ),
        ),
        migrations.RunSQL("UPDATE ledger_problem SET request = NULL WHERE request = ''", migrations.RunSQL.noop),
    ]
