"""The demo's look-back by sample: drawn by risk and at random from a seed shaken out at a meeting, partly done."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from bihuan.demo.office import Office
from bihuan.domain.case import Role
from bihuan.ledger.actions import lookback
from bihuan.ledger.actions.drawing import Asked, draw_sample
from bihuan.ledger.files import store
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

SEED = "07 12 19 23 28 31"
PICTURE = b"\x89PNG\r\n\x1a\n"
HELD = (
    "现场查看两处，设施完好，台账记录齐全，走访三户群众都说没有再出现。",
    "调阅近两个月巡查记录，抽查现场，整改成果保持。",
)
BACK = "雨后复查，原点位又有积水，清掏没有坚持。"


def draw_and_look(office: Office, last: date) -> None:
    """The city's supervisor draws eight and goes to see three: two hold, one is back."""
    actor = office.actor("yunting", Role.SUPERVISOR)
    assert actor is not None
    asked = Asked("四季度回头看抽查", by_risk=5, at_random=3, planned_for=last, seed=SEED)
    drawn = [UUID(row[0]) for row in draw_sample(actor=actor, asked=asked).drawn]
    for finding in HELD:
        _look(actor, drawn.pop(0), finding)
    picture = store("复查现场.png", [PICTURE, drawn[0].bytes])
    due = last + timedelta(days=20)
    lookback.reopen(actor=actor, problem=drawn[0], finding=BACK, due=due, files=[picture]).only()


def _look(actor: Actor, problem: UUID, finding: str) -> None:
    number = visible_to(actor).get(id=problem).number
    picture = store(f"回头看-{number}.png", [PICTURE, problem.bytes])
    lookback.confirm(actor=actor, problem=problem, finding=finding, files=[picture]).only()
