"""The section of a problem's page about links between levels: its parts, what it is a part of, what was raised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.domain.case import PASSED_STAGES, Stage
from bihuan.domain.links import ALMOST, ROLL_UP_RULE
from bihuan.ledger.links import PartsSeen, part_of, parts_seen, raised_here, upper_of
from bihuan.web.changes import RAISED, signature
from bihuan.web.sections.shown import Shown

if TYPE_CHECKING:
    from bihuan.ledger.links import Linked
    from bihuan.ledger.models import Raising

SHOWN = 50
"""So many parts stand on the page of the problem; the others are on a page of their own."""


def show(shown: Shown) -> Mapping[str, Any] | None:
    """Parts, the whole, questions put upward and questions answered here; None where there are none of them."""
    if shown.brief:
        return None
    parts = parts_seen(shown.actor, shown.dossier.measures)
    above = part_of(shown.actor, shown.problem)
    raised = [_raised(shown, row) for row in reversed(shown.dossier.raisings)]
    here = raised_here(shown.actor, shown.problem, shown.kinds)
    if not (parts or above or raised or here):
        return None
    return {
        "parts": parts_told(parts, most=SHOWN) if parts else None,
        "above": above,
        "raised": raised,
        "here": here,
    }


def parts_told(parts: PartsSeen, *, most: int | None = None) -> dict[str, Any]:
    """What the table of parts needs; at most so many rows of it."""
    rows = list(parts.rows[:most])
    return {
        "all": parts,
        "rows": rows,
        "count": len(parts.rows),
        "more": len(parts.rows) - len(rows),
        "colours": [(colour.value, count) for colour, count in parts.colours.items()],
        "rule": _(ROLL_UP_RULE) % {"almost": ALMOST},
    }


def _raised(shown: Shown, row: Raising) -> dict[str, Any]:
    """A question put upward, how it was answered, and how far it is above."""
    upper = upper_of(shown.actor, row)
    return {
        "row": row,
        "by": signature(shown.dossier.names, row.raised_by_id) if row.raised_by_id else "",
        "answer": _(RAISED[row.answer]),
        "waits": row.answer == "open",
        "upper": upper,
        "settled": shown.problem.stage == Stage.SUSPENDED and upper is not None and _settled(upper),
    }


def _settled(upper: Linked) -> bool:
    return Stage(upper.problem.stage) in PASSED_STAGES
