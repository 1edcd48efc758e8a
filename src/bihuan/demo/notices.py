"""What the demo's people were told in the last days, and what they have read: by the rounds that the worker runs.

No mail server is set up in the demo, and nothing is mailed. Every third person leaves the newest unread.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.book import clock
from bihuan.demo.schedule import Schedule
from bihuan.notices import digests, telling
from bihuan.notices.models import Digest, Notice

DAYS = 9
"""How far back inboxes go."""
PATIENCE = 3


def keep_inboxes(schedule: Schedule, today: date) -> None:
    """A round on each of the last days; the first only notes where inboxes begin."""
    for days in range(DAYS, 0, -1):
        schedule.errand(today - timedelta(days=days), tell_people)


def tell_people() -> None:
    """Tell what is new and make the digests of the day; then people read what came before the day before."""
    telling.tell()
    if digests.is_time():
        digests.make()
    now, hasty = clock.now(), _hasty()
    before = now - timedelta(hours=20)
    for rows in (Notice.objects.filter(at__lt=before), Digest.objects.filter(made_at__lt=before)):
        rows.filter(read_at__isnull=True).exclude(person_id__in=hasty).update(read_at=now)


def _hasty() -> list[int]:
    """Those who leave the newest unread."""
    people = Notice.objects.values_list("person_id", flat=True).distinct()
    return [person for person in people if person % PATIENCE == 0]
