"""Good examples are found by the problem that they come from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0016_to_the_end"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="example",
            index=models.Index(
                condition=models.Q(("problem_id__isnull", False)), fields=["problem_id"], name="example_problem"
            ),
        ),
    ]
