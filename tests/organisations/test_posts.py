"""Units, people and posts: what stands in one place only once, who may hold what, each change on the record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from bihuan.book import clock
from bihuan.book.booked import differences, fold
from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.case import Role
from bihuan.domain.journal import check_chain, seal
from bihuan.domain.refusals import Refused
from bihuan.organisations.access import (
    BUSINESS_ROLES,
    actor_for,
    held_posts,
    may_keep_ledgers,
    may_manage_people,
    may_see_problems,
    posts_held,
    refuses_post,
    subtree,
)
from bihuan.organisations.actions import (
    assign_post,
    create_person,
    create_unit,
    end_post,
    set_active,
    set_password,
    set_unit_active,
)
from bihuan.organisations.models import Person, Post, Unit
from tests.world import PASSWORD, START, World, build_world, days_later


@pytest.fixture
def world(db: None):
    with clock.moved_to(clock.moment_on(START)):
        yield build_world()


def hire(name: str = "newcomer") -> Person:
    return create_person(username=name, name="新来", password=None, region_id=1)


def assert_on_record(row: Any) -> list[str]:
    """The row's chain is whole and says what the row says; gives the actions in it."""
    entries = list(Entry.objects.filter(subject=row.uid).order_by("seq"))
    assert check_chain((e.seq, e.body.encode(), e.hash) for e in entries) == []
    state: dict[str, Any] = {}
    for entry in entries:
        assert not list(fold(state, json.loads(entry.body)["changes"]))
    fresh = type(row)._default_manager.get(pk=row.pk)
    assert differences(state[row.record_key], fresh) == []
    return [entry.action for entry in entries]


# Units -------------------------------------------------------------------------------------------------------


def test_a_unit_knows_its_line_from_the_root_down(world: World):
    school = create_unit(name="禾丰一中", kind="institution", parent=world.units["county_education"])
    above = [world.units[key].pk for key in ("city", "county", "county_education")]
    assert school.line == (*above, school.pk)
    assert school.region_id == 1
    assert assert_on_record(school) == ["create"]
    below = set(Unit.objects.filter(subtree(world.units["county"])).values_list("name", flat=True))
    assert below == {"禾丰县", "禾丰县教育局", "禾丰一中"}


def test_a_subtree_is_told_by_whole_ids(world: World):
    first = world.units["city"]
    assert not Unit.objects.filter(subtree(Unit(path=f"{first.path[:-1]}9/"))).exists()


@pytest.mark.parametrize(
    ("name", "parent", "words"),
    [
        ("市水利局", "city", "同一上级下已有单位“市水利局”。"),
        ("云汀市", None, "同一上级下已有单位“云汀市”。"),
        (" ", "city", "单位名称不能是空的。"),
    ],
)
def test_a_name_stands_once_in_a_place(world: World, name: str, parent: str | None, words: str):
    above = world.units[parent] if parent else None
    with pytest.raises(Refused, match=words):
        create_unit(name=name, kind="bureau", parent=above, region=world.region)


def test_the_same_name_may_stand_elsewhere(world: World):
    assert create_unit(name="市水利局", kind="bureau", parent=world.units["county"]).pk
    other = Region.objects.create(id=2, name="别市")
    assert create_unit(name="云汀市", kind="government", region=other).region_id == 2


def test_a_unit_is_closed_last_and_opened_first(world: World):
    county, school = world.units["county"], world.units["county_education"]
    with pytest.raises(Refused, match="它下面还有1个在用的单位"):
        set_unit_active(unit=county, active=False)
    with pytest.raises(Refused, match="还有1个岗位在这个单位"):
        set_unit_active(unit=school, active=False)
    end_post(post=Post.objects.get(unit=school))
    set_unit_active(unit=school, active=False)
    end_post(post=Post.objects.get(unit=county))
    set_unit_active(unit=county, active=False)
    school.refresh_from_db()
    with pytest.raises(Refused, match="上级单位“禾丰县”已经停用"):
        set_unit_active(unit=school, active=True)
    assert assert_on_record(school) == ["create", "deactivate"]


# People ------------------------------------------------------------------------------------------------------


def test_the_record_holds_a_seal_of_the_name_and_never_the_password(world: World):
    person = world.people["liaison"]
    bodies = "".join(Entry.objects.filter(subject=person.uid).values_list("body", flat=True))
    assert person.name_seal == seal(person.name, bytes.fromhex(person.salt))
    assert person.name_seal in bodies
    assert person.name not in bodies
    assert PASSWORD not in bodies
    assert person.password not in bodies


def test_two_of_the_same_name_have_different_seals(world: World):
    assert hire("one").name_seal != hire("two").name_seal


@pytest.mark.parametrize(
    ("username", "words"), [("liaison", "账号“liaison”已有人使用。"), (" ", "账号不能是空的。")]
)
def test_an_account_is_one_persons(world: World, username: str, words: str):
    with pytest.raises(Refused, match=words):
        hire(username)


def test_passwords_and_leave_are_on_the_record(world: World):
    person = hire()
    assert not person.has_usable_password()
    set_password(person=person, password="circle-2026-square", region_id=1)
    assert person.check_password("circle-2026-square")
    set_active(person=person, active=False, region_id=1)
    assert assert_on_record(person) == ["create", "set_password", "deactivate"]
    assert actor_for(person, held_posts(person)) is None


# Posts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "held"), list(product(Role, Role)))
def test_auditors_and_administrators_hold_no_business_post(role: Role, held: Role):
    business = frozenset(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}
    assert business == BUSINESS_ROLES
    assert (refuses_post(role, [held]) is not None) is ((role in business) != (held in business))
    assert refuses_post(role, []) is None


def test_a_post_that_begins_later_counts_as_held(world: World):
    person = hire()
    assign_post(person=person, unit=world.units["city"], role=Role.AUDITOR, since=START + timedelta(days=30))
    with pytest.raises(Refused, match="不能兼任业务岗位"):
        assign_post(person=person, unit=world.units["city"], role=Role.COORDINATOR)


def test_a_post_in_a_closed_unit_counts_as_held(world: World):
    spare, person = create_unit(name="旧改办", kind="bureau", parent=world.units["city"]), hire()
    assign_post(person=person, unit=spare, role=Role.LIAISON)
    Unit.objects.filter(pk=spare.pk).update(is_active=False)
    assert not held_posts(person).exists()
    with pytest.raises(Refused, match="不能兼任业务岗位"):
        assign_post(person=person, unit=world.units["city"], role=Role.ADMINISTRATOR)


def test_nobody_holds_the_same_post_twice(world: World):
    person = hire()
    post = assign_post(person=person, unit=world.units["water"], role=Role.LIAISON)
    with pytest.raises(Refused, match="此人在“市水利局”已担任这一岗位"):
        assign_post(person=person, unit=world.units["water"], role=Role.LIAISON)
    end_post(post=post)
    assert assign_post(person=person, unit=world.units["water"], role=Role.LIAISON).pk != post.pk
    assert assert_on_record(post) == ["create", "end"]


@pytest.mark.parametrize(("day", "held"), [(-1, False), (0, True), (9, True), (10, True), (11, False)])
def test_a_post_is_held_from_its_first_day_through_its_last(world: World, day: int, held: bool):
    person = hire()
    post = assign_post(person=person, unit=world.units["water"], role=Role.LIAISON)
    Post.objects.filter(pk=post.pk).update(until=START + timedelta(days=10))
    assert held_posts(person, START + timedelta(days=day)).exists() is held


def test_an_ended_post_ends_at_once(world: World):
    person = world.people["liaison"]
    end_post(post=held_posts(person).get())
    assert actor_for(person, held_posts(person)) is None
    with days_later(1):
        assert actor_for(person, held_posts(person)) is None


def test_somebody_acts_in_one_post_at_a_time_and_is_known_in_all(world: World):
    person = hire()
    first = assign_post(person=person, unit=world.units["water"], role=Role.LEADER)
    second = assign_post(person=person, unit=world.units["city"], role=Role.REVIEWER)
    posts = list(held_posts(person))
    both = frozenset({world.units["water"].pk, world.units["city"].pk})
    acting = [actor_for(person, posts, chosen) for chosen in (None, first.pk, second.pk, 999_999)]
    assert [actor and (actor.role, actor.unit_name, actor.unit_ids) for actor in acting] == [
        (Role.LEADER, "市水利局", both),
        (Role.LEADER, "市水利局", both),
        (Role.REVIEWER, "云汀市", both),
        (Role.LEADER, "市水利局", both),
    ]


def test_every_page_knows_at_once_what_is_held_and_entitles_to_no_more(world: World):
    def known(posts: Any) -> list[Any]:
        return [(p.pk, p.person_id, p.role, p.unit.pk, p.unit.name, p.unit.line, p.unit.region_id) for p in posts]

    person, water = hire(), world.units["water"]
    posts = [assign_post(person=person, unit=unit, role=Role.LIAISON) for unit in (world.units["city"], water)]
    assert len(known(posts_held(person))) == 2
    for change in (
        lambda: Unit.objects.filter(pk=water.pk).update(is_active=False),
        lambda: Unit.objects.filter(pk=water.pk).update(is_active=True, name="水务局"),
        lambda: end_post(post=posts[0]),
    ):
        change()
        assert known(posts_held(person)) == known(held_posts(person))
    with days_later(1):
        end_post(post=posts[1])
        assert known(posts_held(person)) == known(held_posts(person)) == []
    assert posts_held(world.people["liaison"])[0].title == held_posts(world.people["liaison"]).get().title


def test_rights_outside_a_problem(world: World):
    rights = {
        name: (may_keep_ledgers(actor) is None, may_manage_people(actor) is None, may_see_problems(actor) is None)
        for name in world.people
        for actor in [world.actor(name)]
    }
    assert rights.pop("administrator") == (False, True, False)
    keeps = {name for name, (ledgers, _, _) in rights.items() if ledgers}
    assert keeps == {"coordinator", "second_coordinator", "county_coordinator"}
    assert {right[1:] for right in rights.values()} == {(False, True)}


def test_who_held_what_on_a_past_day_stays_known(world: World):
    person = world.people["liaison"]
    with days_later(30):
        end_post(post=held_posts(person).get())
    assert held_posts(person, date(2026, 3, 31)).exists()
    assert not held_posts(person, date(2026, 4, 1)).exists()
