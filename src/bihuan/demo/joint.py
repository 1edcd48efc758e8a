"""One problem for three units: joined with tasks, signed for, shared out, reported on by each; people are named.

Played as errands of the schedule. One part is done, one goes on, one is behind; of the people named one has said
yes, one has not answered, one has no account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role, Urgency
from bihuan.domain.joint import Wanted
from bihuan.ledger.actions import dispatch, working
from bihuan.ledger.actions.joining import join, sign_part
from bihuan.ledger.actions.naming_duties import Named, Word, confirm_duty, name_duties
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.working import PlannedMeasure, Progress
from bihuan.ledger.models import Duty, Measure
from bihuan.organisations.access import Actor

OFFICE, LEDGER, LEAD, WATER, ECOLOGY = "yunting", "city", "housing", "water", "ecology"
AGE, TERM = 40, 75
"""Days before today on which it was ordered, and days it was given."""
TITLE = "鹭汀老街雨天污水外溢入河"
TEXT = (
    "鹭汀老街片区雨污合流，中雨以上即有污水从三处检查井溢出，经雨水口直排砚湖支渠；"
    "商户私接、管涵淤堵、河道水位顶托三方面原因交织，住建、水利、生态环境各管一段，两年未根治。"
)
TASKS = {
    WATER: "清淤疏通支渠及过街管涵，雨前调低闸前水位。",
    ECOLOGY: "排查沿街排水户和入渠排口，建立台账并查处私接偷排。",
}
MEASURES = (
    (LEAD, "改造老街合流管860米，实现雨污分流", 40, TERM - 5, 45),
    (LEAD, "更换破损检查井11座", 10, 25, 100),
    (WATER, "支渠清淤1.2公里，疏通过街管涵", 30, 35, 50),
    (ECOLOGY, "沿街46户排水户和9处排口全部建档、整治", 20, 38, 100),
)
"""The unit, what it does, the share, the day by which (days from the order), how far it is now."""


@dataclass
class Joint:
    """The problem on the stage, once ordered."""

    schedule: Schedule
    began: date
    problem: UUID | None = None

    def order(self) -> None:
        """The housing bureau gets it alone."""
        office = self.schedule.office
        made = register(
            actor=self._actor(OFFICE, Role.COORDINATOR),
            ledger=office.ledgers[LEDGER],
            problems=[
                NewProblem(
                    text=TEXT,
                    title=TITLE,
                    goal="旱天无污水直排，中雨以下不外溢。",
                    source_id=office.sources["eco"].pk,
                    urgency=Urgency.DIFFICULT,
                    wanted_due=self.began + timedelta(days=TERM),
                    lead_unit_id=office.units[LEAD].pk,
                    measures=(NewMeasure("查清溢流原因，提出整治方案"),),
                )
            ],
        )
        self.problem = made[0].id
        dispatch.dispatch(
            actor=self._actor(OFFICE, Role.COORDINATOR), problems=[self.problem], note="请牵头查清原因。"
        ).only()

    def share(self) -> None:
        """The causes lie with three units: two more join, and each gets measures."""
        lead, units = self._actor(LEAD, Role.LIAISON), self.schedule.office.units
        working.sign(actor=lead, problems=[self._it], remark="已到现场查看。").only()
        wanted = [Wanted(units[key].pk, task) for key, task in TASKS.items()]
        reason = "现场查明，溢流与支渠淤堵、沿街私接有关，需要水利、生态环境部门共同办理。"
        join(actor=lead, problem=self._it, wanted=wanted, reason=reason).only()
        planned = [
            PlannedMeasure(text, share, self.began + timedelta(days=due), units[key].pk)
            for key, text, share, due, _now in MEASURES
        ]
        working.set_measures(actor=lead, problem=self._it, measures=planned, person="段一帆").only()

    def sign(self) -> None:
        """The others sign for their parts."""
        for key in TASKS:
            sign_part(actor=self._actor(key, Role.LIAISON), problems=[self._it]).only()

    def name(self) -> None:
        """Somebody answers for each side of it by name; one says yes at once."""
        units = self.schedule.office.units
        leader, inspector = self._actor(LEAD, Role.LEADER), self._actor(OFFICE, Role.SUPERVISOR)
        name_duties(
            actor=self._actor(OFFICE, Role.COORDINATOR),
            problem=self._it,
            named={
                Duty.Kind.ADMINISTRATIVE: Named(leader.unit_id, leader.person_id),
                Duty.Kind.TECHNICAL: Named(units[LEAD].pk, None, "凌墨舟"),
                Duty.Kind.INSPECTING: Named(inspector.unit_id, inspector.person_id),
            },
        ).only()
        own = Duty.objects.get(problem_id=self._it, person_id=leader.person_id)
        confirm_duty(actor=leader, problem=self._it, words={own.id: Word(agrees=True)}).only()

    def report(self, percent: int) -> None:
        """Every unit reports on its own measures: so many per cent of how far it is now."""
        rows = {row.place: row for row in Measure.objects.filter(problem_id=self._it, dropped=False)}
        for key in (LEAD, WATER, ECOLOGY):
            progress = {
                rows[place].id: Progress(now * percent // 100, "现场照片和台账留存在本单位。")
                for place, (unit, _text, _share, _due, now) in enumerate(MEASURES, start=1)
                if unit == key
            }
            working.report(actor=self._actor(key, Role.LIAISON), problem=self._it, progress=progress).only()

    @property
    def _it(self) -> UUID:
        assert self.problem is not None, "ordered first"
        return self.problem

    def _actor(self, unit: str, role: Role) -> Actor:
        found = self.schedule.office.actor(unit, role)
        assert found is not None, f"nobody is {role} of {unit}"
        return found


def work_together(schedule: Schedule, today: date) -> None:
    """Put the days of the joint work on the calendar."""
    began = today - timedelta(days=AGE)
    joint = Joint(schedule, began)
    for days, errand in (
        (0, joint.order),
        (1, joint.share),
        (2, joint.sign),
        (3, joint.name),
        (18, partial(joint.report, 60)),
        (AGE - 4, partial(joint.report, 100)),
    ):
        schedule.errand(began + timedelta(days=days), errand)
