"""The section of a problem's page about what came of it: rules made, results with figures, good examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.domain.case import Side, Stage
from bihuan.ledger.achievements import examples_of, results_of
from bihuan.ledger.actions.examples import DONE
from bihuan.ledger.rulebook import ties_of
from bihuan.organisations.access import may_write_for_unit
from bihuan.web.outcomes import rule_state, tell_result
from bihuan.web.sections.shown import Shown

_INVOLVED = frozenset({Side.OFFICE, Side.LEAD})
_PROMISED = "cause"
"""The standard of close-out that says that the cause is removed and a rule made where one was missing."""


def show(shown: Shown) -> Mapping[str, Any] | None:
    """Rules, results and examples of the problem; what may be added; None on the drawer, and where there is
    neither."""
    if shown.brief:
        return None
    problem, kinds = shown.problem, shown.kinds
    done = Stage(problem.stage) in DONE
    ties = ties_of(problem) if "rule_tie" in kinds else []
    results = results_of(problem) if "result" in kinds else []
    examples = examples_of(shown.actor, problem) if "example" in kinds else []
    involved = bool(_INVOLVED & shown.opened.standing.sides)
    may_add = involved and may_write_for_unit(shown.actor) is None and (done or bool(ties or results))
    hint = done and not ties and Side.OFFICE in shown.opened.standing.sides and _promised(shown)
    if not (ties or results or examples or may_add or hint):
        return None
    return {
        "rules": [{"tie": one.tie, "rule": one.rule, "state": rule_state(one.rule)} for one in ties],
        "hint": hint,
        "results": [tell_result(row) for row in results],
        "examples": examples,
        "may_add": may_add,
        "is_done": done,
        "number": problem.number,
        "id": problem.id,
    }


def _promised(shown: Shown) -> bool:
    """Was it ticked at close-out that the cause is removed?"""
    rows = shown.dossier.closeouts
    last = rows[0].standards if rows else []
    return any(one.get("code") == _PROMISED and one.get("met") is True for one in last)
