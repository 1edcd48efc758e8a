"""Refusals of a list, told together: one group for each reason, however many dates it was refused for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from bihuan.domain.refusals import Denied
from bihuan.ledger.actions.step import Refusal
from bihuan.web import errors

GROUPS = 8
EXAMPLES = 5


def grouped(refused: Sequence[Refusal]) -> list[dict[str, Any]]:
    """Refusals by their reason, the most frequent first, each with a few examples; rare reasons together.

    Reasons that differ in their dates alone are one, told with the first and the last of them.
    """
    groups: dict[str, list[Refusal]] = {}
    for refusal in refused:
        groups.setdefault(_without_dates(refusal.denied), []).append(refusal)
    ranked = sorted(groups.values(), key=lambda rows: -len(rows))
    shown = [(_folded(rows), rows) for rows in ranked[:GROUPS]]
    rest = [refusal for rows in ranked[GROUPS:] for refusal in rows]
    if rest:
        shown.append((_("其他原因"), rest))
    return [
        {
            "text": text,
            "count": len(rows),
            "examples": [
                {"id": str(row.problem.id), "number": row.problem.number, "title": row.problem.title}
                for row in rows[:EXAMPLES]
            ],
        }
        for text, rows in shown
    ]


def _without_dates(denied: Denied) -> str:
    """The reason with its dates as blanks."""
    blanks = {name: "…" if isinstance(value, date) else value for name, value in denied.params.items()}
    return errors.told(replace(denied, params=blanks))


def _folded(rows: Sequence[Refusal]) -> str:
    """The reason of a group, each date as the stretch from the first to the last."""
    denied = rows[0].denied
    return errors.told(replace(denied, params={name: _stretch(name, rows) for name in denied.params}))


def _stretch(name: str, rows: Sequence[Refusal]) -> object:
    values = [row.denied.params[name] for row in rows]
    days = [value for value in values if isinstance(value, date)]
    if len(days) < len(values) or min(days) == max(days):
        return values[0]
    return _("%(first)s至%(last)s") % {"first": min(days), "last": max(days)}
