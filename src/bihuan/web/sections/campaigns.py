"""The section of a problem's page about the campaign that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.ledger.campaigns import campaign_of
from bihuan.web.sections.shown import Shown


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The campaign and item, with a link for those who may see the campaign; None for a problem in no campaign."""
    if shown.problem.campaign_id is None:
        return None
    campaign, item, opens = campaign_of(shown.actor, shown.problem)
    return {"campaign": campaign, "item": item, "opens": opens}
