"""Attacks through the pages: what is tampered with in addresses, sessions and sign-in comes to nothing."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.ledger.models import Ledger
from tests.world import PASSWORD

SORTS = ("due", "-due_original", "dispatched", "-changed", "number", "unit")
VALUES: tuple[Any, ...] = (
    {},
    [],
    True,
    1.5,
    10**30,
    -1,
    "x",
    "\0",
    "\ud800",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    float("nan"),
    float("inf"),
)


def cursor(value: Any, id_: Any) -> str:
    """What a page's address might carry as the place where it begins."""
    return base64.urlsafe_b64encode(json.dumps([value, id_]).encode()).decode()


@pytest.mark.parametrize("sort", SORTS)
def test_a_tampered_place_in_a_list_is_no_error(world, sign_in, sort) -> None:
    world.register(2)
    client = sign_in("coordinator")

    for value in VALUES:
        for word in ("after", "before"):
            answer = client.get("/ledger/", {"sort": sort, word: cursor(value, uuid4().hex)})
            assert answer.status_code == 200, (sort, value)


@pytest.mark.parametrize("id_", [1, {}, [], "\ud800", "zz", "\0"])
def test_a_tampered_row_in_a_place_begins_the_list_anew(world, sign_in, id_) -> None:
    number = world.register()[0].number

    assert number in sign_in("coordinator").get("/ledger/", {"after": cursor(None, id_)}).content.decode()


def test_a_deep_place_in_a_list_is_no_error(world, sign_in) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 6000).decode()

    assert sign_in("coordinator").get("/ledger/", {"after": deep}).status_code == 200


def test_filters_do_not_give_away_names(world, sign_in) -> None:
    world.through(Stage.UNDER_WAY)
    Ledger.objects.filter(id=world.ledger.id).update(name="信访专项台账")
    client = sign_in("stranger")

    for unit in (world.units["housing"], world.units["water"]):
        page = client.get("/ledger/", {"unit": unit.pk}).content.decode()
        assert unit.short not in page
        assert "看不到的单位" in page
    page = client.get("/ledger/", {"ledger": world.ledger.id}).content.decode()
    assert "信访专项台账" not in page
    assert "看不到的台账" in page


def test_filters_name_what_one_may_see(world, sign_in) -> None:
    world.through(Stage.UNDER_WAY)

    page = sign_in("support").get("/ledger/", {"unit": world.units["housing"].pk, "ledger": world.ledger.id})

    assert "市住建局" in page.content.decode()
    assert world.ledger.name in page.content.decode()


def test_people_are_searched_without_the_sign_that_postgresql_refuses(world, sign_in) -> None:
    assert "liaison" in sign_in("administrator").get("/people/?q=%00安小禾").content.decode()


def test_a_view_is_told_by_the_name_it_was_kept_under(world, sign_in) -> None:
    page = sign_in("liaison").post("/ledger/views/", {"name": "长\0" * 5000, "query": "q=1"}, follow=True)

    assert "“" + "长" * 40 + "”" in page.content.decode()


def test_an_idle_session_cannot_change_the_password(world, monkeypatch) -> None:
    client = Client()
    client.force_login(world.people["liaison"])
    client.get("/")
    later = time.time() + 31 * 60
    monkeypatch.setattr(time, "time", lambda: later)

    said = {"oldpassword": PASSWORD, "password1": "another-loop-2026", "password2": "another-loop-2026"}
    answer = client.post("/accounts/password/", said)

    assert answer["Location"].startswith("/accounts/login/")
    world.people["liaison"].refresh_from_db()
    assert world.people["liaison"].check_password(PASSWORD)


def test_a_busy_session_ends_after_twelve_hours(world, monkeypatch) -> None:
    client = Client()
    client.force_login(world.people["liaison"])
    start = time.time()
    answers = []
    for minutes in range(0, 12 * 60 + 25, 20):
        monkeypatch.setattr(time, "time", lambda minutes=minutes: start + minutes * 60)
        answers.append(client.get("/frame/stages/").status_code)

    assert answers[:-1] == [200] * 37
    assert answers[-1] == 302


def test_a_password_of_ones_own_is_on_the_record(world, sign_in) -> None:
    said = {"oldpassword": PASSWORD, "password1": "another-loop-2026", "password2": "another-loop-2026"}

    client = sign_in("liaison")
    client.post("/accounts/password/", said)

    assert client.get("/").status_code == 200
    person = world.people["liaison"]
    person.refresh_from_db()
    assert person.check_password("another-loop-2026")
    entry = Entry.objects.get(subject=person.uid, action="set_password")
    assert entry.person_id == person.pk
    assert "another-loop" not in str(entry.body)


def wrong(name: str, number: int) -> str:
    """What the page says to a wrong password, sent from ever another address and claimed address."""
    claimed = {"x-forwarded-for": f"203.0.113.{number}"}
    said = {"login": name, "password": f"guess-{number}"}
    answer = Client().post("/accounts/login/", said, headers=claimed, REMOTE_ADDR=f"10.0.0.{number}")
    return answer.content.decode()


def test_an_account_is_locked_at_the_fifth_failure_however_it_is_written(world) -> None:
    for number, name in enumerate(("liaison", "LIAISON", " liaison", "Liaison ", "liaison")):
        assert "登录失败次数过多" not in wrong(name, number)
    assert "登录失败次数过多" in wrong("liaison", 6)
    right = Client().post("/accounts/login/", {"login": "liaison", "password": PASSWORD})
    assert "登录失败次数过多" in right.content.decode()


def test_failures_for_many_names_do_not_lift_a_lock(world) -> None:
    for number in range(5):
        wrong("liaison", number)
    for number in range(400):
        cache.set(f"other:{number}", [1.0], 1800)

    assert "登录失败次数过多" in wrong("liaison", 6)


def test_an_unknown_name_and_a_wrong_password_look_the_same(world) -> None:
    assert len(wrong("liaison", 1)) == len(wrong("nobody7", 1))
