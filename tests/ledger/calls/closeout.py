"""Close-out in tiers: objections to the public notice, filing one level up."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from bihuan.book import clock
from bihuan.domain.case import Role, Stage, Terms
from bihuan.domain.flows import DEFAULT_FLOW, Flow, Kind, Tier
from bihuan.domain.lifecycle import Move
from bihuan.domain.setup import EVERYTHING, classes_data
from bihuan.ledger.actions import closing, dispatch, filing, ledgers, objecting, working
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.actions.register import register
from bihuan.ledger.actions.setting_up import set_part
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import StoredFile
from bihuan.ledger.models import Measure
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person
from bihuan.organisations.models import Person
from tests.world import World

if TYPE_CHECKING:
    from tests.ledger.calls import Do

OBJECTION = Raised("滨河路东段还有一处井盖没有更换。", channel="来电", objector="附近居民")


def county_closed(world: World) -> UUID:
    """A problem of the county's ledger, led by its bureau, struck off at once and reported to the city."""
    office, unit = world.actor("county_coordinator"), world.actor("stranger")
    terms = Terms(check_required=False, notice_required=False)
    ledger = ledgers.open_ledger(actor=office, name="禾丰县问题整改台账", prefix="HF", terms=terms)
    new = world.new(lead_unit_id=unit.unit_id, support_unit_ids=(), measures=())
    problem = register(actor=office, ledger=ledger, problems=[new])[0].id
    dispatch.dispatch(actor=office, problems=[problem]).only()
    working.sign(actor=unit, problems=[problem]).only()
    planned = [PlannedMeasure("更换井盖", 100, clock.today())]
    working.set_measures(actor=unit, problem=problem, measures=planned).only()
    done = Measure.objects.get(problem_id=problem).id
    photo = StoredFile("照片.png", 8, "0" * 64, "image/png")
    working.report(
        actor=unit, problem=problem, progress={done: Progress(100)}, files=[NewEvidence(photo, done)]
    ).only()
    closing.ask_closeout(actor=unit, problem=problem, summary="已更换").only()
    closing.accept(actor=office, problems=[problem]).only()
    closing.close(actor=office, problems=[problem]).only()
    return problem


def signer(world: World, role: Role = Role.LEADER, unit: str = "city") -> Actor:
    """Somebody new in this role at the office, or at another unit."""
    name = f"signer_{role}_{unit}_{Person.objects.count()}"
    person = create_person(username=name, name="公孙弘毅", password=None, region_id=1)
    assign_post(person=person, unit=world.units[unit], role=role)
    found = actor_for(person, held_posts(person))
    assert found is not None
    return found


CALLS: dict[Move, tuple[Stage, str, Do]] = {
    Move.OBJECT: (
        Stage.IN_PUBLIC_NOTICE,
        "supervisor",
        lambda a, p: objecting.object_to(actor=a, problem=p, raised=OBJECTION),
    ),
    Move.ANSWER_OBJECTION: (
        Stage.IN_PUBLIC_NOTICE,
        "reviewer",
        lambda a, p: objecting.answer_objection(actor=a, problem=p, reason="该处不在本问题范围，另行登记"),
    ),
    Move.FILE_CLOSEOUT: (
        Stage.CLOSED,
        "coordinator",
        lambda a, p: filing.file_closeout(actor=a, problems=[p], note="同意备案"),
    ),
    Move.REFUSE_FILING: (
        Stage.CLOSED,
        "coordinator",
        lambda a, p: filing.refuse_filing(actor=a, problem=p, reason="照片看不出更换的位置"),
    ),
}
BEFORE: dict[Move, list[tuple[str, Do]]] = {Move.ANSWER_OBJECTION: [CALLS[Move.OBJECT][1:]]}
READY: dict[Move, Callable[[World], UUID]] = {
    Move.FILE_CLOSEOUT: county_closed,
    Move.REFUSE_FILING: county_closed,
}
_OFFICE = {"coordinator", "second_coordinator"}
RIGHTS: dict[Move, set[str]] = {
    Move.OBJECT: _OFFICE | {"supervisor", "reviewer"},
    Move.ANSWER_OBJECTION: _OFFICE | {"reviewer"},
}
EMPTY: dict[Move, tuple[str, Do]] = {
    Move.OBJECT: ("异议内容", lambda a, p: objecting.object_to(actor=a, problem=p, raised=Raised(" "))),
    Move.ANSWER_OBJECTION: (
        "不成立的理由",
        lambda a, p: objecting.answer_objection(actor=a, problem=p, reason="\n"),
    ),
    Move.REFUSE_FILING: ("不予备案的理由", lambda a, p: filing.refuse_filing(actor=a, problem=p, reason="")),
}


def two_tiers(world: World, *, quorum: int = 1, check: bool = True) -> None:
    """From today on everything is accepted by the office first, then by so many of its leaders."""
    leaders = Tier(Kind.ACCEPT, "领导签字", frozenset({Role.LEADER}), quorum)
    first = DEFAULT_FLOW.tiers[:2] if check else DEFAULT_FLOW.tiers[1:2]
    flow = Flow(DEFAULT_FLOW.code, "两级验收", (*first, leaders, *DEFAULT_FLOW.tiers[2:]))
    set_part(
        actor=world.actor("coordinator"),
        part="classes",
        data=classes_data([flow], [EVERYTHING]),
        effective_from=clock.today(),
        note="重大问题由领导签字",
        seen=0,
    )
