"""Which kinds of parts a problem has beside those that every page loads: so that nothing is asked for in vain.

Found out with the problem itself (`queries.find`). Says nothing of what a reader may see.
"""

from __future__ import annotations

from django.db.models import CharField
from django.db.models.expressions import RawSQL

from bihuan.ledger.models import (
    Closeout,
    Duty,
    Example,
    Milestone,
    Objection,
    Problem,
    Quantity,
    Raising,
    Result,
    RuleTie,
    Task,
    Urging,
)

UPPER, SPLIT = "upper", "split"
"""Beside the kinds of rows: it answers a question raised below; others were split off from it."""

PARTS = (Raising, Duty, Milestone, Quantity, Task, Closeout, Objection, Urging, RuleTie, Result, Example)
_PROBLEM = Problem._meta.db_table
_FOUND = " || ".join(
    f"CASE WHEN EXISTS (SELECT 1 FROM {table} part WHERE {condition}) THEN '{kind},' ELSE '' END"  # noqa: S608  our own names
    for kind, table, condition in (
        *((row.KIND, row._meta.db_table, f"part.problem_id = {_PROBLEM}.id") for row in PARTS),
        (UPPER, Raising._meta.db_table, f"part.upper_id = {_PROBLEM}.id"),
        (SPLIT, _PROBLEM, f"part.region_id = {_PROBLEM}.region_id AND part.split_from_id = {_PROBLEM}.id"),
    )
)


def present() -> RawSQL:
    """The kinds of which a problem has any rows, each followed by a comma: for an annotation of problems."""
    return RawSQL(_FOUND, (), output_field=CharField())  # noqa: S611  our own names


def kinds_from(found: str) -> frozenset[str]:
    """What `present` found: `KIND`s of models, `UPPER`, `SPLIT`."""
    return frozenset(found.split(",")) - {""}
