"""Names by which offices have called a unit in their files, confirmed by people: to be seen, and to be forgotten.

What a person matched once is taken silently the next time (`matching`). Where that was a mistake, the name is
forgotten: the files already confirmed keep what they became, the next one asks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from bihuan.book.writing import first_come
from bihuan.domain.refusals import Denied, Refused, insist, say
from bihuan.intake.models import Reading, UnitName
from bihuan.organisations.access import Actor, may_manage_people
from bihuan.organisations.actions import book
from bihuan.organisations.directory import find_unit
from bihuan.organisations.models import Person, Unit
from bihuan.organisations.tree import predecessors

CONFIRMED = (UnitName.How.PERSON, UnitName.How.REMEMBERED)


@dataclass(frozen=True)
class Alias:
    """A name confirmed for a unit: by which office, first in which file, by whom, and in how many files."""

    name: str
    office: Unit
    file: str
    person: Person | None
    since: datetime
    files: int


def aliases_of(unit: Unit) -> list[Alias]:
    """The names that are taken for `unit` because people confirmed them, by office and name."""
    rows = _rows([*predecessors(unit.pk)], unit.region_id)
    first: dict[tuple[int, str], UnitName] = {}
    files: dict[tuple[int, str], int] = {}
    for row in rows.select_related("reading__unit").order_by("reading__uploaded_at", "id"):
        key = (row.reading.unit_id, row.name)
        first.setdefault(key, row)
        files[key] = files.get(key, 0) + 1
    people = Person.objects.in_bulk({row.reading.person_id for row in first.values() if row.reading.person_id})
    return [
        Alias(
            name=row.name,
            office=row.reading.unit,
            file=row.reading.name,
            person=people.get(row.reading.person_id or 0),
            since=row.reading.uploaded_at,
            files=files[key],
        )
        for key, row in sorted(first.items())
    ]


@first_come()
def forget(*, actor: Actor, unit: Unit, office_id: int, name: str) -> None:
    """Take `name` no longer for `unit` in the files of an office. Raises `Refused` where it is not taken so, and
    for everyone but the unit's administrator."""
    insist(may_manage_people(actor))
    if find_unit(actor, unit.pk) is None:
        raise Refused(Denied(say("这个单位不在您管理的范围内。")))
    rows = _rows([*predecessors(unit.pk)], unit.region_id).filter(name=name, reading__unit_id=office_id)
    ids = list(rows.values_list("id", flat=True))
    if not UnitName.objects.filter(region_id=unit.region_id, id__in=ids).update(forgotten=True):
        raise Refused(Denied(say("这个叫法已经不再使用。"), say("请刷新页面查看。")))
    book(
        unit,
        "forget_name",
        region_id=unit.region_id,
        writer=actor.writer,
        before=unit.snapshot(),
        details={"name": name},
    )


def _rows(units: Iterable[int], region_id: int) -> QuerySet[UnitName]:
    means = Q()
    for unit in units:
        means |= Q(units=[unit])
    return UnitName.objects.filter(
        means,
        region_id=region_id,
        how__in=CONFIRMED,
        forgotten=False,
        reading__state__in=[Reading.State.CONFIRMED, Reading.State.WITHDRAWN],
    )
