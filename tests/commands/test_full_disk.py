"""A disk that is full while evidence is uploaded: a clear error, and nothing half-written."""

from __future__ import annotations

import resource
import subprocess

import pytest

from tests.commands.browsing import Browser
from tests.commands.installation import Installation
from tests.world import PASSWORD

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(12 << 20)


def small_disk() -> None:
    """No file may grow beyond 8 MiB: room for the database, not for the photo."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 << 20, 8 << 20))


def recorded(office: Installation) -> list[list[str]]:
    listed = subprocess.run(
        office.python("tests.commands.entries"), env=office.environment, capture_output=True, text=True, check=True
    )
    return [line.split() for line in listed.stdout.splitlines()]


@pytest.mark.slow
def test_evidence_that_the_disk_does_not_take_is_told_and_leaves_nothing(office):
    before = recorded(office)
    reported = {subject for _entry, subject, action in before if action == "report"}
    problem = next(subject for _entry, subject, action in before if action == "sign" and subject not in reported)
    path = f"/problems/{problem}/report/"
    service = office.start("--no-worker", before=small_disk)
    try:
        person = Browser(service.address)
        person.sign_in("liaison", PASSWORD)
        status, page = person.upload(path, person.fields(path), "proof", PHOTO)
    finally:
        service.stop()
    assert status < 500
    assert "没有保存成功" in page
    assert recorded(office) == before
    assert list((office.home / "files" / "incoming").glob("*")) == []
    assert office.run("verify", "--files").returncode == 0
