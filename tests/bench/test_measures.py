"""Figures are judged by the yardstick and kept without losing others."""

from __future__ import annotations

import json
from pathlib import Path

from bench.measures import Figure, growth, keep, percentile, timed


def test_percentiles_are_times_that_were_measured() -> None:
    """By nearest rank: half of the values are at or below p50, nineteen of twenty at or below p95."""
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95)) == (50.0, 95.0)
    assert percentile([7.0], 0.95) == 7.0


def test_a_figure_says_what_it_missed() -> None:
    """The median, the tail (three times the target) and the number of queries are judged apart."""
    assert timed("page", [0.010] * 20, target_ms=20, queries=9).verdict == "OK"
    assert timed("page", [0.010] * 18 + [0.070] * 2, target_ms=20, queries=13).verdict == "MISSED p95 queries"
    assert Figure("rate", rate=90, target_rate=100).verdict == "MISSED rate"
    assert Figure("told", p50_ms=5).verdict == ""


def test_the_file_keeps_what_was_measured_elsewhere(tmp_path: Path) -> None:
    """Figures of the same name, database and size give way, others stay; growth compares the two sizes."""
    path = tmp_path / "results.json"
    keep([Figure("page", 10.0), Figure("desk", 5.0)], database="sqlite", problems=100_000, path=path)
    keep([Figure("page", 11.0)], database="sqlite", problems=100_000, path=path)
    keep([Figure("page", 15.0)], database="sqlite", problems=1_000_000, path=path)
    keep([Figure("page", 8.0)], database="postgresql", problems=100_000, path=path)
    rows = json.loads(path.read_text())
    assert [(row["database"], row["problems"], row["name"], row["p50_ms"]) for row in rows] == [
        ("postgresql", 100_000, "page", 8.0),
        ("sqlite", 100_000, "desk", 5.0),
        ("sqlite", 100_000, "page", 11.0),
        ("sqlite", 1_000_000, "page", 15.0),
    ]
    assert growth("sqlite", path) == [("page", 11.0, 15.0)]
