"""What became of the mails, for administrators: how many wait, what was held and refused, with what reason.

No number and no title of a problem stands here: administrators see no problems.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q

from bihuan.book import clock
from bihuan.domain.refusals import Denied
from bihuan.notices import mailserver
from bihuan.notices.mailing import refuses_set_up
from bihuan.notices.models import ByMail, Mail, Notice
from bihuan.organisations.models import Person

SHOWN = 100
_FAILED = (Mail.State.REFUSED, Mail.State.UNCLEAR)
_WAITING = (Mail.State.QUEUED, Mail.State.SENDING)


@dataclass(frozen=True)
class Held:
    """How many direct orders of a person were not mailed and are unread."""

    person: Person
    count: int


@dataclass(frozen=True)
class Deliveries:
    """`refuses`: why no mail is sent at all. `troubled`: waiting mails with what the server said last."""

    refuses: Denied | None
    host: str
    waiting: int
    troubled: Sequence[Mail]
    failed: Sequence[Mail]
    failed_count: int
    held: Sequence[Held]
    last_sent: datetime | None


def state() -> Deliveries:
    """How it stands now."""
    waiting = Mail.objects.filter(state__in=_WAITING)
    failed = Mail.objects.filter(state__in=_FAILED)
    return Deliveries(
        refuses=refuses_set_up(),
        host=mailserver.host(),
        waiting=waiting.count(),
        troubled=list(waiting.exclude(told="").select_related("person").order_by("-next_at", "id")[:SHOWN]),
        failed=list(failed.select_related("person").order_by("-id")[:SHOWN]),
        failed_count=failed.count(),
        held=_held(),
        last_sent=Mail.objects.filter(state=Mail.State.SENT).aggregate(last=Max("done_at"))["last"],
    )


def _held() -> list[Held]:
    rows = Notice.objects.filter(by_mail=ByMail.HELD, read_at__isnull=True).values("person_id")
    counts = list(rows.annotate(n=Count("id")).order_by("-n", "person_id")[:SHOWN])
    people = Person.objects.in_bulk([row["person_id"] for row in counts])
    return [Held(people[row["person_id"]], row["n"]) for row in counts]


def again(mail: UUID | None = None) -> int:
    """Have a mail that failed (None: all of them) tried again from the beginning; how many."""
    chosen = Mail.objects.filter(Q(id=mail) if mail else Q(), state__in=_FAILED)
    with transaction.atomic():
        ids = list(chosen.values_list("id", flat=True))
        now = clock.now()
        queued = {"state": Mail.State.QUEUED, "tries": 0, "strandings": 0, "next_at": now, "done_at": None}
        changed = chosen.filter(id__in=ids).update(**queued)
        Notice.objects.filter(mail_id__in=ids, by_mail=ByMail.HELD).update(by_mail=ByMail.PUT)
    return changed
