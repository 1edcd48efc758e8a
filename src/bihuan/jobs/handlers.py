"""The handlers of background work, by name. Each may run twice and must leave the same as after once.

`organisations.queue.enqueue` names them; the worker finds them here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Handler = Callable[..., Any]

HANDLERS: dict[str, Handler] = {}
ABANDONED = 24 * 3600
"""Seconds after which a file that is still waiting to be stored belongs to an upload that broke off."""


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler `name`."""

    def register(function: Handler) -> Handler:
        assert name not in HANDLERS, name
        HANDLERS[name] = function
        return function

    return register


def run(name: str, **kwargs: Any) -> Any:
    """Run the handler `name`; raises KeyError for a name that nobody registered."""
    return HANDLERS[name](**kwargs)


@handler("checkpoint")
def checkpoint() -> int | None:
    """Make a checkpoint where one is due, and hand out those that have not been; the number of the new one."""
    from bihuan.book import checkpoints, custody

    made = checkpoints.make_checkpoint() if checkpoints.due() else None
    folder = os.environ.get(custody.FOLDER)
    if folder:
        custody.hand_out_new(Path(folder))
    return made.number if made else None


@handler("recolour")
def recolour() -> int:
    """Let open problems take on the newest colour policy, and fill up rows whose turns have come; how many."""
    from bihuan.ledger.actions import recolouring

    return recolouring.recolour()


@handler("balance")
def balance() -> int:
    """Balance the kept sums on the first day of the month and fold those before it; how many."""
    from bihuan.ledger.actions import balancing

    return balancing.balance()


@handler("try-policy")
def try_policy(trial: str) -> int:
    """Work a trial of a colour policy through, from where it stands; how many problems were looked at."""
    from bihuan.insight import trials

    found = trials.run(trial)
    return found.passed if found else 0


@handler("liken")
def liken(region: int, reading: str) -> int:
    """Find what the drafts of a long file may repeat; how many may."""
    from bihuan.intake import likening

    return likening.liken_by_id(region=region, reading=reading)


@handler("clean-up")
def clean_up() -> int:
    """Forget sessions that have ended, old trials, and files of uploads that broke off; how many of these."""
    from django.core.management import call_command

    from bihuan.book import home
    from bihuan.insight import trials

    call_command("clearsessions")
    trials.forget_old()
    latest = time.time() - ABANDONED
    incoming = home.files() / "incoming"
    left = [path for path in incoming.glob("*") if path.is_file() and path.stat().st_mtime < latest]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


@handler("notify")
def notify() -> int:
    """Tell people what was recorded, make the day's digests, send what mails there are; how many notices."""
    from bihuan.notices import running

    return running.run().notices
