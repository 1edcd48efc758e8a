"""The classes of a problem beside its source and field: its nature and its impact, as amending and correcting set
them. Nothing depends on them but lists."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Impact

NATURE_LENGTH = 40


@dataclass(frozen=True)
class Classes:
    """The nature, in the office's own words, and the impact as they shall be."""

    nature: str = ""
    impact: Impact | None = None


def put_in(problem: Problem, classes: Classes | None) -> None:
    """Give a problem these classes; None leaves them as they are."""
    if classes is not None:
        problem.nature = " ".join(classes.nature.split())[:NATURE_LENGTH] or None
        problem.impact = classes.impact.value if classes.impact else None
