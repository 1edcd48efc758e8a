"""What the demo's leaders do: take cases, instruct, and hold two dispatch meetings whose decisions become tasks.

Played as errands of the schedule, through the same actions as the pages call. One leader has no quick fix of their
own, one decision is sent back, one is late: as in life.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from bihuan.book import clock
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Horizon, Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.insight.agenda import candidates
from bihuan.ledger.actions.casework import take_case
from bihuan.ledger.actions.instructing import Wanted, instruct
from bihuan.ledger.actions.meetings import Plan, close_meeting, decide, plan_meeting, write_minutes
from bihuan.ledger.actions.tasks import NewTask, accept_task, report_task, send_task_back
from bihuan.ledger.models import Meeting, Problem, Task
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

CITY = "yunting"
CASES = {"yunting": (1, 3), "housing": (1, 1), "water": (1, 1), "ecology": (0, 2), "qiling-water": (0, 1)}
"""How many quick fixes, and how many other problems, the leader of a unit takes."""
TAKEN, HELD, REPORTED, BACK, ACCEPTED, INSTRUCTED, CALLED = 41, 27, 16, 13, 9, 6, 2
"""Days before today."""
ON_THE_AGENDA = 8
DECISIONS = (
    ("一周内拿出整改方案，列明节点、责任人和资金来源，报市整改办。", 10),
    ("分管负责人到现场办公，当场明确卡在哪里、谁来解决、什么时候解决完。", 14),
    ("对照问题逐条补齐佐证材料，能当场改的立即改，不能当场改的说明理由。", 12),
    ("牵头召集配合单位开一次协调会，把各自要做的事写成清单。", 9),
    ("把同类问题在全系统排查一遍，排查结果一并报告。", 18),
)
MINUTES = (
    "会议听取了牵头单位关于红色、黄色问题的汇报，逐个分析了没有按期整改的原因。\n"
    "会议指出，部分单位重部署、轻落实，个别问题整改停在纸面上，要以现场看得见的变化作为衡量标准。\n"
    "会议要求，议定事项由牵头单位主要负责人负总责，按期报告完成情况；逾期没有完成的，下次会上说明理由。"
)
SECOND = "第二次红黄问题调度会"
RESULTS = ("方案已经报送，节点和责任人逐项列明。", "已到现场办公，三个堵点当场明确了办法和时间。")
WANTING = "只说了开会，没有说解决了什么。请补上现场情况和具体办法。"
INSTRUCTION = "此件拖得太久。请牵头单位负责同志三日内到现场，一周内把结果报我。"
REMARK = "请市整改办盯住，下次调度会上专门听汇报。"


@dataclass
class Led:
    """What the errands know: the schedule, and the first meeting once it was held."""

    schedule: Schedule
    meeting: Meeting | None = None

    def take_cases(self) -> None:
        """Leaders take what their unit has under way: quick fixes first where they take any."""
        for unit, (quick, others) in CASES.items():
            leader = self.schedule.office.actor(unit, Role.LEADER)
            if leader is not None:
                _take(leader, quick, at_once=True)
                _take(leader, others, at_once=False)

    def hold(self, title: str, day: date, *, held: bool) -> None:
        """Call a meeting on the worst problems; where it was held, with its decisions and minutes."""
        chair = self.schedule.office.actor(CITY, Role.LEADER)
        keeper = self.schedule.office.actor(CITY, Role.COORDINATOR)
        if chair is None or keeper is None:
            return
        found = candidates(keeper, clock.today())[:ON_THE_AGENDA]
        plan = Plan(
            title=title,
            held_on=day,
            place="市政府三楼第二会议室",
            chair=chair.person_name,
            attendees="各牵头单位主要负责人、市整改办、市督导组",
            problems=tuple(row.id for row in found),
        )
        meeting = plan_meeting(actor=keeper, plan=plan)
        if held:
            self.meeting = meeting
            _decide(keeper, meeting, found)
            write_minutes(actor=keeper, meeting=meeting.id, text=MINUTES)
            close_meeting(actor=keeper, meeting=meeting.id)

    def report(self) -> None:
        """Units report on what the meeting decided, all but one."""
        rows = self._decided()
        for place, task in enumerate(rows[:-1]):
            doer = self._doer(task)
            if doer is not None and task.state == Task.State.OPEN:
                report_task(actor=doer, task=task.id, result=RESULTS[place % len(RESULTS)])

    def send_back(self) -> None:
        """One report said too little."""
        keeper = self.schedule.office.actor(CITY, Role.COORDINATOR)
        row = next((row for row in self._decided() if row.state == Task.State.REPORTED), None)
        if keeper is not None and row is not None:
            send_task_back(actor=keeper, task=row.id, reason=WANTING)

    def accept(self) -> None:
        """What is left of the reports is accepted, all but one that still waits."""
        keeper = self.schedule.office.actor(CITY, Role.COORDINATOR)
        waiting = [row for row in self._decided() if row.state == Task.State.REPORTED]
        if keeper is None:
            return
        for row in waiting[:-1]:
            accept_task(actor=keeper, task=row.id, opinion="属实，同意销账。")

    def instruct(self) -> None:
        """The city's leader writes on two of the worst problems: one instruction becomes a task."""
        leader = self.schedule.office.actor(CITY, Role.LEADER)
        if leader is None:
            return
        worst = candidates(leader, clock.today())[:2]
        due = clock.today() + timedelta(days=7)
        for row, text, wanted in zip(worst, (INSTRUCTION, REMARK), (Wanted(due=due), None), strict=False):
            instruct(actor=leader, problem=row.id, text=text, wanted=wanted)

    def _decided(self) -> list[Task]:
        return list(Task.objects.filter(meeting_id=self.meeting.id).order_by("id")) if self.meeting else []

    def _doer(self, task: Task) -> Actor | None:
        office = self.schedule.office
        key = next((key for key, unit in office.units.items() if unit.pk == task.unit_id), "")
        return office.actor(key, Role.LIAISON) or office.actor(key, Role.COORDINATOR)


def lead_from_above(schedule: Schedule, today: date) -> None:
    """Put what leaders do in the last weeks on the schedule."""
    led = Led(schedule)

    def before(days: int) -> date:
        return today - timedelta(days=days)

    schedule.errand(before(TAKEN), led.take_cases)
    schedule.errand(before(HELD), partial(led.hold, "第一次红黄问题调度会", before(HELD), held=True))
    schedule.errand(before(REPORTED), led.report)
    schedule.errand(before(BACK), led.send_back)
    schedule.errand(before(ACCEPTED), led.accept)
    schedule.errand(before(INSTRUCTED), led.instruct)
    schedule.errand(before(CALLED), partial(led.hold, SECOND, today + timedelta(days=1), held=False))


def _take(leader: Actor, count: int, *, at_once: bool) -> None:
    running = Problem.objects.filter(id__in=visible_to(leader).values("id"), stage=Stage.UNDER_WAY)
    if at_once:
        rows = running.filter(horizon=Horizon.AT_ONCE)
    else:
        rows = running.exclude(horizon=Horizon.AT_ONCE)
    ids = list(rows.order_by("due", "id").values_list("id", flat=True)[:count])
    if ids:
        take_case(actor=leader, problems=ids)


def _decide(keeper: Actor, meeting: Meeting, found: list[Problem]) -> None:
    for (text, days), row in zip(DECISIONS, found, strict=False):
        task = NewTask(text, row.lead_unit_id, clock.today() + timedelta(days=days))
        try:
            decide(actor=keeper, meeting=meeting.id, task=task, problem=row.id)
        except Refused:  # its unit was merged meanwhile
            continue
