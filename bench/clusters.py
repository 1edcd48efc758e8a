"""PostgreSQL for the benchmark: one cluster for each loaded size, kept, and started with stated settings.

While loading it may lose everything in a power cut; while it is measured it may lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.postgres_server import find_programs, running

COMMON = ("max_connections=60", "jit=off", "random_page_cost=1.1", "effective_cache_size=8GB")
MEASURED = (
    *COMMON,
    "shared_buffers=1GB",
    "work_mem=32MB",
    "maintenance_work_mem=256MB",
    "max_wal_size=4GB",
    "effective_io_concurrency=100",
)
"""For two cores and a fast disk; commits are durable (fsync, synchronous_commit and full_page_writes stay on)."""
LOADING = (
    *COMMON,
    "shared_buffers=2GB",
    "maintenance_work_mem=1GB",
    "max_wal_size=6GB",
    "checkpoint_timeout=30min",
    "wal_level=minimal",
    "max_wal_senders=0",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
)
ADDRESS = "address"


class NoPostgres(RuntimeError):
    """Raised where no PostgreSQL can be run."""


@contextmanager
def cluster(folder: Path, *, loading: bool = False) -> Iterator[str]:
    """The DATABASE_URL of the cluster kept in `folder`, started unless it runs already."""
    known = folder / ADDRESS
    if not loading and known.exists() and _answers(known.read_text()):
        yield known.read_text()
        return
    programs = find_programs()
    if programs is None:
        raise NoPostgres("no PostgreSQL here: apt-get install postgresql, or make postgres")
    with running(programs, settings=LOADING if loading else MEASURED, keep=folder) as url:
        known.write_text(url)
        try:
            yield url
        finally:
            known.unlink(missing_ok=True)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
