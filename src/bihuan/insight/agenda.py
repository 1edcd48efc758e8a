"""What a dispatch meeting can be about: red and yellow problems led at or below the own unit, worst first."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bihuan.domain.case import UNFINISHED_STAGES, Stage
from bihuan.domain.colours import Colour
from bihuan.insight.keyset import Sort
from bihuan.insight.stretches import Stretches
from bihuan.ledger.asof import colour_is, colour_on
from bihuan.ledger.models import Problem
from bihuan.organisations.access import Actor

MOST = 50
_LOOKED_AT = 150
"""So many of each colour are read, as some in sight may be led elsewhere."""
_STAGES = tuple(stage.value for stage in Stage if stage in UNFINISHED_STAGES)


def candidates(actor: Actor, today: date) -> list[Problem]:
    """Up to 50 problems for the agenda, each with `colour_today`: red ones first, then by due day."""

    def bringing(rows: QuerySet[Problem]) -> QuerySet[Problem]:
        return rows.select_related("lead_unit").annotate(colour_today=colour_on(today))

    found: list[Problem] = []
    for colour in (Colour.RED, Colour.YELLOW):
        if len(found) < MOST:
            rows = Stretches(actor, _STAGES, colour_is((colour,), today), bringing)
            alarming: list[Problem] = rows.fetch(Sort("due"), None, _LOOKED_AT, backwards=False)
            found += [row for row in alarming if row.lead_unit and actor.unit_id in row.lead_unit.line]
    return found[:MOST]
