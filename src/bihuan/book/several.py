"""Several small questions in one round trip: each keeps its own order and limit, and so its own index.

Django joins such queries only where the database takes an order inside them, which SQLite does not without a
frame around each. Writing their SQL takes longer than the answer, so a page that always asks the same writes it
once (`Statement`) and fills in who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

_NOTHING: Mapping[Any, Any] = {}


@dataclass(frozen=True)
class Statement:
    """Queries of the same columns as one piece of SQL with its parameters; without any SQL it has no rows."""

    sql: str
    params: tuple[Any, ...]

    def rows(
        self,
        filled: Mapping[Any, Any] = _NOTHING,
        *,
        dates: Sequence[int] = (),
        ids: Sequence[int] = (),
    ) -> list[tuple[Any, ...]]:
        """The rows of all queries, one query after the other.

        `filled` says what to ask for in place of a parameter. `dates` and `ids` name the places of columns that
        hold days and UUIDs, which not every database gives as such.
        """
        if not self.sql:
            return []
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [filled.get(value, value) for value in self.params])
            return [_read(list(row), dates, ids) for row in cursor.fetchall()]


def statement(queries: Iterable[QuerySet[Any, Any]]) -> Statement:
    """The SQL that asks all `queries`; those that can find nothing are left out."""
    parts: list[str] = []
    params: list[Any] = []
    for query in queries:
        try:
            sql, values = query.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(sql)
        params += values
    return Statement(united_all(parts), tuple(params))


def united_all(parts: Sequence[str]) -> str:
    """The SQL of several queries as one, each in a frame that keeps its own order and limit."""
    return " UNION ALL ".join(
        f"SELECT * FROM ({sql}) AS part{place}"  # noqa: S608  what Django wrote
        for place, sql in enumerate(parts)
    )


def united(
    queries: Iterable[QuerySet[Any, Any]], *, dates: Sequence[int] = (), ids: Sequence[int] = ()
) -> list[tuple[Any, ...]]:
    """The rows of all `queries` (of the same columns) as tuples, one query after the other (see `Statement`)."""
    return statement(queries).rows(dates=dates, ids=ids)


def _read(row: list[Any], dates: Sequence[int], ids: Sequence[int]) -> tuple[Any, ...]:
    for place in dates:
        row[place] = date.fromisoformat(row[place]) if isinstance(row[place], str) else row[place]
    for place in ids:
        row[place] = row[place] if isinstance(row[place], UUID) else UUID(row[place])
    return tuple(row)
