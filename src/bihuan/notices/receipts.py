"""Who was told of the orders about a problem, and when they read it: for the office that gives them.

Whoever opens the problem's page has read what they were told about it, by whatever way they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, Subquery

from bihuan.book import clock
from bihuan.ledger.models import Problem
from bihuan.notices.audience import PROBLEM
from bihuan.notices.contents import verb_of
from bihuan.notices.models import ByMail, Mail, Notice
from bihuan.organisations.access import Actor
from bihuan.organisations.models import Person, Unit

SHOWN = 60


@dataclass(frozen=True)
class Receipt:
    """One person told of one order. `mailed`: the server took the mail; `failed`: it did not, or it was held."""

    verb: str
    at: datetime
    person: Person
    unit: Unit
    read_at: datetime | None
    mailed: bool
    failed: bool


def receipts_of(actor: Actor, problem: Problem, *, office: bool) -> Sequence[Receipt]:
    """The receipts for direct orders about a problem in the actor's sight, newest first, of the last ones; the
    actor's own are given. Without `office` none are told.

    One question, and one more where something was unread.
    """
    state = Mail.objects.filter(id=OuterRef("mail_id")).values("state")[:1]
    own = Q(person_id=actor.person_id, read_at__isnull=True)
    rows = Notice.objects.filter(Q(is_order=True) | own if office else own)
    rows = rows.filter(region_id=problem.region_id, subject=problem.id, kind=PROBLEM)
    found = list(
        rows.annotate(mail_state=Subquery(state)).select_related("person", "unit").order_by("-id")[:SHOWN]
    )
    _give(actor, found)
    return [
        Receipt(
            verb_of(row.kind, row.action),
            row.at,
            row.person,
            row.unit,
            row.read_at,
            row.mail_state == Mail.State.SENT,
            row.by_mail == ByMail.HELD,
        )
        for row in found
        if row.is_order and office
    ]


def _give(actor: Actor, rows: Sequence[Notice]) -> None:
    """The actor's receipts for what of these rows is theirs and unread."""
    mine = [row for row in rows if row.person_id == actor.person_id and row.read_at is None]
    if mine:
        now = clock.now()
        Notice.objects.filter(id__in=[row.id for row in mine], read_at__isnull=True).update(read_at=now)
        for row in mine:
            row.read_at = now
