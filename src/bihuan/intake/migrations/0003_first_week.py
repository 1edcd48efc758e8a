"""What the first week and the first million need; foreign keys lose the indexes that nothing asks."""

import django.db.models.deletion
from django.db import migrations, models

from bihuan.book.constraints import Unindexed


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0003_first_week"),
        ("intake", "0002_links"),
    ]

    operations = [
        Unindexed(
            model_name="draft",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        Unindexed(
            model_name="reading",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
        Unindexed(
            model_name="unitname",
            name="region",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="book.region",
            ),
        ),
    ]
