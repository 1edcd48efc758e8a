"""A request for more time ends with the problem it was for."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_search"),
    ]

    operations = [
        migrations.AlterField(
            model_name="extension",
            name="answer",
            field=models.CharField(
                choices=[
                    ("open", "Open"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                    ("lapsed", "Lapsed"),
                ],
                default="open",
                max_length=10,
            ),
        ),
    ]
