"""An import can be withdrawn as a whole: when, by whom, and why."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0003_first_week"),
    ]

    operations = [
        migrations.AddField("reading", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("reading", "withdrawn_by_id", models.IntegerField(null=True)),
        migrations.AddField("reading", "withdrawn_reason", models.TextField(blank=True, default="")),
        migrations.AlterField(
            "reading",
            "state",
            models.CharField(
                choices=[
                    ("open", "Open"),
                    ("confirmed", "Confirmed"),
                    ("dropped", "Dropped"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="open",
                max_length=10,
            ),
        ),
    ]
