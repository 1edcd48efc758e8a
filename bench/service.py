"""The real server on a loaded home: started as an office starts it, on a free port, stopped with its worker."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 120.0
"""Seconds for the first page."""
STOPPING = 30.0
FIRST_PAGE = "/accounts/login/"
_PROGRAM = Path(sys.executable).with_name("bihuan")


@dataclass(frozen=True)
class Service:
    """A running server: its port, its process, and after how many seconds it gave its first page."""

    port: int
    process: int
    started_in: float

    def memory(self) -> int:
        """Bytes that the pages and the worker keep from everybody else, shared ones in parts (PSS)."""
        return sum(_pss(process) for process in _family(self.process))


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Service]:
    """The service in this environment; raises RuntimeError where it gives no page."""
    port = _free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(_PROGRAM), "serve", "--port", str(port)],
        env={**environment, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for_page(process, port, began)
        yield Service(port, process.pid, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPING)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for_page(process: subprocess.Popen[bytes], port: int, began: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{FIRST_PAGE}", timeout=30) as page:
                page.read()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"the service gave no page, exit code {process.poll()}") from None
            time.sleep(0.01)


def _family(process: int) -> list[int]:
    """The process and all below it."""
    found, waiting = [], [process]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            waiting += map(int, task.read_text().split())
    return found


def _pss(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))
