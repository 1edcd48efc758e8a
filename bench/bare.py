"""How fast this disk and database commit at all: two rows in a transaction, durable, nothing else.

`python -m bench.bare` in the environment of a home prints JSON: one after the other, and from four connections at
once. What a write through the pages costs is judged beside it.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from bench.waking import wake

TABLE = "bench_bare"
COMMITS, CLIENTS = 200, 4
BODY = "x" * 600
"""About as long as the body of an entry."""


def main() -> None:
    """Print times of single commits in seconds, and the rate of four connections."""
    wake()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
        cursor.execute(f"CREATE TABLE {TABLE} (id char(36) PRIMARY KEY, body text NOT NULL)")
    try:
        _commits(20)
        alone = _commits(COMMITS)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(_commits, [COMMITS // CLIENTS * 2] * CLIENTS))
        rate = COMMITS * 2 / (time.perf_counter() - began)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")
    print(json.dumps({"alone": alone, "rate": rate}))


def _commits(count: int) -> list[float]:
    from django.db import connection, transaction

    found = []
    for _ in range(count):
        rows = [(str(uuid4()), BODY) for _ in range(2)]
        began = time.perf_counter()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {TABLE} (id, body) VALUES (%s, %s)", rows)
        found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    main()
