"""The section of a problem's page about supervision: listed, letters, urgings; and to whom it was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bihuan.domain.case import Stage
from bihuan.ledger.referrals import file_of
from bihuan.web.sections.shown import Shown
from bihuan.web.supervision import told as told_of

if TYPE_CHECKING:
    from bihuan.ledger.models import Urging

URGINGS_SHOWN = 5


def show(shown: Shown) -> Mapping[str, Any] | None:
    """What presses the problem, as far as the reader may see it; or None where nothing does."""
    dossier, today = shown.dossier, shown.moment.today
    rows: list[Urging] = sorted(dossier.urgings, key=lambda row: row.id, reverse=True)
    for row in rows:
        row.problem = shown.problem
    referral = file_of(shown.problem) if shown.problem.stage == Stage.REFERRED else None
    if not rows and referral is None:
        return None
    by_kind = {
        kind: [_named(row, shown, today) for row in rows if row.kind == kind]
        for kind in ("letter", "listed", "urge")
    }
    return {
        "letters": by_kind["letter"],
        "listings": by_kind["listed"],
        "urgings": by_kind["urge"][:URGINGS_SHOWN],
        "more": len(by_kind["urge"]) - URGINGS_SHOWN,
        "referral": referral,
    }


def _named(row: Urging, shown: Shown, today: Any) -> dict[str, Any]:
    units, people = shown.dossier.names.units, shown.dossier.names.people
    said = {
        "by_unit": units.get(row.by_unit_id),
        "to_unit": units.get(row.to_unit_id),
        "answered_by": people.get(row.answered_by_id or 0),
    }
    return told_of(row, today) | said
