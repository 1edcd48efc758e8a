"""Many rows in one round trip: plain inserts, and updates that hold only where a row still is as expected.

The same SQL that the ORM would write, without its work per row and batch, which is what a list of five thousand
would otherwise spend its time on. Values are plain (no expressions), columns those of our own models.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from operator import attrgetter, itemgetter
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.db.models.base import ModelState
from django.utils.timezone import make_naive

M = TypeVar("M", bound=models.Model)
Convert = Callable[[Any], Any]
Bind = Callable[[Mapping[str, Any]], Sequence[Any]]

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


def made(model: type[M], **columns: Any) -> M:
    """A new row of `model` with these columns, links by their ids, defaults for the rest.

    What `model(**columns)` gives, without its work for each field, of which a list of five thousand problems has a
    million. Raises TypeError for what is no column.
    """
    constants, fresh = _beginnings(model)
    if not columns.keys() <= constants.keys():
        raise TypeError(f"no columns of {model.__name__}: {sorted(columns.keys() - constants.keys())}")
    row = model.__new__(model)
    values = row.__dict__
    values["_state"] = ModelState()
    values.update(constants)
    values.update(columns)
    for name, default in fresh:
        if name not in columns:
            values[name] = default()
    return row


@cache
def _beginnings(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What the columns of a new row hold: the same for all, or (name and how) made for each."""
    fields = model._meta.concrete_fields
    varied = [field for field in fields if field.has_default() and callable(field.default)]
    fresh = [(field.attname, field.get_default) for field in varied]
    names = {name for name, _default in fresh}
    return {f.attname: None if f.attname in names else f.get_default() for f in fields}, fresh


def insert(rows: Sequence[models.Model]) -> None:
    """Add `rows`, all of one model, their keys set already. Inside the caller's transaction."""
    if not rows:
        return
    connection = transaction.get_connection()
    sql, bind = _insertion(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [bind(row.__dict__) for row in rows])


@cache
def _insertion(model: type[models.Model], vendor: str) -> tuple[str, Bind]:
    """The statement that adds a row of `model`, and what makes its values ready."""
    connection, meta = transaction.get_connection(), model._meta
    quote = connection.ops.quote_name
    sql = "INSERT INTO {} ({}) VALUES ({})".format(  # noqa: S608  names of our own models, quoted; values are bound
        quote(meta.db_table),
        ", ".join(quote(field.column) for field in meta.concrete_fields),
        ", ".join(["%s"] * len(meta.concrete_fields)),
    )
    return sql, _binding([(field.attname, field) for field in meta.concrete_fields], vendor)


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
    new = _binding([(field.attname, field) for field in (*fields, *place)], connection.vendor)
    old = _binding([(field.name, field) for field in guard], connection.vendor)
    values = [[*new(row.__dict__), *old(expected)] for row, expected in pairs]
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
    named = [*((field.attname, field) for field in fields), ("id", model._meta.get_field(via))]
    bind = _binding(named, connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(sql, [bind(row.__dict__) for row in ordered])


def _binding(named: Sequence[tuple[str, Any]], vendor: str) -> Bind:
    """What takes the values of `named` (name and field) out of a mapping and makes them ready for the database."""
    if not named:
        return lambda values: ()
    names = [name for name, _field in named]
    pick = itemgetter(*names) if len(names) > 1 else lambda values: (values[names[0]],)
    needed = [
        (place, *conversion)
        for place, (_name, field) in enumerate(named)
        if (conversion := _conversion(field, vendor)) is not None
    ]

    def bind(values: Mapping[str, Any]) -> list[Any]:
        found = list(pick(values))
        for place, kind, quick, usual in needed:
            if (value := found[place]) is not None:
                found[place] = quick(value) if type(value) is kind else usual(value)
        return found

    return bind


def _conversion(field: Any, vendor: str) -> tuple[type[Any] | None, Convert, Convert] | None:
    """What makes values of `field` ready for the database: those of one type quickly, and others as Django does.

    None where they go there as they are.
    """
    known = field.target_field if field.is_relation else field
    if isinstance(known, _AS_THEY_ARE):
        return None

    def usual(value: Any) -> Any:
        return known.get_db_prep_value(value, transaction.get_connection())

    return *_QUICK[vendor].get(type(known), (None, usual)), usual


@lru_cache(maxsize=16)  # what is written together mostly has one time
def _moment_text(value: datetime) -> str:
    return str(make_naive(value, UTC))


def _list_text(value: list[Any]) -> str:
    return json.dumps(value) if value else "[]"  # most are empty, and beginning takes the encoder longest


def _as_it_is(value: Any) -> Any:
    return value


_QUICK: Mapping[str, Mapping[type[Any], tuple[type[Any], Convert]]] = {
    "sqlite": {
        models.UUIDField: (UUID, attrgetter("hex")),
        models.DateField: (date, str),
        models.DateTimeField: (datetime, _moment_text),
        models.JSONField: (list, _list_text),
    },
    "postgresql": {
        models.UUIDField: (UUID, _as_it_is),
        models.DateField: (date, _as_it_is),
        models.DateTimeField: (datetime, _as_it_is),
    },
}
"""What Django makes of values of just this type, sooner."""
