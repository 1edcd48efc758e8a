"""What holds for every test: property tests draw the same examples each time and are not timed one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "bihuan",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("bihuan")


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied_between_tests() -> Iterator[None]:
    """Lift the triggers that keep entries while Django empties the tables after a test that really committed.

    Only SQLite needs it: there a flush is DELETE, on PostgreSQL it is TRUNCATE, which no row trigger sees.
    """
    from django.db.backends.sqlite3.base import DatabaseWrapper

    operations_of_sqlite: Any = DatabaseWrapper.ops_class
    empty: Callable[..., None] = operations_of_sqlite.execute_sql_flush

    def empty_without_triggers(operations: Any, statements: list[str]) -> None:
        with _triggers_lifted(operations.connection):
            empty(operations, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations_of_sqlite, "execute_sql_flush", empty_without_triggers)
        yield


@contextmanager
def _triggers_lifted(connection: Any) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)
