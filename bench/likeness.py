"""How fast likely duplicates are found and a later version of a ledger is paired, without any database.

`python -m bench.likeness` holds 5,000 new texts against 100,000 known ones and pairs 5,000 rows with 5,000;
`--scale 0.1` takes fewer.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import TypeVar

from bench import report
from bench.measures import RESULTS, Figure, keep
from bench.words import wording

Made = TypeVar("Made")

KNOWN, NEW = 100_000, 5_000
MOST_MS, MOST_PAIRING_MS = 30_000.0, 10_000.0
MOST_MEMORY = 256.0
REPEATED = 3
"""Every third new text repeats a known problem in other words."""
TEXTS = "texts"
"""Stands where other figures name the database."""


def measure(scale: float = 1.0) -> list[Figure]:
    """The figures; times are of the processor."""
    draw = Random(17)
    known = [f"{place}号点位，{wording(draw, place).text}" for place in range(round(KNOWN * scale))]
    return [*_duplicates(known, round(NEW * scale), scale), _pairing(known[: round(NEW * scale)], scale)]


def _duplicates(known: list[str], count: int, scale: float) -> list[Figure]:
    from bihuan.likeness.index import Index

    step = len(known) // count
    new = [
        (place, retold(text) if place % REPEATED == 0 else f"第{place}件，{wording(Random(place), place).text}")
        for place, text in enumerate(known[::step][:count])
    ]
    index, held = _weighed(lambda: Index(new))
    began = time.process_time()
    found = index.among(enumerate(known))
    spent = (time.process_time() - began) * 1000
    meant = [place for place, _text in new if place % REPEATED == 0]
    right = sum(any(near.key == place * step for near in found.get(place, ())) for place in meant)
    note = f"{count:,} against {len(known):,}; {right / len(meant):.1%} of those repeated are found"
    return [
        Figure("find likely duplicates", round(spent, 1), target_ms=MOST_MS * scale, note=note),
        Figure("memory of the index of new texts, MiB", amount=held, target_amount=MOST_MEMORY),
    ]


def _pairing(texts: list[str], scale: float) -> Figure:
    from bihuan.likeness.pairing import Row, pair

    draw = Random(5)
    old = [Row(place, text, str(place)) for place, text in enumerate(texts)]
    new = [Row(row.key, retold(row.text) if draw.random() < 0.5 else row.text) for row in old]
    draw.shuffle(new)
    began = time.process_time()
    found = pair(old, [Row(row.key, row.text, str(place)) for place, row in enumerate(new)])
    spent = (time.process_time() - began) * 1000
    right = sum(one.old == one.new for one in found.pairs)
    note = f"{len(old):,} rows renumbered, half of them reworded; {right / len(old):.1%} find their problem"
    return Figure("pair a later version", round(spent, 1), target_ms=MOST_PAIRING_MS * scale, note=note)


def retold(text: str) -> str:
    """The same problem as somebody else would put it down: shorter, and in part in other words."""
    sentences = text.rstrip("。").split("。")
    return "经现场检查发现，" + "。".join(sentences[: max(1, len(sentences) - 1)]).replace("未", "没有")


def _weighed(make: Callable[[], Made]) -> tuple[Made, float]:
    tracemalloc.start()
    made = make()
    held = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    return made, round(held)


def show(scale: float, results: Path = RESULTS) -> None:
    """Measure, keep and print."""
    figures = measure(scale)
    count = round(KNOWN * scale)
    keep(figures, database=TEXTS, problems=count, path=results)
    print(report.table(f"comparing {count:,} texts", figures))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.likeness", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="how many texts (default 1)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that keeps the figures")
    given = parser.parse_args()
    show(given.scale, given.results)


if __name__ == "__main__":
    main()
