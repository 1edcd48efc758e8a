"""Which kinds of parts a problem has beside those that every page loads: so that nothing is asked for in vain.

One question for all kinds. Says nothing of what a reader may see.
"""

from __future__ import annotations

from django.db import connection, models

from bihuan.ledger.models import Duty, Milestone, Problem, Quantity, Raising, Task

UPPER, SPLIT = "upper", "split"
"""Beside the kinds of rows: it answers a question raised below; others were split off from it."""

_ASKED = " UNION ALL ".join(
    f"SELECT '{kind}' WHERE EXISTS (SELECT 1 FROM {table} WHERE {column} = %s)"  # noqa: S608  our own names
    for kind, table, column in (
        *((row.KIND, row._meta.db_table, "problem_id") for row in (Raising, Duty, Milestone, Quantity, Task)),
        (UPPER, Raising._meta.db_table, "upper_id"),
        (SPLIT, Problem._meta.db_table, f"region_id = %s AND {connection.ops.quote_name('split_from_id')}"),
    )
)


def kinds_of(problem: Problem) -> frozenset[str]:
    """The kinds of which `problem` has any rows: `KIND`s of models, `UPPER`, `SPLIT`."""
    id_ = models.UUIDField().get_db_prep_value(problem.id, connection)
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [id_] * 6 + [problem.region_id, id_])
        return frozenset(kind for (kind,) in cursor.fetchall())
