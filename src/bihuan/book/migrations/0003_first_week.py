"""What the first week and the first million need; foreign keys lose the indexes that nothing asks."""

import django.db.models.deletion
from django.db import migrations, models

from bihuan.book.constraints import Unindexed


class Migration(migrations.Migration):
    dependencies = [
        ("book", "0002_entries_never_change"),
    ]

    operations = [
        Unindexed(
            model_name="chain",
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
            model_name="entry",
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
