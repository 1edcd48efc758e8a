"""The pages in which a post is handed over: who may, what is shown before, what is there after."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth import authenticate

from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.ledger.models import Responsibility
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Person, Post
from tests.web.test_problem import text_of
from tests.world import PASSWORD

NEW = {"kind": "new", "name": "顾未央", "username": "guweiyang", "known": "", "reason": "工作调动", "work": "on"}
KNOWN = {"kind": "known", "known": "support", "name": "", "username": "", "reason": "工作调动", "work": "on"}


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


@pytest.fixture
def at(world):
    post = Post.objects.get(person=world.people["liaison"])
    return f"/people/{post.person_id}/posts/{post.pk}/hand/"


@pytest.fixture
def problem(world):
    return world.through(Stage.UNDER_WAY, person="安小禾")


def told(answer):
    return text_of(answer.content.decode())


def hidden(answer):
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def confirm(client, at, said):
    return client.post(at, hidden(client.post(at, said)) | {"confirm": "1"})


def in_charge(problem):
    return Responsibility.objects.get(problem_id=problem.id, role="lead").person


def test_before_anything_is_done_it_is_said_what_will_move(admin, at, problem):
    before = Entry.objects.count()
    page = told(admin.post(at, NEW))
    assert "安小禾→移交给顾未央" in page
    assert "1个在办问题的责任人改为顾未央" in page
    assert problem.number in page
    assert "为顾未央开通账号“guweiyang”" in page
    assert Entry.objects.count() == before


def test_an_administrator_reads_numbers_and_nothing_of_what_a_problem_is_about(admin, at, problem):
    page = told(admin.get(at)) + told(admin.post(at, NEW))
    assert problem.number in page
    assert problem.title not in page
    assert problem.text not in page


def test_somebody_new_gets_the_post_the_work_and_a_slip(admin, at, world, problem):
    done = confirm(admin, at, NEW)
    password = re.findall(r'<output class="password">([^<]+)<', done.content.decode())[0]
    person = authenticate(username="guweiyang", password=password)
    assert isinstance(person, Person)
    assert person.must_change_password
    assert "1个在办问题改由顾未央负责" in told(done)
    assert done["Cache-Control"] == "no-store"
    assert in_charge(problem) == "顾未央"


def test_the_two_pages_and_the_problem_tell_of_it(admin, at, sign_in, world, problem):
    confirm(admin, at, KNOWN)
    liaison, support = world.people["liaison"], world.people["support"]
    assert "移交给路知秋" in told(admin.get(f"/people/{liaison.pk}/"))
    assert "接自安小禾" in told(admin.get(f"/people/{support.pk}/"))
    page = told(sign_in("leader").get(f"/problems/{problem.id}/"))
    assert "移交" in page
    assert "工作调动" in page
    assert "市住建局负责人安小禾 → 路知秋" in page


def test_a_second_click_does_nothing_and_says_where_to_look(admin, at, world, problem):
    sent = hidden(admin.post(at, NEW)) | {"confirm": "1"}
    admin.post(at, sent)
    count = Entry.objects.count()
    again = admin.post(at, sent, follow=True)
    assert "一次性密码只显示一次，没有看到的请在这里重置密码" in told(again)
    assert Entry.objects.count() == count
    assert Person.objects.filter(username="guweiyang").count() == 1


@pytest.mark.parametrize("ticket", ["", "forged"])
def test_nothing_is_handed_over_without_having_been_looked_at(admin, at, problem, ticket):
    answer = admin.post(at, NEW | {"confirm": "1", "ticket": ticket})
    assert "还没有移交" in told(answer)
    assert in_charge(problem) == "安小禾"
    assert not Person.objects.filter(username="guweiyang").exists()


def test_of_two_administrators_the_second_is_told(admin, at, sign_in, world, problem):
    second = create_person(username="second_admin", name="蒲知远", password=PASSWORD, region_id=1)
    assign_post(person=second, unit=world.units["city"], role=Role.ADMINISTRATOR)
    world.people["second_admin"] = second
    other = sign_in("second_admin")
    mine, theirs = hidden(admin.post(at, NEW)), hidden(other.post(at, KNOWN))
    admin.post(at, mine | {"confirm": "1"})
    assert other.post(at, theirs | {"confirm": "1"}).status_code == 404  # no such post any more
    assert in_charge(problem) == "顾未央"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "known", "known": ""}, "必填"),
        ({"kind": "known", "known": "nobody"}, "没有找到用户名“nobody”"),
        ({"kind": "known", "known": "liaison"}, "接任人就是现任本人"),
        ({"kind": "known", "known": "auditor"}, "不能兼任业务岗位"),
        ({"name": ""}, "必填"),
        ({"username": "顾 未央"}, "用户名只用字母"),
        ({"username": "leader"}, "已有人使用"),
        ({"reason": " "}, "必填"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(admin, at, problem, changed, words):
    answer = admin.post(at, NEW | changed)
    if words not in told(answer):
        answer = admin.post(at, hidden(answer) | {"confirm": "1"})
    assert words in told(answer)
    assert in_charge(problem) == "安小禾"
    assert Post.objects.get(person__username="liaison").until is None


def test_one_can_go_back_and_change_what_was_typed(admin, at, problem):
    back = admin.post(at, hidden(admin.post(at, NEW)) | {"back": "1"})
    assert 'value="guweiyang"' in back.content.decode()
    assert "看会改动什么" in told(back)


def test_posts_and_people_elsewhere_do_not_exist(world, sign_in, at, problem):
    county = create_person(username="county_admin", name="符明达", password=PASSWORD, region_id=1)
    assign_post(person=county, unit=world.units["county"], role=Role.ADMINISTRATOR)
    world.people["county_admin"] = county
    client = sign_in("county_admin")
    assert client.get(at).status_code == 404
    stranger = Post.objects.get(person=world.people["stranger"])
    own = f"/people/{stranger.person_id}/posts/{stranger.pk}/hand/"
    assert "没有找到用户名“liaison”" in told(client.post(own, KNOWN | {"known": "liaison"}))
    assert "安小禾" not in told(client.get(own))


def test_the_own_post_is_handed_over_by_somebody_else(admin, world):
    post = Post.objects.get(person=world.people["administrator"])
    answer = admin.get(f"/people/{post.person_id}/posts/{post.pk}/hand/")
    assert answer.status_code == 403


def test_a_person_with_two_posts_hands_over_one(admin, at, world, problem):
    assign_post(person=world.people["liaison"], unit=world.units["housing"], role=Role.LEADER)
    assert "在这个单位还有别的岗位" in told(admin.get(at))
    said = {name: value for name, value in KNOWN.items() if name != "work"}
    assert "在办问题的责任人姓名不改" in told(admin.post(at, said))
    confirm(admin, at, said)
    assert in_charge(problem) == "安小禾"
    assert Post.objects.get(person=world.people["liaison"], until__isnull=True).role == Role.LEADER
