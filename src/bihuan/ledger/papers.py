"""The papers on which an office recorded steps on behalf of a unit: to choose one again for the next step."""

from __future__ import annotations

from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Evidence
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

LOOKED_AT = 200
MOST = 8


def papers_of(actor: Actor, unit_id: int) -> list[StoredFile]:
    """The papers of a unit that hang on problems of the actor's office, each once, the newest first."""
    rows = Evidence.objects.filter(
        region_id=actor.region_id,
        unit_id=unit_id,
        measure_id__isnull=True,
        problem__office_id=actor.unit_id,
        problem_id__in=visible_to(actor).filter(office_id=actor.unit_id).values("id"),
    )
    found: dict[str, StoredFile] = {}
    for row in rows.order_by("-id")[:LOOKED_AT]:
        found.setdefault(row.sha256, _stored(row))
        if len(found) == MOST:
            break
    return list(found.values())


def _stored(row: Evidence) -> StoredFile:
    return StoredFile(row.name, row.size, row.sha256, row.media_type, row.taken_at, row.looks)
