"""Recent dispatches of an office: what went out together, when, by whom, and how much of it was taken up since.

Reads only. A dispatch is known by its `dispatch_id`, which grows with time; what was recalled has lost it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Min, Q, QuerySet
from django.db.models.functions import Cast

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import Problem
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person

RECENT_DAYS = 60
SHOWN = 50
ASIDE = (Stage.MERGED, Stage.WITHDRAWN, Stage.REFERRED)


@dataclass(frozen=True)
class Batch:
    """A dispatch: how many problems went out with it and stand on the ledger still, and how many were taken up.

    `waiting` are those that nothing has happened to and whose deadline is ahead. `title` is that of one of the
    problems; `entry` is the record of the dispatch, `person` who made it.
    """

    id: UUID
    day: date
    count: int
    taken_up: int
    waiting: int
    title: str
    entry: Entry | None
    person: Person | None

    @property
    def recallable(self) -> bool:
        """As far as can be told without asking for each problem: does all of it still wait, in time?"""
        return bool(self.count) and self.waiting == self.count


def batch_of(actor: Actor, dispatch: UUID) -> QuerySet[Problem]:
    """What went out with `dispatch` from the actor's own office, without what was merged or withdrawn since."""
    rows = visible_to(actor).filter(region_id=actor.region_id, office_id=actor.unit_id, dispatch_id=dispatch)
    return rows.exclude(stage__in=ASIDE).order_by("id")


def recent_batches(actor: Actor) -> list[Batch]:
    """The dispatches of the actor's office of the last weeks, the latest first."""
    rows = visible_to(actor).filter(
        region_id=actor.region_id,
        office_id=actor.unit_id,
        dispatched_on__gte=clock.today() - timedelta(days=RECENT_DAYS),
        dispatch_id__isnull=False,
    )
    found = (
        rows.exclude(stage__in=ASIDE)
        .order_by()
        .values("dispatch_id")
        .annotate(
            day=Min("dispatched_on"),
            count=Count("id"),
            taken_up=Count("id", filter=Q(signed_on__isnull=False)),
            waiting=Count("id", filter=Q(stage=Stage.DISPATCHED, warned=False, due__gte=clock.today())),
            first=Min(Cast("id", CharField())),
        )
        .order_by("-dispatch_id")[:SHOWN]
    )
    return _told(list(found))


def _told(found: Sequence[Mapping[str, Any]]) -> list[Batch]:
    firsts = [UUID(row["first"]) for row in found]
    titles = dict(Problem.objects.filter(id__in=firsts).values_list("id", "title"))
    regions = Problem.objects.filter(id__in=firsts).values("region_id")
    of_dispatch = Entry.objects.filter(region_id__in=regions, subject__in=firsts, action=Move.DISPATCH.value)
    entries = {entry.subject: entry for entry in of_dispatch.defer("body").order_by("seq")}
    people = Person.objects.in_bulk([entry.person_id for entry in entries.values() if entry.person_id])
    return [
        Batch(
            id=row["dispatch_id"],
            day=row["day"],
            count=row["count"],
            taken_up=row["taken_up"],
            waiting=row["waiting"],
            title=titles[first],
            entry=entries.get(first),
            person=people.get(entries[first].person_id or 0) if first in entries else None,
        )
        for row, first in zip(found, firsts, strict=True)
    ]
