"""A power cut under load: what was acknowledged is there, and everything adds up."""

from __future__ import annotations

import subprocess
import time

import pytest

ROUNDS = 3
WRITERS = 3


@pytest.mark.slow
def test_every_acknowledged_entry_survives_sigkill(office):
    acknowledged: set[str] = set()
    for _round in range(ROUNDS):
        writers = [
            subprocess.Popen(
                office.python("tests.commands.hammer"), env=office.environment, stdout=subprocess.PIPE, text=True
            )
            for _writer in range(WRITERS)
        ]
        time.sleep(3)
        for writer in writers:
            writer.kill()
        for writer in writers:
            said, _nothing = writer.communicate()
            acknowledged |= {line for line in said.split("\n")[:-1] if line}
    assert len(acknowledged) > ROUNDS * WRITERS
    listed = subprocess.run(
        office.python("tests.commands.entries"), env=office.environment, capture_output=True, text=True
    )
    assert acknowledged <= set(listed.stdout.split())
    ended = office.run("verify", "--files")
    assert ended.returncode == 0, ended.stdout
