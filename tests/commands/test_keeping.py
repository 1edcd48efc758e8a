"""backup and restore: the same office again, or nothing at all."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bihuan.commands.archive import MANIFEST, Damaged, Manifest, Member, check, opened
from bihuan.commands.progress import Bar
from tests.commands.installation import BIHUAN, Installation

Members = dict[str, bytes]


@pytest.fixture
def elsewhere(tmp_path):
    """An empty installation to restore into."""
    made = Installation.new(tmp_path / "elsewhere")
    made.home.parent.mkdir()
    yield made
    made.drop()


@pytest.fixture(scope="module")
def kept(furnished, tmp_path_factory) -> Iterator[tuple[Installation, Path]]:
    """An office and a backup of it, for tests that change neither."""
    made = Installation.new(tmp_path_factory.mktemp("kept"), furnished)
    file = made.home.parent / "office.zip"
    ended = made.run("backup", file)
    assert ended.returncode == 0, ended.stderr
    yield made, file
    made.drop()


@pytest.fixture
def saved(kept) -> Path:
    """The backup."""
    file: Path = kept[1]
    return file


def counts(installation: Installation) -> dict[str, int]:
    ended = installation.run("verify", "--files", "--json")
    assert ended.returncode == 0, ended.stdout
    found: dict[str, int] = json.loads(ended.stdout)["counts"]
    return found


def test_what_was_saved_comes_back_whole_and_on_the_record(kept, elsewhere):
    office, saved = kept
    before = counts(office)
    ended = elsewhere.run("restore", saved, "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    after = counts(elsewhere)
    assert (after["problems"], after["files"]) == (before["problems"], before["files"])
    # The office has an entry for the backup that was made, the copy has one for having been restored.
    assert (after["entries"], before["files"] > 0) == (before["entries"], True)
    answer = json.loads(ended.stdout)
    assert (len(answer["digest"]), answer["verified"]["clean"]) == (64, True)
    assert elsewhere.run("user", "list").stdout == office.run("user", "list").stdout


def test_a_backup_holds_no_key_and_lets_nobody_in(kept):
    office, saved = kept
    secret = (office.home / "keys" / "secret_key").read_bytes()
    with zipfile.ZipFile(saved) as zipped:
        names, content = zipped.namelist(), b"".join(map(zipped.read, zipped.namelist()))
    assert not [name for name in names if "key" in name]
    assert secret not in content
    assert "tables/django_session" not in names
    assert saved.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("place", ["database", "files", "there", "no folder"])
def test_a_backup_that_cannot_be_whole_is_told(office, tmp_path, place):
    file = tmp_path / "backup.zip"
    if place == "there":
        file.write_bytes(b"older")
        assert office.run("backup", file).returncode == 2
        assert file.read_bytes() == b"older"
    elif place == "no folder":
        assert office.run("backup", tmp_path / "none" / "backup.zip").returncode == 2
    elif place == "files":
        shutil.rmtree(office.home / "files")
        ended = office.run("backup", file)
        assert ended.returncode == 1
        assert "材料文件不在" in ended.stderr
    else:
        limited = subprocess.run(
            [str(BIHUAN), "backup", str(file)],
            env=office.environment,
            capture_output=True,
            text=True,
            preexec_fn=_little_disk if not office.database else _less_disk,
        )
        assert limited.returncode == 1
        assert "磁盘空间不足" in limited.stderr
        assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def _little_disk() -> None:
    """No file may grow beyond 64 KiB: the nearest thing to a full disk that needs no rights."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))


def _less_disk() -> None:
    """4 KiB, where SQLite needs no room for its own work."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 12, 1 << 12))


def test_restoring_into_a_home_that_is_used_is_refused(kept):
    office, saved = kept
    before = counts(office)
    ended = office.run("restore", saved)
    assert ended.returncode == 2
    assert counts(office) == before


def test_an_interrupted_restore_can_be_done_again(saved, elsewhere):
    (elsewhere.home / ".restoring" / "files").mkdir(parents=True)
    (elsewhere.home / "keys").mkdir()
    assert elsewhere.run("restore", saved).returncode == 0
    assert not (elsewhere.home / ".restoring").exists()


def rewritten(saved: Path, folder: Path, change: Callable[[Members], Members]) -> Path:
    """The backup with other members, zipped anew without a word to its manifest."""
    with zipfile.ZipFile(saved) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    changed = folder / "changed.zip"
    with zipfile.ZipFile(changed, "w") as zipped:
        for name, content in change(members).items():
            zipped.writestr(name, content)
    return changed


def with_manifest(members: Members, /, **changes: object) -> Members:
    """The members with a manifest that was changed and given its right digest again."""
    data = json.loads(members[MANIFEST])
    for name in ("format", "digest"):
        data.pop(name)
    lists = {"migrations": tuple(data["migrations"]), "missing": ()}
    made = Manifest(**(data | lists | {"members": tuple(Member(**member) for member in data["members"])}))
    made = replace(made, **changes)  # type: ignore[arg-type]
    return members | {MANIFEST: json.dumps(made.data() | {"digest": made.digest}).encode()}


def evidence_in(members: Members) -> str:
    return next(name for name in members if name.startswith("files/"))


def a_byte_changed(members: Members) -> Members:
    name = evidence_in(members)
    return members | {name: members[name][:-1] + b"?"}


def a_file_gone(members: Members) -> Members:
    return {name: content for name, content in members.items() if name != evidence_in(members)}


def a_file_more(members: Members) -> Members:
    return members | {"../../evil": b"x"}


def a_path_out(members: Members) -> Members:
    data = json.loads(members[MANIFEST])
    outside = (*(Member(**member) for member in data["members"]), Member("../../evil", 1, "0" * 64))
    return with_manifest(members | {"../../evil": b"x"}, members=outside)


def a_manifest_changed(members: Members) -> Members:
    return members | {MANIFEST: members[MANIFEST].replace(b'"missing": []', b'"missing": ["x"]')}


def no_manifest(members: Members) -> Members:
    return {name: content for name, content in members.items() if name != MANIFEST}


def a_later_version(members: Members) -> Members:
    data = json.loads(members[MANIFEST])
    return with_manifest(members, migrations=(*data["migrations"], "ledger.9999_not_yet"))


def another_database(members: Members) -> Members:
    other = "sqlite" if b'"postgresql"' in members[MANIFEST] else "postgresql"
    return with_manifest(members, engine=other)


DAMAGES = (a_byte_changed, a_file_gone, a_file_more, a_path_out, a_manifest_changed, no_manifest)


@pytest.mark.parametrize("change", DAMAGES)
def test_a_backup_that_is_not_as_it_was_made_is_found_out(saved, tmp_path, change):
    with pytest.raises(Damaged), opened(rewritten(saved, tmp_path, change)) as archive:
        check(archive, Bar())


@pytest.mark.parametrize("content", ["cut", "no zip", "empty"])
def test_a_file_that_is_no_backup_is_found_out(saved, tmp_path, content):
    whole, file = saved.read_bytes(), tmp_path / "file.zip"
    file.write_bytes({"cut": whole[: len(whole) * 2 // 3], "no zip": b"a" * 5000, "empty": b""}[content])
    with pytest.raises(Damaged), opened(file):
        pass


@pytest.mark.parametrize("change", [a_byte_changed, a_path_out, a_later_version, another_database])
def test_nothing_is_written_of_a_backup_that_is_refused(saved, elsewhere, tmp_path, change):
    ended = elsewhere.run("restore", rewritten(saved, tmp_path, change))
    assert ended.returncode in (1, 2)
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr
    left = {path.name for path in elsewhere.home.iterdir()} if elsewhere.home.exists() else set()
    assert left <= {"keys"}
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.slow
def test_a_backup_taken_while_others_write_is_of_one_moment(office, elsewhere, tmp_path):
    writing = subprocess.Popen(
        office.python("tests.commands.hammer"), env=office.environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert writing.stdout is not None
        acknowledged = [writing.stdout.readline().strip() for _entry in range(20)]
        ended = office.run("backup", tmp_path / "busy.zip")
        assert ended.returncode == 0, ended.stderr
        time.sleep(0.2)
    finally:
        writing.kill()
        writing.wait()
    ended = elsewhere.run("restore", tmp_path / "busy.zip")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    listed = subprocess.run(
        elsewhere.python("tests.commands.entries"), env=elsewhere.environment, capture_output=True, text=True
    )
    assert set(acknowledged) <= set(listed.stdout.split())
