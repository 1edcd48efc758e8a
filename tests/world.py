"""A small office for tests: one city, two bureaus, a county with a bureau, their people, one ledger.

Built through the real actions. `World.actor("liaison")` gives the actor of a named person; `World.register`
puts problems on the ledger; `World.through` carries one problem up to a stage of the loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bihuan.book import clock
from bihuan.book.keys import Region
from bihuan.domain.case import Role, Stage
from bihuan.ledger.actions import closing, dispatch, ledgers, lookback, taking_over, working
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.working import NewEvidence, PlannedMeasure, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Ledger, Measure, Problem
from bihuan.organisations.access import Actor, actor_for, held_posts
from bihuan.organisations.actions import assign_post, create_person, create_unit, save_calendar
from bihuan.organisations.models import Person, Unit
from bihuan.organisations.workcalendar import published_calendar

START = date(2026, 3, 2)
PASSWORD = "loop-closed-2026"
UNITS = (
    ("city", "云汀市", "government", None),
    ("housing", "市住房和城乡建设局", "bureau", "city"),
    ("water", "市水利局", "bureau", "city"),
    ("county", "禾丰县", "government", "city"),
    ("county_education", "禾丰县教育局", "bureau", "county"),
)
SHORT_NAMES = {"housing": ["市住建局"], "county_education": ["县教育局"]}
PEOPLE = (
    ("coordinator", "文立本", Role.COORDINATOR, "city"),
    ("second_coordinator", "卫成章", Role.COORDINATOR, "city"),
    ("supervisor", "祝明远", Role.SUPERVISOR, "city"),
    ("reviewer", "蔺思齐", Role.REVIEWER, "city"),
    ("auditor", "端木清", Role.AUDITOR, "city"),
    ("administrator", "乔予安", Role.ADMINISTRATOR, "city"),
    ("liaison", "安小禾", Role.LIAISON, "housing"),
    ("leader", "宁致和", Role.LEADER, "housing"),
    ("support", "路知秋", Role.LIAISON, "water"),
    ("county_coordinator", "简从文", Role.COORDINATOR, "county"),
    ("stranger", "汤若谷", Role.LIAISON, "county_education"),
)


@dataclass
class World:
    """The office and who works in it."""

    region: Region
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    def actor(self, name: str) -> Actor:
        """The named person in the first post held."""
        person = self.people[name]
        found = actor_for(person, held_posts(person))
        assert found is not None
        return found

    def new(self, text: str = "滨河路三处雨水井盖下沉，存在通行隐患。", **values: Any) -> NewProblem:
        """A problem for 市住建局 with 市水利局 in support and two measures."""
        defaults: dict[str, Any] = {
            "lead_unit_id": self.units["housing"].pk,
            "support_unit_ids": (self.units["water"].pk,),
            "measures": (NewMeasure("逐一排查井盖"), NewMeasure("更换破损井盖")),
        }
        return NewProblem(text=text, **(defaults | values))

    def register(self, count: int = 1, **values: Any) -> list[Problem]:
        """Put `count` problems on the ledger."""
        problems = [self.new(f"第{n}处雨水井盖下沉，存在通行隐患。", **values) for n in range(1, count + 1)]
        return register(actor=self.actor("coordinator"), ledger=self.ledger, problems=problems)

    def imported(self, **claims: Any) -> Problem:
        """A listed problem that came with a half-done ledger, which claims this of it."""
        place = {"file": "存量台账.xlsx", "sheet": "台账", "row": 3, "reading": str(UUID(int=1))}
        return self.register(place=place, claims=claims)[0]

    def through(self, stage: Stage, **values: Any) -> Problem:
        """One problem carried to `stage` on the present day (CLOSED and SUSTAINED take some weeks more)."""
        if stage is Stage.CLAIMED_DONE:
            problem = self.imported(status="done", status_raw="已完成")
            taking_over.take_over(actor=self.actor("coordinator"), problems=[problem.id]).only()
            return Problem.objects.get(id=problem.id)
        problem = self.register(**values)[0]
        for reached, carry in (
            (Stage.LISTED, None),
            (Stage.DISPATCHED, self._dispatch),
            (Stage.UNDER_WAY, self._sign),
            (Stage.CLOSEOUT_ASKED, self._finish),
            (Stage.ACCEPTED, self._accept),
            (Stage.IN_PUBLIC_NOTICE, self._publish),
            (Stage.CLOSED, self._close),
            (Stage.SUSTAINED, self._confirm),
        ):
            if carry:
                carry(problem.id)
            if reached is stage:
                break
        return Problem.objects.get(id=problem.id)

    def _dispatch(self, problem: UUID) -> None:
        dispatch.dispatch(actor=self.actor("coordinator"), problems=[problem]).only()

    def _sign(self, problem: UUID) -> None:
        working.sign(actor=self.actor("liaison"), problems=[problem]).only()

    def _finish(self, problem: UUID) -> None:
        liaison = self.actor("liaison")
        measures = Measure.objects.filter(problem_id=problem, dropped=False)
        if not measures:
            due = clock.today() + timedelta(days=1)
            planned = [PlannedMeasure("再次整改", 100, due)]
            working.set_measures(actor=liaison, problem=problem, measures=planned).only()
            measures = Measure.objects.filter(problem_id=problem, dropped=False)
        proof = store("复核照片.png", [b"\x89PNG\r\n\x1a\n", problem.bytes])
        working.report(
            actor=liaison,
            problem=problem,
            progress={m.id: Progress(100, "已完成") for m in measures},
            files=[NewEvidence(proof, m.id) for m in measures],
        ).only()
        closing.ask_closeout(actor=liaison, problem=problem, summary="全部完成").only()

    def _accept(self, problem: UUID) -> None:
        closing.check(actor=self.actor("supervisor"), problem=problem, finding="现场属实").only()
        closing.accept(actor=self.actor("reviewer"), problems=[problem]).only()

    def _publish(self, problem: UUID) -> None:
        closing.publish(actor=self.actor("coordinator"), problems=[problem]).only()

    def _close(self, problem: UUID) -> None:
        with days_later(30):
            closing.close(actor=self.actor("coordinator"), problems=[problem]).only()

    def _confirm(self, problem: UUID) -> None:
        with days_later(120):
            lookback.confirm(actor=self.actor("supervisor"), problem=problem, finding="没有反弹").only()


@contextmanager
def days_later(days: int) -> Iterator[date]:
    """The same hour, some days after the present (perhaps moved) day."""
    moment = clock.now() + timedelta(days=days)
    with clock.moved_to(moment):
        yield clock.today()


def build_world() -> World:
    """Make the office as of the present (perhaps moved) day."""
    world = World(Region.objects.create(id=1, name="云汀市"))
    save_calendar(published_calendar(), region_id=1)
    for key, name, kind, parent in UNITS:
        world.units[key] = create_unit(
            name=name,
            kind=kind,
            parent=world.units[parent] if parent else None,
            region=world.region,
            short_names=SHORT_NAMES.get(key, []),
        )
    for username, name, role, unit in PEOPLE:
        person = create_person(username=username, name=name, password=PASSWORD, region_id=1)
        assign_post(person=person, unit=world.units[unit], role=role)
        world.people[username] = person
    world.ledger = ledgers.open_ledger(actor=world.actor("coordinator"), name="问题整改台账", prefix="YT")
    return world
