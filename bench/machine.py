"""What a figure depends on besides us: the machine, what it does otherwise, the versions of what runs."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sqlite3
import subprocess
from pathlib import Path

from tests.postgres_server import find_programs

SHOWN = ("Django", "gunicorn", "psycopg")
BUSY = 0.5
"""A load above this before measuring is told: then figures are not those of a quiet machine."""


def facts() -> str:
    """Cores, memory, load and versions, as lines to print."""
    load = os.getloadavg()[0]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN)
    return "\n".join(
        (
            f"{os.cpu_count()} cores ({_processor()}), {_memory():.0f} GiB, {platform.platform(terse=True)}",
            f"load before measuring {load:.2f}" + (" (NOT a quiet machine)" if load > BUSY else ""),
            f"Python {platform.python_version()}, {versions}, SQLite {sqlite3.sqlite_version}, {_postgres()}",
        )
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _postgres() -> str:
    programs = find_programs()
    if programs is None:
        return "no PostgreSQL"
    command = [str(programs / "postgres"), "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
