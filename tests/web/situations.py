"""For every move a problem at the right stage, who may make it there, and what that person would type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from bihuan.book import clock
from bihuan.domain.case import Stage
from bihuan.domain.flows import STANDARDS
from bihuan.domain.lifecycle import Move
from bihuan.ledger.actions import closing, extending, lookback, setting_aside, warning, working
from bihuan.ledger.actions.behalf import Behalf
from bihuan.ledger.actions.register import register
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure, Problem
from tests.world import World, days_later

PNG = b"\x89PNG\r\n\x1a\n"
TICKED = {f"met-{standard.code}": "on" for standard in STANDARDS}
"""Every standard of the field ticked, as the form of acceptance sends it."""
Typed = Callable[[World, Problem], dict[str, Any]]


@dataclass(frozen=True)
class Situation:
    """Somebody before a problem that is ready for a move."""

    who: str
    ready: Callable[[World], Problem]
    typed: Typed = lambda world, problem: {}


def at(stage: Stage) -> Callable[[World], Problem]:
    """A problem carried to `stage`."""
    return lambda world: world.through(stage)


def draft(world: World) -> Problem:
    """A draft of the ledger's office."""
    return register(actor=world.actor("coordinator"), ledger=world.ledger, problems=[world.new()], as_draft=True)[
        0
    ]


def asked(world: World, *, signed: bool) -> Problem:
    """A problem whose unit has asked for more time."""
    problem = world.through(Stage.UNDER_WAY)
    assert problem.due is not None
    later = problem.due + timedelta(days=10)
    liaison = world.actor("liaison")
    extending.ask_extension(actor=liaison, problem=problem.id, due=later, reason="设备没有到货").only()
    if signed:
        extending.sign_extension(actor=world.actor("leader"), problem=problem.id).only()
    return Problem.objects.get(id=problem.id)


def finished(world: World) -> Problem:
    """A problem whose measures are done and proved, not yet asked to be struck off."""
    problem = world.through(Stage.CLOSEOUT_ASKED)
    closing.send_back(actor=world.actor("reviewer"), problem=problem.id, reason="补一张照片").only()
    return Problem.objects.get(id=problem.id)


def checked(world: World) -> Problem:
    """A problem that was checked on the spot and waits to be accepted."""
    problem = world.through(Stage.CLOSEOUT_ASKED)
    closing.check(actor=world.actor("supervisor"), problem=problem.id, finding="属实").only()
    return Problem.objects.get(id=problem.id)


def accepted_without_notice(world: World) -> Problem:
    """A problem that may be struck off at once: its ledger has no public notice."""
    world.ledger.terms = {"notice_required": False}
    world.ledger.save(update_fields=["terms"])
    return world.through(Stage.ACCEPTED)


def suspended(world: World) -> Problem:
    """A problem whose clock stands still."""
    problem = world.through(Stage.UNDER_WAY)
    setting_aside.suspend(actor=world.actor("coordinator"), problems=[problem.id], reason="等判决").only()
    return Problem.objects.get(id=problem.id)


def warned(world: World) -> Problem:
    """A problem that supervision says is red."""
    problem = world.through(Stage.UNDER_WAY)
    warning.warn(actor=world.actor("supervisor"), problem=problem.id, reason="虚报进度").only()
    return Problem.objects.get(id=problem.id)


def closed(world: World) -> Problem:
    """A problem struck off; the clock is set back, as the test's day is the first."""
    return world.through(Stage.CLOSED)


def closed_and_due(world: World) -> Problem:
    """A problem struck off, whose look-back was moved to the very day."""
    problem = world.through(Stage.CLOSED)
    with days_later(30) as today:
        lookback.plan_lookback(actor=world.actor("supervisor"), problems=[problem.id], day=today).only()
    return Problem.objects.get(id=problem.id)


def correction(world: World, problem: Problem) -> dict[str, Any]:
    """Another title, everything else as it is, and why."""
    rows = [*problem.responsibilities.all(), *problem.measures.all()]
    parts = {f"{row.KIND.replace('responsibility', 'person')}-{row.id.hex}": wording(row) for row in rows}
    fields = ("text", "goal", "category", "origin")
    stands = {name: getattr(problem, name) for name in fields} | {"source": problem.source_id or ""}
    return {**stands, **parts, "title": "改正了错字的标题", "reason": "标题有错字"}


def wording(row: Any) -> str:
    """What a correction may mend in a responsibility or a measure."""
    return str(row.person if row.KIND == "responsibility" else row.text)


def signed_by_the_office(world: World) -> Problem:
    """A problem that the office signed for on the unit's behalf."""
    problem = world.through(Stage.DISPATCHED)
    behalf = Behalf(world.units["housing"].pk, store("签收表.png", [PNG, b"signed"]), "宁致和")
    office = world.actor("coordinator")
    working.sign(actor=office, problems=[problem.id], behalf=behalf, occurred_on=clock.today()).only()
    return Problem.objects.get(id=problem.id)


def says(**texts: Any) -> Typed:
    """What is typed, the same for every problem."""
    return lambda world, problem: texts


def in_days(name: str, days: int, **texts: Any) -> Typed:
    """What is typed, with a day counted from today."""
    return lambda world, problem: {name: (clock.today() + timedelta(days=days)).isoformat(), **texts}


def amendment(world: World, problem: Problem) -> dict[str, Any]:
    """Another title and lead unit; everything else as it is."""
    return {
        "text": problem.text,
        "title": "改过的标题",
        "lead_unit": "县教育局",
        "support_units": ["市水利局", ""],
        "horizon": "at_once",
        "urgency": "urgent",
        "wanted_due": "2026年4月1日",
        "category": "",
        "goal": "",
        "person": "",
        "source": "",
    }


def measure_rows(world: World, problem: Problem) -> dict[str, Any]:
    """Two measures, one kept and one new."""
    kept = Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place")[0]
    due = problem.due.isoformat() if problem.due else ""
    return {
        "m-TOTAL_FORMS": "2",
        "m-INITIAL_FORMS": "1",
        "m-0-id": str(kept.id),
        "m-0-text": kept.text,
        "m-0-share": "70",
        "m-0-due": due,
        "m-1-text": "公开整改结果",
        "m-1-share": "30",
        "m-1-due": due,
        "m-1-unit": str(world.units["water"].pk),
        "person": "宁致和",
    }


def report(world: World, problem: Problem) -> dict[str, Any]:
    """Progress on the first measure, with a file."""
    first = Measure.objects.filter(problem_id=problem.id, dropped=False).order_by("place")[0].id.hex
    return {
        f"percent-{first}": "40",
        f"note-{first}": "已查明12处",
        f"files-{first}": SimpleUploadedFile("现场 照片.png", PNG + b"1"),
        "note": "按计划推进",
    }


SITUATIONS: dict[Move, Situation] = {
    Move.ENTER: Situation("coordinator", draft),
    Move.AMEND: Situation("coordinator", at(Stage.LISTED), amendment),
    Move.DISPATCH: Situation("coordinator", at(Stage.LISTED), says(note="请按期整改")),
    Move.SIGN: Situation("liaison", at(Stage.DISPATCHED), says(remark="已收到")),
    Move.CONFIRM_SIGNATURE: Situation("liaison", signed_by_the_office),
    Move.SET_MEASURES: Situation("liaison", at(Stage.UNDER_WAY), measure_rows),
    Move.REPORT: Situation("liaison", at(Stage.UNDER_WAY), report),
    Move.ASK_EXTENSION: Situation("liaison", at(Stage.UNDER_WAY), in_days("due", 40, reason="设备没有到货")),
    Move.SIGN_EXTENSION: Situation("leader", lambda world: asked(world, signed=False)),
    Move.GRANT_EXTENSION: Situation(
        "coordinator", lambda world: asked(world, signed=True), in_days("due", 20, opinion="同意一次")
    ),
    Move.REFUSE_EXTENSION: Situation(
        "coordinator", lambda world: asked(world, signed=True), says(opinion="没有客观原因")
    ),
    Move.ASK_CLOSEOUT: Situation("liaison", finished, says(summary="全部完成")),
    Move.CHECK: Situation("supervisor", at(Stage.CLOSEOUT_ASKED), says(finding="到现场看过，属实")),
    Move.ACCEPT: Situation("reviewer", checked, says(opinion="同意", **TICKED)),
    Move.RETURN: Situation("reviewer", checked, says(reason="缺复核照片")),
    Move.PUBLISH: Situation("coordinator", at(Stage.ACCEPTED)),
    Move.CLOSE: Situation("coordinator", accepted_without_notice),
    Move.PLAN_LOOKBACK: Situation("supervisor", closed, in_days("day", 60)),
    Move.CONFIRM: Situation("supervisor", closed_and_due, says(finding="没有反弹")),
    Move.REOPEN: Situation("supervisor", closed, in_days("due", 60, finding="又下沉了", found_by="exposure")),
    Move.SUSPEND: Situation("coordinator", at(Stage.UNDER_WAY), says(reason="等判决")),
    Move.RESUME: Situation("coordinator", suspended, says(note="判决生效")),
    Move.MERGE: Situation(
        "coordinator",
        at(Stage.LISTED),
        lambda world, problem: {"into": world.register()[0].number, "reason": "重复"},
    ),
    Move.WITHDRAW: Situation("coordinator", at(Stage.LISTED), says(reason="登记有误")),
    Move.WARN: Situation("supervisor", at(Stage.UNDER_WAY), says(reason="虚报进度")),
    Move.LIFT_WARNING: Situation("supervisor", warned, says(reason="已经改正")),
    Move.CORRECT: Situation("coordinator", at(Stage.UNDER_WAY), correction),
    Move.RECALL: Situation("coordinator", at(Stage.DISPATCHED), says(reason="单位选错")),
    Move.TAKE_OVER: Situation(
        "coordinator", lambda world: world.imported(status="ongoing", status_raw="正在整改")
    ),
}


def between() -> dict[Move, Situation]:
    """The situations of the moves between levels and offices; they use what stands above."""
    from tests.web.between import (
        campaigns,
        closeout,
        joint,
        leading,
        links,
        orders,
        results,
        route,
        supervision,
    )

    rooms = (orders, links, joint, route, leading, campaigns, closeout, supervision, results)
    return {move: situation for room in rooms for move, situation in room.SITUATIONS.items()}


SITUATIONS |= between()
