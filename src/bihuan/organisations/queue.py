"""`enqueue()`: the only way to hand work to the background worker.

What is enqueued inside a transaction is undone with it. Handlers are registered by name in `jobs.handlers`,
must be idempotent (a job may run again after a crash) and must hold no transaction open while they compute.
"""

from __future__ import annotations

from typing import Any

RUN = "bihuan.jobs.handlers.run"


def enqueue(name: str, **kwargs: Any) -> str:
    """Have the handler `name` run soon with `kwargs` (plain values); returns the id of the job."""
    from django_q.tasks import async_task  # loads the whole queue, which most callers never need

    return str(async_task(RUN, name, q_options={"task_name": name}, **kwargs))
