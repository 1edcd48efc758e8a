"""Draws for look-back: on the record, to be drawn again by anybody, with their look-backs planned and followed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from bihuan.book.models import Entry
from bihuan.domain.case import Stage
from bihuan.domain.refusals import Refused
from bihuan.ledger import draws
from bihuan.ledger.actions import lookback
from bihuan.ledger.actions.drawing import Asked, draw_sample
from bihuan.ledger.files import path_of, store
from bihuan.ledger.models import Draw, Evidence, Lookback, Problem
from bihuan.ledger.populations import Conditions, population, rows_of, spread
from bihuan.ledger.verify import verify
from bihuan.ledger.verify.findings import What
from tests.ledger.record import words_of
from tests.world import START, World, days_later

DAY = START + timedelta(days=40)
ASKED = Asked("第一季度抽查", by_risk=2, at_random=2, planned_for=DAY, seed="20260302")
PICTURE = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def closed(world: World) -> list[Problem]:
    """Six problems struck off, one of them late, one urgent."""
    rows = [world.through(Stage.CLOSED) for _ in range(6)]
    Problem.objects.filter(id=rows[0].id).update(due=START - timedelta(days=1))
    Problem.objects.filter(id=rows[1].id).update(urgency="urgent", extensions=1)
    return rows


def drawing(world: World, name: str, asked: Asked = ASKED) -> Draw:
    with days_later(33):
        return draw_sample(actor=world.actor(name), asked=asked)


def test_a_draw_is_on_record_can_be_repeated_and_plans_its_look_backs(world: World, closed: list[Problem]):
    drawn = drawing(world, "supervisor")
    assert (drawn.population, len(drawn.drawn), drawn.seed) == (6, 4, "20260302")
    assert {row[0] for row in drawn.drawn if row[1] == "risk"} == {closed[0].id.hex, closed[1].id.hex}
    planned = Lookback.objects.filter(draw_id=drawn.id)
    assert {row.problem_id.hex for row in planned} == {row[0] for row in drawn.drawn}
    assert all(row.planned_for == DAY == row.problem.lookback_on for row in planned)
    assert Entry.objects.filter(subject=drawn.id, kind="draw").count() == 1
    assert draws.repeat(drawn).same
    Problem.objects.filter(id=closed[0].id).update(urgency="urgent")  # the ledger has moved on
    assert draws.repeat(Draw.objects.get(id=drawn.id)).same
    other = replace(ASKED, seed="", name="第二次")
    again = drawing(world, "coordinator", other)
    assert again.population == 2, "what was drawn and waits is not drawn twice"
    assert len(again.seed) == 16


def test_verify_is_clean_after_a_draw_and_finds_a_list_that_was_changed(world: World):
    for _ in range(3):
        world.through(Stage.CLOSED)
    before = verify(files=True).counts.unnamed_files
    drawn = drawing(world, "coordinator")
    report = verify(files=True)
    assert report.clean
    assert report.counts.unnamed_files == before, "the list is named by its draw"
    path = path_of(drawn.population_sha256)
    kept = path.read_bytes()
    path.write_bytes(kept + b"x")
    assert [one.what for one in verify(files=True).findings] == [What.FILE_CHANGED]
    assert "已不是记录上的那一份" in words_of(lambda: draws.repeat(drawn))
    path.unlink()
    assert [one.what for one in verify(files=True).findings] == [What.FILE_MISSING]
    path.write_bytes(kept)
    drawn.drawn = drawn.drawn[1:]
    assert draws.repeat(drawn).compared.added


def test_results_are_followed_and_a_rebound_is_put_down_with_pictures(world: World, closed: list[Problem]):
    supervisor = world.actor("supervisor")
    drawn = drawing(world, "supervisor")
    first, second = (row.id for row in draws.rows_of(supervisor, drawn)[:2])
    picture = store("现场.jpg", [PICTURE])
    with days_later(40):
        lookback.confirm(actor=supervisor, problem=first, finding="井盖平整", files=[picture]).only()
        due = START + timedelta(days=60)
        back = lookback.reopen(
            actor=supervisor, problem=second, finding="又下沉", due=due, found_by="exposure", files=[picture]
        ).only()
    rows = draws.rows_of(supervisor, drawn)
    assert [row.result for row in rows] == ["sustained", "rebounded", "open", "open"]
    assert (back.cycle, back.colour, back.stage) == (1, "red", Stage.UNDER_WAY)
    assert draws.results_by_unit(rows) == {
        world.units["housing"].pk: Counter({"sustained": 1, "rebounded": 1, "open": 2})
    }
    assert Evidence.objects.filter(purpose="lookback").count() == 2
    details = Entry.objects.filter(subject=second).latest("seq").body
    assert '"days_since":10' in details
    assert '"found_by":"exposure"' in details
    assert draws.rows_of(world.actor("stranger"), drawn) == []
    assert draws.find_draw(world.actor("liaison"), drawn.id) is None
    assert [row.id for row in draws.draws_of(world.actor("auditor"))] == [drawn.id]
    assert draws.draws_of(world.actor("administrator")) == []


def test_conditions_narrow_down_what_is_drawn_from(world: World, closed: list[Problem]):
    actor = world.actor("coordinator")

    def count(**asked: object) -> int:
        return len(list(rows_of(population(actor, Conditions(**asked)))))  # type: ignore[arg-type]

    assert (count(), count(urgency="urgent"), count(horizon="standing")) == (6, 1, 0)
    assert (count(unit_id=world.units["housing"].pk), count(unit_id=world.units["water"].pk)) == (6, 0)
    assert count(closed_to=START - timedelta(days=1)) == 0
    assert sum(spread(population(actor, Conditions())).values()) == 6
    assert list(rows_of(population(world.actor("county_coordinator"), Conditions()))) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (replace(ASKED, by_risk=0, at_random=0), "应为1至1000个"),
        (replace(ASKED, name=" "), "还没有填写"),
        (replace(ASKED, name="长" * 81), "80"),
        (replace(ASKED, seed="a\0"), "种子应是"),
        (replace(ASKED, planned_for=START - timedelta(days=1)), "已经过去"),
        (replace(ASKED, conditions=Conditions(closed_from=DAY, closed_to=START)), "起止颠倒"),
        (replace(ASKED, conditions=Conditions(horizon="never")), "没有“never”这一类"),
        (replace(ASKED, conditions=Conditions(closed_to=START - timedelta(days=9))), "没有可以抽取的问题"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_leaves_nothing(world: World, asked: Asked, told: str):
    world.through(Stage.CLOSED)
    assert told in words_of(lambda: draw_sample(actor=world.actor("coordinator"), asked=asked))
    assert not Draw.objects.exists()


def test_units_do_not_draw(world: World):
    for name in ("liaison", "leader", "auditor", "reviewer"):
        with pytest.raises(Refused, match="只有整改办和督导人员"):
            draw_sample(actor=world.actor(name), asked=ASKED)
