"""Loads N problems with ten entries each, 500 units and 200 people into a home of the benchmark.

`python -m bench.load DATABASE N [--fresh]`. Some hundred histories are acted out with the real actions in a
throw-away home (`histories`), made into stencils, and printed N times; docs/performance.md says more.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bench.homes import DATABASES, LOADED, ROOT, Home

if TYPE_CHECKING:
    from bench.city import City
    from bench.histories import History
    from bench.plan import Copy
    from bench.printing import Counted, Printer, Rows
    from bench.writing import Bulk

SOURCES = Path(__file__).resolve().parent.parent / "src" / "bihuan"
CHUNK = 2000
YEARS = 800
"""Days before today on which the city was founded; the first problem comes later."""


@dataclass
class Stopwatch:
    """What every part of loading took, in seconds."""

    parts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Measure a part, and say so."""
        began = time.perf_counter()
        yield
        self.parts[name] = round(time.perf_counter() - began, 1)
        print(f"  {name:<12} {self.parts[name]:>8.1f} s", flush=True)


def load(home: Home, *, fresh: bool = False, scale: float = 1.0) -> None:
    """Load `home` unless it is loaded already; `scale` is how many of the histories are acted out."""
    if home.about and not fresh:
        return
    shutil.rmtree(home.folder, ignore_errors=True)
    home.path.mkdir(parents=True)
    with home.environment(loading=True) as environment:
        command = [sys.executable, "-m", "bench.load", home.database, str(home.count), "--into", str(home.root)]
        subprocess.run([*command, "--scale", str(scale)], env=environment, check=True)
    (home.folder / "times.json").replace(home.folder / LOADED)


def load_here(home: Home, scale: float) -> None:
    """Load the home of this process's environment, whose database runs."""
    watch = Stopwatch()
    print(f"{home.database}, {home.count} problems", flush=True)
    from bench.waking import wake

    wake(new=True, demo=True)
    with watch.of("histories"):
        histories = _histories(scale)
    with watch.of("city"):
        city = _found()
    with watch.of("problems"):
        counted, writer = _print_all(home, histories, city)
    with watch.of("indexes"):
        writer.finish()
    with watch.of("sums"):
        _sum_up(histories, counted)
    with watch.of("checkpoint"):
        from bihuan.book.checkpoints import make_checkpoint

        make_checkpoint()
    about = {"problems": home.count, "seconds": watch.parts, "units": city.names}
    (home.folder / "times.json").write_text(json.dumps(about, indent=1))


def _histories(scale: float) -> list[History]:
    """Act out the histories in a home of their own, unless that was done today by the same code."""
    from bihuan.book import clock

    kept = ROOT / f"histories-{clock.today()}-{scale}-{_code()}"
    if not kept.exists():
        _act_out(kept, clock.today().isoformat(), scale)
    histories: list[History] = pickle.loads(kept.read_bytes())  # noqa: S301  written by ourselves
    return histories


def _code() -> str:
    """A hash over the code that histories depend on."""
    digest = hashlib.sha256()
    folders = [Path(__file__).parent, *(SOURCES / name for name in ("book", "domain", "ledger", "organisations"))]
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _act_out(kept: Path, today: str, scale: float) -> None:
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        out = Path(folder) / "histories"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment["BIHUAN_HOME"] = str(Path(folder) / "home")
        command = [sys.executable, "-m", "bench.histories", str(out), today, str(scale)]
        subprocess.run(command, env=environment, check=True)
        shutil.move(out, kept)


def _found() -> City:
    """Make the city as of before its first problem; from then on its clock may not be moved any more."""
    from bench.city import build_city
    from bench.evidence import store_papers
    from bihuan.book import clock, home

    began = clock.today() - timedelta(days=YEARS)
    with clock.moved_to(clock.moment_on(began)):
        city = build_city()
    store_papers()
    (home.home() / home.DEMO_MARK).unlink()
    return city


_printer: Printer
_chunks: list[list[Copy]]


def _print_all(home: Home, histories: Sequence[History], city: City) -> tuple[Counted, Bulk]:
    """Print and write everything, on all cores; returns what counts for whom."""
    from django.db import connection, connections

    from bench.plan import plan, series_of
    from bench.printing import Printer
    from bench.stencils import Cutter
    from bench.writing import bulk, cell_of
    from bihuan.ledger.models import Counter as Numbers

    global _printer, _chunks
    cutter, on_sqlite = Cutter(cell_of()), connection.vendor == "sqlite"
    _printer = Printer(city, [cutter.cut(history) for history in histories], hex_ids=on_sqlite)
    copies = plan(histories, city, home.count)
    for key, value in series_of(copies).items():
        Numbers.objects.create(region_id=1, key=key, value=value)
    _chunks = [copies[start : start + CHUNK] for start in range(0, len(copies), CHUNK)]
    writer = bulk()
    writer.begin()
    if not on_sqlite:
        connections.close_all()
    counted: Counted = Counter()
    fork = multiprocessing.get_context("fork")
    with fork.Pool(1 if on_sqlite else os.cpu_count()) as pool:
        for place, (rows, found) in enumerate(
            pool.imap(_chunk if on_sqlite else _chunk_written, range(len(_chunks)))
        ):
            counted.update(found)
            if on_sqlite:
                writer.write(rows)
            if place % 25 == 24:
                print(f"    {(place + 1) * CHUNK}", flush=True)
    return counted, writer


def _chunk(place: int) -> tuple[Rows, Counted]:
    return _printer.chunk(_chunks[place])


def _chunk_written(place: int) -> tuple[Rows, Counted]:
    from bench.writing import bulk

    rows, counted = _printer.chunk(_chunks[place])
    bulk().write(rows)
    return {}, counted


def _sum_up(histories: Sequence[History], counted: Counted) -> None:
    from django.db import transaction

    from bench.sums import tallies
    from bihuan.book import clock
    from bihuan.book.rows import insert
    from bihuan.ledger.tally import balance_up_to

    with transaction.atomic():
        insert(tallies(counted, [history.sums for history in histories], 1))
        balance_up_to(clock.today())


def main() -> None:
    """Load what the command line names."""
    parser = argparse.ArgumentParser(prog="bench.load", description=__doc__)
    parser.add_argument("database", choices=DATABASES)
    parser.add_argument("count", type=int)
    parser.add_argument("--fresh", action="store_true", help="load anew what is loaded already")
    parser.add_argument("--scale", type=float, default=1.0, help="how many of the histories are acted out")
    parser.add_argument("--into", type=Path, help="(by the loader itself) load the home of this environment")
    given = parser.parse_args()
    if given.into:
        load_here(Home(given.database, given.count, given.into), given.scale)
    else:
        load(Home(given.database, given.count), fresh=given.fresh, scale=given.scale)


if __name__ == "__main__":
    main()
