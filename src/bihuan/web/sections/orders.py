"""The section of a problem's page about its order: declines, rulings, what was split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Ruling
from bihuan.domain.orders import RULING_NAMES
from bihuan.ledger.actions.declining import refuses_court
from bihuan.ledger.splits import splits_of
from bihuan.web.changes import signature
from bihuan.web.sections.shown import Shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Decline

WAITING = (Ruling.OPEN, Ruling.APPEALED)


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The declines of the order, newest first, and what the problem was split from and into; None where neither.

    On the drawer there is no room for them.
    """
    if shown.brief:
        return None
    splits = splits_of(shown.actor, shown.problem, shown.kinds)
    declines = [_told(shown, row) for row in reversed(shown.dossier.declines)]
    if not declines and not splits.parts and splits.origin is None:
        return None
    return {"declines": declines, "splits": splits, "last_word": _last_word(shown)}


def _told(shown: Shown, row: Decline) -> dict[str, Any]:
    """A decline with who put it down, and how it stands."""
    return {
        "row": row,
        "by": signature(shown.dossier.names, row.declined_by_id) if row.declined_by_id else "",
        "answer": _(RULING_NAMES[Ruling(row.answer)]),
        "waits": row.answer in WAITING,
    }


def _last_word(shown: Shown) -> bool:
    """Was the office's answer the last one, since nobody above it could rule?"""
    decline = shown.opened.decline
    return decline is not None and decline.answer == Ruling.REFUSED and refuses_court(shown.opened) is not None
