"""Accounts from the command line, each change on the record."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth import authenticate

from bihuan.ledger.verify import verify
from tests.world import build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


def password_in(said: str) -> str:
    return said.strip().splitlines()[-1].rpartition("：")[2].rpartition(": ")[2]


def test_a_new_account_can_sign_in_with_the_password_shown_once(here, world):
    code, said = here("user", "add", "tong", "--name", "童见山", "--post", "liaison@市水利局", "--title", "科长")
    assert code == 0
    assert authenticate(username="tong", password=password_in(said)) is not None
    listed = {row["username"]: row for row in json.loads(here("user", "list", "--json")[1])}
    assert listed["tong"]["posts"] == [{"role": "liaison", "unit": "市水利局", "title": "科长"}]
    assert verify().clean


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("liaison", "--name", "重名"), 1, "已有人使用"),
        (("tong", "--name", "童见山", "--post", "liaison@市水务局"), 1, "没有单位“市水务局”"),
        (("tong", "--name", "童见山", "--post", "king@市水利局"), 2, "角色@单位"),
        (("tong", "--name", "童见山", "--post", "auditor@云汀市", "--post", "liaison@市水利局"), 1, "不能兼任"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_not_half_made(here, world, arguments, code, said):
    ended, told = here("user", "add", *arguments)
    assert (ended, said in told) == (code, True)
    assert "童见山" not in here("user", "list")[1]


def test_a_unit_name_that_two_units_share_is_never_guessed(here, world):
    from bihuan.organisations.actions import create_unit

    create_unit(name="禾丰县教育局", kind="bureau", parent=world.units["city"])
    code, said = here("user", "post", "support", "supervisor@禾丰县教育局")
    assert code == 1
    assert "不止一个单位" in said
    code, _said = here("user", "post", "support", f"supervisor@{world.units['county_education'].pk}")
    assert code == 0


def test_a_new_password_replaces_the_old_one(here, world):
    code, said = here("user", "password", "liaison")
    assert code == 0
    assert authenticate(username="liaison", password=password_in(said)) is not None
    assert verify().clean


def test_an_account_is_stopped_and_let_in_again(here, world):
    assert here("user", "deactivate", "liaison")[0] == 0
    assert "安小禾（已停用）" in here("user", "list")[1]
    assert here("user", "activate", "liaison")[0] == 0
    assert "已停用" not in here("user", "list")[1]
    assert here("user", "deactivate", "nobody") == (1, "没有账号“nobody”。请核对账号。\n")
    assert verify().clean
