"""Campaigns in the browser's eyes: from a template to the summary, every figure opening to exactly its rows."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.ledger.actions.campaigns import add_item, close_campaign
from bihuan.ledger.actions.enlisting import enlist
from bihuan.ledger.models import Campaign, CampaignItem, Problem
from tests.ledger.calls.campaigns import opened
from tests.world import World

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 scheme"


def typed(world: World, **values):
    today = clock.today()
    return {
        "template": "8+N",
        "name": "民生小事专项整治",
        "goal": "见效",
        "starts": today.isoformat(),
        "ends": (today + timedelta(days=90)).isoformat(),
        "lead_unit": world.units["housing"].pk,
        "members": [world.units["county"].pk],
        **values,
    }


def page(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def rows_of(client, address):
    html = page(client, address.replace("&amp;", "&"))
    return html.count('<tr data-id="') or len(set(re.findall(r"/problems/([0-9a-f-]{36})/", html)))


def test_a_campaign_from_template_to_summary(world, sign_in):
    office, county = sign_in("coordinator"), sign_in("county_coordinator")
    assert "还没有专项整治" in page(office, "/campaigns/")
    assert "窗口办事来回跑" in page(office, "/campaigns/new/?template=8%2BN")
    scheme = SimpleUploadedFile("方案.pdf", PDF)
    made = office.post("/campaigns/new/", typed(world, scheme=scheme))
    assert made.status_code == 302, made.content.decode()
    campaign = Campaign.objects.get()
    assert campaign.items.count() == 8
    again = office.post("/campaigns/new/", typed(world))
    assert again.status_code == 422
    assert "同名" in again.content.decode()

    added = county.post(f"/campaigns/{campaign.pk}/items/new/", {"title": "校门口乱停车", "text": ""})
    assert added.status_code == 302
    own = CampaignItem.objects.get(title="校门口乱停车")
    first = CampaignItem.objects.order_by("place")[0]
    problems = [world.through(stage) for stage in (Stage.DISPATCHED, Stage.UNDER_WAY, Stage.UNDER_WAY)]
    listed = world.register()[0]
    actor = world.actor("coordinator")
    ids = [row.id for row in problems]
    enlist(actor=actor, problems=[*ids[:2], listed.id], campaign=campaign.pk, item=first.pk)
    enlist(actor=actor, problems=ids[2:], campaign=campaign.pk)

    html = page(office, f"/campaigns/{campaign.pk}/")
    assert "已交办3个问题" in html
    assert "本单位还有1个待交办" in html
    assert "禾丰县自选" in html
    assert own.title in html
    assert "未分事项" in html
    cells = re.findall(r'<a href="(/ledger/\?[^"]*figure=[^"]*)">(\d+)</a>', html)
    assert len(cells) > 6
    for address, count in cells:
        assert rows_of(office, address) == int(count), address
    problem = page(office, f"/problems/{ids[0]}/")
    assert f'href="/campaigns/{campaign.pk}/"' in problem
    assert first.title in problem
    chips = page(office, f"/ledger/?campaign={campaign.pk}&item={first.pk}")
    assert first.title in chips
    assert campaign.name in chips

    scheme = office.get(f"/campaigns/{campaign.pk}/scheme/")
    assert b"".join(scheme) == PDF
    assert "attachment" in scheme["Content-Disposition"]
    close = f"/campaigns/{campaign.pk}/close/"
    assert "不能撤回" in page(office, close)
    assert office.post(close, {"summary": " "}).status_code == 422
    assert office.post(close, {"summary": "三件事办成一件。\n剩下的接着办。"}).status_code == 302
    html = page(office, f"/campaigns/{campaign.pk}/")
    assert "三件事办成一件" in html
    assert "结束时" in html
    assert office.get(close).status_code == 403
    word = office.get(f"/campaigns/{campaign.pk}/summary/")
    document = docx.Document(io.BytesIO(b"".join(word)))
    said = "\n".join(part.text for part in document.paragraphs)
    assert "剩下的接着办" in said
    cells = [cell.text for table in document.tables for cell in table._cells]
    assert {first.title, listed.number, problems[0].number} <= set(cells)


def test_what_is_not_ones_own_stays_shut(world, sign_in):
    campaign = opened(world.actor("coordinator"))
    stranger = sign_in("stranger")  # of a county that takes no part
    for path in ("", "edit/", "close/", "scheme/", "summary/", "items/new/"):
        assert stranger.get(f"/campaigns/{campaign.pk}/{path}").status_code == 404, path
    assert campaign.name not in page(stranger, "/campaigns/")
    office = sign_in("coordinator")
    for number in (0, 10**9, 10**25):
        assert office.get(f"/campaigns/{number}/").status_code == 404
        assert office.get(f"/campaigns/{campaign.pk}/items/{number}/").status_code == 404
    liaison = sign_in("liaison")
    assert liaison.get(f"/campaigns/{campaign.pk}/").status_code == 200
    assert liaison.get(f"/campaigns/{campaign.pk}/items/new/").status_code == 403
    assert liaison.post("/campaigns/new/", typed(world)).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "空\0字"},
        {"name": "长" * 81},
        {"members": []},
        {"members": ["999999999999999999999"]},
        {"lead_unit": "x"},
        {"starts": "0001-01-01"},
        {"ends": "9999-12-31"},
        {"starts": "2026年2月30日"},
        {"scheme": SimpleUploadedFile("方案.html", b"<script>alert(1)</script>")},
        {"scheme": SimpleUploadedFile("方案.svg", b"<svg onload=alert(1)>")},
    ],
    ids=str,
)
def test_bad_plans_are_refused_in_the_page_and_leave_nothing(world, sign_in, wrong):
    answer = sign_in("coordinator").post("/campaigns/new/", typed(world, **wrong))
    assert answer.status_code == 422
    assert not Campaign.objects.exists()


def test_what_was_changed_in_between_is_not_written_over(world, sign_in):
    campaign, office = opened(world.actor("coordinator")), sign_in("coordinator")
    html = page(office, f"/campaigns/{campaign.pk}/edit/")
    found = re.search(r'name="seen" value="([^"]+)"', html)
    assert found is not None
    said = typed(world, name="改名", seen=found[1], starts=campaign.starts.isoformat())
    assert office.post(f"/campaigns/{campaign.pk}/edit/", said).status_code == 302
    late = office.post(f"/campaigns/{campaign.pk}/edit/", {**said, "name": "又改名"})
    assert late.status_code == 422
    assert Campaign.objects.get().name == "改名"


def test_the_edit_of_an_item_and_taking_it_off(world, sign_in):
    campaign = opened(world.actor("coordinator"))
    item = add_item(actor=world.actor("coordinator"), campaign=campaign.pk, title="又一项")
    office = sign_in("coordinator")
    path = f"/campaigns/{campaign.pk}/items/{item.pk}/"
    assert "已经开始" in office.get(path).content.decode()  # a set item, once the campaign runs
    Campaign.objects.update(starts=clock.today() + timedelta(days=3))
    assert office.post(path, {"title": "改过的一项", "text": "x"}).status_code == 302
    assert office.post(path, {"drop": "1"}).status_code == 302
    assert not CampaignItem.objects.filter(dropped=False, title="改过的一项").exists()


def test_the_frozen_figures_do_not_move(world, sign_in):
    campaign, actor = opened(world.actor("coordinator")), world.actor("coordinator")
    problem = world.through(Stage.DISPATCHED)
    enlist(actor=actor, problems=[problem.id], campaign=campaign.pk).only()
    close_campaign(actor=actor, campaign=campaign.pk, summary="结束")
    kept = Campaign.objects.get().figures
    world._sign(problem.id)
    html = page(sign_in("coordinator"), f"/campaigns/{campaign.pk}/")
    assert Campaign.objects.get().figures == kept
    assert kept["total"]["unsigned"] == 1
    assert "figure=under_way" in html
    assert Problem.objects.get(id=problem.id).campaign_id == campaign.pk
