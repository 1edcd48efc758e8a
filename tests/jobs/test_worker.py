"""The worker as a process."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.installation import BIHUAN, Installation

ENQUEUE = (
    "from bihuan.commands.installation import wake; wake()\n"
    "from bihuan.organisations.queue import enqueue; enqueue('checkpoint')\n"
)


@pytest.mark.slow
def test_it_does_what_is_enqueued_and_ends_when_told(tmp_path):
    installed = Installation.new(tmp_path)
    held = tmp_path / "held"
    installed.settings["BIHUAN_CHECKPOINT_FOLDER"] = str(held)
    try:
        installed.run("init", "--name", "云汀市", "--admin", "qiao", "--admin-name", "乔予安")
        subprocess.run([sys.executable, "-c", ENQUEUE], env=installed.environment, check=True)
        working = subprocess.Popen([str(BIHUAN), "worker"], env=installed.environment, start_new_session=True)
        try:
            _wait_for(held / "checkpoint-000001.json")
        finally:
            working.send_signal(signal.SIGTERM)
            assert working.wait(30) == 0
    finally:
        installed.drop()


def _wait_for(file: Path) -> None:
    until = time.monotonic() + 30
    while not file.exists():
        assert time.monotonic() < until
        time.sleep(0.1)
