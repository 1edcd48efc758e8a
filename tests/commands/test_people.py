"""Accounts from the command line, each change on the record."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth import authenticate

from bihuan.book.models import Entry
from bihuan.ledger.verify import verify
from bihuan.organisations.models import Person
from tests.world import PASSWORD, build_world

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


def test_a_password_made_by_chance_has_to_be_changed_and_a_given_one_not(here, world, monkeypatch):
    here("user", "add", "tong", "--name", "童见山")
    assert Person.objects.get(username="tong").must_change_password
    monkeypatch.setattr("sys.stdin", io.StringIO("circle-2026-square\n"))
    here("user", "password", "tong", "--password-stdin")
    assert not Person.objects.get(username="tong").must_change_password


def test_slips_for_a_unit_are_listed_once_and_on_the_record_as_the_administrators(here, world):
    code, said = here("user", "slips", "市住建局", "--as", "administrator", "--yes")
    assert code == 0
    rows = [line.split("\t") for line in said.splitlines()]
    assert [row[:3] for row in rows] == [
        ["市住房和城乡建设局", "安小禾", "liaison"],
        ["市住房和城乡建设局", "宁致和", "leader"],
    ]
    assert all(authenticate(username=row[2], password=row[3]) for row in rows)
    entry = Entry.objects.filter(subject=world.people["liaison"].uid).order_by("-seq")[0]
    assert entry.person_id == world.people["administrator"].pk
    assert here("user", "slips", "市住建局", "--as", "coordinator", "--yes")[0] == 1
    assert verify().clean


def test_slips_are_asked_for_before_anything_is_reset(here, world, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert here("user", "slips", "市住建局", "--as", "administrator")[0] != 0
    assert authenticate(username="liaison", password=PASSWORD)


def test_an_account_is_stopped_and_let_in_again(here, world):
    assert here("user", "deactivate", "liaison")[0] == 0
    assert "安小禾（已停用）" in here("user", "list")[1]
    assert here("user", "activate", "liaison")[0] == 0
    assert "已停用" not in here("user", "list")[1]
    assert here("user", "deactivate", "nobody") == (1, "没有账号“nobody”。请核对账号。\n")
    assert verify().clean
