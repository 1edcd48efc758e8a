"""Rules made, results and good examples: what is refused, what follows, and that the book adds up after it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.insight.rules_made import FIGURES, filter_of, listed, register_of
from bihuan.ledger import achievements
from bihuan.ledger.actions import examples, results, rules_made, taking_up, tying
from bihuan.ledger.models import RuleMade
from bihuan.ledger.verify import verify
from tests.world import START, World

pytestmark = pytest.mark.django_db


def test_a_rule_its_revision_and_its_problems(world: World):
    liaison, office = world.actor("liaison"), world.actor("coordinator")
    problems = [world.through(Stage.DISPATCHED).id for _n in range(2)]
    wording = rules_made.Wording("井盖办法", "3号", issued_on=START - timedelta(days=9), review_on=START)
    first = rules_made.enter_rule(actor=liaison, wording=wording)
    with pytest.raises(Refused, match="已经登记过"):
        rules_made.enter_rule(actor=liaison, wording=wording)
    with pytest.raises(Refused, match="没有找到本单位"):
        rules_made.review_rule(actor=world.actor("support"), rule=first.id, finding="好")
    assert len(tying.tie_rule(actor=office, problems=problems, rule=first.id).done) == 2
    assert len(tying.tie_rule(actor=office, problems=problems, rule=first.id).refused) == 2
    tying.untie_rule(actor=office, problems=problems[:1], rule=first.id, reason="无关").only()
    for unit in (office, liaison):
        register = register_of(unit, START)
        assert register is not None
        figures = register.total.figures
        assert figures == {"in_force": 1, "new": 1, "revised": 0, "repealed": 0, "due": 1, "ties": 1}
        for code in FIGURES:
            rows = listed(unit, filter_of(code, START.year), START)
            assert rows is not None
            assert figures[code] == sum(int(row.ties) if code == "ties" else 1 for row in rows)
    later = rules_made.Wording("井盖办法（修订）")
    draft = rules_made.enter_rule(actor=liaison, wording=later, change="revised", replaces=first.id)
    revised = listed(office, filter_of("revised", START.year), START)
    assert revised is not None
    assert not revised.exists()
    rules_made.issue_rule(actor=liaison, rule=draft.id, issued_on=START)
    assert RuleMade.objects.get(id=first.id).state == "ended"
    with pytest.raises(Refused, match="失效"):
        tying.tie_rule(actor=office, problems=problems, rule=first.id)
    assert verify().clean


def test_a_result_and_an_example(world: World):
    liaison, county = world.actor("liaison"), world.actor("county_coordinator")
    stated = results.Stated("发文数", "件", Decimal(91), START - timedelta(days=90), fewer_is_better=True)
    row = results.enter_result(actor=liaison, stated=stated)
    with pytest.raises(Refused, match="已经登记过"):
        results.enter_result(actor=liaison, stated=stated)
    results.update_result(actor=liaison, result=row.id, now=results.Reading(Decimal("62.5"), START))
    for reading, words in (
        (results.Reading(Decimal("NaN"), START), "记不下"),
        (results.Reading(Decimal(1), START + timedelta(days=1)), "不能晚于今天"),
        (results.Reading(Decimal(1), START - timedelta(days=1)), "早于上一个数"),
    ):
        with pytest.raises(Refused, match=words):
            results.update_result(actor=liaison, result=row.id, now=reading)
    row.refresh_from_db()
    assert [str(value) for _day, value in achievements.readings_of([row])[row.id]] == ["91.0000", "62.5000"]
    assert achievements.find_result(county, row.id) is None
    draft = examples.write_example(actor=liaison, story=examples.Story("一井一码", "编码。"))
    assert achievements.find_example(county, draft.id) is None
    with pytest.raises(Refused, match="已发布"):
        taking_up.adopt(actor=county, example=draft.id)
    examples.publish_example(actor=liaison, example=draft.id)
    examples.spread_example(actor=world.actor("coordinator"), example=draft.id)
    made = taking_up.adopt(actor=county, example=draft.id)
    for who, words in (
        ("county_coordinator", "已经采用"),
        ("liaison", "自己的经验"),
        ("coordinator", "下级单位的经验"),
    ):
        with pytest.raises(Refused, match=words):
            taking_up.adopt(actor=world.actor(who), example=draft.id)
    taking_up.give_up(actor=county, adoption=made.id, reason="条件不同")
    assert taking_up.adopt(actor=county, example=draft.id).id == made.id
    assert achievements.adopted_by([draft]) == {draft.id: 1}
    assert clock.today() == START
    assert verify().clean
