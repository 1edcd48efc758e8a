"""Slips: for whom, that nothing is reset which nobody looked at, and what the database keeps of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.test import override_settings
from django.utils import timezone

from bihuan.book import clock
from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.domain.refusals import Refused
from bihuan.ledger.verify import verify
from bihuan.organisations import slips
from bihuan.organisations.accounts import choose_password
from bihuan.organisations.actions import assign_post, create_person, set_active
from bihuan.organisations.models import Person
from bihuan.organisations.passwords import ONE_TIME, QUICK_ROUNDS, fresh_password, quick_hash
from tests.world import PASSWORD, START, World, build_world

SLOW_AND_QUICK = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


@pytest.fixture
def world(db: None):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def names(found: slips.Round) -> list[str]:
    return [one.person.username for one in found.recipients]


def round_of(world: World, unit: str = "city", **how: bool) -> slips.Round:
    return slips.round_of(world.actor("administrator"), world.units[unit], **how)


def make(world: World, unit: str = "city", **how: bool) -> list[slips.Slip]:
    admin, found = world.actor("administrator"), round_of(world, unit, **how)
    everybody = how.get("everybody", False)
    prepared = slips.prepare(actor=admin, unit=world.units[unit], everybody=everybody, mark=found.mark)
    return slips.hand_out(actor=admin, prepared=prepared)


def test_those_who_use_their_account_are_left_alone(world: World):
    Person.objects.filter(username__in=["liaison", "leader"]).update(last_login=timezone.now())
    found = round_of(world, "housing")
    assert (names(found), found.settled) == ([], 2)
    assert names(round_of(world, "housing", everybody=True)) == ["liaison", "leader"]


def test_who_signed_in_and_never_chose_a_password_gets_another_slip(world: World):
    make(world, "housing")
    Person.objects.filter(username="liaison").update(last_login=timezone.now())
    found = round_of(world, "housing")
    assert names(found) == ["liaison", "leader"]
    assert found.outdated == 2


def test_the_order_is_that_of_the_units_and_everybody_comes_once(world: World):
    assign_post(person=world.people["liaison"], unit=world.units["water"], role=Role.LIAISON)
    found = round_of(world)
    units = [one.unit.name for one in found.recipients]
    assert units == sorted(units, key=[unit.name for unit in world.units.values()].index)
    assert len(set(names(found))) == len(names(found)) == 10
    assert found.units == 5


def test_never_the_administrator_who_asks_nor_closed_accounts(world: World):
    set_active(person=world.people["leader"], active=False, region_id=1)
    assert {"administrator", "leader"} & set(names(round_of(world, everybody=True))) == set()


def test_accounts_that_others_keep_too_are_counted_and_left_out(world: World):
    person = create_person(username="county_admin", name="符明达", region_id=1)
    post = assign_post(person=person, unit=world.units["county"], role=Role.ADMINISTRATOR)
    assign_post(person=world.people["stranger"], unit=world.units["water"], role=Role.LIAISON)
    world.people["county_admin"] = post.person
    found = slips.round_of(world.actor("county_admin"), world.units["county"])
    assert (names(found), found.beyond) == (["county_coordinator"], 1)
    with pytest.raises(Refused, match="不在您管理的范围内"):
        slips.round_of(world.actor("county_admin"), world.units["water"])


def test_everybody_else_is_refused(world: World):
    with pytest.raises(Refused, match="只有系统管理员"):
        slips.round_of(world.actor("coordinator"), world.units["city"])


def test_the_passwords_work_are_on_the_record_as_set_and_kept_nowhere(world: World):
    made = make(world)
    assert len(made) == 10
    assert len({slip.password for slip in made}) == 10
    for slip in made:
        person = authenticate(username=slip.username, password=slip.password)
        assert isinstance(person, Person)
        assert person.one_time_until == slip.until == START + timedelta(days=14)
        entry = Entry.objects.filter(subject=person.uid).order_by("-seq")[0]
        assert (entry.action, entry.person_id) == ("set_password", world.people["administrator"].pk)
        assert not Entry.objects.filter(body__contains=slip.password).exists()
        assert slip.password not in person.password
    assert authenticate(username="liaison", password=PASSWORD) is None
    assert verify().clean


@pytest.mark.parametrize(
    "change", ["a sign-in", "a new password", "another slip", "somebody new", "a closed account"]
)
def test_nothing_is_reset_where_the_list_has_changed_since_it_was_looked_at(world: World, change: str):
    admin, seen = world.actor("administrator"), round_of(world, "housing")
    before = slips.prepare(actor=admin, unit=world.units["housing"], everybody=False, mark=seen.mark)
    person = world.people["liaison"]
    if change == "a sign-in":
        Person.objects.filter(pk=person.pk).update(last_login=timezone.now())
    elif change == "a new password":
        choose_password(person=person, password="circle-2026-square")
    elif change == "another slip":
        make(world, "housing")
    elif change == "a closed account":
        set_active(person=person, active=False, region_id=1)
    else:
        new = create_person(username="newcomer", name="新来", region_id=1)
        assign_post(person=new, unit=world.units["housing"], role=Role.LIAISON)
    kept = {row.pk: row.password for row in Person.objects.all()}
    with pytest.raises(Refused, match="名单有了变化"):
        slips.hand_out(actor=admin, prepared=before)
    with pytest.raises(Refused, match="名单有了变化"):
        slips.prepare(actor=admin, unit=world.units["housing"], everybody=False, mark=seen.mark)
    assert {row.pk: row.password for row in Person.objects.all()} == kept


def test_too_many_for_one_go_are_refused_before_anything_is_hashed(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(slips, "MOST", 9)
    monkeypatch.setattr(slips, "quick_hash", lambda password: pytest.fail("hashed"))
    with pytest.raises(Refused, match="这次有10人，一次最多9人"):
        make(world)


def test_nobody_is_told_as_nobody(world: World):
    make(world, "housing", everybody=True)
    Person.objects.update(last_login=timezone.now(), one_time_until=None)
    with pytest.raises(Refused, match="没有要发密码条的人员"):
        make(world, "housing")


def test_a_one_time_password_is_random_and_easy_to_read_out():
    made = {fresh_password() for _ in range(500)}
    assert len(made) == 500
    assert all(ONE_TIME.fullmatch(password) for password in made)
    assert set("".join(made)) - {"-"} == set("abcdefghjkmnpqrstuvwxyz23456789")
    assert not re.search(r"[0o1il]", "".join(made), re.IGNORECASE)


@override_settings(PASSWORD_HASHERS=SLOW_AND_QUICK)
def test_the_first_sign_in_stores_a_one_time_password_under_the_slow_hash(world: World):
    password = fresh_password()
    person = world.people["liaison"]
    person.password = quick_hash(password)
    person.save(update_fields=["password"])
    assert f"${QUICK_ROUNDS}$" in person.password
    assert authenticate(username="liaison", password=password)
    person.refresh_from_db()
    assert identify_hasher(person.password).algorithm == "scrypt"


@override_settings(PASSWORD_HASHERS=SLOW_AND_QUICK)
def test_a_sign_in_never_undoes_a_reset_that_came_between(world: World):
    """The sign-in has read the account, the administrator resets it, the sign-in stores its hash anew."""
    old, new = fresh_password(), fresh_password()
    person = world.people["liaison"]
    Person.objects.filter(pk=person.pk).update(password=quick_hash(old))
    signing_in = Person.objects.get(pk=person.pk)
    Person.objects.filter(pk=person.pk).update(password=quick_hash(new))
    assert signing_in.check_password(old)
    person.refresh_from_db()
    assert person.check_password(new)
    assert not person.check_password(old)
