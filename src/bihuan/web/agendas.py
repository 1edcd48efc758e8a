"""The agenda of a meeting as it may be shown: of what was handed to another authority since, the number alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.ledger.referrals import agenda_told
from bihuan.web.templatetags.bihuan import reason_text

if TYPE_CHECKING:
    from bihuan.ledger.models import Meeting


def agenda_of(meeting: Meeting) -> list[dict[str, Any]]:
    """The items with `why` each has its colour, in the reader's language."""
    return [
        item | {"title": _("已移送"), "why": ""}
        if "gone" in item
        else item | {"why": reason_text(item["reason"], item["params"])}
        for item in agenda_told(meeting.agenda)
    ]
