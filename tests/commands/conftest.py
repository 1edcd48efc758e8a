"""Installations for tests of the command line."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bihuan.cli import bihuan
from bihuan.commands import frame
from tests.commands.installation import Installation

Bihuan = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Tables and nothing in them, to be copied."""
    made = Installation.new(tmp_path_factory.mktemp("migrated"))
    try:
        ended = made.run("setup")
        assert ended.returncode == 0, ended.stderr
        yield made
    finally:
        made.drop()


@pytest.fixture(scope="session")
def furnished(migrated: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The office that `office` is copied from."""
    made = Installation.new(tmp_path_factory.mktemp("furnished"), migrated)
    try:
        subprocess.run(made.python("tests.commands.seed"), env=made.environment, check=True, timeout=100)
        yield made
    finally:
        made.drop()


@pytest.fixture
def blank(tmp_path: Path, migrated: Installation) -> Iterator[Installation]:
    """An installation with tables that nobody has entered anything into."""
    made = Installation.new(tmp_path, migrated)
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it."""
    made = Installation.new(tmp_path)
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture
def office(tmp_path: Path, furnished: Installation) -> Iterator[Installation]:
    """An office with people, a ledger and four problems; its people sign in with tests.world.PASSWORD."""
    made = Installation.new(tmp_path, furnished)
    try:
        yield made
    finally:
        made.drop()


@pytest.fixture
def here(db, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, settings) -> Bihuan:
    """`bihuan` in this process and on the test's own database: exit code, and what it said in all."""
    home = Path(settings.BIHUAN_HOME)
    (home / "bihuan.sqlite3").touch()
    monkeypatch.setenv("BIHUAN_HOME", str(home))

    def call(*arguments: object) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            frame.run(bihuan, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return call
