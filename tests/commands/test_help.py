"""The command line as such: quick to start, in the user's language, clear about what was mistyped."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bihuan.cli import bihuan
from bihuan.commands import people, words
from tests.commands.installation import BIHUAN


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BIHUAN), *arguments],
        env={"PATH": "/usr/bin", **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_help_loads_neither_django_nor_a_reader():
    heavy = ["django", "rich", "openpyxl", "gunicorn", "cryptography"]
    code = f"import sys, bihuan.cli; print([name for name in {heavy!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_every_command_and_option_explains_itself():
    silent = [
        f"{command.name} {parameter.name}"
        for command in [*bihuan.commands.values(), *people.user.commands.values()]
        for parameter in command.params
        if parameter.param_type_name == "option" and not parameter.help
    ]
    assert silent == []
    assert [name for name, command in bihuan.commands.items() if not command.help] == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_CN.UTF-8", "BIHUAN_LANG": "en"}, "en"),
    ],
)
def test_the_language_is_that_of_the_environment(monkeypatch, environment, expected):
    for name in ("BIHUAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert words.language() == expected


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["servr"], "没有 servr 这个命令"),
        (["serve", "--prot", "1"], "没有 --prot 这个选项"),
        (["read"], "缺少 文件"),
        (["serve", "--port", "99999"], "--port 的值不对"),
        (["verify", "--checkpoint", "a.json"], "--checkpoint 和 --key 要一起给出"),
        (["read", "no-such.xlsx"], "没有这个文件"),
        ([], "用法：bihuan"),
    ],
)
def test_a_wrong_call_is_told_and_ends_with_2(arguments, said):
    ended = run(*arguments, BIHUAN_LANG="zh")
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_mistyped_home_is_told_and_not_made(tmp_path):
    home = tmp_path / "mistyped"
    ended = run("verify", BIHUAN_HOME=str(home))
    assert ended.returncode == 2
    assert str(home) in ended.stderr
    assert not home.exists()


@pytest.mark.parametrize(("name", "value"), [("DATABASE_URL", "foo://x"), ("BIHUAN_PROXIES", "many")])
def test_a_setting_that_cannot_be_is_told(tmp_path, name, value):
    ended = run("setup", BIHUAN_HOME=str(tmp_path / "home"), **{name: value})
    assert ended.returncode == 2
    assert "环境变量设置有误" in ended.stderr


def test_a_database_that_cannot_be_reached_is_told(tmp_path):
    ended = run("user", "list", BIHUAN_HOME=str(tmp_path / "home"), DATABASE_URL="postgres://a:b@127.0.0.1:1/x")
    assert ended.returncode == 1
    assert "数据库没有完成" in ended.stderr
    assert "Traceback" not in ended.stderr
