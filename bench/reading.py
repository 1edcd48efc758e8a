"""How fast and in how much memory ledger files are read, without any database.

`python -m bench.reading` writes ledgers of 10,000 and 100,000 rows and reads each in a process of its own;
`--scale 0.1` makes them smaller.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import report
from bench.measures import RESULTS, Figure, keep

SIZES = ((10_000, 5_000.0), (100_000, 50_000.0))
"""Rows of a ledger and the most milliseconds of processor time that reading it may take."""
MOST_MEMORY = 1024.0
ROUNDS = 3
FILES = "files"
"""Stands where other figures name the database."""


def measure(scale: float = 1.0) -> dict[int, list[Figure]]:
    """Figures by the number of rows; times are of the processor, the best of several, memory in MiB."""
    found: dict[int, list[Figure]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for full, most in SIZES:
            count = round(full * scale)
            for path in (_workbook(Path(folder), count), _text(Path(folder), count)):
                told = [_read_apart(path) for _ in range(ROUNDS if full == SIZES[0][0] else 1)]
                found.setdefault(count, []).extend(_figures(path.suffix[1:], told, most * scale))
    return found


def _figures(kind: str, told: list[dict[str, Any]], most: float) -> Iterator[Figure]:
    best = min(one["seconds"] for one in told) * 1000
    yield Figure(f"read a ledger ({kind})", round(best, 1), target_ms=most, note=f"{told[0]['items']:,} problems")
    memory = max(one["mebibytes"] for one in told)
    yield Figure(f"memory of reading a ledger ({kind}), MiB", amount=memory, target_amount=MOST_MEMORY)


def _read_apart(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.reading", "--file", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _read_here(path: Path) -> dict[str, Any]:
    from bihuan.documents.reading import read_ledger

    began = time.process_time()
    items = len(read_ledger(path).items)
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return {"items": items, "seconds": time.process_time() - began, "mebibytes": round(peak / 1024)}


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    from bihuan.documents.reading import Item
    from bihuan.documents.writing.ledgers import standard_row

    for number in range(count):
        yield standard_row(
            Item(
                no=f"YT-{number:06d}",
                category=f"类别{number % 9}",
                source="巡察反馈",
                problem=f"第{number}处路面坑槽，长约{number % 40}米，雨天积水影响通行，居民反映强烈",
                goal=f"恢复平整，第{number % 50}批完成",
                measures=(f"现场勘查{number % 97}处", "铣刨重铺", f"分{number % 31 + 1}段验收"),
                lead_units=(f"市市政处{number % 300}科", "云东区人民政府"),
                support_units=(f"第{number % 60}街道办事处",),
                person="周明",
                deadline_raw=f"2025-{number % 12 + 1:02d}-15" if number % 3 else f"2025年{number % 12 + 1}月底前",
                progress=f"已完成{number % 100}米，其余正在推进",
                status_raw="正在整改",
            )
        )


def _workbook(folder: Path, count: int) -> Path:
    from bihuan.documents.writing.ledgers import STANDARD, write_ledger

    path = folder / f"{count}.xlsx"
    write_ledger(path, title="云汀市问题整改台账", columns=STANDARD, rows=_rows(count))
    return path


def _text(folder: Path, count: int) -> Path:
    from bihuan.documents.writing.ledgers import STANDARD

    path = folder / f"{count}.csv"
    with path.open("w", encoding="gb18030", newline="") as out:
        lines = csv.writer(out)
        lines.writerow([column.header for column in STANDARD])
        lines.writerows(
            ["、".join(cell) if isinstance(cell, tuple) else cell for cell in row] for row in _rows(count)
        )
    return path


def show(scale: float, results: Path = RESULTS) -> None:
    """Measure, keep and print."""
    for count, figures in measure(scale).items():
        keep(figures, database=FILES, problems=count, path=results)
        print(report.table(f"reading files of {count:,} rows", figures))


def main() -> None:
    """Measure, or read one file and print what it took as JSON."""
    parser = argparse.ArgumentParser(prog="bench.reading", description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="how large the files are (default 1)")
    parser.add_argument("--file", type=Path, help="read this file alone, in this process")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file that keeps the figures")
    given = parser.parse_args()
    if given.file:
        print(json.dumps(_read_here(given.file)))
    else:
        show(given.scale, given.results)


if __name__ == "__main__":
    main()
