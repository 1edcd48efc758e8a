"""A power cut under load: what was acknowledged is there, and everything adds up."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.commands.browsing import Browser
from tests.commands.installation import Installation
from tests.world import PASSWORD

ROUNDS = 3
WRITERS = 3
ENOUGH = 12
"""Entries acknowledged to each writer before the power goes."""
PATIENCE = 60.0


def recorded(office: Installation) -> str:
    """Every entry that is there, as id, subject and action."""
    listed = subprocess.run(
        office.python("tests.commands.entries"), env=office.environment, capture_output=True, text=True, check=True
    )
    return listed.stdout


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def proved(office: Installation) -> None:
    ended = office.run("verify", "--files")
    assert ended.returncode == 0, ended.stdout


@pytest.mark.slow
def test_every_entry_acknowledged_by_the_service_survives_sigkill(office):
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
        before = len(acknowledged)
        service = office.start()
        people = [Browser(service.address) for _writer in range(WRITERS)]
        for person in people:
            person.sign_in("coordinator", PASSWORD)
        writers = [
            threading.Thread(target=_press_on, args=(person, f"{round_}-{place}", acknowledged))
            for place, person in enumerate(people)
        ]
        for writer in writers:
            writer.start()
        wait_until(lambda: len(acknowledged) >= before + WRITERS * ENOUGH)  # noqa: B023  waited for right here
        service.kill()
        for writer in writers:
            writer.join()
    there = {line.partition(" ")[2] for line in recorded(office).splitlines()}
    assert acknowledged <= there
    proved(office)


def _press_on(person: Browser, name: str, acknowledged: set[str]) -> None:
    """Register and dispatch one problem after another until the service is gone."""
    turn = 0
    try:
        blank = person.fields("/ledger/new/")
        while True:
            turn += 1
            new = blank | {"text": f"{name}-{turn} 路灯不亮。", "lead_unit": "市住建局", "measure-0": "更换灯具"}
            page = person.send("/ledger/new/", new)
            assert page, "the problem was not taken"
            problem = page.strip("/").split("/")[-1]
            acknowledged.add(f"{problem} register")
            path = f"/problems/{problem}/dispatch/"
            if person.send(path, person.fields(path)):
                acknowledged.add(f"{problem} dispatch")
    except (OSError, HTTPException):
        return


@pytest.mark.slow
def test_every_entry_acknowledged_by_an_action_survives_sigkill(office, tmp_path):
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
        files = [tmp_path / f"{round_}-{writer}" for writer in range(WRITERS)]
        writers = [_hammering(office, file) for file in files]
        wait_until(lambda: all(len(_lines(file)) >= ENOUGH for file in files))  # noqa: B023  waited for right here
        for writer in writers:
            writer.kill()
        for writer, file in zip(writers, files, strict=True):
            writer.wait()
            acknowledged |= set(_lines(file))
    assert acknowledged <= set(recorded(office).split())
    proved(office)


def _hammering(office: Installation, file: Path) -> subprocess.Popen[bytes]:
    with file.open("wb") as said:
        return subprocess.Popen(office.python("tests.commands.hammer"), env=office.environment, stdout=said)


def _lines(file: Path) -> list[str]:
    """The lines that were written to their end."""
    return file.read_text().split("\n")[:-1]
