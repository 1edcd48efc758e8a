"""The inventory of sources: where problems come from, as a tree that the office changes, and what each brought.

Sources are never deleted, because problems stand on them: they are retired. Who may change the inventory is asked
here; problems are registered elsewhere.
"""

from __future__ import annotations

from django.db import transaction

from bihuan.book.writing import Writer
from bihuan.ledger.models import Source
from bihuan.organisations.actions import SYSTEM, book


@transaction.atomic
def add_source(
    *,
    code: str,
    name: str,
    region_id: int,
    name_en: str = "",
    parent: Source | None = None,
    writer: Writer = SYSTEM,
) -> Source:
    """Add a source of problems below `parent`, or at the top."""
    source = Source.objects.create(code=code, name=name, name_en=name_en, parent=parent)
    book(source, "create", region_id=region_id, writer=writer)
    return source
