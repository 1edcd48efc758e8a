"""An installation of its own for tests of the command line: a home, a database, and `bihuan` as real processes.

With DATABASE_URL each one has a database of its own on that server; never the one that the URL names.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
BIHUAN = Path(sys.executable).parent / "bihuan"
SERVER = os.environ.get("DATABASE_URL", "")
NOT_INHERITED = (
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "BIHUAN_HOME",
    "BIHUAN_TEST_HOME",
    "PORT",
    "BIHUAN_HOSTS",
)
PATIENCE = 30.0


def execute(statement: str) -> None:
    """Run a statement about databases on the test server."""
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)


@dataclass
class Installation:
    """A home and a database, and how to call `bihuan` on them."""

    home: Path
    database: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def new(folder: Path, template: Installation | None = None) -> Installation:
        """An empty one below `folder`, or a copy of `template`."""
        made = Installation(folder / "home", f"cli_{secrets.token_hex(6)}" if SERVER else "")
        if template and template.home.exists():
            shutil.copytree(template.home, made.home)
        if SERVER:
            execute(f"CREATE DATABASE {made.database}" + (f" TEMPLATE {template.database}" if template else ""))
        return made

    def drop(self) -> None:
        """Remove the database."""
        if self.database:
            execute(f"DROP DATABASE IF EXISTS {self.database} WITH (FORCE)")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        kept |= {"BIHUAN_HOME": str(self.home), "BIHUAN_LANG": "zh", "PYTHONPATH": str(ROOT)}
        if SERVER:
            kept["DATABASE_URL"] = urlunsplit(urlsplit(SERVER)._replace(path=f"/{self.database}"))
        return kept | self.settings

    def run(self, *arguments: object, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """`bihuan` with these arguments, to its end."""
        return subprocess.run(
            [str(BIHUAN), *map(str, arguments)],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=100,
            cwd=self.home.parent,
        )

    def python(self, *arguments: object) -> list[str]:
        """The command that runs a module of the tests on this installation."""
        return [sys.executable, "-m", *map(str, arguments)]

    def start(self, *arguments: object, before: Callable[[], None] | None = None) -> Service:
        """`bihuan serve` on any free port, once it answers; `before` runs in its process first."""
        process = subprocess.Popen(
            [str(BIHUAN), "serve", "--port", "0", *map(str, arguments)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=before,
        )
        return Service(process, _address(process))


def _address(process: subprocess.Popen[str]) -> str:
    """The address that a service prints when it has started."""
    assert process.stdout is not None
    told = ""
    while "http://" not in told:
        line = process.stdout.readline()
        if not line:
            raise AssertionError(f"the service ended: {told}")
        told += line
    return "http://" + told.split("http://")[1].split("/")[0]


@dataclass
class Service:
    """A running service."""

    process: subprocess.Popen[str]
    address: str

    def get(self, path: str) -> int:
        """The status of a page."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=PATIENCE) as answer:  # noqa: S310  ours
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def members(self) -> list[int]:
        """The processes of this service that are alive."""
        return [pid for pid in _processes() if _session(pid) == self.process.pid]

    def stop(self) -> int:
        """End it politely; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Take every process of it away at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.wait_until_gone()

    def wait_until_gone(self) -> None:
        """Wait until none of its processes is left; raises AssertionError where some stay."""
        until = time.monotonic() + PATIENCE
        while self.members():
            assert time.monotonic() < until, f"still running: {self.members()}"
            time.sleep(0.05)


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _session(pid: int) -> int | None:
    """The session of a process that is alive; None for one that has ended and only waits to be noticed."""
    try:
        state, *rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if state == "Z" else int(rest[2])
