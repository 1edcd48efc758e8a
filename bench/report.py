"""The figures as tables on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unicodedata import east_asian_width

from bench.measures import GROWTH, Figure, growth

HEAD = ("", "p50 ms", "p95 ms", "target", "queries", "rate/s", "target", "", "")


def table(title: str, figures: Sequence[Figure]) -> str:
    """All figures with their targets and whether these were reached."""
    rows = [
        (
            figure.name,
            _number(figure.amount if figure.p50_ms is None and figure.rate is None else figure.p50_ms),
            _number(figure.p95_ms),
            _number(figure.target_ms or figure.target_amount, "≤ "),
            _number(figure.queries),
            _number(figure.rate),
            _number(figure.target_rate, "≥ "),
            figure.verdict,
            figure.note,
        )
        for figure in figures
    ]
    missed = sum(figure.verdict.startswith("MISSED") for figure in figures)
    judged = sum(bool(figure.verdict) for figure in figures)
    return f"\n{title}\n{_laid_out([HEAD, *rows])}\n{judged - missed} of {judged} targets reached\n"


def growth_table(database: str, path: Path) -> str:
    """What a million cost beside a hundred thousand; empty while there are not both."""
    found = growth(database, path)
    if not found:
        return ""
    rows = [
        (
            name,
            _number(small),
            _number(large),
            f"{large / small:.2f}",
            "OK" if large / small <= GROWTH else "MISSED",
        )
        for name, small, large in found
    ]
    head = ("", "100,000", "1,000,000", "ratio", f"≤ {GROWTH:g}")
    return f"\n{database}: p50 in ms as the ledger grows\n{_laid_out([head, *rows])}\n"


def _number(value: float | None, before: str = "") -> str:
    if value is None:
        return ""
    return before + (f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:,.1f}")


def _laid_out(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            text + " " * (width - _width(text))
            if place in (0, len(row) - 1)
            else " " * (width - _width(text)) + text
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
