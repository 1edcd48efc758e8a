"""Set-up of a clone: `python tools/setup.py run` for the service, `… test` for that and the tests.

Runs on a bare Python 3.11 with the standard library alone. Each step is keyed by the content of the files it
depends on and is skipped while they are unchanged, so a second set-up takes no time and needs no network.
It must not touch the service's data, and must leave a step unrecorded unless it went through.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import front_end
from tools.front_end import ROOT, VENV, StepFailed, call

PYTHON = VENV / "bin" / "python"
DONE = VENV / "bihuan-setup.json"
HALF_WAY = "set-up: not finished; what was done is kept. Mend this, then run it again."
LOCALES = ROOT / "src" / "bihuan" / "locale"


@dataclass(frozen=True)
class Step:
    """One thing set-up does: `reads` decides whether it is done again, `makes` proves that it was."""

    name: str
    reads: tuple[Path, ...]
    makes: tuple[Path, ...]
    act: Callable[[], None]

    def key(self) -> str:
        """A hash over the clone's place and every file the step reads."""
        digest = hashlib.sha256(str(ROOT).encode())
        for path in self.reads:
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
        return digest.hexdigest()

    def is_done(self, done: dict[str, str]) -> bool:
        """True while the record names this very key and everything made is still there."""
        return done.get(self.name) == self.key() and all(path.exists() for path in self.makes)


def pip_install(*arguments: str) -> None:
    """Install into the virtual environment, quietly; raises StepFailed with pip's own words."""
    quiet = ("--quiet", "--disable-pip-version-check", "--no-input", "--no-user", "--no-deps")
    call([str(PYTHON), "-m", "pip", "install", *quiet, *arguments])


def locked(name: str) -> Callable[[], None]:
    """The action that installs one locked list, refusing any file whose hash is not in it."""
    return lambda: pip_install("--require-hashes", "-r", f"requirements/{name}.txt")


def make_environment() -> None:
    """Make `.venv` anew with the Python that runs this script."""
    call([sys.executable, "-m", "venv", "--clear", str(VENV)])


def install_bihuan() -> None:
    """Link this clone into the environment; needs no network since setuptools is in the locked list."""
    pip_install("--no-build-isolation", "--editable", ".")


def fetch_front_end() -> None:
    """Fetch and copy the front-end files, with PyPI's npm where the machine has none."""
    if front_end.find_npm() is None:
        locked("node")()
    front_end.fetch()


def compile_translations() -> None:
    """Turn every .po into the .mo that Django reads; Babel does it, no gettext programs are needed."""
    if sources():
        call([str(PYTHON), "-m", "babel.messages.frontend", "compile", "-D", "django", "-d", str(LOCALES)])


def sources() -> tuple[Path, ...]:
    """The translation sources of this clone."""
    return tuple(sorted(LOCALES.glob("*/LC_MESSAGES/django.po")))


def steps(wanted: str) -> Iterator[Step]:
    """The steps for `run` or `test`, in order."""
    lists = ROOT / "requirements"
    yield Step("virtual environment", (), (PYTHON,), make_environment)
    yield Step("Python packages", (lists / "run.txt",), (), locked("run"))
    if wanted == "test":
        yield Step("test packages", (lists / "test.txt",), (), locked("test"))
    yield Step("bihuan itself", (ROOT / "pyproject.toml",), (VENV / "bin" / "bihuan",), install_bihuan)
    yield Step("front-end files", front_end.SOURCES, front_end.TARGETS, fetch_front_end)
    yield Step("translations", sources(), tuple(po.with_suffix(".mo") for po in sources()), compile_translations)


def recorded() -> dict[str, str]:
    """What earlier set-ups finished, by step name; empty where there is no readable record."""
    try:
        return dict(json.loads(DONE.read_text()))
    except (OSError, ValueError):
        return {}


@contextmanager
def alone() -> Iterator[None]:
    """Let one set-up at a time work on this clone; a second one waits."""
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def set_up(wanted: str) -> None:
    """Do the steps that are not done yet, each in one line with the seconds it took."""
    for step in steps(wanted):
        done = recorded()
        if step.is_done(done):
            continue
        print(f"set-up: {step.name} … ", end="", flush=True)
        began = time.monotonic()
        step.act()
        print(f"{time.monotonic() - began:.1f} s", flush=True)
        DONE.write_text(json.dumps({**recorded(), step.name: step.key()}, indent=1))


def main() -> int:
    """Set up for `run` or `test`; 0 when everything stands, 1 with the reason when not."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "run"
    os.chdir(ROOT)
    try:
        with alone():
            set_up(wanted)
    except (StepFailed, OSError, subprocess.SubprocessError) as failure:
        print(f"failed\n{failure}\n\n{HALF_WAY}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"interrupted\n{HALF_WAY}", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
