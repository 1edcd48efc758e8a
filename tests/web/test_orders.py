"""Orders on their pages: what is shown of declines and parts, and to whom; what is refused stays in the form."""

from __future__ import annotations

import re

import pytest

from bihuan.domain.case import Stage
from bihuan.domain.lifecycle import Move
from bihuan.ledger.models import Decline, Problem
from tests.web import situations  # before the rooms whose situations it joins
from tests.web.between.orders import PARTS, declined
from tests.web.test_acting import act_of, page_of, send


def text_of(answer) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", answer.content.decode()))


def test_a_decline_stands_on_the_page_and_in_the_record(world, sign_in):
    problem = declined(world)
    told = text_of(sign_in("coordinator").get(page_of(problem)))
    assert "退单人：宁致和" in told
    assert "不归本局" in told
    assert "待答复" in told
    assert "退单的理由不归本局" in told, "not in the timeline"


def test_supporting_units_are_not_told_who_refuses(world, sign_in):
    told = text_of(sign_in("support").get(page_of(declined(world))))
    assert "宁致和" not in told
    assert "不归本局" not in told


def test_no_ruling_is_offered_where_nobody_could_give_it(world, sign_in):
    problem = declined(world)
    office = sign_in("coordinator")
    assert send(office, problem, Move.REFUSE_DECLINE, opinion="职责在你局").status_code == 302
    leader = sign_in("leader")
    page = leader.get(page_of(problem))
    assert act_of(problem, Move.APPEAL_DECLINE) not in page.content.decode()
    assert "这个答复就是最终结果" in text_of(page)
    problem.refresh_from_db()
    refused = send(leader, problem, Move.APPEAL_DECLINE, reason="不服")
    assert refused.status_code == 422
    assert "没有上级单位，不能申请终裁" in text_of(refused)


@pytest.mark.parametrize(
    "typed", [{}, {"unit": "市水利局", "ruling": " "}, {"unit": "没有的局", "ruling": "归它"}]
)
def test_a_ruling_without_unit_or_reason_stays_in_its_form(world, sign_in, typed):
    problem = situations.SITUATIONS[Move.OVERTURN_DECLINE].ready(world)
    answer = send(sign_in("coordinator"), problem, Move.OVERTURN_DECLINE, **typed)
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode()
    assert Decline.objects.get(problem_id=problem.id).answer == "appealed"


def test_a_second_sending_is_told_what_happened(world, sign_in):
    problem = world.through(Stage.DISPATCHED)
    client, typed = sign_in("liaison"), {"refuser": "宁致和", "reason": "不归本局"}
    assert send(client, problem, Move.DECLINE, **typed).status_code == 302
    assert send(client, problem, Move.DECLINE, **typed).status_code == 409
    assert Decline.objects.filter(problem_id=problem.id).count() == 1


def test_more_parts_than_two(world, sign_in):
    problem = world.through(Stage.LISTED)
    client = sign_in("coordinator")
    more = send(client, problem, Move.SPLIT, add="1", **PARTS)
    assert more.status_code == 200
    page = more.content.decode()
    assert "拆出的第3部分" in page
    assert "路灯不亮" in page
    empty = {"p-0-text": " ", "p-1-text": ""}
    for broken in ({"p-TOTAL_FORMS": "99"}, {"p-TOTAL_FORMS": "x"}, {"p-0-due": "9999-99-99"}, empty):
        assert send(client, problem, Move.SPLIT, **PARTS | broken).status_code == 422, broken
    assert not Problem.objects.filter(split_from_id=problem.id).exists()
    assert send(client, problem, Move.SPLIT, **PARTS).status_code == 302
    made = Problem.objects.filter(split_from_id=problem.id).order_by("number")
    told = client.get(page_of(problem)).content.decode()
    for row in made:
        assert page_of(row) in told
        assert problem.number in text_of(client.get(page_of(row)))


def test_not_to_be_passed_on_is_said_where_it_matters(world, sign_in):
    problem = world.register(lead_unit_id=world.units["county"].pk)[0]
    assert send(sign_in("coordinator"), problem, Move.DISPATCH, no_transfer="on").status_code == 302
    county = sign_in("county_coordinator")
    told = text_of(county.get(page_of(problem)))
    assert "交办要求不得转办" in told
    assert "交办时注明“不得转办”，不能转给下级。请由本单位办理。" in told
    assert county.get(act_of(problem, Move.TRANSFER)).status_code == 409
