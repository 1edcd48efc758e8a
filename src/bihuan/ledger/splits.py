"""Which problem one was split off from, and which were split off from it: as far as a reader may see them.

Reads only. `kinds` says whether there are any at all (`present`), so that nothing is asked in vain.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bihuan.ledger.models import Problem
from bihuan.ledger.present import SPLIT
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

SHOWN = 50


@dataclass(frozen=True)
class Splits:
    """The problem divided and the parts it was divided into, the first `SHOWN`; `more`: there are others."""

    origin: Problem | None
    parts: Sequence[Problem]
    more: bool


def splits_of(actor: Actor, problem: Problem, kinds: Collection[str]) -> Splits:
    """What `problem` was split off from, and what was split off from it, within the sight of `actor`."""
    mine = visible_to(actor).filter(region_id=problem.region_id)
    origin = mine.filter(id=problem.split_from_id).first() if problem.split_from_id else None
    rows = mine.filter(split_from_id=problem.id).select_related("lead_unit").order_by("number")
    parts = list(rows[: SHOWN + 1]) if SPLIT in kinds else []
    return Splits(origin, parts[:SHOWN], len(parts) > SHOWN)
