"""The colour policies on the record, as the schedule by which the domain colours problems. Reads only."""

from __future__ import annotations

from bihuan.domain.schedule import Dated, Schedule, schedule_of
from bihuan.ledger.models import ColourPolicy


def schedule_on_record() -> Schedule:
    """Every policy on the record with its day; where there is none, the default policy is always in force."""
    rows = ColourPolicy.objects.order_by("version")
    return schedule_of(Dated(row.effective_from, row.version, row.as_policy()) for row in rows)
