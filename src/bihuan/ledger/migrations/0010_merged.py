"""What was merged into a problem is found by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0009_coloured_by"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="problem",
            index=models.Index(
                condition=models.Q(("merged_into_id__isnull", False)),
                fields=["region", "merged_into_id"],
                name="problem_merged",
            ),
        ),
    ]
