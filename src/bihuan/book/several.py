"""Several small questions in one round trip: each keeps its own order and limit, and so its own index.

Django joins such queries only where the database takes an order inside them, which SQLite does not without a
frame around each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def united(
    queries: Iterable[QuerySet[Any, Any]], *, dates: Sequence[int] = (), ids: Sequence[int] = ()
) -> list[Any]:
    """The rows of all `queries` (of the same columns) as tuples, one query after the other.

    `dates` and `ids` name the places of columns that hold days and UUIDs, which not every database gives as such.
    """
    parts: list[str] = []
    params: list[Any] = []
    for query in queries:
        try:
            sql, values = query.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT * FROM ({sql}) AS part{len(parts)}")  # noqa: S608  what Django wrote
        params += values
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return [_read(list(row), dates, ids) for row in cursor.fetchall()]


def _read(row: list[Any], dates: Sequence[int], ids: Sequence[int]) -> tuple[Any, ...]:
    for place in dates:
        row[place] = date.fromisoformat(row[place]) if isinstance(row[place], str) else row[place]
    for place in ids:
        row[place] = row[place] if isinstance(row[place], UUID) else UUID(row[place])
    return tuple(row)
