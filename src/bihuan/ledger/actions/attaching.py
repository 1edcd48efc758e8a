"""The row that hangs a stored file on a problem: what proves a report, or the paper behind a step on behalf."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bihuan.book.keys import new_id
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Evidence
from bihuan.organisations.access import Actor


def evidence_row(
    file: StoredFile,
    *,
    actor: Actor,
    unit_id: int,
    at: datetime,
    measure_id: UUID | None = None,
    purpose: str | None = None,
) -> Evidence:
    """`file` as evidence that `actor` adds for `unit_id`, for one measure or the problem as a whole (None).

    `purpose` as in the model: what it shows where it is no proof of the unit's.
    """
    return Evidence(
        id=new_id(),
        measure_id=measure_id,
        name=file.name,
        size=file.size,
        sha256=file.sha256,
        media_type=file.media_type,
        person_id=actor.person_id,
        unit_id=unit_id,
        added_at=at,
        taken_at=file.taken_at,
        looks=file.looks,
        purpose=purpose,
    )
