"""Ids that people hand in: units and sources must be there, in use, and units of the same region.

Forms offer only such ones; a list, an import or a program may hold any number.
"""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.domain.refusals import Denied, say
from bihuan.ledger.models import Source
from bihuan.organisations.models import Unit


def refuses_units(region_id: int, units: Iterable[int | None]) -> Denied | None:
    """Refuses where one of `units` (ids; None is nobody) cannot be given anything to do in this region."""
    wanted = {unit for unit in units if unit is not None}
    found = Unit.objects.filter(pk__in=wanted, region_id=region_id, is_active=True).values_list("pk", flat=True)
    if len(found) == len(wanted):
        return None
    return Denied(say("所选的单位中有不存在或已停用的。"), say("请重新选择单位。"))


def refuses_sources(sources: Iterable[int | None]) -> Denied | None:
    """Refuses where one of `sources` (ids; None is none) is not in the list of sources in use."""
    wanted = {source for source in sources if source is not None}
    if len(Source.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)) == len(wanted):
        return None
    return Denied(say("所选的问题来源不存在或已停用。"), say("请重新选择来源。"))
