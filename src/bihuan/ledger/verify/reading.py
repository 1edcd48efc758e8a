"""Rows as they are stored, in the plain values of entries.

Verify reads what lies in the database, not what the models make of it: a value that no model would have written
must neither be mended nor bring verify down on its way to the comparison. Reads only, in one consistent view.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

FETCHED = 2000
"""Rows taken from the database at a time."""

Plain = Callable[[Any], Any]
Row = tuple[Any, ...]


@contextmanager
def one_view() -> Iterator[None]:
    """Let everything read inside belong to one moment, without keeping anybody from writing.

    Django's own transaction would take SQLite's writing lock for as long as verify runs.
    """
    with _bytes_that_are_no_text(), connection.cursor() as cursor:
        if connection.in_atomic_block:
            yield
        elif connection.vendor == "sqlite":
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        else:
            with transaction.atomic():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield


@contextmanager
def _bytes_that_are_no_text() -> Iterator[None]:
    """Let SQLite give text that is not UTF-8 with a mark in it, so that its row can be named."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    before, raw.text_factory = raw.text_factory, partial(str, encoding="utf-8", errors="replace")
    try:
        yield
    finally:
        raw.text_factory = before


def _uuid(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if len(value) != 32 or not value.isalnum():
        return value
    return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"


def _moment(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"
    if len(value) == 19 and value[10] == " ":
        return f"{value[:10]}T{value[11:]}.000000Z"
    if len(value) == 26 and value[10] == " ":
        return f"{value[:10]}T{value[11:]}Z"
    return value


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _truth(value: Any) -> Any:
    return bool(value) if value in (0, 1) else value


def _json(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError, RecursionError):
        return value


def _amount(places: int, value: Any) -> str:
    """A decimal with its digits, as entries have it; SQLite keeps it as a number. Raises ValueError for more."""
    stored = Decimal(value if isinstance(value, str | Decimal) else repr(value))
    kept = stored.quantize(Decimal(1).scaleb(-places))
    if kept != stored:
        raise ValueError(value)
    return str(kept)


def _plain_of(field: Any) -> Plain | None:
    """How a stored value of `field` becomes plain; None where it already is."""
    if isinstance(field, models.DecimalField):
        return partial(_amount, field.decimal_places)
    for kind, plain in (
        (models.UUIDField, _uuid),
        (models.DateTimeField, _moment),
        (models.DateField, _day),
        (models.BooleanField, _truth),
        (models.JSONField, _json),
        (models.BinaryField, bytes),
    ):
        if isinstance(field, kind):
            return plain
    return None if field.remote_field is None else _plain_of(field.target_field)


class Stored:
    """Reads the rows of one model as tuples of plain values, in the order of `names` (without it all columns)."""

    def __init__(self, model: type[models.Model], names: Sequence[str] | None = None) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.names = tuple(names or fields)
        self.table = model._meta.db_table
        self._conversions = [
            (place, plain) for place, name in enumerate(self.names) if (plain := _plain_of(fields[name]))
        ]
        # On SQLite a bare column is converted by its declared type, and what does not fit comes as nothing.
        bare = "+" if connection.vendor == "sqlite" else ""
        columns = ", ".join(bare + quoted(str(fields[name].column)) for name in self.names)
        self._select = f"SELECT {columns} FROM {quoted(self.table)}"  # noqa: S608  our own models' names

    def rows(self, condition: str = "", params: Sequence[Any] = (), order: str = "") -> Iterator[Row]:
        """The rows that meet an SQL `condition`, in this `order`, fetched some thousand at a time."""
        sql = self._select + (f" WHERE {condition}" if condition else "") + (f" ORDER BY {order}" if order else "")
        for raw in fetched(sql, params):
            row = list(raw)
            for place, plain in self._conversions:
                if row[place] is not None:
                    try:
                        row[place] = plain(row[place])
                    except (TypeError, ValueError, ArithmeticError, AttributeError):
                        continue  # left as it is: then it differs from what the record says
            yield tuple(row)

    def dicts(self, condition: str = "", params: Sequence[Any] = (), order: str = "") -> Iterator[dict[str, Any]]:
        """The same rows by column name."""
        for row in self.rows(condition, params, order):
            yield dict(zip(self.names, row, strict=True))


def fetched(sql: str, params: Sequence[Any] = ()) -> Iterator[Row]:
    """The rows of a statement as the database gives them, without holding all of them at once."""
    with closing(connection.chunked_cursor()) as cursor:
        cursor.execute(sql, list(params))
        while rows := cursor.fetchmany(FETCHED):
            yield from rows


def quoted(name: str) -> str:
    """The name of a table or column, quoted for SQL."""
    return str(connection.ops.quote_name(name))


def as_stored(plain_id: str) -> Any:
    """A plain UUID as this database stores it, in whose order its rows are read. Raises ValueError for others."""
    return models.UUIDField().get_db_prep_value(UUID(plain_id), connection)


@dataclass(frozen=True)
class Range:
    """A stretch of the ids of one region: after `after` up to and including `until`, as stored (None: no end)."""

    region: Any
    after: Any
    until: Any

    def condition(self, column: str) -> tuple[str, list[Any]]:
        """The SQL condition that the ids in `column` lie in this stretch, and its values."""
        parts, params = [f"{quoted('region_id')} = %s"], [self.region]
        for sign, bound in ((">", self.after), ("<=", self.until)):
            if bound is not None:
                parts.append(f"{quoted(column)} {sign} %s")
                params.append(bound)
        return " AND ".join(parts), params


def regions_of(tables: Sequence[str]) -> list[Any]:
    """Every region that any of these tables holds rows of, whether or not it exists; a step per region."""
    found: set[Any] = set()
    for table in tables:
        sql = f"SELECT MIN(region_id) FROM {quoted(table)}"  # noqa: S608  our own models' names
        with connection.cursor() as cursor:
            cursor.execute(sql)
            while (region := cursor.fetchone()[0]) is not None:
                found.add(region)
                cursor.execute(f"{sql} WHERE region_id > %s", [region])
    return sorted(found, key=str)


def ranges_of(table: str, region: Any, size: int) -> Iterator[Range]:
    """The stretches of a region, each holding `size` ids of `table`; together they cover every possible id."""
    after = None
    while True:
        condition, params = Range(region, after, None).condition("id")
        sql = f"SELECT id FROM {quoted(table)} WHERE {condition} ORDER BY id LIMIT 1 OFFSET {size - 1}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            last = cursor.fetchone()
        if last is None:
            yield Range(region, after, None)
            return
        yield Range(region, after, last[0])
        after = last[0]
