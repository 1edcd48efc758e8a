"""Setting up: a real office, or the demo's; never one on top of the other."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import time

import pytest

from tests.commands.installation import BIHUAN, SERVER

INIT = ("init", "--name", "云汀市", "--code", "999900", "--admin", "qiao", "--admin-name", "乔予安")


def test_init_founds_an_office_with_its_first_administrator(blank):
    ended = blank.run(*INIT)
    assert ended.returncode == 0, ended.stderr
    assert "一次性密码（只显示这一次，" in ended.stdout
    [account] = json.loads(blank.run("user", "list", "--json").stdout)
    assert account["username"] == "qiao"
    assert account["posts"] == [{"role": "administrator", "unit": "云汀市", "title": ""}]
    assert blank.run("verify").returncode == 0
    again = blank.run(*INIT)
    assert again.returncode == 1
    assert "已经建立了单位" in again.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [(("--code", "12"), "区划代码应为"), (("--password-stdin",), "密码")],
)
def test_init_refuses_what_cannot_be_and_leaves_nothing(blank, change, said):
    ended = blank.run(*INIT, *change, given="1234567890\n")
    assert ended.returncode == 1
    assert said in ended.stderr
    assert json.loads(blank.run("user", "list", "--json").stdout) == []


def test_init_stays_out_of_a_home_that_belongs_to_a_demo(empty):
    empty.home.mkdir()
    (empty.home / ".demo").touch()
    assert empty.run(*INIT).returncode == 2


def test_demo_refuses_a_home_with_data_and_does_not_mark_it(office):
    ended = office.run("demo")
    assert ended.returncode == 2
    assert "已有数据" in ended.stderr
    assert not (office.home / ".demo").exists()


@pytest.mark.slow
@pytest.mark.skipif(bool(SERVER), reason="a database elsewhere is left to whoever owns it")
def test_a_demo_that_is_interrupted_leaves_nothing_that_passes_for_one(empty):
    building = subprocess.Popen([str(BIHUAN), "demo"], env=empty.environment, stderr=subprocess.PIPE, text=True)
    assert building.stderr is not None
    while "约需一分钟" not in building.stderr.readline():
        assert building.poll() is None
    time.sleep(1)
    building.send_signal(signal.SIGINT)
    assert building.wait(60) == 130
    assert {path.name for path in empty.home.iterdir()} <= {"keys", "static", ".lock"}


def test_a_demo_of_an_impossible_day_is_refused(empty):
    assert empty.run("demo", "--today", "0001-01-01").returncode == 2
    assert not empty.home.exists()


@pytest.mark.skipif(not SERVER, reason="only a database elsewhere can hold data while the home is empty")
def test_demo_refuses_a_database_with_data_under_an_empty_home(office, tmp_path):
    office.home = tmp_path / "another"
    ended = office.run("demo")
    assert ended.returncode == 2
    assert not (office.home / ".demo").exists()


@pytest.mark.slow
def test_setup_makes_everything_and_may_be_called_again(empty):
    assert empty.run("setup").returncode == 0
    assert (empty.home / "static" / "staticfiles.json").is_file()
    assert stat.S_IMODE(empty.home.stat().st_mode) == 0o700
    assert empty.run("setup").stderr == ""
    assert empty.run("verify").returncode == 0
