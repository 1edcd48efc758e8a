"""Figures: what was measured, what was to be reached, and the file that keeps them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.pages import MOST_QUERIES, TAIL

RESULTS = Path(__file__).resolve().parent / "results.json"
GROWTH = 2.0
"""How many times what a page costs at 100,000 it may cost at 1,000,000."""
SMALL, LARGE = 100_000, 1_000_000


@dataclass(frozen=True)
class Figure:
    """One line of the table; times in milliseconds, `rate` a second, `amount` with its own unit in the name.

    Targets: the p50 and the rate to be reached, the most that `amount` may be.
    """

    name: str
    p50_ms: float | None = None
    p95_ms: float | None = None
    queries: int | None = None
    rate: float | None = None
    amount: float | None = None
    target_ms: float | None = None
    target_rate: float | None = None
    target_amount: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """OK or MISSED with what was missed; empty where there is no target."""
        missed = [
            what
            for what, found, most in (
                ("p50", self.p50_ms, self.target_ms),
                ("p95", self.p95_ms, self.target_ms * TAIL if self.target_ms else None),
                ("queries", self.queries, MOST_QUERIES),
                ("amount", self.amount, self.target_amount),
            )
            if found is not None and most is not None and found > most
        ]
        if self.rate is not None and self.target_rate is not None and self.rate < self.target_rate:
            missed.append("rate")
        if missed:
            return f"MISSED {' '.join(missed)}"
        targets = (self.target_ms, self.target_rate, self.target_amount)
        return "OK" if any(target is not None for target in targets) else ""


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` (0 to 1) of `values` lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def timed(name: str, seconds: Sequence[float], **more: Any) -> Figure:
    """A figure of these measured times."""
    p50, p95 = (round(percentile(seconds, part) * 1000, 2) for part in (0.5, 0.95))
    return Figure(name, p50, p95, **more)


def keep(figures: Iterable[Figure], *, database: str, problems: int, path: Path = RESULTS) -> None:
    """Put the figures into the file; what was there under the same name, database and size gives way."""
    kept = ("name", "p50_ms", "p95_ms", "queries", "rate", "amount")
    fresh = [
        {"database": database, "problems": problems, **{k: v for k, v in asdict(figure).items() if k in kept}}
        for figure in figures
    ]
    order = ("name", "database", "problems", *kept[1:])
    rows = {_key(row): row for row in (*_stored(path), *fresh)}
    told = [{name: row.get(name) for name in order} for _key_, row in sorted(rows.items())]
    path.write_text("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in told) + "\n]\n")


def _stored(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text()) if path.exists() else []


def _key(row: dict[str, Any]) -> tuple[str, int, str]:
    return row["database"], row["problems"], row["name"]


def growth(database: str, path: Path = RESULTS) -> list[tuple[str, float, float]]:
    """Name and p50 at 100,000 and at 1,000,000 of every figure that the file has at both sizes."""
    rows = {(row["problems"], row["name"]): row["p50_ms"] for row in _stored(path) if row["database"] == database}
    names = [name for problems, name in rows if problems == SMALL and rows[problems, name]]
    return [
        (name, float(rows[SMALL, name]), float(rows[LARGE, name])) for name in names if rows.get((LARGE, name))
    ]
