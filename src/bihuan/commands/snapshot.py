"""The database of a backup: one consistent state taken while others write, and put back into an empty database.

SQLite is copied by its own online backup; PostgreSQL table by table with COPY in one snapshot, so that neither
programs nor superuser rights are needed. Sessions and caches are left out: a backup must not let anybody in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from bihuan.commands.archive import Archive, Member, Packing
from bihuan.domain.refusals import Denied, Refused, say
from bihuan.ledger import search

FORGOTTEN = ("django_session", "cache")
MADE_ANEW = frozenset(
    {
        *FORGOTTEN,
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
        "organisations_person_groups",
        "organisations_person_user_permissions",
    }
)
"""Tables that migrating fills, or that we do not use."""


def engine() -> str:
    """The kind of database: `sqlite` or `postgresql`."""
    return str(connection.vendor)


def applied() -> tuple[str, ...]:
    """The migrations that the database has had, as app.name, in a fixed order."""
    loader = MigrationExecutor(connection).loader
    return tuple(sorted(f"{app}.{name}" for app, name in loader.applied_migrations if app in loader.migrated_apps))


HASH_ALONE = {"intake_sentsheet"}
"""Tables that remember a file only by its hash: it was given away and never kept here."""


def naming_files() -> list[str]:
    """The questions for the hashes of all files that the database names."""
    named = (m for m in apps.get_models() if any(field.name == "sha256" for field in m._meta.fields))
    tables = sorted({model._meta.db_table for model in named} - HASH_ALONE)
    kept = [f"SELECT DISTINCT sha256 FROM {table} WHERE sha256 <> ''" for table in tables]  # noqa: S608  our own names
    campaigns = apps.get_model("ledger", "Campaign")._meta.db_table
    scheme = "json_extract(scheme, '$.sha256')" if engine() == "sqlite" else "scheme->>'sha256'"
    draws = apps.get_model("ledger", "Draw")._meta.db_table
    return [
        *kept,
        f"SELECT {scheme} FROM {campaigns} WHERE {scheme} IS NOT NULL",  # noqa: S608
        f"SELECT population_sha256 FROM {draws}",  # noqa: S608
    ]


# SQLite ---------------------------------------------------------------------------------------------------


def copy_sqlite(source: Path, target: Path) -> set[str]:
    """Copy the database as it stands at one moment; the hashes of the files it names.

    Raises `Refused` where the disk is full or the database cannot be read.
    """
    try:
        return _copied(source, target)
    except sqlite3.Error as error:
        text = say("没有备份成功，数据库读不出或磁盘空间不足：%(why)s。")
        raise Refused(Denied(text, say("请清理磁盘后再试。"), {"why": str(error)})) from error


def _copied(source: Path, target: Path) -> set[str]:
    with closing(sqlite3.connect(source, timeout=60)) as running, closing(sqlite3.connect(target)) as copy:
        running.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA secure_delete=ON")
        for table in FORGOTTEN:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
        copy.commit()
        named: set[str] = set()
        for question in naming_files():
            named |= {row[0] for row in copy.execute(question)}
    return named


# PostgreSQL -----------------------------------------------------------------------------------------------


@contextmanager
def at_one_moment() -> Iterator[None]:
    """Everything read inside is as of one moment, whatever others write."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def copy_tables(packing: Packing) -> tuple[dict[str, list[str]], set[str]]:
    """Add every table to the archive: the columns of each, and the hashes of the files they name."""
    columns = _columns()
    for table, names in columns.items():
        packing.add(f"tables/{table}", _copied_out(table, names), packed=True)
    named: set[str] = set()
    with connection.cursor() as cursor:
        for question in naming_files():
            cursor.execute(question)
            named |= {row[0] for row in cursor.fetchall()}
    return columns, named


def _columns() -> dict[str, list[str]]:
    tables = {*connection.introspection.django_table_names(only_existing=True, include_views=False), search.TABLE}
    with connection.cursor() as cursor:
        return {
            table: [column.name for column in connection.introspection.get_table_description(cursor, table)]
            for table in sorted(tables)
            if table not in MADE_ANEW
        }


def _statement(table: str, columns: Iterable[str], direction: str) -> str:
    quote = connection.ops.quote_name
    return f"COPY {quote(table)} ({', '.join(map(quote, columns))}) {direction}"


def _copied_out(table: str, columns: Iterable[str]) -> Iterator[bytes]:
    with _bare_cursor() as cursor, cursor.copy(_statement(table, columns, "TO STDOUT")) as copy:
        for piece in copy:
            yield bytes(piece)


def _bare_cursor() -> Any:
    """A cursor of psycopg itself: Django's has no COPY."""
    connection.ensure_connection()
    return connection.connection.cursor()


def load_tables(archive: Archive, members: dict[str, Member]) -> None:
    """Fill the empty tables from the archive, all or none, and set the counters behind them.

    Raises `Refused` where the archive names a table or column that there is not.
    """
    here = _columns()
    for table, columns in archive.manifest.tables.items():
        if not set(columns) <= set(here.get(table, ())):
            raise Refused(Denied(say("备份里的数据表 %(table)s 与本版本不符。"), params={"table": table}))
    with transaction.atomic():
        for table, columns in archive.manifest.tables.items():
            with _bare_cursor() as cursor, cursor.copy(_statement(table, columns, "FROM STDIN")) as copy:
                for piece in archive.pieces(members[f"tables/{table}"]):
                    copy.write(piece)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)


# Versions -------------------------------------------------------------------------------------------------


def refuse_unknown(migrations: Iterable[str]) -> None:
    """Raise `Refused` where a backup's tables are newer than this program."""
    loader = MigrationLoader(None, ignore_no_migrations=True)  # no connection: it would make SQLite's file
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    unknown = sorted(set(migrations) - known)
    if unknown:
        text = say("备份来自更新的版本（%(name)s），本版本不能恢复。")
        raise Refused(Denied(text, say("请先升级程序。"), {"name": unknown[-1]}))


def migrate_to(migrations: Iterable[str]) -> None:
    """Give an empty database exactly the tables that a backup was taken from."""
    executor = MigrationExecutor(connection)
    recorded = {(app, name) for app, _dot, name in (migration.partition(".") for migration in migrations)}
    graph = executor.loader.graph.node_map

    def is_last(node: tuple[str, str]) -> bool:
        return not any(child.key in recorded and child.key[0] == node[0] for child in graph[node].children)

    executor.migrate([node for node in sorted(recorded) if is_last(node)])
