"""The sections of a problem's page that not every problem has: one file a room, each with its template.

A section looks at what the dossier has loaded (`kinds` says what else there is to load) and answers with what its
template needs, or with None where there is nothing to show.
"""

from __future__ import annotations

from typing import Any

from bihuan.web.sections import (
    campaigns,
    closeout,
    joint,
    leading,
    links,
    lookback,
    orders,
    papersigns,
    receipts,
    results,
    route,
    supervision,
    topics,
)
from bihuan.web.sections.shown import Section, Shown

_MAIN: tuple[tuple[str, Section], ...] = (
    ("papersigns", papersigns.show),
    ("closeout", closeout.show),
    ("lookback", lookback.show),
    ("supervision", supervision.show),
    ("links", links.show),
    ("joint", joint.show),
    ("route", route.show),
    ("orders", orders.show),
)
_SIDE: tuple[tuple[str, Section], ...] = (
    ("leading", leading.show),
    ("campaigns", campaigns.show),
    ("topics", topics.show),
    ("results", results.show),
    ("receipts", receipts.show),
)


def sections(shown: Shown) -> dict[str, list[dict[str, Any]]]:
    """What the sections of the main column and of the side show, each with its template."""
    return {"main_sections": _filled(_MAIN, shown), "side_sections": _filled(_SIDE, shown)}


def _filled(rooms: tuple[tuple[str, Section], ...], shown: Shown) -> list[dict[str, Any]]:
    told = ((name, show(shown)) for name, show in rooms)
    return [{"template": f"web/problem/sections/{name}.html", "data": data} for name, data in told if data]
