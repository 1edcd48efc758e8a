"""Parts are found by their problem alone: an id is of one region only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0011_readings_of_old"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="evidence",
            name="evidence_problem",
        ),
        migrations.RemoveIndex(
            model_name="extension",
            name="extension_problem",
        ),
        migrations.RemoveIndex(
            model_name="lookback",
            name="lookback_problem",
        ),
        migrations.RemoveIndex(
            model_name="measure",
            name="measure_problem",
        ),
        migrations.RemoveIndex(
            model_name="reach",
            name="reach_problem",
        ),
        migrations.RemoveIndex(
            model_name="responsibility",
            name="responsibility_problem",
        ),
        migrations.RemoveIndex(
            model_name="span",
            name="span_problem",
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["problem_id", "region"], name="evidence_problem"),
        ),
        migrations.AddIndex(
            model_name="extension",
            index=models.Index(fields=["problem_id", "region"], name="extension_problem"),
        ),
        migrations.AddIndex(
            model_name="lookback",
            index=models.Index(fields=["problem_id", "region"], name="lookback_problem"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["problem_id", "place", "region"], name="measure_problem"),
        ),
        migrations.AddIndex(
            model_name="reach",
            index=models.Index(fields=["problem_id", "region"], name="reach_problem"),
        ),
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(fields=["problem_id", "region"], name="responsibility_problem"),
        ),
        migrations.AddIndex(
            model_name="span",
            index=models.Index(fields=["problem_id", "begins", "region"], name="span_problem"),
        ),
    ]
