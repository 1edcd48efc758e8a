"""What notices cost: 2,000 people of all units told of 5,000 entries, their digests of three days, one inbox.

Prints figures as JSON, each with the queries it took. People, posts and notices are made in one transaction that
is undone: the ledger stays as it is.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

PEOPLE, ENTRIES, DAYS = 2_000, 5_000, 3
ROLES = ("liaison", "liaison", "leader", "coordinator")


class _Undone(Exception):
    """Ends the transaction."""


def measured(work: Callable[[], object]) -> dict[str, Any]:
    """Seconds and queries of one piece of work, with what it answers."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        found = work()
    return {"seconds": round(time.perf_counter() - began, 3), "queries": len(asked), "count": found}


def people() -> None:
    """So many people in all, with posts in all units in turn."""
    from bihuan.book import clock
    from bihuan.organisations.models import Person, Post, Unit

    units = list(Unit.objects.filter(is_active=True).order_by("id"))
    missing = range(PEOPLE - Person.objects.count())
    made = Person.objects.bulk_create(
        [Person(username=f"n{n}", name=f"人员{n}", email=f"n{n}@mail.example", name_seal="") for n in missing]
    )
    since = clock.today() - timedelta(days=400)
    Post.objects.bulk_create(
        [
            Post(person=person, unit=units[n % len(units)], role=ROLES[n // len(units) % 4], since=since)
            for n, person in enumerate(made)
        ]
    )


def figures() -> dict[str, dict[str, Any]]:
    """Everything that is measured, by name."""
    from django.conf import settings
    from django.db.models import Count

    from bihuan.book import clock
    from bihuan.book.keys import Region
    from bihuan.book.models import Entry
    from bihuan.notices import digests, inbox, mailing, telling
    from bihuan.notices.audience import ACTIONS
    from bihuan.notices.models import Bookmark, Notice
    from bihuan.organisations.access import actor_for, held_posts
    from bihuan.organisations.models import Person

    settings.MAIL_URL, settings.MAIL_FROM = "smtp://127.0.0.1:1/", "ledger@mail.example"
    people()
    told = Entry.objects.filter(action__in=ACTIONS, kind="problem").order_by("-id")
    first = told.values_list("id", flat=True)[ENTRIES]
    last = clock.today() - timedelta(days=DAYS)
    for region in Region.objects.all():
        marks = {"first": first, "latest": first, "digest_on": last}
        Bookmark.objects.update_or_create(region=region, defaults=marks)
    found = {
        f"tell of {ENTRIES:,} entries": measured(telling.tell),
        "tell again, nothing new": measured(telling.tell),
        f"digests of {DAYS} days for {PEOPLE:,} people": measured(digests.make),
        "put mails together": measured(mailing.plan),
    }
    busiest = Notice.objects.values_list("person_id").annotate(n=Count("id")).order_by("-n")[0][0]
    person = Person.objects.get(pk=busiest)
    actor = actor_for(person, held_posts(person))
    assert actor is not None
    found["unread notices of the busiest"] = measured(lambda: inbox.unread(actor))
    found["a page of that inbox"] = measured(lambda: len(inbox.page(actor, inbox.UNREAD).lines))
    return found


def main() -> None:
    """Measure, print, undo."""
    import django

    django.setup()
    from django.db import transaction

    try:
        with transaction.atomic():
            print(json.dumps(figures(), ensure_ascii=False))
            raise _Undone
    except _Undone:
        pass


if __name__ == "__main__":
    main()
