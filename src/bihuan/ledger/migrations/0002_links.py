"""The links between large tables, as constraints of the database where it can have them."""

from __future__ import annotations

from django.db import migrations

from bihuan.book.constraints import link_large_tables


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [link_large_tables("ledger")]
