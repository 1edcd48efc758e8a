"""The section of a problem's page about the orders that went out with notices: who has read them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Side
from bihuan.notices.inbox import may_have_inbox
from bihuan.notices.receipts import receipts_of
from bihuan.web.sections.shown import Shown


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The receipts, order by order, for the office; asked for only where the problem went out.

    A reader who was told of something here has read it now.
    """
    problem = shown.problem
    if shown.brief or problem.dispatched_on is None or may_have_inbox(shown.actor):
        return None
    office = Side.OFFICE in shown.opened.standing.sides
    found = receipts_of(shown.actor, problem, office=office)
    orders = [
        {"verb": _(verb), "at": at, "receipts": list(rows)}
        for (verb, at), rows in groupby(found, key=lambda row: (row.verb, row.at))
    ]
    return {"orders": orders} if orders else None
