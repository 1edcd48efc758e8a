"""Every action: who is turned away, what is refused for what it says, and that a refusal leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from bihuan.book import clock
from bihuan.book.keys import new_id
from bihuan.book.models import Entry
from bihuan.domain.case import Horizon, Stage, Urgency
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.ledger.actions import (
    amending,
    closing,
    correcting,
    dispatch,
    extending,
    lookback,
    restating,
    setting_aside,
    taking_over,
    undoing,
    warning,
    working,
)
from bihuan.ledger.actions.amending import Amendment
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.correcting import Mended
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.step import Outcome
from bihuan.ledger.actions.working import PlannedMeasure
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor
from tests.ledger.calls import BEFORE, READY
from tests.ledger.calls import CALLS as BETWEEN
from tests.ledger.calls import EMPTY as EMPTY_BETWEEN
from tests.ledger.calls import RIGHTS as RIGHTS_BETWEEN
from tests.ledger.record import digest, only, refusal_of, words_of
from tests.world import START, World, days_later

Do = Callable[[Actor, UUID], Outcome]
LATER = START + timedelta(days=20)
PHOTO = StoredFile("照片.png", 8, "0" * 64, "image/png")
MENDED = Mended("井盖", "雨水井盖下沉", "", "", None, Origin.NEW)
READING = UUID(int=7)
AMENDED = Amendment("井盖", "井盖下沉", "", "", None, Urgency.URGENT, Horizon.AT_ONCE, None, None, ())

# One working call for every move on a problem, with the stage and the person it takes.
CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.ENTER: (Stage.DRAFT, "coordinator", lambda a, p: amending.enter(actor=a, problems=[p])),
    Move.AMEND: (Stage.LISTED, "coordinator", lambda a, p: amending.amend(actor=a, problem=p, amendment=AMENDED)),
    Move.DISPATCH: (Stage.LISTED, "coordinator", lambda a, p: dispatch.dispatch(actor=a, problems=[p])),
    Move.SIGN: (Stage.DISPATCHED, "liaison", lambda a, p: working.sign(actor=a, problems=[p])),
    Move.SET_MEASURES: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: working.set_measures(actor=a, problem=p, measures=[PlannedMeasure("排查", 100, START)]),
    ),
    Move.REPORT: (
        Stage.UNDER_WAY,
        "support",
        lambda a, p: working.report(actor=a, problem=p, progress={}, note="已到现场"),
    ),
    Move.ASK_EXTENSION: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: extending.ask_extension(actor=a, problem=p, due=LATER, reason="汛期"),
    ),
    Move.SIGN_EXTENSION: (
        Stage.UNDER_WAY,
        "leader",
        lambda a, p: extending.sign_extension(actor=a, problem=p),
    ),
    Move.GRANT_EXTENSION: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: extending.grant_extension(actor=a, problem=p),
    ),
    Move.REFUSE_EXTENSION: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: extending.refuse_extension(actor=a, problem=p, opinion="理由不足"),
    ),
    Move.ASK_CLOSEOUT: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: closing.ask_closeout(actor=a, problem=p, summary="完成"),
    ),
    Move.CHECK: (
        Stage.CLOSEOUT_ASKED,
        "supervisor",
        lambda a, p: closing.check(actor=a, problem=p, finding="属实"),
    ),
    Move.ACCEPT: (Stage.CLOSEOUT_ASKED, "reviewer", lambda a, p: closing.accept(actor=a, problems=[p])),
    Move.RETURN: (
        Stage.CLOSEOUT_ASKED,
        "reviewer",
        lambda a, p: closing.send_back(actor=a, problem=p, reason="照片不清"),
    ),
    Move.PUBLISH: (Stage.ACCEPTED, "coordinator", lambda a, p: closing.publish(actor=a, problems=[p])),
    Move.CLOSE: (Stage.IN_PUBLIC_NOTICE, "coordinator", lambda a, p: closing.close(actor=a, problems=[p])),
    Move.PLAN_LOOKBACK: (
        Stage.CLOSED,
        "supervisor",
        lambda a, p: lookback.plan_lookback(actor=a, problems=[p], day=date(2027, 1, 4)),
    ),
    Move.CONFIRM: (
        Stage.CLOSED,
        "supervisor",
        lambda a, p: lookback.confirm(actor=a, problem=p, finding="没有反弹"),
    ),
    Move.REOPEN: (
        Stage.CLOSED,
        "supervisor",
        lambda a, p: lookback.reopen(actor=a, problem=p, finding="又下沉", due=date(2027, 1, 4)),
    ),
    Move.SUSPEND: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: setting_aside.suspend(actor=a, problems=[p], reason="等待诉讼"),
    ),
    Move.RESUME: (Stage.SUSPENDED, "coordinator", lambda a, p: setting_aside.resume(actor=a, problems=[p])),
    Move.MERGE: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: setting_aside.merge(actor=a, problems=[p], into="YT2026-00001", reason="同一件事"),
    ),
    Move.WITHDRAW: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: setting_aside.withdraw(actor=a, problems=[p], reason="重复录入"),
    ),
    Move.WARN: (Stage.UNDER_WAY, "supervisor", lambda a, p: warning.warn(actor=a, problem=p, reason="推诿")),
    Move.LIFT_WARNING: (
        Stage.UNDER_WAY,
        "supervisor",
        lambda a, p: warning.lift_warning(actor=a, problem=p, reason="已到位"),
    ),
    Move.CORRECT: (
        Stage.CLOSED,
        "coordinator",
        lambda a, p: correcting.correct(actor=a, problem=p, mended=MENDED, reason="错别字"),
    ),
    Move.RECALL: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: undoing.recall(actor=a, problems=[p], reason="单位选错"),
    ),
    Move.WITHDRAW_IMPORT: (
        Stage.DISPATCHED,
        "coordinator",
        lambda a, p: undoing.withdraw_import(actor=a, problems=[p], reading=READING, reason="导入了旧文件"),
    ),
    Move.RESTATE: (
        Stage.UNDER_WAY,
        "coordinator",
        lambda a, p: restating.restate_each(actor=a, claims={p: {"progress": "60%"}}, source={"file": "二.xlsx"}),
    ),
    Move.CONFIRM_SIGNATURE: (
        Stage.UNDER_WAY,
        "liaison",
        lambda a, p: working.confirm_signature(actor=a, problems=[p]),
    ),
    Move.TAKE_OVER: (Stage.LISTED, "coordinator", lambda a, p: taking_over.take_over(actor=a, problems=[p])),
    **BETWEEN,
}


def ready(world: World, move: Move) -> UUID:
    """A problem for which `move` lacks nothing (the first on the ledger is there to be merged into)."""
    world.register()
    stage = CALLS[move][0]
    if stage is Stage.DRAFT:
        drafts = register(
            actor=world.actor("coordinator"), ledger=world.ledger, problems=[world.new()], as_draft=True
        )
        return drafts[0].id
    through = {Stage.SUSPENDED: Stage.UNDER_WAY, Stage.ACCEPTED: Stage.CLOSEOUT_ASKED}.get(stage, stage)
    done_first = {
        Move.ASK_CLOSEOUT: Stage.CLOSEOUT_ASKED,
        Move.ACCEPT: Stage.CLOSEOUT_ASKED,
        Move.CONFIRM_SIGNATURE: Stage.DISPATCHED,
    }.get(move, through)
    place = {"place": {"reading": str(READING)}} if move in (Move.WITHDRAW_IMPORT, Move.TAKE_OVER) else {}
    problem = READY[move](world) if move in READY else world.through(done_first, **place).id
    if move is Move.CONFIRM_SIGNATURE:
        paper = StoredFile("签收表.png", 8, "0" * 64, "image/png")
        behalf = Behalf(world.units["housing"].pk, paper, "宁致和")
        day = clock.today()
        working.sign(actor=world.actor("coordinator"), problems=[problem], behalf=behalf, occurred_on=day).only()
    before: dict[Move, list[tuple[str, Do]]] = {
        Move.SIGN_EXTENSION: [CALLS[Move.ASK_EXTENSION][1:]],
        Move.GRANT_EXTENSION: [CALLS[Move.ASK_EXTENSION][1:], CALLS[Move.SIGN_EXTENSION][1:]],
        Move.REFUSE_EXTENSION: [CALLS[Move.ASK_EXTENSION][1:]],
        Move.ASK_CLOSEOUT: [CALLS[Move.RETURN][1:]],
        Move.ACCEPT: [CALLS[Move.CHECK][1:]],
        Move.PUBLISH: [CALLS[Move.CHECK][1:], CALLS[Move.ACCEPT][1:]],
        Move.RESUME: [CALLS[Move.SUSPEND][1:]],
        Move.LIFT_WARNING: [CALLS[Move.WARN][1:]],
        **BEFORE,
    }
    for name, do in before.get(move, []):
        do(world.actor(name), problem).only()
    return problem


def at_its_time(move: Move) -> Any:
    return days_later(120) if CALLS[move][0] in (Stage.IN_PUBLIC_NOTICE, Stage.CLOSED) else days_later(0)


def test_there_is_an_action_for_every_move():
    assert set(CALLS) == {move for move, rule in MOVES.items() if rule.sources}
    assert all(stage in MOVES[move].sources for move, (stage, _, _) in CALLS.items())


@pytest.mark.parametrize("move", CALLS)
def test_each_move_is_made_entered_and_makes_no_other(world: World, move: Move):
    problem = ready(world, move)
    stage, name, do = CALLS[move]
    before = Entry.objects.filter(subject=problem).count()
    with at_its_time(move):
        moved = only(do(world.actor(name), problem))
    entries = list(Entry.objects.filter(subject=problem).order_by("seq"))[before:]
    assert [entry.action for entry in entries] == [move.value]
    assert entries[0].person_id == world.people[name].pk
    running = dict.fromkeys((Move.RESUME, Move.REFUSE_RAISED), Stage.UNDER_WAY)
    decided = {**running, Move.TAKE_OVER: Stage.DISPATCHED, Move.ACCEPT: Stage.ACCEPTED}.get(move)
    assert moved.stage == (MOVES[move].target or decided or stage)


COORDINATORS = {"coordinator", "second_coordinator"}
UNIT = {"liaison", "leader"}
RIGHTS = {
    Move.SIGN: UNIT,
    Move.CONFIRM_SIGNATURE: UNIT,
    Move.SET_MEASURES: UNIT,
    Move.REPORT: UNIT | {"support"},
    Move.ASK_EXTENSION: UNIT,
    Move.SIGN_EXTENSION: {"leader"},
    Move.ASK_CLOSEOUT: UNIT,
    Move.CHECK: {"supervisor"},
    Move.ACCEPT: COORDINATORS | {"reviewer"},
    Move.RETURN: COORDINATORS | {"reviewer"},
    Move.PLAN_LOOKBACK: COORDINATORS | {"supervisor"},
    Move.CONFIRM: COORDINATORS | {"supervisor"},
    Move.REOPEN: COORDINATORS | {"supervisor"},
    Move.WARN: {"supervisor"},
    Move.LIFT_WARNING: {"supervisor"},
    **RIGHTS_BETWEEN,
}
"""Who may make a move; all others are for coordinators alone."""


@pytest.mark.parametrize("move", CALLS)
def test_everybody_else_is_turned_away_and_nothing_is_written(world: World, move: Move):
    problem, do = ready(world, move), CALLS[move][2]
    before = digest()
    with at_its_time(move):
        for name in world.people:
            if name not in RIGHTS.get(move, COORDINATORS):
                assert str(refusal_of(partial(do, world.actor(name), problem))), name
    assert digest() == before


@pytest.mark.parametrize("move", CALLS)
def test_a_problem_that_is_not_there_is_refused_like_one_out_of_sight(world: World, move: Move):
    actor = world.actor(CALLS[move][1])
    assert words_of(lambda: CALLS[move][2](actor, new_id())).startswith("所选的问题中有您看不到的")


EMPTY: dict[Move, tuple[str, Do]] = {
    Move.AMEND: (
        "问题内容",
        lambda a, p: amending.amend(
            actor=a, problem=p, amendment=Amendment(**{**AMENDED.__dict__, "text": " \n"})
        ),
    ),
    Move.REPORT: ("进展情况", lambda a, p: working.report(actor=a, problem=p, progress={}, note=" ")),
    Move.ASK_EXTENSION: (
        "延期理由",
        lambda a, p: extending.ask_extension(actor=a, problem=p, due=LATER, reason=""),
    ),
    Move.REFUSE_EXTENSION: (
        "不同意的理由",
        lambda a, p: extending.refuse_extension(actor=a, problem=p, opinion="　"),
    ),
    Move.ASK_CLOSEOUT: ("整改完成情况", lambda a, p: closing.ask_closeout(actor=a, problem=p, summary=" ")),
    Move.CHECK: ("现场核查情况", lambda a, p: closing.check(actor=a, problem=p, finding="")),
    Move.RETURN: ("退回的理由", lambda a, p: closing.send_back(actor=a, problem=p, reason="\t")),
    Move.CONFIRM: ("回头看情况", lambda a, p: lookback.confirm(actor=a, problem=p, finding="")),
    Move.REOPEN: (
        "反弹情况",
        lambda a, p: lookback.reopen(actor=a, problem=p, finding="", due=date(2027, 1, 4)),
    ),
    Move.SUSPEND: ("中止的理由", lambda a, p: setting_aside.suspend(actor=a, problems=[p], reason="")),
    Move.MERGE: (
        "并案的理由",
        lambda a, p: setting_aside.merge(actor=a, problems=[p], into="YT2026-00001", reason=""),
    ),
    Move.WITHDRAW: ("撤销的理由", lambda a, p: setting_aside.withdraw(actor=a, problems=[p], reason="")),
    Move.CORRECT: (
        "更正的理由",
        lambda a, p: correcting.correct(actor=a, problem=p, mended=MENDED, reason=" "),
    ),
    Move.RECALL: ("撤回的理由", lambda a, p: undoing.recall(actor=a, problems=[p], reason="")),
    Move.WITHDRAW_IMPORT: (
        "撤回的理由",
        lambda a, p: undoing.withdraw_import(actor=a, problems=[p], reading=READING, reason="\n"),
    ),
    Move.WARN: ("理由", lambda a, p: warning.warn(actor=a, problem=p, reason="")),
    Move.LIFT_WARNING: ("理由", lambda a, p: warning.lift_warning(actor=a, problem=p, reason=" ")),
    **EMPTY_BETWEEN,
}


@pytest.mark.parametrize("move", EMPTY)
def test_what_must_be_said_cannot_be_left_empty(world: World, move: Move):
    problem, (what, do) = ready(world, move), EMPTY[move]
    with at_its_time(move):
        assert words_of(lambda: do(world.actor(CALLS[move][1]), problem)) == f"还没有填写{what}。请填写后再提交。"
