"""The section of a problem's page about look-backs: each with its result, its pictures and the draw it came by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from bihuan.book import clock
from bihuan.domain.lifecycle import Move
from bihuan.domain.lookback import EXPOSED_AGAIN_DAYS, FOUND_BY
from bihuan.ledger.draws import find_draw
from bihuan.web.changes import RESULTS
from bihuan.web.sections.shown import Shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Evidence, Lookback


def show(shown: Shown) -> Mapping[str, Any] | None:
    """The look-backs of all cycles, the last one first; None where none was ever planned."""
    rows = shown.dossier.lookbacks
    if not rows:
        return None
    return {"rows": [_told(shown, row) for row in reversed(rows)], "cycle": shown.problem.cycle}


def _told(shown: Shown, row: Lookback) -> dict[str, Any]:
    return {
        "row": row,
        "result": _(RESULTS[row.result]),
        "photos": _photos(shown, row),
        "draw": find_draw(shown.actor, row.draw_id) if row.draw_id and not shown.brief else None,
        "back": _back(shown, row),
    }


def _photos(shown: Shown, row: Lookback) -> list[Evidence]:
    """The pictures that came with the result: those of its day."""
    taken = (file for file in shown.dossier.evidence if file.purpose == "lookback")
    return [file for file in taken if clock.day_of(file.added_at) == row.done_on]


def _back(shown: Shown, row: Lookback) -> dict[str, Any] | None:
    """How a rebound came to light and how soon, as its entry says."""
    reopened = (line for line in shown.dossier.lines if line.entry.action == Move.REOPEN)
    line = next((one for one in reopened if clock.day_of(one.entry.recorded_at) == row.done_on), None)
    if row.result != "rebounded" or line is None:
        return None
    days = line.details.get("days_since")
    return {
        "found_by": _(FOUND_BY.get(line.details.get("found_by", ""), "")) if line.details.get("found_by") else "",
        "days": days,
        "soon": days is not None and days <= EXPOSED_AGAIN_DAYS,
        "limit": EXPOSED_AGAIN_DAYS,
    }
