"""What every page shows around its content: who acts in which post, the stages, the language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bihuan.book import clock
from bihuan.domain.case import Role, Stage

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
ASIDE = (Stage.DRAFT, Stage.SUSPENDED, Stage.MERGED, Stage.WITHDRAWN)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame; nothing but constants where nobody has signed in."""
    actor = getattr(request, "actor", None)
    return {
        "actor": actor,
        "posts": getattr(request, "posts", []),
        "loop": [(stage, None) for stage in LOOP],
        "sees_problems": actor is not None and actor.role is not Role.ADMINISTRATOR,
        "keeps_ledgers": actor is not None and actor.role is Role.COORDINATOR,
        "keeps_people": actor is not None and actor.role is Role.ADMINISTRATOR,
        "today": clock.today(),
    }
