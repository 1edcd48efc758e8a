"""One unit's page, and renaming, moving and merging it there: asked twice, told why not, nothing half-done."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage
from bihuan.intake import actions as intake
from bihuan.ledger.models import Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Unit
from tests.intake.files import NEAR, leave_out, ledger, receive
from tests.web.test_problem import text_of
from tests.world import PASSWORD, days_later


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


def told(answer):
    return text_of(answer.content.decode())


def page(world, key, step=""):
    return f"/units/{world.units[key].pk}/{step}"


def hidden(answer):
    """The values that the preview sends along."""
    found = re.findall(r'<input type="hidden" name="(\w+)" (?:value="([^"]*)")?', answer.content.decode())
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def confirm(client, address, said):
    """Look at what will happen, then confirm it; both answers."""
    seen = client.post(address, said)
    return seen, client.post(address, {**said, **hidden(seen), "confirm": "1"}, follow=True)


def test_the_page_tells_what_a_unit_is(admin, world):
    shown = told(admin.get(page(world, "housing")))
    for word in ("市住房和城乡建设局", "市住建局", "安小禾", "宁致和", "设立", "改名", "调整隶属", "合并"):
        assert word in shown


def test_ones_own_unit_is_renamed_only(admin, world):
    shown = admin.get(page(world, "city")).content.decode()
    assert page(world, "city", "rename/") in shown
    assert page(world, "city", "merge/") not in shown
    answer = admin.post(page(world, "city", "move/"), {"parent": world.units["water"].pk})
    assert "您自己所在的单位" in told(answer)


class TestRename:
    def test_a_new_name_and_the_old_one_is_remembered(self, admin, world):
        with days_later(1):
            answer = admin.post(
                page(world, "housing", "rename/"), {"name": "市住房建设局", "short_names": "市住建局"}, follow=True
            )
            shown = told(answer)
            assert "已改名为“市住房建设局”" in shown
            assert "改名：“市住房和城乡建设局”改为“市住房建设局”" in shown
            assert "市住房和城乡建设局（2026-03-03以前）" in shown

    @pytest.mark.parametrize(
        ("name", "why"), [("市水利局", "已有单位“市水利局”"), ("市住房和城乡建设局", "没有变化"), (" ", "必填")]
    )
    def test_what_does_not_go_is_said(self, admin, world, name, why):
        answer = admin.post(page(world, "housing", "rename/"), {"name": name, "short_names": "市住建局"})
        assert why in told(answer)
        assert Unit.objects.get(pk=world.units["housing"].pk).name == "市住房和城乡建设局"


class TestMove:
    def test_first_what_will_happen_then_done(self, admin, world):
        world.through(Stage.UNDER_WAY)
        said = {"parent": world.units["county"].pk}
        before = Entry.objects.count()
        seen = admin.post(page(world, "housing", "move/"), said)
        assert "1个有关问题由新的上级单位看得到" in told(seen)
        assert Entry.objects.count() == before, "looking changes nothing"
        seen, done = confirm(admin, page(world, "housing", "move/"), said)
        assert "已调整到“禾丰县”下面" in told(done)
        assert "上级单位由“云汀市”改为“禾丰县”" in told(done)
        assert Unit.objects.get(pk=world.units["housing"].pk).parent_id == world.units["county"].pk

    def test_below_itself_it_cannot_stand(self, admin, world):
        answer = admin.post(page(world, "county", "move/"), {"parent": world.units["county_education"].pk})
        assert "在它下面" in told(answer)


class TestMerge:
    def test_into_one_that_is_there(self, admin, world):
        problem = world.through(Stage.UNDER_WAY)
        with days_later(3):
            said = {"way": "into", "into": world.units["water"].pk, "kind": "bureau"}
            seen, done = confirm(admin, page(world, "housing", "merge/"), said)
            for word in ("2名人员的2个岗位", "1个问题划转", "合并不能撤回"):
                assert word in told(seen)
            assert "“市住房和城乡建设局”已并入“市水利局”" in told(done)
            assert Problem.objects.get(pk=problem.pk).lead_unit_id == world.units["water"].pk
            assert "已经并入“市水利局”" in told(admin.get(page(world, "housing")))
            assert "已并入市水利局" in told(admin.get("/units/"))
            assert "随单位并入市水利局" in told(admin.get(f"/people/{world.people['liaison'].pk}/"))
            assert "已经并入" in told(admin.get(page(world, "housing", "rename/")))
            assert verify().findings == ()

    def test_two_into_a_new_one(self, admin, world):
        said = {
            "way": "new",
            "other": world.units["water"].pk,
            "name": "市建设水利局",
            "short_names": "市建水局",
            "kind": "bureau",
            "parent": world.units["city"].pk,
        }
        _seen, done = confirm(admin, page(world, "housing", "merge/"), said)
        shown = told(done)
        assert "市住房和城乡建设局、市水利局”已并入“市建设水利局”" in shown
        assert "“市水利局”并入本单位" in shown

    def test_what_is_missing_is_said_and_nothing_is_done(self, admin, world):
        answer = admin.post(page(world, "housing", "merge/"), {"way": "new", "kind": "bureau"})
        assert told(answer).count("这一项要填写") == 3
        assert admin.post(page(world, "housing", "merge/"), {"way": "x"}).status_code == 200
        assert not Unit.objects.filter(merged_into__isnull=False).exists()

    def test_confirming_what_somebody_changed_meanwhile_is_refused(self, admin, world):
        said = {"way": "into", "into": world.units["water"].pk, "kind": "bureau"}
        seen = admin.post(page(world, "housing", "merge/"), said)
        admin.post(page(world, "water", "rename/"), {"name": "市水务局", "short_names": ""})
        done = admin.post(page(world, "housing", "merge/"), {**said, **hidden(seen), "confirm": "1"})
        assert "别人改动过其中的单位" in told(done)
        assert Unit.objects.get(pk=world.units["housing"].pk).is_active

    def test_who_is_signed_in_there_goes_on_in_the_successor(self, admin, sign_in, world):
        problem = world.through(Stage.UNDER_WAY)
        liaison = sign_in("liaison")
        assert liaison.get(f"/problems/{problem.pk}/").status_code == 200
        confirm(admin, page(world, "housing", "merge/"), {"way": "into", "into": world.units["water"].pk})
        answer = liaison.get(f"/problems/{problem.pk}/")
        assert answer.status_code == 200
        assert "市水利局" in told(answer)
        assert "划转" in told(answer)


class TestWhoMay:
    @pytest.fixture
    def county_admin(self, world):
        person = create_person(username="county_admin", name="符明达", password=PASSWORD, region_id=1)
        assign_post(person=person, unit=world.units["county"], role=Role.ADMINISTRATOR)
        client = Client()
        client.force_login(person)
        return client

    def test_a_county_neither_takes_in_nor_gives_away_the_citys_units(self, county_admin, world):
        for step in ("", "rename/", "move/", "merge/"):
            assert county_admin.get(page(world, "housing", step)).status_code == 404
        said = {"way": "into", "into": world.units["housing"].pk}
        answer = county_admin.post(page(world, "county_education", "merge/"), said)
        assert answer.status_code == 200
        assert Unit.objects.get(pk=world.units["county_education"].pk).is_active

    def test_the_names_of_files_are_seen_and_forgotten(self, admin, world, tmp_path):
        reading = receive(world, ledger(tmp_path, NEAR))
        office = world.actor("coordinator")
        intake.match_units(actor=office, reading=reading, decisions={"水务局": (world.units["water"].pk,)})
        leave_out(world, reading)
        intake.confirm(actor=office, reading=reading)
        shown = told(admin.get(page(world, "water")))
        assert "水务局" in shown
        assert "秋季检查台账.xlsx" in shown
        said = {"name": "水务局", "office": world.units["city"].pk}
        answer = admin.post(page(world, "water", "forget/"), said, follow=True)
        assert "以后不再把“水务局”认作这个单位" in told(answer)
        assert "不再使用" in told(admin.post(page(world, "water", "forget/"), said, follow=True))
