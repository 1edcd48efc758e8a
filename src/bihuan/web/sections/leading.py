"""The section of a problem's page about leaders: cases taken, instructions, tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.domain.lifecycle import Move
from bihuan.ledger.leading import tasks_about
from bihuan.web.sections.shown import Shown
from bihuan.web.tasks import tell_all


def show(shown: Shown) -> Mapping[str, Any] | None:
    """Who has taken the case, what leaders wrote, and the tasks about it that the reader may see; or None."""
    cases = [row for row in shown.dossier.every.duties if row.duty == "leader" and not row.dropped]
    tasks = tasks_about(shown.actor, shown.problem) if "task" in shown.kinds else []
    instructions = [line for line in shown.dossier.lines if line.entry.action == Move.INSTRUCT]
    if not (cases or tasks or instructions):
        return None
    people, units = shown.dossier.names.people, shown.dossier.names.units
    return {
        "cases": cases,
        "tasks": tell_all(tasks, shown.moment.today),
        "instructions": [
            {
                "text": str(line.details.get("note", "")),
                "person": people.get(line.entry.person_id or 0),
                "unit": units.get(line.entry.unit_id or 0),
                "day": line.entry.occurred_on,
            }
            for line in instructions
        ],
    }
