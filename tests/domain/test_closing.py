"""Close-out: what each tier asks for, and what it says when that is missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bihuan.domain.case import Case, Request, Role, Side, Stage, Standing, Step, Terms
from bihuan.domain.lifecycle import Move, may
from bihuan.domain.workdays import Calendar

TODAY = date(2026, 3, 2)
DUE = date(2026, 3, 31)
DONE = Step(due=DUE, share=50, progress=100, evidence=1, text="排查")
HALF = Step(due=DUE, share=50, progress=99, evidence=1, text="更换破损井盖")
BARE = Step(due=DUE, share=50, progress=100, evidence=0, text="恢复路面")
CASE = Case(
    today=TODAY,
    calendar=Calendar("周一至周五"),
    stage=Stage.UNDER_WAY,
    due_original=DUE,
    due=DUE,
    cycle_due=DUE,
    steps=(DONE, DONE),
    checked=True,
)
WHO = {
    Move.REPORT: Standing(Role.LIAISON, frozenset({Side.SUPPORT})),
    Move.ASK_CLOSEOUT: Standing(Role.LEADER, frozenset({Side.LEAD})),
    Move.CHECK: Standing(Role.SUPERVISOR, frozenset({Side.OFFICE})),
    Move.ACCEPT: Standing(Role.REVIEWER, frozenset({Side.OFFICE})),
    Move.PUBLISH: Standing(Role.COORDINATOR, frozenset({Side.OFFICE})),
    Move.CLOSE: Standing(Role.COORDINATOR, frozenset({Side.OFFICE})),
    Move.WARN: Standing(Role.SUPERVISOR, frozenset({Side.OFFICE})),
    Move.LIFT_WARNING: Standing(Role.SUPERVISOR, frozenset({Side.OFFICE})),
}
ASKED, ACCEPTED, NOTICE = Stage.CLOSEOUT_ASKED, Stage.ACCEPTED, Stage.IN_PUBLIC_NOTICE


def said(move: Move, **values: Any) -> str | None:
    denied = may(move, replace(CASE, **values), WHO[move])
    return None if denied is None else str(denied)


@pytest.mark.parametrize(
    ("move", "values", "words"),
    [
        (Move.REPORT, {"steps": ()}, "还没有整改措施。请先“填报措施”。"),
        (Move.ASK_CLOSEOUT, {"steps": ()}, "还没有整改措施。请先“填报措施”。"),
        (
            Move.ASK_CLOSEOUT,
            {"steps": (DONE, HALF, HALF)},
            "还有2项措施没有完成，例如“更换破损井盖”。请完成后在“报告进展”中填到100%。",
        ),
        (
            Move.ASK_CLOSEOUT,
            {"steps": (DONE, BARE)},
            "有1项措施没有佐证材料，例如“恢复路面”。请在“报告进展”中为每项措施上传材料。",
        ),
        (
            Move.ASK_CLOSEOUT,
            {"request": Request(date(2026, 4, 9), signed=True)},
            "还有一份延期申请没有答复。请先答复延期申请。",
        ),
        (Move.CHECK, {"stage": ASKED, "checked": True}, "这次申请已经现场核查过。"),
        (Move.ACCEPT, {"stage": ASKED, "checked": False}, "还没有现场核查，不能验收。请督导人员先到现场核查。"),
        (
            Move.PUBLISH,
            {"stage": ACCEPTED, "terms": Terms(notice_required=False)},
            "本台账的销号流程没有公示环节。可以直接销号。",
        ),
        (Move.CLOSE, {"stage": ACCEPTED}, "本台账要求先公示再销号。请先“公示”。"),
        (
            Move.CLOSE,
            {"stage": NOTICE, "notice_until": TODAY},
            "公示到2026-03-02为止，还没有期满。请在期满后销号。",
        ),
        (Move.WARN, {"warned": True}, "该问题已经亮红。"),
        (Move.LIFT_WARNING, {"warned": False}, "该问题没有督导亮红。"),
    ],
)
def test_what_is_missing_is_said_with_its_remedy(move: Move, values: dict[str, Any], words: str):
    assert said(move, **values) == words


@pytest.mark.parametrize(
    ("move", "values"),
    [
        (Move.REPORT, {"steps": (HALF,)}),
        (Move.ASK_CLOSEOUT, {}),
        (Move.CHECK, {"stage": ASKED, "checked": False}),
        (Move.ACCEPT, {"stage": ASKED}),
        (Move.ACCEPT, {"stage": ASKED, "checked": False, "terms": Terms(check_required=False)}),
        (Move.PUBLISH, {"stage": ACCEPTED}),
        (Move.CLOSE, {"stage": ACCEPTED, "terms": Terms(notice_required=False)}),
        (Move.CLOSE, {"stage": NOTICE, "notice_until": date(2026, 3, 1)}),
        (Move.WARN, {}),
        (Move.LIFT_WARNING, {"warned": True}),
    ],
)
def test_nothing_missing_nothing_said(move: Move, values: dict[str, Any]):
    assert said(move, **values) is None


@pytest.mark.parametrize(("day", "over"), [(1, False), (2, False), (3, True)])
def test_a_public_notice_runs_through_its_last_day(day: int, over: bool):
    values: dict[str, Any] = {"stage": NOTICE, "notice_until": date(2026, 3, 2), "today": date(2026, 3, day)}
    assert (said(Move.CLOSE, **values) is None) is over


def test_what_is_wanting_is_named_one_thing_at_a_time_in_the_order_it_is_mended():
    steps: tuple[Step, ...] = ()
    request = Request(date(2026, 4, 9), signed=True)
    order = []
    for steps in ((), (BARE, HALF), (BARE,), (DONE,)):
        words = said(Move.ASK_CLOSEOUT, steps=steps, request=request)
        assert words is not None
        order.append(words[:6])
    assert order == ["还没有整改措", "还有1项措施", "有1项措施没", "还有一份延期"]


def test_a_text_with_a_percent_sign_does_not_break_the_message():
    steps = (replace(HALF, text="完成率提高到95%以上（%(due)s）"),)
    assert "例如“完成率提高到95%以上（%(due)s）”" in str(said(Move.ASK_CLOSEOUT, steps=steps))
