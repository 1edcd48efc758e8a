"""Units, people and posts: for administrators, within their own subtree, and nothing half-done."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Person, Post, Unit
from tests.web.test_problem import text_of
from tests.world import PASSWORD

PAGES = ("/units/", "/units/new/", "/units/import/", "/units/import/template/", "/people/", "/people/new/")


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


@pytest.fixture
def county_admin(world):
    """An administrator of the county: everything below it, nothing beside it."""
    person = create_person(username="county_admin", name="符明达", password=PASSWORD, region_id=1)
    assign_post(person=person, unit=world.units["county"], role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(person)
    return client


def told(answer):
    return text_of(answer.content.decode())


def password_in(answer):
    return re.findall(r'<output class="password">([^<]+)<', answer.content.decode())[0]


def entries_of(row):
    return list(Entry.objects.filter(subject=row.uid).order_by("seq").values_list("action", flat=True))


class TestWhoMay:
    @pytest.mark.parametrize(
        "who", ["coordinator", "liaison", "leader", "supervisor", "reviewer", "auditor", "county_coordinator"]
    )
    def test_everybody_else_is_told_that_they_may_not(self, sign_in, world, who):
        client = sign_in(who)
        person, unit = world.people["liaison"].pk, world.units["housing"].pk
        posts = (f"/units/{unit}/active/", f"/people/{person}/password/", f"/people/{person}/active/")
        answers = [
            *(client.get(page) for page in (*PAGES, f"/people/{person}/")),
            *(client.post(p) for p in posts),
        ]
        for answer in answers:
            assert answer.status_code == 403
            assert "只有系统管理员" in told(answer)
        assert Unit.objects.get(pk=unit).is_active

    def test_what_lies_beside_the_subtree_does_not_exist(self, county_admin, world):
        city, person = world.units["housing"].pk, world.people["liaison"].pk
        assert "市住房和城乡建设局" not in told(county_admin.get("/units/"))
        assert "安小禾" not in told(county_admin.get("/people/"))
        assert county_admin.get(f"/people/{person}/").status_code == 404
        assert county_admin.get(f"/units/?under={city}").status_code == 404
        for action in (f"/units/{city}/active/", f"/people/{person}/password/", f"/people/{person}/active/"):
            assert county_admin.post(action).status_code == 404
        assert authenticate(username="liaison", password=PASSWORD)

    def test_an_account_with_a_post_elsewhere_is_not_theirs_to_touch(self, county_admin, world):
        """Else a county's administrator could take over an account of the city."""
        person = world.people["liaison"]
        assign_post(person=person, unit=world.units["county"], role=Role.LIAISON)
        assert "范围之外还有岗位" in told(county_admin.get(f"/people/{person.pk}/"))
        answer = county_admin.post(f"/people/{person.pk}/password/")
        assert answer.status_code == 403
        assert authenticate(username="liaison", password=PASSWORD)

    def test_nobody_changes_the_own_account(self, admin, world):
        person = world.people["administrator"]
        for action in ("password/", "active/"):
            assert admin.post(f"/people/{person.pk}/{action}").status_code == 403
        assert Person.objects.get(pk=person.pk).is_active

    def test_units_elsewhere_cannot_be_chosen_for_a_post(self, county_admin, world):
        values = {"name": "柳溪", "username": "liuxi", "unit": world.units["housing"].pk, "role": "coordinator"}
        assert county_admin.post("/people/new/", values).status_code == 200
        assert not Person.objects.filter(username="liuxi").exists()


class TestUnits:
    def test_the_tree_in_its_order_with_who_works_there(self, admin, world):
        page = told(admin.get("/units/"))
        names = ["云汀市", "市住房和城乡建设局", "市水利局", "禾丰县", "禾丰县教育局"]
        assert [page.index(name, page.index("在岗人员")) for name in names] == sorted(
            page.index(name, page.index("在岗人员")) for name in names
        )

    def test_search_by_short_name(self, admin):
        page = told(admin.get("/units/?q=住建"))
        assert "市住房和城乡建设局" in page
        assert "市水利局" not in page
        assert "没有找到这样的单位" in told(admin.get("/units/?q=不存在的"))

    def test_part_of_the_tree(self, admin, world):
        page = told(admin.get(f"/units/?under={world.units['county'].pk}"))
        assert "禾丰县教育局" in page
        assert "市水利局" not in page

    def test_one_is_added_with_its_entry(self, admin, world):
        values = {
            "name": "禾丰县水利局",
            "kind": "bureau",
            "parent": world.units["county"].pk,
            "short_names": "县水利局、水利局",
            "division_code": "330129",
        }
        assert admin.post("/units/new/", values).status_code == 302
        unit = Unit.objects.get(name="禾丰县水利局")
        assert unit.path == f"{world.units['county'].path}{unit.pk}/"
        assert unit.short_names == ["县水利局", "水利局"]
        assert entries_of(unit) == ["create"]
        entry = Entry.objects.get(subject=unit.uid)
        assert entry.person_id == world.people["administrator"].pk

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"division_code": "3301"}, "区划代码应为 6、9 或 12 位"),
            ({"division_code": "33012A"}, "区划代码只能由数字"),
            ({"name": "禾丰县教育局"}, "同一上级下已有单位“禾丰县教育局”"),
        ],
    )
    def test_what_cannot_be_is_told(self, admin, world, changed, reason):
        values = {"name": "禾丰县水利局", "kind": "bureau", "parent": world.units["county"].pk}
        answer = admin.post("/units/new/", values | changed)
        assert reason in told(answer)
        assert not Unit.objects.filter(name="禾丰县水利局").exists()

    def test_one_is_closed_only_when_nothing_hangs_on_it(self, admin, world):
        school, county = world.units["county_education"], world.units["county"]
        page = admin.post(f"/units/{county.pk}/active/", {"active": "0"}, follow=True)
        assert "它下面还有1个在用的单位" in told(page)
        page = admin.post(f"/units/{school.pk}/active/", {"active": "0"}, follow=True)
        assert "还有1个岗位在这个单位" in told(page)
        stranger = world.people["stranger"]
        post = Post.objects.get(person=stranger)
        admin.post(f"/people/{stranger.pk}/posts/{post.pk}/end/")
        admin.post(f"/units/{school.pk}/active/", {"active": "0"})
        assert not Unit.objects.get(pk=school.pk).is_active
        admin.post(f"/units/{school.pk}/active/", {"active": "1"})
        assert entries_of(school) == ["create", "deactivate", "activate"]

    def test_one_that_leads_open_problems_is_not_closed(self, admin, world):
        world.through(Stage.UNDER_WAY)
        page = told(admin.post(f"/units/{world.units['housing'].pk}/active/", {"active": "0"}, follow=True))
        assert "“市住房和城乡建设局”没有停用：它牵头的问题还有1个没有办结" in page
        assert "“合并”" in page

    def test_the_own_unit_is_not_closed(self, admin, world):
        page = admin.post(f"/units/{world.units['city'].pk}/active/", {"active": "0"}, follow=True)
        assert "不能停用您自己所在的单位" in told(page)


class TestPeople:
    VALUES = {"name": "柳溪", "username": "liuxi", "role": "liaison", "title": "科员"}

    def test_somebody_new_gets_a_password_that_is_shown_once(self, admin, world):
        answer = admin.post("/people/new/", self.VALUES | {"unit": world.units["water"].pk})
        password = password_in(answer)
        person = Person.objects.get(username="liuxi")
        assert authenticate(username="liuxi", password=password) == person
        assert password not in admin.get(f"/people/{person.pk}/").content.decode()
        assert not Entry.objects.filter(body__contains=password).exists()
        assert answer["Cache-Control"] == "no-store"
        post = Post.objects.get(person=person)
        assert (post.unit, post.role, post.title) == (world.units["water"], "liaison", "科员")

    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            ({"username": "liaison"}, "已有人使用"),
            ({"username": "柳 溪"}, "用户名只用字母"),
            ({"name": ""}, "必填"),
        ],
    )
    def test_what_cannot_be_is_told_and_leaves_nobody(self, admin, world, changed, reason):
        count = Person.objects.count()
        answer = admin.post("/people/new/", self.VALUES | {"unit": world.units["water"].pk} | changed)
        assert answer.status_code == 200
        assert reason in told(answer)
        assert Person.objects.count() == count

    def test_the_list_shows_posts_and_can_be_searched(self, admin):
        page = told(admin.get("/people/?q=住房"))
        assert "安小禾" in page
        assert "联络员" in page
        assert "路知秋" not in page

    def test_a_reset_ends_the_old_password_and_the_session(self, admin, sign_in, world):
        liaison = sign_in("liaison")
        assert liaison.get("/").status_code == 200
        person = world.people["liaison"]
        password = password_in(admin.post(f"/people/{person.pk}/password/"))
        assert authenticate(username="liaison", password=PASSWORD) is None
        assert authenticate(username="liaison", password=password)
        assert liaison.get("/").status_code == 302
        assert entries_of(person)[-1] == "set_password"

    def test_a_closed_account_is_signed_out_and_can_be_opened_again(self, admin, sign_in, world):
        liaison, person = sign_in("liaison"), world.people["liaison"]
        admin.post(f"/people/{person.pk}/active/", {"active": "0"})
        assert liaison.get("/").status_code == 302
        assert authenticate(username="liaison", password=PASSWORD) is None
        admin.post(f"/people/{person.pk}/active/", {"active": "1"})
        assert authenticate(username="liaison", password=PASSWORD)
        assert entries_of(person)[-2:] == ["deactivate", "activate"]

    def test_a_post_is_given_and_ended_at_once(self, admin, world):
        person, water = world.people["liaison"], world.units["water"]
        at = f"/people/{person.pk}/"
        admin.post(at + "posts/", {"unit": water.pk, "role": "liaison", "title": ""})
        post = Post.objects.get(person=person, unit=water)
        again = admin.post(at + "posts/", {"unit": water.pk, "role": "liaison", "title": ""})
        assert "已担任这一岗位" in told(again)
        admin.post(at + f"posts/{post.pk}/end/")
        assert "市水利局" not in told(admin.get(at)).split("增加岗位")[0]
        assert entries_of(post) == ["create", "end"]
        assert admin.post(at + f"posts/{post.pk}/end/").status_code == 404

    def test_business_and_keeping_accounts_do_not_go_together(self, admin, world):
        person = world.people["liaison"]
        values = {"unit": world.units["city"].pk, "role": "administrator", "title": ""}
        answer = admin.post(f"/people/{person.pk}/posts/", values)
        assert "不能兼任业务岗位" in told(answer)
        assert Post.objects.filter(person=person).count() == 1


def test_a_new_password_that_is_too_short_is_refused_in_chinese(sign_in):
    sent = {"oldpassword": PASSWORD, "password1": "qz7-wk3x9", "password2": "qz7-wk3x9"}
    page = told(sign_in("liaison").post("/accounts/password/", sent))
    assert "密码太短，至少要有10个字符。" in page
    assert "too short" not in page
    assert authenticate(username="liaison", password=PASSWORD)
