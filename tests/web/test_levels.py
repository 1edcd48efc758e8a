"""Ledgers by level: every figure opens to exactly its rows, levels below add up, ledgers are opened and named."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from bihuan.book import clock
from bihuan.book.writing import Writer
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.insight.levels import levels
from bihuan.ledger.actions import dispatch, ledgers, setting_aside
from bihuan.ledger.actions.register import NewProblem, register
from bihuan.ledger.models import Campaign, Ledger, Problem
from bihuan.ledger.verify import verify
from bihuan.organisations.actions import assign_post, create_person
from tests.world import START, days_later

pytestmark = pytest.mark.django_db
PAGE, LIST = "/ledgers/", "/ledger/"


@pytest.fixture
def layered(world):
    """Problems on two city ledgers and on one of the county, handed out and not, merged, in a campaign."""
    for stage in (Stage.LISTED, Stage.DISPATCHED, Stage.UNDER_WAY, Stage.ACCEPTED, Stage.CLOSED):
        world.through(stage)
    coordinator, county = world.actor("coordinator"), world.actor("county_coordinator")
    second = ledgers.open_ledger(actor=coordinator, name="专项台账", prefix="ZX")
    register(actor=coordinator, ledger=second, problems=[NewProblem(f"第{n}处") for n in range(3)])
    below = ledgers.open_ledger(actor=county, name="县台账", prefix="HF")
    lead = world.units["county_education"].pk
    made = register(
        actor=county, ledger=below, problems=[NewProblem(f"县里{n}", lead_unit_id=lead) for n in range(4)]
    )
    dispatch.dispatch(actor=county, problems=[row.id for row in made[:3]])
    setting_aside.withdraw(actor=county, problems=[made[0].id], reason="重复")
    campaign = Campaign.objects.create(
        name="专项", office=world.units["city"], lead_unit=world.units["city"], starts=START, ends=START
    )
    Problem.objects.filter(pk__in=[made[1].id, made[3].id]).update(campaign=campaign)
    with days_later(40):
        yield world


def html_of(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def opened(html: str) -> list[tuple[int, str]]:
    """Every figure with the address of its list."""
    found = re.findall(r'<td class="num"[^>]*><a href="([^"]+)">([\d,]+)</a>', html)
    return [(int(count), unescape(address)) for address, count in found]


@pytest.mark.parametrize(
    ("who", "address"),
    [("coordinator", ""), ("coordinator", "?unit={county}"), ("county_coordinator", ""), ("auditor", "")],
)
def test_every_figure_opens_to_exactly_its_rows(layered, sign_in, who, address):
    client = sign_in(who)
    html = html_of(client, PAGE + address.format(county=layered.units["county"].pk))
    figures = opened(html)
    assert figures
    for count, list_ in figures:
        rows = html_of(client, list_)
        assert rows.count('data-id="') == count, (count, list_)


def test_levels_add_up_and_show_what_is_in_sight_alone(layered):
    today = clock.today()
    top = levels(layered.actor("coordinator"), today)
    assert top is not None
    below = {row.unit.name: row.figures["total"] for row in top.rows}
    assert below == {layered.units["county"].name: 2}  # of four one is not handed out, one withdrawn
    assert top.own.figures["total"] == 8
    assert top.total.figures["total"] == 10
    assert [(kept.ledger.prefix, kept.figures["total"], kept.given) for kept in top.kept] == [
        ("YT", 5, 5),
        ("ZX", 3, 3),
    ]
    assert top.total.figures["campaigns"] == 1
    county = levels(layered.actor("county_coordinator"), today)
    assert county is not None
    assert county.total.figures["total"] == 3
    assert county.total.figures["campaigns"] == 2
    assert levels(layered.actor("county_coordinator"), today, unit=layered.units["city"].pk) is None
    assert levels(layered.actor("administrator"), today) is None


def test_another_unit_above_or_beside_does_not_exist(layered, sign_in):
    for unit in (layered.units["city"].pk, 10**8):
        assert sign_in("county_coordinator").get(f"{PAGE}?unit={unit}").status_code == 404
    assert sign_in("administrator").get(PAGE).status_code == 403


def test_a_ledger_is_opened_for_a_leader_renamed_closed_and_opened_again(world, sign_in):
    client, city = sign_in("coordinator"), world.units["city"]
    leader = create_person(username="head", name="温岚", password="", region_id=1)
    assign_post(person=leader, unit=city, role=Role.LEADER)
    said = {"name": "温岚同志领衔清单", "begins": "WL", "person": leader.pk}
    assert client.post(f"{PAGE}new/", said).status_code == 302
    made = Ledger.objects.get(prefix="WL")
    assert made.person == leader
    assert "温岚" in html_of(client)
    again = client.post(f"{PAGE}new/", said)
    assert again.status_code == 422
    assert "已有同名" in again.content.decode()
    assert client.post(f"{PAGE}{made.id}/", {"name": "领衔清单"}).status_code == 302
    assert client.post(f"{PAGE}{made.id}/", {"name": "问题整改台账"}).status_code == 422
    assert client.post(f"{PAGE}{made.id}/open/", {"open": "0"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.is_open) == ("领衔清单", False)
    with pytest.raises(Refused, match="停用"):
        register(actor=world.actor("coordinator"), ledger=made, problems=[NewProblem("新的")])
    client.post(f"{PAGE}{made.id}/open/", {"open": "0"})
    assert "已经是这个状态" in html_of(client)
    client.post(f"{PAGE}{made.id}/open/", {"open": "1"})
    assert Ledger.objects.get(pk=made.pk).is_open
    other = sign_in("county_coordinator")
    assert other.get(f"{PAGE}{made.id}/").status_code == 404
    assert sign_in("liaison").get(f"{PAGE}new/").status_code == 403
    assert not verify().findings


def test_nobody_keeps_a_list_for_somebody_who_does_not_lead_the_unit(world):
    stranger = world.people["liaison"].pk
    with pytest.raises(Refused, match="领导"):
        ledgers.open_ledger(actor=world.actor("coordinator"), name="清单", prefix="QD", person_id=stranger)
    assert not Ledger.objects.filter(prefix="QD").exists()


def test_a_unit_without_a_ledger_gets_one_and_keeps_it(world):
    county, writer = world.units["county"], Writer()
    first = ledgers.body_ledger(unit_id=county.pk, writer=writer)
    assert first.name == f"{county.name}问题台账"
    assert first.region_id == county.region_id
    assert ledgers.body_ledger(unit_id=county.pk, writer=writer) == first
    ledgers.set_ledger_open(actor=world.actor("county_coordinator"), ledger_id=first.id, is_open=False)
    second = ledgers.body_ledger(unit_id=county.pk, writer=writer)
    assert second.name != first.name
    assert second.prefix != first.prefix
    with days_later(1):
        assert not verify().findings
