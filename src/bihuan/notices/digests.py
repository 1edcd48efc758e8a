"""One digest a person and working day, where there is anything new: notices not told yet, and what turned by
itself.

The window begins on the day after digests were last made for everybody, so windows do not overlap; what was read
in the inbox or went out by mail is not told again. Running twice on a day is as running once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Role
from bihuan.ledger.actions.step import this_moment
from bihuan.notices.audience import WORKING
from bihuan.notices.models import Bookmark, ByMail, Digest, Mail, Notice
from bihuan.notices.turned import Side, Window, kinds_for, turned
from bihuan.notices.wishes import wants_of
from bihuan.organisations.models import Post

PEOPLE_AT_ONCE = 500


@dataclass
class Reader:
    """A person with the posts held today; `region` is that of the first one, `since` where the window begins."""

    person: int
    region: int
    since: date
    posts: list[tuple[int, Role]] = field(default_factory=list)


def is_time() -> bool:
    """Is it a working day, and late enough in the day, for the digests?"""
    late_enough = clock.local(clock.now()).hour >= settings.DIGEST_HOUR
    return late_enough and this_moment().calendar.is_workday(clock.today())


def make() -> int:
    """Make today's digests, where they are not made yet; how many were made now."""
    today = clock.today()
    last = Bookmark.objects.aggregate(last=Max("digest_on"))["last"]
    if last is not None and last >= today:
        return 0
    readers = _readers(today, last)
    fresh = _fresh([reader.person for reader in readers])
    found = _turned(readers, today)
    rows = [
        Digest(
            person_id=reader.person,
            region_id=reader.region,
            day=today,
            since=reader.since,
            turned=found.get(reader.person, []),
            made_at=clock.now(),
        )
        for reader in readers
        if reader.person in fresh or reader.person in found
    ]
    kept = [_keep(rows[start : start + PEOPLE_AT_ONCE]) for start in range(0, len(rows), PEOPLE_AT_ONCE)]
    if all(kept):
        Bookmark.objects.update(digest_on=today)
    return sum(len(part) for part in kept)


def _readers(today: date, last: date | None) -> list[Reader]:
    """Everybody who works on problems and has no digest of today, each with the beginning of their window."""
    begins = last + timedelta(days=1) if last else today
    made = dict(Digest.objects.filter(day__gte=begins).values_list("person_id").annotate(Max("day")))
    held = Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))
    roles = [role.value for role in WORKING]
    posts = Post.objects.filter(held, role__in=roles, unit__is_active=True, person__is_active=True)
    found: dict[int, Reader] = {}
    for person, unit, region, role in posts.order_by("id").values_list(
        "person_id", "unit_id", "unit__region", "role"
    ):
        before = made.get(person)
        if before == today:
            continue
        since = before + timedelta(days=1) if before else begins
        found.setdefault(person, Reader(person, region, since)).posts.append((unit, Role(role)))
    return list(found.values())


def _undigested(people: Collection[int]) -> QuerySet[Notice]:
    """What these people were not told yet: neither read, nor by mail, nor by a digest."""
    rows = Notice.objects.filter(digest_id__isnull=True, read_at__isnull=True)
    return rows.filter(by_mail__in=[ByMail.NO, ByMail.HELD], person_id__in=people)


def _fresh(people: Sequence[int]) -> set[int]:
    """Those who were not told everything yet."""
    chunks = (people[start : start + PEOPLE_AT_ONCE] for start in range(0, len(people), PEOPLE_AT_ONCE))
    return {
        person for chunk in chunks for person in _undigested(chunk).values_list("person_id", flat=True).distinct()
    }


def _turned(readers: Sequence[Reader], today: date) -> dict[int, list[Any]]:
    """By person, what turned with the problems of their units: computed once for all people of a unit."""
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for since in {reader.since for reader in readers}:
        these = [reader for reader in readers if reader.since == since]
        units = {unit for reader in these for unit, _role in reader.posts}
        for region in Region.objects.order_by("id").values_list("id", flat=True):
            rows = turned(region, units, Window(since, today))
            for reader in these:
                found[reader.person] += _of_reader(reader, rows)
    return {person: parts for person, parts in found.items() if parts}


def _of_reader(reader: Reader, rows: Mapping[tuple[int, Side], Any]) -> Iterator[list[Any]]:
    roles: defaultdict[int, set[Role]] = defaultdict(set)
    for unit, role in reader.posts:
        roles[unit].add(role)
    for unit, held in roles.items():
        for side in Side:
            row = rows.get((unit, side))
            concerned = {kind for role in held for kind in kinds_for(role, side)}
            kinds = [kind for kind in row.found if kind in concerned] if row else []
            if row and kinds:
                yield [str(row.id), kinds]


def _keep(rows: Sequence[Digest]) -> Sequence[Digest]:
    """Keep some digests with their notices and mails, all together.

    None where somebody made one of them meanwhile: then the next run makes those that are missing.
    """
    try:
        with transaction.atomic():
            Digest.objects.bulk_create(rows)
            _bind(rows)
            _queue(rows)
    except IntegrityError:
        return []
    return rows


def _bind(rows: Sequence[Digest]) -> None:
    """Note which digest tells a notice, and how many each tells."""
    ids = [row.id for row in rows]
    mine = Digest.objects.filter(id__in=ids, person_id=OuterRef("person_id"))
    _undigested([row.person_id for row in rows]).update(digest_id=Subquery(mine.values("id")[:1]))
    told = Notice.objects.filter(digest_id=OuterRef("id")).order_by().values("digest_id")
    counted = Coalesce(Subquery(told.annotate(n=Count("id")).values("n")), 0)
    Digest.objects.filter(id__in=ids).update(notices=counted)


def _queue(rows: Sequence[Digest]) -> None:
    """A mail for each digest whose reader wants it by mail."""
    wants = wants_of([row.person_id for row in rows])
    now = clock.now()
    mails = [
        Mail(person_id=row.person_id, region_id=row.region_id, digest_id=row.id, next_at=now, made_at=now)
        for row in rows
        if wants[row.person_id].digest_by_mail
    ]
    Mail.objects.bulk_create(mails)
