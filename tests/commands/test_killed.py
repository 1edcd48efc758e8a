"""A power cut under load: what was acknowledged is there, and everything adds up."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest

from tests.commands.browsing import Browser
from tests.commands.installation import Installation
from tests.world import PASSWORD

ROUNDS = 3
WRITERS = 3
SECONDS = 3.0


def recorded(office: Installation) -> str:
    """Every entry that is there, as id, subject and action."""
    listed = subprocess.run(
        office.python("tests.commands.entries"), env=office.environment, capture_output=True, text=True, check=True
    )
    return listed.stdout


def proved(office: Installation) -> None:
    ended = office.run("verify", "--files")
    assert ended.returncode == 0, ended.stdout


@pytest.mark.slow
def test_every_entry_acknowledged_by_the_service_survives_sigkill(office):
    acknowledged: set[str] = set()
    for round_ in range(ROUNDS):
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
        time.sleep(SECONDS)
        service.kill()
        for writer in writers:
            writer.join()
    assert len(acknowledged) > ROUNDS * WRITERS * 2
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
    except OSError:
        return


@pytest.mark.slow
def test_every_entry_acknowledged_by_an_action_survives_sigkill(office):
    acknowledged: set[str] = set()
    for _round in range(ROUNDS):
        writers = [
            subprocess.Popen(
                office.python("tests.commands.hammer"), env=office.environment, stdout=subprocess.PIPE, text=True
            )
            for _writer in range(WRITERS)
        ]
        time.sleep(SECONDS)
        for writer in writers:
            writer.kill()
        for writer in writers:
            said, _nothing = writer.communicate()
            acknowledged |= set(said.split("\n")[:-1])
    assert len(acknowledged) > ROUNDS * WRITERS
    assert acknowledged <= set(recorded(office).split())
    proved(office)
