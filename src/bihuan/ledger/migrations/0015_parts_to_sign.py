"""Parts that supporting units have not signed for are found by the unit."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("ledger", "0014_between_levels"),
        ("organisations", "0003_one_time_passwords"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="responsibility",
            index=models.Index(
                condition=models.Q(("dropped", False), ("role", "support"), ("signed_on__isnull", True)),
                fields=["unit", "problem_id"],
                name="responsibility_unsigned",
            ),
        ),
    ]
