"""The worker: a django-q2 cluster with the database as its broker, and what runs by the clock.

`run` does not return until it is told to stop, or until the process that started it is gone.
"""

from __future__ import annotations

import os
import time
from datetime import timedelta

from bihuan.organisations.queue import RUN

BY_THE_CLOCK = {"checkpoint": "H", "clean-up": "D", "recolour": "D", "balance": "D", "notify": "I"}
"""Handlers and how often they run: every minute, hourly, daily (django-q2's letters)."""
FIRST_AFTER = timedelta(seconds=60)
LATE = timedelta(minutes=5)
WATCH_EVERY = 1.0


def set_clock() -> None:
    """Store when the handlers of `BY_THE_CLOCK` run next, where that is not stored yet."""
    from django_q.models import Schedule

    from bihuan.book import clock

    known = set(Schedule.objects.values_list("name", flat=True))
    for name, often in BY_THE_CLOCK.items():
        if name not in known:
            Schedule.objects.create(
                name=name, func=RUN, args=f"'{name}',", schedule_type=often, next_run=clock.now() + FIRST_AFTER
            )


def is_behind() -> bool:
    """True where what runs by the clock has not run for a while, or never: then no worker is running."""
    from django_q.models import Schedule

    from bihuan.book import clock

    latest = clock.now() - LATE
    return not Schedule.objects.exists() or Schedule.objects.filter(next_run__lt=latest).exists()


def run(*, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT; with `parent`, only as long as that process is the parent of this one."""
    from django.db import connections
    from django_q.cluster import Cluster

    set_clock()
    connections.close_all()
    cluster = Cluster()
    cluster.start()
    while cluster.sentinel.is_alive():
        if parent is not None and os.getppid() != parent:
            cluster.stop()
        time.sleep(WATCH_EVERY)
