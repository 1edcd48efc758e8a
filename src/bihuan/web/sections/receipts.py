"""The section of a problem's page about the orders that went out with notices: who has read them, and when."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from bihuan.domain.case import Side
from bihuan.notices.receipts import receipts_of
from bihuan.web.sections.shown import Shown


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The receipts, order by order, for the office; asked for only where the problem went out."""
    problem = shown.problem
    if shown.brief or problem.dispatched_on is None or Side.OFFICE not in shown.opened.standing.sides:
        return None
    found = receipts_of(problem.region_id, problem.id)
    orders = [
        {"verb": _(verb), "at": at, "receipts": list(rows)}
        for (verb, at), rows in groupby(found, key=lambda row: (row.verb, row.at))
    ]
    return {"orders": orders} if orders else None
