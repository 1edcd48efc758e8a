"""One-time passwords that have a last day; the post to which another one's work was handed over."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0002_units_change")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="one_time_until",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="post",
            name="successor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessors",
                to="organisations.post",
            ),
        ),
    ]
