"""Projects for the wall: problems that take building, with milestones, quantities and money.

Played as errands of the schedule: ordered together, routed some days later by the unit that leads each, then
reported on three times. What is reached and how much is done stands in the content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from bihuan.demo.content import AmountText, ProjectText, load_projects
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role, Urgency
from bihuan.domain.route import MONEY_WORD
from bihuan.ledger.actions import dispatch, working
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.routing import (
    PlannedMilestone,
    PlannedQuantity,
    Reached,
    report_route,
    set_route,
)
from bihuan.ledger.actions.working import Progress
from bihuan.ledger.models import Measure
from bihuan.ledger.routes import routes_of
from bihuan.organisations.access import Actor

OFFICE, LEDGER = "yunting", "city"
AGE = 160
"""Days before today on which they were ordered."""
ROUTED = 4
REPORTS = ((60, 35), (110, 70), (AGE - 3, 100))
"""Days after the order on which is reported, with how much of what is done by now was done then, in per cent."""
MONEY = "工程投资"


@dataclass
class Projects:
    """The projects on the stage, each with its problem once ordered."""

    schedule: Schedule
    began: date
    texts: list[ProjectText] = field(default_factory=load_projects)
    problems: dict[int, UUID] = field(default_factory=dict)

    def order(self) -> None:
        """All are put on the ledger and handed over together, each with its own date."""
        office = self.schedule.office
        coordinator = office.actor(OFFICE, Role.COORDINATOR)
        assert coordinator is not None
        rows = register(
            actor=coordinator,
            ledger=office.ledgers[LEDGER],
            problems=[self._new(text) for text in self.texts],
        )
        self.problems = {place: row.id for place, row in enumerate(rows)}
        dispatch.dispatch(
            actor=coordinator,
            problems=list(self.problems.values()),
            note="请排定节点、数量和资金，按月更新，列入挂图作战。",
            all_or_none=True,
        )

    def _new(self, text: ProjectText) -> NewProblem:
        ends = self.began + timedelta(days=text.ends)
        unit = self.schedule.office.units[text.lead].pk
        return NewProblem(
            text=text.text,
            title=text.title,
            goal=text.goal,
            source_id=self.schedule.office.sources[text.source].pk,
            urgency=Urgency.DIFFICULT,
            wanted_due=ends,
            lead_unit_id=unit,
            measures=(
                NewMeasure("按节点组织实施，每月更新进度", unit_id=unit, share=80, due=ends - timedelta(days=10)),
                NewMeasure("验收移交，公开结果，落实管护", unit_id=unit, share=20, due=ends),
            ),
        )

    def sign(self) -> None:
        """Every unit signs for its project."""
        for problem, _text, liaison in self._led():
            working.sign(actor=liaison, problems=[problem], remark="已接收，按节点推进。").only()

    def route(self) -> None:
        """Every unit sets its route."""
        for problem, text, liaison in self._led():
            money = [] if text.money is None else [self._quantity(text.money)]
            set_route(
                actor=liaison,
                problem=problem,
                milestones=[
                    PlannedMilestone(step.text, self.began + timedelta(days=step.planned)) for step in text.steps
                ],
                quantities=[*(self._quantity(amount) for amount in text.amounts), *money],
            ).only()

    @staticmethod
    def _quantity(amount: AmountText) -> PlannedQuantity:
        is_money = not amount.name
        return PlannedQuantity(amount.name or MONEY, amount.target, amount.word or MONEY_WORD, is_money=is_money)

    def report(self, after: int, percent: int) -> None:
        """Every unit reports what was reached up to now and the first measure's progress."""
        routes = routes_of(self.problems.values())
        for problem, text, liaison in self._led():
            route = routes[problem]
            reached = {
                row.id: Reached(self.began + timedelta(days=step.done))
                for row, step in zip(route.milestones, text.steps, strict=True)
                if step.done is not None and step.done <= after and row.done_on is None
            }
            amounts = [*text.amounts, *([text.money] if text.money else [])]
            actual = {
                row.id: amount.actual * percent // 10000 * 100 if percent < 100 else amount.actual
                for row, amount in zip(route.quantities, amounts, strict=True)
            }
            report_route(actor=liaison, problem=problem, reached=reached, actual=actual).only()
            if percent == 100:
                self._progress(problem, text, liaison)

    def _progress(self, problem: UUID, text: ProjectText, liaison: Actor) -> None:
        done = sum(1 for step in text.steps if step.done is not None)
        first = Measure.objects.filter(problem_id=problem, dropped=False).order_by("place")[0]
        said = {first.id: Progress(min(95, done * 100 // len(text.steps)), "按节点推进，影像资料已留存。")}
        working.report(actor=liaison, problem=problem, progress=said).only()

    def _led(self) -> Iterator[tuple[UUID, ProjectText, Actor]]:
        for place, text in enumerate(self.texts):
            liaison = self.schedule.office.actor(text.lead, Role.LIAISON)
            if liaison is not None:
                yield self.problems[place], text, liaison


def build_projects(schedule: Schedule, today: date) -> None:
    """Put the projects' days on the calendar."""
    began = today - timedelta(days=AGE)
    projects = Projects(schedule, began)
    schedule.errand(began, projects.order)
    schedule.errand(began + timedelta(days=1), projects.sign)
    schedule.errand(began + timedelta(days=ROUTED), projects.route)
    for after, percent in REPORTS:
        schedule.errand(began + timedelta(days=after), partial(projects.report, after, percent))
