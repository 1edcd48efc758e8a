"""Loading itself, in the environment of the home, whose database runs and whose Django is awake."""

from __future__ import annotations

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

from django.db import connection, connections, transaction

from bench.city import REGION, City, build_city
from bench.evidence import store_papers
from bench.histories import History
from bench.homes import ROOT, Home
from bench.plan import Copy, plan, series_of
from bench.printing import Counted, Printer, Rows
from bench.stencils import Cutter
from bench.sums import tallies
from bench.writing import Bulk, bulk, cell_of, printed
from bihuan.book import clock
from bihuan.book import home as own_home
from bihuan.book.checkpoints import make_checkpoint
from bihuan.ledger.models import Counter as Numbers
from bihuan.ledger.tally import balance_up_to

SOURCES = Path(__file__).resolve().parent.parent / "src" / "bihuan"
CHUNK = 2000
"""Problems that are written at once."""
FOUNDED = 800
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


class Loading:
    """Loads one home."""

    def __init__(self, home: Home, scale: float) -> None:
        self._home = home
        self._scale = scale
        self._watch = Stopwatch()
        self._writer = bulk()

    def run(self, times: str) -> None:
        """Load everything, and note in the file `times` what it took."""
        print(f"{self._home.database}, {self._home.count} problems", flush=True)
        with self._watch.of("histories"):
            histories = _histories(self._scale)
        with self._watch.of("city"):
            city = _found()
        with self._watch.of("problems"):
            counted = self._print(histories, city)
        with self._watch.of("sums"):
            self._sum_up(histories, counted)
        with self._watch.of("indexes"):
            self._writer.finish()
        with self._watch.of("balance"), transaction.atomic():
            balance_up_to(clock.today())  # as the worker does, so that counts start from today
        with self._watch.of("checkpoint"):
            make_checkpoint()
        about = {"problems": self._home.count, "seconds": self._watch.parts}
        (self._home.folder / times).write_text(json.dumps(about, indent=1))

    def _print(self, histories: Sequence[History], city: City) -> Counted:
        """Print and write everything, on all cores; returns what counts for whom."""
        global _printer, _chunks
        cutter, on_sqlite = Cutter(cell_of()), connection.vendor == "sqlite"
        _printer = Printer(city, [cutter.cut(history) for history in histories], hex_ids=on_sqlite)
        copies = plan(histories, city, self._home.count)
        for key, value in series_of(copies).items():
            Numbers.objects.create(region_id=REGION, key=key, value=value)
        _chunks = [copies[start : start + CHUNK] for start in range(0, len(copies), CHUNK)]
        self._writer.begin()
        if not on_sqlite:
            connections.close_all()  # before the fork: every process writes over a connection of its own
        counted: Counted = Counter()
        with multiprocessing.get_context("fork").Pool(1 if on_sqlite else os.cpu_count()) as pool:
            done = pool.imap(_chunk if on_sqlite else _chunk_written, range(len(_chunks)))
            for place, (rows, found) in enumerate(done, start=1):
                counted.update(found)
                if rows:
                    self._writer.write(rows)
                if place % 25 == 0:
                    print(f"    {place * CHUNK}", flush=True)
        return counted

    def _sum_up(self, histories: Sequence[History], counted: Counted) -> None:
        for rows in tallies(counted, [history.sums for history in histories], REGION):
            self._writer.write(printed(rows))


_printer: Printer
_chunks: list[list[Copy]]
"""What the printing processes are forked with."""


def _chunk(place: int) -> tuple[Rows, Counted]:
    return _printer.chunk(_chunks[place])


def _chunk_written(place: int) -> tuple[Rows, Counted]:
    rows, counted = _printer.chunk(_chunks[place])
    writer: Bulk = bulk()
    writer.write(rows)
    return {}, counted


def _histories(scale: float) -> list[History]:
    """Act out the histories in a home of their own, unless that was done today by the same code."""
    kept = ROOT / f"histories-{clock.today()}-{scale}-{_code()}"
    if not kept.exists():
        _act_out(kept, clock.today().isoformat(), scale)
    histories: list[History] = pickle.loads(kept.read_bytes())  # noqa: S301  written by ourselves
    return histories


def _code() -> str:
    """A hash over the code that histories depend on."""
    digest = hashlib.sha256()
    acting = [
        Path(__file__).with_name(f"{name}.py") for name in ("histories", "acting", "scripts", "leavings", "sums")
    ]
    rules = [SOURCES / name for name in ("book", "domain", "ledger", "organisations")]
    for path in [*acting, *sorted(path for folder in rules for path in folder.rglob("*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _act_out(kept: Path, today: str, scale: float) -> None:
    ROOT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-bench-") as folder:
        out = Path(folder) / "histories"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment["BIHUAN_HOME"] = str(Path(folder) / "home")
        command = [sys.executable, "-m", "bench.histories", str(out), today, str(scale)]
        subprocess.run(command, env=environment, check=True)
        shutil.move(out, kept)


def _found() -> City:
    """Make the city as of before its first problem; from then on its clock may not be moved any more."""
    began = clock.today() - timedelta(days=FOUNDED)
    with clock.moved_to(clock.moment_on(began)):
        city = build_city()
    store_papers()
    (own_home.home() / own_home.DEMO_MARK).unlink()
    return city
