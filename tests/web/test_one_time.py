"""A one-time password opens one door: the page where it is changed. Nothing else is seen, nothing else is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import Client
from django.urls import reverse

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.intake.lineup import At
from bihuan.ledger.models import Problem
from bihuan.organisations.accounts import reset_password
from bihuan.organisations.models import Person
from tests.web.test_every_address import patterns
from tests.web.test_problem import text_of
from tests.world import days_later

CHANGE = "/accounts/password/"
OWN = "circle-2026-square"
FREE = {"account_login", "account_logout", "account_inactive", "account_change_password", "set_language"}
"""What can be reached with a one-time password."""
KINDS = {"int": "1", "slug": "report", "uuid": "01900000-0000-7000-8000-000000000000"}


@pytest.fixture
def slip(world):
    return reset_password(actor=world.actor("administrator"), person=world.people["liaison"])


@pytest.fixture
def client(slip):
    """The liaison, signed in with the one-time password through the form."""
    found = Client()
    answer = found.post("/accounts/login/", {"login": slip.username, "password": slip.password})
    assert answer.status_code == 302
    return found


def change(client, slip, new=OWN, old=None):
    return client.post(CHANGE, {"oldpassword": old or slip.password, "password1": new, "password2": new})


def told(answer):
    return text_of(answer.content.decode())


def path_of(name):
    pattern = patterns()[name]
    values = {
        key: {"IntConverter": 1, "SlugConverter": "report", "AtConverter": At(1)}.get(
            type(converter).__name__, KINDS["uuid"]
        )
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs=values)


def test_every_other_address_leads_to_the_change(client):
    for name in sorted(set(patterns()) - FREE):
        for send in (client.get, client.post):
            answer = send(path_of(name))
            assert (name, answer.status_code, answer.headers.get("Location")) == (name, 302, CHANGE)


def test_a_part_of_a_page_is_led_there_too(client):
    answer = client.get("/frame/stages/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, CHANGE)


def test_nothing_is_done_by_a_form_that_was_open_before(world, client):
    problem = world.register()[0]
    before = Entry.objects.count()
    client.post(f"/problems/{problem.id}/sign/", {"remark": "已收到"})
    client.post("/ledger/views/", {"name": "x", "query": ""})
    assert (Entry.objects.count(), Problem.objects.get(id=problem.id).version) == (before, problem.version)


def test_logging_out_and_the_language_stay_within_reach(client):
    page = client.get(CHANGE)
    assert "您登录用的是一次性密码（有效期至2026-03-16）" in told(page)
    answer = client.post("/language/", {"language": "en", "next": CHANGE})
    assert answer.status_code == 302
    assert "Choose your own password" in client.get(CHANGE).content.decode()
    assert client.get("/static/web/frame.css").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/").headers["Location"].startswith("/accounts/login/")


def test_after_the_change_the_desk_and_the_session_go_on(world, client, slip):
    answer = change(client, slip)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    person = Person.objects.get(username="liaison")
    assert not person.must_change_password
    assert authenticate(username="liaison", password=OWN) == person
    assert authenticate(username="liaison", password=slip.password) is None
    assert Entry.objects.filter(subject=person.uid, action="set_password").count() == 2
    assert Entry.objects.filter(subject=person.uid).order_by("-seq")[0].person_id == person.pk


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (None, "这是一次性密码的样式"),
        ("abcde-fghjk-mnpqr", "这是一次性密码的样式"),
        ("ABCDE-FGHJK-MNPQR", "这是一次性密码的样式"),
        ("short", "密码太短"),
    ],
)
def test_a_one_time_password_is_not_kept_nor_another_one_chosen(client, slip, new, words):
    answer = change(client, slip, new or slip.password)
    assert answer.status_code == 200
    assert words in told(answer)
    assert client.get("/")["Location"] == CHANGE


def test_nobody_goes_back_to_the_one_time_password_later(client, slip):
    change(client, slip)
    assert "这是一次性密码的样式" in told(change(client, slip, slip.password, old=OWN))
    assert "新密码和现在的密码相同" in told(change(client, slip, OWN, old=OWN))
    assert authenticate(username="liaison", password=OWN)


def test_the_change_needs_the_one_time_password_itself(client, slip):
    assert change(client, slip, old="guess-guess-guess").status_code == 200
    assert client.get("/")["Location"] == CHANGE


def test_it_works_on_its_last_day_and_is_refused_in_plain_words_after_it(slip):
    said = {"login": slip.username, "password": slip.password}
    with days_later(14):
        assert Client().post("/accounts/login/", said).status_code == 302
    with days_later(15):
        late = Client()
        answer = late.post("/accounts/login/", said)
        assert "这个一次性密码只到2026-03-16有效，已经过期。请联系本单位系统管理员重新发放。" in told(answer)
        assert late.get("/").headers["Location"].startswith("/accounts/login/")
        assert "已经过期" not in told(Client().post("/accounts/login/", said | {"password": "guess"}))


def test_a_new_one_ends_the_session_begun_with_the_old(world, client):
    reset_password(actor=world.actor("administrator"), person=world.people["liaison"])
    assert client.get(CHANGE).headers["Location"].startswith("/accounts/login/")


def test_a_session_known_before_signing_in_is_worth_nothing_after(slip):
    """Session fixation: signing in and changing the password each give the session a new key."""
    client = Client()
    client.get("/accounts/login/")
    client.session.save()
    before = client.session.session_key
    assert before is not None
    keys = [before]
    client.post("/accounts/login/", {"login": slip.username, "password": slip.password})
    keys.append(client.cookies["sessionid"].value)
    change(client, slip)
    keys.append(client.cookies["sessionid"].value)
    assert len(set(keys)) == 3
    for old in keys[:2]:
        stolen = Client()
        stolen.cookies["sessionid"] = old
        assert stolen.get("/").status_code == 302


def test_a_chosen_password_never_expires(world, sign_in):
    with clock.moved_to(clock.now() + timedelta(days=400)):
        assert sign_in("liaison").get("/").status_code == 200
