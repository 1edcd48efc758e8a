"""One-time tickets: a step that was confirmed twice is done once, and both clicks see the same result.

A ticket is issued with a preview, lives in the session, and is settled in the same transaction as the step
itself. A second click waits for the first at the session's row and finds it settled.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest

KEY = "tickets"
KEPT = 10


@dataclass
class Ticket:
    """A ticket while it is held. `result` is None until the step was done."""

    number: str
    known: bool
    result: Any = None


def issue(request: HttpRequest) -> str:
    """A fresh ticket; of old ones only the last few are kept."""
    number = secrets.token_urlsafe(12)
    tickets = {**request.session.get(KEY, {}), number: None}
    request.session[KEY] = dict(list(tickets.items())[-KEPT:])
    return number


def result_of(request: HttpRequest, number: str) -> Any:
    """What the step with this ticket came to; None where it was never done, or long ago."""
    return request.session.get(KEY, {}).get(number)


@contextmanager
def held(request: HttpRequest, number: str) -> Iterator[Ticket]:
    """Hold a ticket while its step is done, in one transaction with it: set `result` to settle it."""
    with transaction.atomic():
        tickets = _locked(request)
        ticket = Ticket(number, number in tickets, tickets.get(number))
        was_settled = ticket.result is not None
        yield ticket
        if ticket.result is not None and not was_settled:
            request.session[KEY] = {**tickets, number: ticket.result}
            request.session.save()


def _locked(request: HttpRequest) -> dict[str, Any]:
    """The tickets as they are now, with the session's row locked until the transaction ends."""
    session: Any = request.session
    row = session.model.objects.select_for_update().filter(session_key=session.session_key).first()
    return dict(row.get_decoded().get(KEY, {})) if row else {}
