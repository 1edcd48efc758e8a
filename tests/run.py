"""Runs the whole suite: on SQLite, on PostgreSQL, then in a browser; `make test` calls it.

What this machine cannot run is left out and named at the end with the command that installs it. Parts listed
in BIHUAN_TEST_REQUIRE (postgres, browser; comma between) may not be left out: then the run fails.
Arguments go to pytest. A part for which they choose no test does not count as failed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import chromium, postgres_server  # noqa: E402  (the clone's root must be on the path first)

COUNTED = ("passed", "failed", "skipped")
WITHOUT_DATABASE = (
    "tests/domain",
    "tests/documents",
    "tests/likeness",
    "tests/bench",
    "tests/architecture/test_layers.py",
    "tests/architecture/test_messages.py",
    "tests/architecture/test_refusals.py",
    "tests/architecture/test_run.py",
    "tests/commands/test_case_files.py",
    "tests/commands/test_files_named.py",
    "tests/commands/test_help.py",
    "tests/commands/test_people.py",
    "tests/commands/test_policies.py",
    "tests/commands/test_settings.py",
    "tests/ledger/test_verify_columns.py",
    "tests/web/test_acting.py",
    "tests/web/test_english.py",
    "tests/web/test_every_address.py",
)
"""Rules, readers and sources, which ask no database; the benchmark, which starts databases of its own; and the
columns that verify watches, the buttons of every move, every address, the words of every page and of the plainer
commands, one by one: what stands behind them is asked of each database by the tests of its own room."""
NO_TESTS = 5  # pytest's exit code when nothing was chosen
# A developer's own database or home must never be what the tests write into.
NOT_INHERITED = ("DATABASE_URL", "BIHUAN_HOME", "PORT", "DJANGO_SETTINGS_MODULE")


@dataclass(frozen=True)
class Outcome:
    """How one part ended; where it could not run, `missing` is the command that would mend that."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    went_well: bool = True
    missing: str = ""


def run_part(name: str, chosen: list[str], environment: dict[str, str]) -> Outcome:
    """Run pytest once and read what it counted; `name` is how BIHUAN_TEST_REQUIRE calls the part."""
    print(f"\n──── {name} ────", flush=True)
    inherited = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bihuan-tests-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *chosen, *sys.argv[1:]]
        code = subprocess.run(command, cwd=ROOT, env={**inherited, **environment, "TMPDIR": folder}).returncode
        passed, failed, skipped = counts(report)
    well = code == 0 or (code == NO_TESTS and len(sys.argv) > 1)
    return Outcome(name, passed, failed, skipped, time.monotonic() - began, well)


def counts(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests in pytest's report; nothing where it wrote none."""
    if not report.exists():
        return 0, 0, 0
    suite = next(ElementTree.parse(report).iter("testsuite"))
    total, failures, errors, skipped = (
        int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
    )
    return max(total - failures - errors - skipped, 0), failures + errors, skipped


def workers() -> list[str]:
    """As many pytest workers as there are processors, four at most."""
    return ["-n", str(min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 4))]


def on_sqlite() -> Outcome:
    """Everything but the browser, on SQLite."""
    return run_part("sqlite", ["-m", "not browser", *workers()], {})


def on_postgres() -> Outcome:
    """The same on a PostgreSQL that lives as long as this part, but for what knows no database."""
    programs = postgres_server.find_programs()
    if programs is None:
        return Outcome("postgres", missing="apt-get install postgresql   (without root: make postgres)")
    with postgres_server.running(programs) as url:
        chosen = ["-m", "not browser", *workers(), *(f"--ignore={folder}" for folder in WITHOUT_DATABASE)]
        return run_part("postgres", chosen, {"DATABASE_URL": url})


def in_browser() -> Outcome:
    """What people see and press, in the system's Chromium."""
    if chromium.find() is None:
        return Outcome("browser", missing="apt-get install chromium fonts-noto-cjk")
    return run_part("browser", ["-m", "browser", "tests/browser", *workers()], {})


def required() -> set[str]:
    """The parts that may not be left out, in lower case."""
    return {name.strip().lower() for name in os.environ.get("BIHUAN_TEST_REQUIRE", "").split(",")} - {""}


@contextmanager
def loud() -> Iterator[None]:
    """Frame what is printed inside so that nobody overlooks it."""
    print("\n" + "!" * 78)
    yield
    print("!" * 78)


def report(outcomes: list[Outcome]) -> bool:
    """Print what ran, how long it took and what was left out; True when nothing failed or lacked."""
    print()
    for part in outcomes:
        took = f"{part.seconds:.1f} s" if not part.missing else "NOT RUN"
        print(f"  {part.name:12}{took:>10}   {part.passed} passed, {part.failed} failed, {part.skipped} skipped")
    absent = [part for part in outcomes if part.missing]
    lacking = [part for part in absent if part.name in required()]
    if absent:
        with loud():
            for part in absent:
                print(f"  NOT RUN: the {part.name} tests. To run them:  {part.missing}")
            if lacking:
                print("  BIHUAN_TEST_REQUIRE asks for them, so this run has failed.")
    return all(part.went_well for part in outcomes) and not lacking


def main() -> int:
    """Run the three parts; 0 when all that ran passed and nothing required is missing."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the database server is stopped too
    outcomes = [on_sqlite(), on_postgres(), in_browser()]
    went_well = report(outcomes)
    passed, failed, skipped = (sum(getattr(part, key) for part in outcomes) for key in COUNTED)
    print(f"\ntotal: {passed} passed, {failed} failed, {skipped} skipped")
    return 0 if went_well else 1


if __name__ == "__main__":
    sys.exit(main())
