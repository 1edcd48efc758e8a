"""Typing in one problem: units by their names, dates as written, nothing retyped after an error."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.domain.case import Stage
from bihuan.ledger.models import Measure, Problem, Responsibility
from bihuan.organisations.actions import create_unit
from bihuan.organisations.models import Unit

TYPED = {"text": "滨河路雨水井盖下沉。已多次反映。", "horizon": "by_date", "urgency": "ordinary", "origin": "new"}


@pytest.fixture
def send(world, sign_in):
    client = sign_in("coordinator")

    def post(**typed):
        return client.post("/ledger/new/", TYPED | {"ledger": str(world.ledger.id)} | typed)

    return post


def test_it_comes_onto_the_ledger_with_units_measures_and_dates(world, send):
    answer = send(
        lead_unit="市住建局",
        support_units=["市水利局", "", "县教育局"],
        person="宁致和",
        wanted_due="2026年4月1日",
        **{"measure-0": "更换井盖", "measure-1": "公开结果", "measure-due-0": "2026-03-20"},
    )
    problem = Problem.objects.get()
    assert answer.url == f"/problems/{problem.id}/"
    assert (problem.stage, problem.title) == (Stage.LISTED, "滨河路雨水井盖下沉")
    assert problem.wanted_due == date(2026, 4, 1)
    rows = Responsibility.objects.order_by("id").values_list("role", "unit__name", "person")
    assert list(rows) == [
        ("lead", "市住房和城乡建设局", "宁致和"),
        ("support", "市水利局", ""),
        ("support", "禾丰县教育局", ""),
    ]
    assert list(Measure.objects.order_by("place").values_list("text", "share")) == [
        ("更换井盖", 50),
        ("公开结果", 50),
    ]


def test_it_may_wait_as_a_draft(send):
    send(draft="1")
    assert Problem.objects.get().stage == Stage.DRAFT


def test_an_unknown_unit_is_not_guessed_but_near_ones_are_offered(send):
    page = send(lead_unit="市住房建设局").content.decode()
    assert "没有找到单位“市住房建设局”。名称相近的有：市住房和城乡建设局" in page
    assert "滨河路雨水井盖下沉" in page
    assert not Problem.objects.exists()


def test_units_of_the_same_name_are_told_apart(world, send, sign_in):
    other = create_unit(name="南溪县", kind="government", parent=world.units["city"])
    for parent in (other, world.units["county"]):
        create_unit(name="城关镇", kind="township", parent=parent)
    page = sign_in("coordinator").get("/ledger/new/").content.decode()
    assert "南溪县 › 城关镇" in page
    assert send(lead_unit="城关镇").status_code == 422
    assert send(lead_unit="南溪县 › 城关镇").status_code == 302
    assert Problem.objects.get(lead_unit__parent=other)


def test_a_refusal_of_the_action_is_told(send):
    page = send(lead_unit="市水利局", support_units=["市水利局"]).content.decode()
    assert "同一单位不能既牵头又配合" in page
    assert not Problem.objects.exists()


def test_only_for_those_who_keep_a_ledger(sign_in, send):
    for who in ("liaison", "auditor", "administrator"):
        assert sign_in(who).get("/ledger/new/").status_code == 403
    assert "没有台账" in sign_in("county_coordinator").get("/ledger/new/").content.decode()


def test_names_are_looked_up_where_there_are_many(world, sign_in):
    for n in range(305):
        create_unit(name=f"第{n}社区居民委员会", kind="institution", parent=world.units["county"])
    client = sign_in("coordinator")
    page = client.get("/ledger/new/").content.decode()
    assert 'hx-get="/ledger/new/units/"' in page
    assert "第7社区居民委员会" not in page
    found = client.get("/ledger/new/units/?lead_unit=第7社区").content.decode()
    assert found.count("<option") == 1


def test_registering_asks_the_database_little(world, send, django_assert_max_num_queries):
    send(lead_unit="市住建局")
    with django_assert_max_num_queries(26):  # transaction, session and sign-in included
        send(lead_unit="市住建局", support_units=["市水利局"], **{"measure-0": "更换井盖"})


def test_a_unit_renamed_is_known_by_its_new_name_at_once(world, send):
    send(lead_unit="市住建局")
    Unit.objects.filter(name="市住房和城乡建设局").update(name="市城乡建设局", short_names=[])
    assert send(lead_unit="市城乡建设局").status_code == 302
    assert send(lead_unit="市住建局").status_code == 422
