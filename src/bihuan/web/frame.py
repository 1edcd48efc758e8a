"""What every page shows around its content: who acts in which post, the stages, the language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bihuan.book import clock
from bihuan.domain.case import Role, Stage
from bihuan.notices.inbox import may_have_inbox

LOOP = (
    Stage.LISTED,
    Stage.DISPATCHED,
    Stage.UNDER_WAY,
    Stage.CLAIMED_DONE,
    Stage.CLOSEOUT_ASKED,
    Stage.ACCEPTED,
    Stage.IN_PUBLIC_NOTICE,
    Stage.CLOSED,
    Stage.SUSTAINED,
)
NOT_COUNTED = tuple((stage, None) for stage in LOOP)
"""The stages of the side bar before their counts have come."""


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame; nothing but constants where nobody has signed in."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "posts": getattr(request, "posts", []),
        "here": request.resolver_match.url_name if request.resolver_match else None,
        "stage_here": _stage_here(request),
        "loop": NOT_COUNTED,
        "has_inbox": actor is not None and may_have_inbox(actor) is None,
        "sees_problems": actor is not None and actor.role is not Role.ADMINISTRATOR,
        "keeps_ledgers": actor is not None and actor.role is Role.COORDINATOR,
        "keeps_people": actor is not None and actor.role is Role.ADMINISTRATOR,
        "today": clock.today(),
    }


def _stage_here(request: HttpRequest) -> str:
    """The stage that the list on this page is of; empty for none, and for what is no stage."""
    asked = request.GET.get("stage", "")
    return asked if asked in set(Stage) else ""
