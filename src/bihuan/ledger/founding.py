"""What a new office finds on its ledgers' shelf: the usual sources of problems and the default colour policy.

Both are data that the office changes afterwards; the list of sources stands in `default_sources.json`.
"""

from __future__ import annotations

import json
from importlib import resources

from django.db import transaction

from bihuan.book import clock
from bihuan.domain.colours import DEFAULT_POLICY
from bihuan.ledger.actions.policies import add_policy
from bihuan.ledger.actions.sources import add_source
from bihuan.ledger.models import Source


@transaction.atomic
def furnish(*, region_id: int) -> int:
    """Store the default sources and colour policy, on the record; returns how many sources there are."""
    made: dict[str, Source] = {}
    for row in default_sources():
        made[row["code"]] = add_source(
            code=row["code"],
            name=row["name"],
            name_en=row["name_en"],
            parent=made.get(row["parent"]),
            region_id=region_id,
        )
    add_policy(policy=DEFAULT_POLICY, effective_from=clock.today(), region_id=region_id)
    return len(made)


def default_sources() -> list[dict[str, str]]:
    """The usual sources, parents first: code, name, name_en and the parent's code (empty at the top)."""
    text = resources.files("bihuan.ledger").joinpath("default_sources.json").read_text(encoding="utf-8")
    rows: list[dict[str, str]] = json.loads(text)
    return rows
