"""A problem divided: nothing of it gets lost, nothing wins time, both sides name each other."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest

from bihuan.book.keys import Region
from bihuan.book.models import Entry
from bihuan.domain.case import Role, Stage, Urgency
from bihuan.ledger.actions import dispatch, ledgers, setting_aside, splitting
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.splitting import MOST, NewPart
from bihuan.ledger.models import Problem
from bihuan.ledger.splits import splits_of
from bihuan.ledger.verify import verify
from bihuan.organisations.access import actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit
from tests.ledger.record import assert_whole, digest, only, refusal_of, words_of
from tests.world import World

LAMP = NewPart("滨河路路灯不亮")


def details(problem: Problem, action: str) -> dict[str, object]:
    entry = Entry.objects.get(subject=problem.id, action=action)
    found: dict[str, object] = json.loads(entry.body)["details"]
    return found


def test_the_parts_become_problems_and_both_sides_name_each_other(world: World):
    before = world.through(Stage.UNDER_WAY, category="市政", urgency=Urgency.URGENT)
    assert before.due is not None
    water, office = world.units["water"].pk, world.actor("coordinator")
    parts = [LAMP, NewPart("树枝遮挡信号灯", water, before.due - timedelta(days=1))]
    problem = only(
        splitting.split(actor=office, problem=before.id, title="井盖下沉", text="只留井盖", parts=parts)
    )
    assert (problem.title, problem.text, problem.stage, problem.due) == (
        "井盖下沉",
        "只留井盖",
        Stage.UNDER_WAY,
        before.due,
    )
    made = list(Problem.objects.filter(split_from_id=problem.id).order_by("number"))
    assert [(row.text, row.lead_unit_id, row.wanted_due, row.stage) for row in made] == [
        ("滨河路路灯不亮", None, before.due, Stage.LISTED),
        ("树枝遮挡信号灯", water, before.due - timedelta(days=1), Stage.LISTED),
    ]
    assert {(row.ledger_id, row.category, row.urgency) for row in made} == {
        (before.ledger_id, "市政", Urgency.URGENT.value)
    }
    assert details(problem, "split")["split_into"] == [row.number for row in made]
    for row in made:
        assert details(row, "register")["split_from"] == problem.number
        assert_whole(row.id)
    told = splits_of(office, problem, frozenset({"split"}))
    assert (told.origin, list(told.parts), told.more) == (None, made, False)
    assert splits_of(world.actor("liaison"), problem, frozenset({"split"})).parts == []
    assert splits_of(office, made[0], frozenset()).origin == problem
    only(dispatch.dispatch(actor=office, problems=[made[1].id]))
    assert verify().clean


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ([], "至少要拆出一个部分，最多拆出20个"),
        ([LAMP] * (MOST + 1), "至少要拆出一个部分，最多拆出20个"),
        ([LAMP, NewPart(" ")], "拆出的第2部分没有写内容"),
        ([NewPart("路灯不亮", 999_999)], "所选的单位中有不存在或已停用的"),
    ],
)
def test_parts_that_are_none(world: World, parts, words):
    problem = world.through(Stage.LISTED)
    split = partial(splitting.split, actor=world.actor("coordinator"), problem=problem.id, text="只留井盖")
    assert words_of(partial(split, parts=parts)).startswith(words)


def test_splitting_wins_no_time_and_a_rehearsal_leaves_nothing(world: World):
    problem = world.through(Stage.DISPATCHED)
    assert problem.due is not None
    later = NewPart("路灯不亮", None, problem.due + timedelta(days=1))
    split = partial(splitting.split, actor=world.actor("coordinator"), problem=problem.id, text="只留井盖")
    assert words_of(partial(split, parts=[later])).startswith("拆出的第1部分的时限")
    before = digest()
    assert split(parts=[LAMP], dry_run=True).done
    assert digest() == before


def test_a_form_sent_twice_splits_once_and_a_closed_ledger_takes_nothing(world: World):
    problem = world.through(Stage.DISPATCHED)
    seen = {problem.id: problem.version}
    office = world.actor("coordinator")
    split = partial(splitting.split, actor=office, problem=problem.id, text="只留井盖", parts=[LAMP])
    only(split(seen=seen))
    assert "别人已经办理过该问题" in words_of(partial(split, seen=seen))
    assert Problem.objects.filter(split_from_id=problem.id).count() == 1
    type(world.ledger).objects.update(is_open=False)
    assert words_of(split).startswith("这本台账已经停用")


def test_problems_are_not_merged_across_regions(world: World):
    """What stands on a ledger of another region is in sight of the level above, and apart all the same."""
    far = create_unit(
        name="邻县", kind="government", parent=world.units["city"], region=Region.objects.create(id=2, name="邻县")
    )
    person = create_person(username="neighbour", name="闻人远", password=None, region_id=2)
    assign_post(person=person, unit=far, role=Role.COORDINATOR)
    neighbour = actor_for(person, held_posts(person))
    assert neighbour is not None
    ledger = ledgers.open_ledger(actor=neighbour, name="邻县台账", prefix="LX")
    new = world.new(lead_unit_id=far.pk, support_unit_ids=())
    theirs = register(actor=neighbour, ledger=ledger, problems=[new])[0]
    only(dispatch.dispatch(actor=neighbour, problems=[theirs.id]))
    ours = world.register()[0]
    denied = refusal_of(
        partial(
            setting_aside.merge,
            actor=world.actor("coordinator"),
            problems=[ours.id],
            into=theirs.number,
            reason="同一件事",
        )
    )
    assert str(denied).startswith(f"编号为“{theirs.number}”的问题在另一个地区的台账上，不能跨地区并案。")
