"""The benchmark itself, small: what it loads passes `verify`, what it prints are the figures promised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBLEMS = 300
KEYS = {"name", "database", "problems", "p50_ms", "p95_ms", "queries", "rate"}
PROMISED = (
    "ledger, under way by due date",
    "+ text, rare word",
    "one unit",
    "one problem",
    "desk",
    "counts by unit",
    "register one problem",
    "import 5,000 rows",
    "dispatch 5,000",
    "verify",
    "checkpoint of the day",
    "start to first page",
    "memory of web and worker, MiB",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="starts databases of its own; once is enough")
def test_a_small_ledger_is_loaded_verified_and_measured(tmp_path: Path) -> None:
    """Three hundred problems on SQLite: the run proves the record (`verify` raises) and keeps every figure."""
    results = tmp_path / "results.json"
    command = ["--database", "sqlite", "--problems", str(PROBLEMS), "--scale", "0.1", "--rounds", "2"]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.run", *command, "--homes", str(tmp_path), "--results", str(results)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout
    kept = json.loads(results.read_text())
    assert {row["problems"] for row in kept if row["database"] == "files"} == {1_000, 10_000}
    rows = {row["name"]: row for row in kept if row["database"] != "files"}
    assert set(rows) >= set(PROMISED)
    assert all(
        set(row) >= KEYS and row["database"] == "sqlite" and row["problems"] == PROBLEMS for row in rows.values()
    )
    assert "targets reached" in ran.stdout
