"""One round of the notices, as the worker runs it every minute: tell, digests, mails."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.notices import digests, mailing, telling


@dataclass(frozen=True)
class Round:
    """How much a round did."""

    notices: int
    digests: int
    mails: int
    sent: int


def run() -> Round:
    """Do what is due now. Running twice is as running once."""
    notices = telling.tell()
    made = digests.make() if digests.is_time() else 0
    return Round(notices, made, mailing.plan(), mailing.send())
