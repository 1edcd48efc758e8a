"""Exports are on the record: who took what away, how many rows, through which filter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from bihuan.book import clock
from bihuan.book.models import Audience
from bihuan.book.writing import Stroke, append
from bihuan.organisations.access import Actor

EXPORTS = UUID("0192d3c8-6d5e-7c3a-9b1f-5a0d3f4e2b10")
"""Namespace of the chains of exports, one for each unit."""


def record_export(*, actor: Actor, details: Mapping[str, Any]) -> None:
    """Write an export on the chain of the actor's unit. Inside a transaction."""
    stroke = Stroke(
        kind="export",
        subject=uuid5(EXPORTS, str(actor.unit_id)),
        region_id=actor.region_id,
        action="export",
        audience=Audience.OFFICE,
        changes={},
        details=details,
    )
    append([stroke], writer=actor.writer, at=clock.now(), today=clock.today())
