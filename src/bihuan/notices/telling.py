"""From entries to notices: whoever an entry concerns (`audience`) and may read it is told of it, once.

Entries are read in the order of their ids, region by region. Ids are given out before a transaction ends, so the
last `OVERLAP` is read again each time; what was told is known by its entry. Running twice is as running once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from bihuan.book import clock
from bihuan.book.keys import Region, new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.ledger.models import CheckAnswer, Problem, Reach, Responsibility, Task
from bihuan.ledger.queries import AUDIENCES
from bihuan.notices.audience import (
    ACTIONS,
    AUDIENCE,
    CHECK,
    KINDS,
    NAMES,
    PERSONS,
    PROBLEM,
    TASK,
    WORKING,
    Place,
    To,
)
from bihuan.notices.models import Bookmark, ByMail, Notice
from bihuan.notices.wishes import Wants, wants_of
from bihuan.organisations.models import Post

BATCH = 500
OVERLAP = 10 * 60 * 1000
"""Milliseconds: a transaction may take this long between its first entry and its end."""


def tell() -> int:
    """Tell of everything recorded since the last time; how many notices there are more. A first run tells
    nothing.
    """
    return sum(_tell_region(region) for region in Region.objects.order_by("id"))


def _tell_region(region: Region) -> int:
    now = new_id()
    mark, _made = Bookmark.objects.get_or_create(region=region, defaults={"first": now, "latest": now})
    after = max(mark.first, min(mark.latest, UUID(int=now.int - (OVERLAP << 80))))
    made = 0
    while batch := _entries(region.pk, after):
        made += _tell_batch(region.pk, batch)
        after = batch[-1].id
    Bookmark.objects.filter(pk=mark.pk).update(latest=now)
    return made


def _entries(region: int, after: UUID) -> list[Entry]:
    wanted = Entry.objects.filter(region_id=region, id__gt=after, action__in=ACTIONS, kind__in=KINDS)
    return list(wanted.defer("body").order_by("id")[:BATCH])


def _tell_batch(region: int, batch: Sequence[Entry]) -> int:
    ids = [entry.id for entry in batch]
    told = set(Notice.objects.filter(region_id=region, entry_id__in=ids).values_list("entry_id", flat=True))
    rows = _notices(region, [entry for entry in batch if entry.id not in told])
    with transaction.atomic():
        Notice.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def _notices(region: int, entries: Sequence[Entry]) -> list[Notice]:
    known = [entry for entry in entries if (entry.kind, entry.action) in AUDIENCE]
    if not known:
        return []
    field = Field.look(region, known)
    meant = [(entry, hearer) for entry in known for hearer in field.hearers(entry)]
    wants = wants_of({hearer.person for _entry, hearer in meant if hearer.order})
    return [
        Notice(
            region_id=region,
            person_id=hearer.person,
            unit_id=hearer.unit,
            entry_id=entry.id,
            kind=entry.kind,
            subject=entry.subject,
            action=entry.action,
            by_unit_id=entry.unit_id,
            at=entry.recorded_at,
            is_order=hearer.order,
            by_mail=_by_mail(hearer, wants),
        )
        for entry, hearer in meant
    ]


def _by_mail(hearer: Hearer, wants: Mapping[int, Wants]) -> ByMail:
    asked = wants.get(hearer.person) if hearer.order else None
    return ByMail.DUE if asked is not None and asked.orders_by_mail else ByMail.NO


@dataclass(frozen=True)
class Hearer:
    """A person to be told, in the unit in which the entry concerns them."""

    person: int
    unit: int
    order: bool


@dataclass(frozen=True)
class Field:
    """What a batch of entries is about, as it stands now: the units at each place, who may see what, who holds
    posts.

    `units` by subject and place; `named` by entry what it names itself; `parts` by problem and unit.
    """

    units: Mapping[UUID, Mapping[Place, Sequence[int]]]
    named: Mapping[UUID, Sequence[int]]
    parts: Mapping[tuple[UUID, int], str]
    posts: Mapping[int, Sequence[tuple[int, Role]]]
    posts_of: Mapping[int, Sequence[tuple[int, Role]]]

    @staticmethod
    def look(region: int, entries: Sequence[Entry]) -> Field:
        """Look it all up, with one question a table."""
        units = _places(region, entries)
        named = _named(region, [entry for entry in entries if entry.action in NAMES])
        people = {one for entry in entries if entry.action in PERSONS for one in named.get(entry.id, ())}
        asked = {unit for places in units.values() for ids in places.values() for unit in ids}
        asked |= {one for entry in entries if entry.action not in PERSONS for one in named.get(entry.id, ())}
        posts: defaultdict[int, list[tuple[int, Role]]] = defaultdict(list)
        posts_of: defaultdict[int, list[tuple[int, Role]]] = defaultdict(list)
        for unit, person, role in _held(Q(unit_id__in=asked) | Q(person_id__in=people)):
            posts[unit].append((person, role))
            posts_of[person].append((unit, role))
        problems = [entry.subject for entry in entries if entry.kind == PROBLEM]
        reach = Reach.objects.filter(region_id=region, problem_id__in=problems, unit_id__in=list(posts))
        parts = {
            (problem, unit): part for problem, unit, part in reach.values_list("problem_id", "unit_id", "part")
        }
        return Field(units, named, parts, posts, posts_of)

    def hearers(self, entry: Entry) -> Iterator[Hearer]:
        """Whom this entry is told to, each once: as a direct order where it is one to them in any of their
        posts.
        """
        found: dict[int, Hearer] = {}
        for to in AUDIENCE[entry.kind, entry.action]:
            for hearer in self._at(entry, to):
                before = found.get(hearer.person)
                if before is None or (hearer.order and not before.order):
                    found[hearer.person] = hearer
        found.pop(entry.person_id or 0, None)
        yield from found.values()

    def _at(self, entry: Entry, to: To) -> Iterator[Hearer]:
        for unit, person, role in self._posts_at(entry, to.place):
            if role in to.roles and role in WORKING and self._may_read(entry, unit):
                yield Hearer(person, unit, to.order)

    def _posts_at(self, entry: Entry, place: Place) -> Iterator[tuple[int, int, Role]]:
        """Unit, person and role of the posts at a place."""
        if place is not Place.NEW:
            units = self.units.get(entry.subject, {}).get(place, ())
            yield from ((unit, person, role) for unit in units for person, role in self.posts.get(unit, ()))
            return
        for named in self.named.get(entry.id, ()):
            if entry.action in PERSONS:
                yield from ((unit, named, role) for unit, role in self.posts_of.get(named, ()))
            else:
                yield from ((named, person, role) for person, role in self.posts.get(named, ()))

    def _may_read(self, entry: Entry, unit: int) -> bool:
        """The rule of `ledger.queries.entries_of`; what is no problem's is read by the units at its places."""
        if entry.kind != PROBLEM:
            return True
        part = self.parts.get((entry.subject, unit))
        return part is not None and (entry.audience in AUDIENCES[part] or entry.unit_id == unit)


def _held(condition: Q) -> Iterator[tuple[int, int, Role]]:
    """Unit, person and role of the posts held today by people who can sign in."""
    today = clock.today()
    held = Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))
    rows = Post.objects.filter(held & condition, unit__is_active=True, person__is_active=True)
    for unit, person, role in rows.order_by("id").values_list("unit_id", "person_id", "role"):
        yield unit, person, Role(role)


def _places(region: int, entries: Sequence[Entry]) -> dict[UUID, dict[Place, Sequence[int]]]:
    """By subject, the units at each place."""
    ids: defaultdict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        ids[entry.kind].add(entry.subject)
    found: defaultdict[UUID, dict[Place, Sequence[int]]] = defaultdict(dict)
    columns = ("id", "lead_unit_id", "office_id", "office__parent_id")
    for id_, lead, office, above in Problem.objects.filter(region_id=region, id__in=ids[PROBLEM]).values_list(
        *columns
    ):
        found[id_] = {Place.LEAD: _one(lead), Place.OFFICE: _one(office), Place.ABOVE: _one(above)}
    supporting = Responsibility.objects.filter(region_id=region, problem_id__in=ids[PROBLEM], dropped=False)
    for id_, unit in supporting.filter(role=Responsibility.Role.SUPPORT).values_list("problem_id", "unit_id"):
        found[id_][Place.SUPPORT] = (*found[id_].get(Place.SUPPORT, ()), unit)
    tasks = Task.objects.filter(region_id=region, id__in=ids[TASK]).values_list("id", "unit_id", "set_by_unit_id")
    checks = CheckAnswer.objects.filter(region_id=region, id__in=ids[CHECK])
    for id_, doer, setter in (*tasks, *checks.values_list("id", "unit_id", "topic__office_id")):
        found[id_] = {Place.DOER: (doer,), Place.SETTER: (setter,)}
    return found


def _one(unit: int | None) -> tuple[int, ...]:
    return () if unit is None else (unit,)


def _named(region: int, entries: Sequence[Entry]) -> dict[UUID, Sequence[int]]:
    """By entry, the units or people that it names."""
    actions = {entry.id: entry.action for entry in entries}
    bodies = Entry.objects.filter(region_id=region, id__in=list(actions)).values_list("id", "body")
    return {id_: tuple(_set_in(json.loads(body)["changes"], *NAMES[actions[id_]])) for id_, body in bodies}


def _set_in(changes: Mapping[str, Mapping[str, Sequence[object]]], kind: str, column: str) -> Iterator[int]:
    """The ids that `column` of rows of this kind was set to."""
    for key, columns in changes.items():
        new = columns[column][1] if key.startswith(f"{kind}:") and column in columns else None
        if isinstance(new, int):
            yield new
