"""Many rows in one round trip: plain inserts, and updates that hold only where a row still is as expected.

The same SQL that the ORM would write, without its work per row and batch, which is what a list of five thousand
would otherwise spend its time on. Values are plain (no expressions), columns those of our own models.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

Convert = Callable[[Any], Any]

_AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField, models.BooleanField)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep Python's cycle collector from running while a long list is worked through.

    Everything such a list makes stays in use until it is written; the collector would walk over it again and
    again and find nothing, which takes a fifth of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def insert(rows: Sequence[models.Model]) -> None:
    """Add `rows`, all of one model, their keys set already. Inside the caller's transaction."""
    if not rows:
        return
    connection, meta = transaction.get_connection(), type(rows[0])._meta
    fields = meta.concrete_fields
    quote = connection.ops.quote_name
    sql = "INSERT INTO {} ({}) VALUES ({})".format(  # noqa: S608  names of our own models, quoted; values are bound
        quote(meta.db_table),
        ", ".join(quote(field.column) for field in fields),
        ", ".join(["%s"] * len(fields)),
    )
    columns = [(field.attname, _convert(field, connection)) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_bound(row.__dict__, columns) for row in rows])


def update_where(model: Any, columns: Sequence[str], rows: Iterable[tuple[Any, Mapping[str, Any]]]) -> int:
    """Update many rows in one round trip, each only where it still is as expected; how many rows matched.

    `rows` pairs a model instance with the column values it must still have in the database: the
    compare-and-set behind every change. Always by region and id, and in the order of the ids, so that two
    lists that overlap wait for one another instead of standing in each other's way.
    """
    meta = model._meta
    pairs = sorted(rows, key=lambda pair: pair[0].pk)
    if not pairs:
        return 0
    connection = transaction.get_connection()
    fields = [meta.get_field(name) for name in columns]
    guard = [meta.get_field(name) for name in pairs[0][1]]
    place = [meta.get_field("region"), meta.pk]
    quote = connection.ops.quote_name
    sql = "UPDATE {} SET {} WHERE {}".format(  # noqa: S608  names of our own models, quoted; values are bound
        quote(meta.db_table),
        ", ".join(f"{quote(field.column)} = %s" for field in fields),
        " AND ".join(f"{quote(field.column)} = %s" for field in (*place, *guard)),
    )
    new = [(field.attname, _convert(field, connection)) for field in (*fields, *place)]
    old = [(field.name, _convert(field, connection)) for field in guard]
    values = [_bound(row.__dict__, new) + _bound(expected, old) for row, expected in pairs]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
        return int(cursor.rowcount)


def update_linked(model: Any, columns: Sequence[str], via: str, rows: Iterable[models.Model]) -> None:
    """Repeat `columns` of `rows` on the rows of `model` whose column `via` points to them, by region and id."""
    ordered = sorted(rows, key=lambda row: row.pk)
    if not ordered:
        return
    connection = transaction.get_connection()
    quote = connection.ops.quote_name
    sql = "UPDATE {} SET {} WHERE {} AND {}".format(  # noqa: S608  names of our own models, quoted; values are bound
        quote(model._meta.db_table),
        ", ".join(f"{quote(name)} = %s" for name in columns),
        "{} = %s".format(quote("region_id")),
        f"{quote(via)} = %s",
    )
    fields = [*(model._meta.get_field(name) for name in columns), model._meta.get_field("region")]
    values = [(field.attname, _convert(field, connection)) for field in fields]
    id_ = [("id", _convert(model._meta.get_field(via), connection))]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_bound(row.__dict__, values) + _bound(row.__dict__, id_) for row in ordered])


def _bound(values: Mapping[str, Any], columns: Sequence[tuple[str, Convert | None]]) -> list[Any]:
    return [
        convert(value) if convert is not None and (value := values[name]) is not None else values[name]
        for name, convert in columns
    ]


def _convert(field: Any, connection: Any) -> Convert | None:
    """What makes a value of `field` ready for the database; None where it goes there as it is."""
    kind = field.target_field if field.is_relation else field
    if isinstance(kind, _AS_THEY_ARE):
        return None
    return lambda value: kind.get_db_prep_value(value, connection)
