"""The unit names of a reading: matched as they come in, and counted in step with its drafts.

Decides nothing that a person has to: what is not exactly a unit's name stays open (`matching`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import F

from bihuan.book.keys import new_id
from bihuan.book.writing import CHUNK
from bihuan.intake.matching import directory_of
from bihuan.intake.models import Reading, UnitName


def add_names(reading: Reading, counts: Mapping[str, int]) -> None:
    """Add names that are new to the reading, each with the number of drafts it stands in."""
    if not counts:
        return
    matches = directory_of(reading.keeper).match(counts)
    UnitName.objects.bulk_create(
        [
            UnitName(
                id=new_id(),
                region_id=reading.region_id,
                reading_id=reading.id,
                name=name,
                count=count,
                units=list(matches[name].units) if name in matches else [],
                how=matches[name].how if name in matches else "",
            )
            for name, count in counts.items()
        ],
        batch_size=CHUNK,
    )


def recount(reading: Reading, before: Iterable[str], after: Iterable[str]) -> None:
    """Keep the counts in step with changed drafts: a name is given once for each draft it stood or stands in."""
    change = Counter(after)
    change.subtract(before)
    rows = UnitName.objects.filter(region_id=reading.region_id, reading_id=reading.id)
    known = set(rows.filter(name__in=list(change)).values_list("name", flat=True))
    for name, by in change.items():
        if by and name in known:
            rows.filter(name=name).update(count=F("count") + by)
    add_names(reading, {name: by for name, by in change.items() if by > 0 and name not in known})
