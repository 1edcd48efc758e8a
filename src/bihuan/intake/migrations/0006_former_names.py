"""A name may match a former name; a confirmed one may be forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_unit_sheets")]

    operations = [
        migrations.AddField("unitname", "forgotten", models.BooleanField(default=False)),
        migrations.AlterField(
            "unitname",
            "how",
            models.CharField(
                blank=True,
                choices=[
                    ("name", "Name"),
                    ("short_name", "Short Name"),
                    ("former_name", "Former Name"),
                    ("remembered", "Remembered"),
                    ("person", "Person"),
                ],
                max_length=12,
            ),
        ),
    ]
