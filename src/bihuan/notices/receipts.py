"""Who was told of the orders about a problem, and when they read it: for the office that gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from bihuan.notices.audience import PROBLEM
from bihuan.notices.contents import verb_of
from bihuan.notices.models import ByMail, Mail, Notice
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


def receipts_of(region: int, problem: UUID) -> Sequence[Receipt]:
    """The receipts for direct orders about a problem in the caller's sight, newest first, of the last ones."""
    state = Mail.objects.filter(id=OuterRef("mail_id")).values("state")[:1]
    rows = Notice.objects.filter(region_id=region, subject=problem, kind=PROBLEM, is_order=True)
    found = rows.annotate(mail_state=Subquery(state)).select_related("person", "unit").order_by("-id")[:SHOWN]
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
    ]
