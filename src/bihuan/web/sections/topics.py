"""The section of a problem's page about the mandatory check topic under which it was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.ledger.actions.answering import answer_behind
from bihuan.ledger.topics import find_answer
from bihuan.web.sections.shown import Shown


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The answer that the problem came with, where this reader may see it; asked for of such problems only."""
    named = None if shown.brief else answer_behind(shown.problem)
    row = find_answer(shown.actor, named) if named else None
    return {"row": row, "topic": row.topic} if row else None
