"""`case-file` and `verify --archive`: an archive leaves by the command line and is checked far from the book."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

from bihuan.book import checkpoints
from bihuan.domain.case import Stage
from tests.commands.installation import BIHUAN
from tests.ledger.casefiles import apart, together
from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def exported(here, world, tmp_path):
    """Number of the problem, its archive, and the key as an auditor holds it."""
    problem = world.through(Stage.CLOSEOUT_ASKED)
    checkpoints.make_checkpoint()
    key, out = tmp_path / "signing.pub", tmp_path / "档案.zip"
    key.write_text(here("checkpoint", "--public-key")[1])
    code, said = here("case-file", problem.number, "--as", world.people["coordinator"].username, "--out", out)
    assert (code, str(out) in said) == (0, True)
    return problem.number, out, key


def elsewhere(tmp_path, *arguments):
    """`bihuan` as an auditor runs it: another machine, with neither home nor database."""
    environment = {"PATH": os.environ["PATH"], "BIHUAN_HOME": str(tmp_path / "nothing"), "LANG": "C"}
    ended = subprocess.run(
        [BIHUAN, *map(str, arguments)], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_an_auditor_checks_an_archive_without_any_installation(exported, tmp_path):
    number, out, key = exported
    code, said = elsewhere(tmp_path, "verify", "--archive", out, "--key", key)
    assert (code, "全部相符" in said, number in said) == (0, True, True), said
    assert not (tmp_path / "nothing").exists()
    out.write_bytes(together({**apart(out.read_bytes()), "02-佐证/补.png": b"x"}))
    code, said = elsewhere(tmp_path, "verify", "--archive", out, "--key", key)
    assert (code, "02-佐证/补.png" in said, "有 1 处对不上" in said) == (1, True, True), said


def test_without_a_key_it_says_what_is_not_proved(exported, here):
    _number, out, _key = exported
    code, said = here("verify", "--archive", out)
    assert (code, "不能证明档案出自哪里" in said, "全部相符" in said) == (0, True, False)


def test_what_a_stranger_wrote_into_an_archive_does_not_command_the_terminal(exported, here):
    _number, out, _key = exported
    files = apart(out.read_bytes())
    named = {"02-佐证/\x1b[2J.png": b"x"}
    proof = files["04-核验/proof.json"].replace(b'"reader": "', b'"reader": "\\u001b[2J\\u202e')
    for changed in ({**files, "04-核验/proof.json": proof}, {**files, **named}):
        out.write_bytes(together(changed))
        code, said = here("verify", "--archive", out)
        assert (code, "\x1b" in said, "\u202e" in said) == (1, False, False)


def test_a_program_gets_the_same_answer(exported, here):
    number, out, key = exported
    answer = json.loads(here("verify", "--archive", out, "--key", key, "--json")[1])
    assert (answer["clean"], answer["trusted"], answer["number"], answer["unsealed"]) == (True, True, number, 0)
    out.write_bytes(out.read_bytes()[:-30])
    code, said = here("verify", "--archive", out, "--key", key, "--json")
    assert (code, [one["what"] for one in json.loads(said)["findings"]]) == (1, ["broken"])


def test_the_checkpoint_held_outside_is_asked_too(exported, here, tmp_path):
    _number, out, key = exported
    held = tmp_path / "held.json"
    last = checkpoints.latest()
    assert last is not None
    held.write_bytes(checkpoints.file_of(last))
    assert here("verify", "--archive", out, "--key", key, "--checkpoint", held)[0] == 0
    held.write_text("{}")
    code, said = here("verify", "--archive", out, "--key", key, "--checkpoint", held)
    assert (code, "这不是检查点文件" in said) == (1, True)
    assert here("verify", "--archive", out, "--checkpoint", held)[0] == 2
    assert here("verify", "--archive", tmp_path / "none.zip")[0] == 2


def test_what_cannot_be_exported_is_told_and_nothing_is_left_behind(exported, here, world, tmp_path):
    number, out, _key = exported
    before = out.read_bytes()
    me = world.people["coordinator"].username
    assert here("case-file", number, "--as", me, "--out", out)[0] == 2
    assert out.read_bytes() == before
    for word, name in ((f"{number}9", "coordinator"), (number, "stranger"), (number, "administrator")):
        account = world.people[name].username
        code, said = here("case-file", word, "--as", account, "--out", tmp_path / "new.zip")
        assert (code, "没有编号为" in said) == (1, True)
    assert not (tmp_path / "new.zip").exists()
