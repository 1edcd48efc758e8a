"""Writing a million problems: without indexes, in bulk, and everything put back afterwards as it was.

Only for homes of the benchmark. What a database is told here holds for loading alone.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from django.apps import apps
from django.db import connection, models, transaction

from bench.leavings import kept_models
from bench.printing import PROBLEM, Rows
from bench.stencils import columns_of
from bihuan.ledger import search
from bihuan.ledger.models import Problem, Tally

TEXT_INDEX = "ledger_pairs"


class Bulk(Protocol):
    """How rows get into a database in bulk."""

    def begin(self) -> None:
        """Take away what slows loading down."""

    def write(self, rows: Rows) -> None:
        """Put the rows of a chunk in."""

    def finish(self) -> None:
        """Put back what was taken away, and let the database look at its tables."""


def tables() -> list[str]:
    """The tables that are loaded in bulk."""
    return [model._meta.db_table for model, _column, _order in kept_models()] + [Tally._meta.db_table]


class PostgresBulk:
    """COPY from any number of processes; constraints and indexes are made at the end, two tables at a time."""

    def __init__(self) -> None:
        self._keys: defaultdict[str, list[str]] = defaultdict(list)
        self._links: list[str] = []

    def begin(self) -> None:
        names = [*tables(), TEXT_INDEX]
        constraints = (
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
            "WHERE contype IN ('p', 'u', 'f') "
            "AND (conrelid = ANY(%s::regclass[]) OR confrelid = ANY(%s::regclass[])) "
            "ORDER BY contype = 'f', contype"
        )
        found = _fetched(constraints, [names, names])
        for table, name, text, kind in reversed(found):
            _run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            again = f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}'
            (self._links if kind == "f" else self._keys[table]).insert(0, again)
        indexes = (
            "SELECT tablename, indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() AND tablename = ANY(%s)"
        )
        for table, name, text in _fetched(indexes, [names]):
            _run(f'DROP INDEX "{name}"')
            self._keys[table].append(text)

    def write(self, rows: Rows) -> None:
        with transaction.atomic():
            for label, found in rows.items():
                columns = ", ".join(f'"{column}"' for column in columns_of(label))
                sql = f"COPY {apps.get_model(label)._meta.db_table} ({columns}) FROM STDIN"
                with connection.cursor() as cursor, cursor.copy(sql) as copy:
                    copy.write("\n".join(map("\t".join, found)) + "\n")
            search.add(_texts(rows))

    def finish(self) -> None:
        _side_by_side(list(self._keys.values()))
        _side_by_side([[link] for link in self._links])
        _side_by_side([[f"VACUUM ANALYZE {table}"] for table in (*tables(), TEXT_INDEX)])


class SqliteBulk:
    """One process that inserts; what is unique stays so, all other indexes are made at the end."""

    def __init__(self) -> None:
        self._again: list[str] = []

    def begin(self) -> None:
        for pragma in (
            "foreign_keys=OFF",
            "journal_mode=OFF",
            "synchronous=OFF",
            "cache_size=-4000000",
            "locking_mode=EXCLUSIVE",
        ):
            _run(f"PRAGMA {pragma}")
        names = ", ".join(f"'{table}'" for table in tables())
        found = _fetched(
            "SELECT name, sql FROM sqlite_master "
            f"WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({names})",
            [],
        )
        for name, _sql in found:
            _run(f'DROP INDEX "{name}"')
        self._again = [sql for _name, sql in found]

    def write(self, rows: Rows) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            for label, found in rows.items():
                columns = columns_of(label)
                marks = ", ".join(["%s"] * len(columns))
                names = ", ".join(f'"{column}"' for column in columns)
                table = apps.get_model(label)._meta.db_table
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", found)
            search.add(_texts(rows))

    def finish(self) -> None:
        for statement in self._again:
            _run(statement)
        _run("ANALYZE")
        _run("PRAGMA locking_mode=NORMAL")
        _run("PRAGMA journal_mode=WAL")
        connection.close()


def bulk() -> Bulk:
    """The way of the database at hand."""
    return SqliteBulk() if connection.vendor == "sqlite" else PostgresBulk()


def cell_of() -> Callable[[Any, Any], Any]:
    """What makes a field's value what `write` takes for it."""
    return _sqlite_cell if connection.vendor == "sqlite" else _postgres_cell


def _sqlite_cell(column: Any, value: Any) -> Any:
    kind = column.target_field if column.is_relation else column
    return None if value is None else kind.get_db_prep_value(value, connection)


def _postgres_cell(column: Any, value: Any) -> str:
    """As COPY's text form has it; nothing is printed into it that needs escaping."""
    if value is None:
        return r"\N"
    if isinstance(column, models.BooleanField):
        return "t" if value else "f"
    text = _sqlite_json(column, value) if isinstance(column, models.JSONField) else str(value)
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _sqlite_json(column: Any, value: Any) -> str:
    return json.dumps(value, cls=column.encoder, ensure_ascii=False)


def printed(rows: Sequence[models.Model]) -> Rows:
    """Rows of one model as `write` takes them."""
    if not rows:
        return {}
    cell, columns = cell_of(), rows[0]._meta.concrete_fields
    return {
        rows[0]._meta.label: [
            tuple([cell(column, row.__dict__[column.attname]) for column in columns]) for row in rows
        ]
    }


def _texts(rows: Rows) -> list[Problem]:
    """The printed problems with the columns that the text index is made of."""
    columns = {column.attname: column for column in Problem._meta.concrete_fields}
    wanted = ("id", "region_id", *search.TEXTS)
    places = [list(columns).index(name) for name in wanted]
    to_python = [columns[name].to_python for name in wanted]
    return [
        Problem(**{name: to(row[place]) for name, place, to in zip(wanted, places, to_python, strict=True)})
        for row in rows.get(PROBLEM, ())
    ]


def _side_by_side(tasks: Sequence[Sequence[str]]) -> None:
    """Run the statements of each task in their order, as many tasks at once as there are cores."""

    def run(task: Sequence[str]) -> None:
        try:
            for statement in task:
                _run(statement)
        finally:
            connection.close()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, tasks))


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _fetched(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
