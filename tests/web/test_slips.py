"""The page with slips: looked at, confirmed once, shown once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Person
from tests.web.test_problem import text_of
from tests.world import PASSWORD

AT = "/people/slips/"


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


def told(answer):
    return text_of(answer.content.decode())


def asked(world, unit="housing", who="not_yet", address="http://zg.yunting.example/"):
    return {"unit": str(world.units[unit].pk), "who": who, "address": address}


def hidden(answer):
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def slips_in(answer):
    keys = re.findall(r'<dd class="slip-key">([^<]+)</dd>', answer.content.decode())
    return dict(zip(keys[::2], keys[1::2], strict=True))


def test_it_is_said_beforehand_what_will_happen_to_how_many(admin, world):
    preview = admin.get(AT, asked(world, "city"))
    assert "将重置10人的密码，生成10张密码条，分属5个单位。" in told(preview)
    assert "新密码有效期至2026-03-16" in told(preview)
    assert "路知秋" in told(preview)
    assert Entry.objects.filter(action="set_password").count() == 0


def test_the_slips_are_shown_once_by_unit_and_work(admin, world):
    done = admin.post(AT, hidden(admin.get(AT, asked(world))))
    page = done.content.decode()
    assert done["Cache-Control"] == "no-store"
    assert re.findall(r'class="slips-unit">([^<]+)<', page) == ["市住房和城乡建设局"]
    assert page.count("http://zg.yunting.example/") == 2
    assert page.count("首次登录须修改密码") == 2
    assert "2026-03-16" in page
    assert set(slips_in(done)) == {"liaison", "leader"}
    for username, password in slips_in(done).items():
        assert authenticate(username=username, password=password)


@pytest.mark.parametrize("pause", ["at once", "after somebody signed in"])
def test_the_same_answer_asked_for_again_resets_nothing(admin, world, pause):
    sent = hidden(admin.get(AT, asked(world)))
    first = slips_in(admin.post(AT, sent))
    if pause != "at once":
        Person.objects.filter(username="liaison").update(last_login=timezone.now())
    again = admin.post(AT, sent)
    assert again.status_code == 409
    assert "已经生成过" in told(again)
    assert slips_in(again) == {}
    assert all(authenticate(username=name, password=password) for name, password in first.items())


def test_two_administrators_do_not_void_each_others_slips_unknowingly(admin, world, sign_in):
    second = create_person(username="second_admin", name="蒲知远", password=PASSWORD, region_id=1)
    assign_post(person=second, unit=world.units["city"], role=Role.ADMINISTRATOR)
    world.people["second_admin"] = second
    other = sign_in("second_admin")
    mine, theirs = hidden(admin.get(AT, asked(world))), hidden(other.get(AT, asked(world)))
    first = slips_in(admin.post(AT, mine))
    refused = other.post(AT, theirs)
    assert "名单有了变化" in told(refused)
    assert "其中2人手上的一次性密码还没有过期" in told(refused)
    assert all(authenticate(username=name, password=password) for name, password in first.items())


@pytest.mark.parametrize("changed", [{"ticket": "forged"}, {"mark": "forged"}, {"who": "everybody"}])
def test_nothing_is_reset_without_having_been_looked_at(admin, world, changed):
    Person.objects.filter(username="leader").update(last_login=timezone.now())
    sent = hidden(admin.get(AT, asked(world)))
    answer = admin.post(AT, sent | changed)
    assert slips_in(answer) == {}
    assert authenticate(username="liaison", password=PASSWORD)
    assert authenticate(username="leader", password=PASSWORD)


def test_a_ticket_of_somebody_else_is_worth_nothing(admin, world, sign_in):
    sent = hidden(admin.get(AT, asked(world)))
    assert sign_in("coordinator").post(AT, sent).status_code == 403
    assert slips_in(sign_in("administrator").post(AT, sent)) == {}
    assert authenticate(username="liaison", password=PASSWORD)


def test_a_unit_elsewhere_cannot_be_chosen(world, sign_in):
    county = create_person(username="county_admin", name="符明达", password=PASSWORD, region_id=1)
    assign_post(person=county, unit=world.units["county"], role=Role.ADMINISTRATOR)
    world.people["county_admin"] = county
    client = sign_in("county_admin")
    assert "将重置" not in told(client.get(AT, asked(world, "housing")))
    assert slips_in(client.post(AT, asked(world, "housing") | {"ticket": "x", "mark": "x"})) == {}


def test_long_names_and_markup_are_only_text(admin, world):
    unit = world.units["housing"]
    name = "<b>" + "长" * 57
    person = create_person(username="x" * 60, name=name, region_id=1)
    assign_post(person=person, unit=unit, role=Role.LIAISON)
    done = admin.post(AT, hidden(admin.get(AT, asked(world, address="<script>alert(1)</script>"))))
    assert "<b>长" not in done.content.decode()
    assert "<script>alert" not in done.content.decode()
    assert "x" * 60 in slips_in(done)
