"""Links between levels: one problem handed down through three levels, one raised and answered, one that waits.

Played as errands of the schedule. The city divides a problem among three counties, one of them divides its part
between a township and a bureau; what is reported there comes up to the city by share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bihuan.book import clock
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role, Urgency
from bihuan.ledger.actions import dispatch, raising, working
from bihuan.ledger.actions.handing_down import NewPart, hand_down
from bihuan.ledger.actions.raising import TakenOn
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.working import PlannedMeasure, Progress
from bihuan.ledger.models import Measure, Problem
from bihuan.organisations.access import Actor

CITY, COUNTY = "yunting", "qiling"
WHOLE = (
    "农村自建房安全隐患排查不彻底",
    "抽查三个县11个村，登记在册的经营性自建房有23栋未做安全鉴定，其中7栋擅自加层，排查台账与现场对不上。",
)
SHARES: Mapping[str, int] = {"qiling": 40, "suiyuan": 30, "chengpu": 20}
BELOW = ("huaiao", "qiling-water")
RAISED = (
    "澄浦县老城区雨污管网归属不清",
    "澄浦县老城区三条主干道雨污管网由市水务集团代管，破损点位县里无权开挖，汛期反复冒溢。",
)
WAITING = (
    "穗原县乡村医生养老补助标准不一",
    "穗原县在岗乡村医生养老补助比相邻县低，近三年流失11人，5个村卫生室无人坐诊。",
)


@dataclass
class Links:
    """The problems on the stage, by what they are called here."""

    schedule: Schedule
    rows: dict[str, Problem] = field(default_factory=dict)

    def actor(self, unit: str, role: Role) -> Actor:
        """Somebody of the unit in this role, or its leader where nobody else is there to work."""
        found = self.schedule.office.actor(unit, role) or self.schedule.office.actor(unit, Role.LEADER)
        assert found is not None
        return found

    def order(self, name: str, told: tuple[str, str], lead: str, days: int) -> None:
        """The city puts a problem on its ledger and hands it out."""
        office = self.schedule.office
        title, text = told
        new = NewProblem(
            text=text,
            title=title,
            urgency=Urgency.DIFFICULT,
            source_id=office.sources["unannounced"].pk,
            wanted_due=clock.today() + timedelta(days=days),
            lead_unit_id=office.units[lead].pk,
            measures=(NewMeasure("查清底数，列出清单"),),
        )
        coordinator = self.actor(CITY, Role.COORDINATOR)
        row = register(actor=coordinator, ledger=office.ledgers["city"], problems=[new])[0]
        dispatch.dispatch(actor=coordinator, problems=[row.id]).only()
        self.rows[name] = row

    def sign(self, name: str, unit: str) -> None:
        """The unit signs for it."""
        working.sign(actor=self.actor(unit, Role.LIAISON), problems=[self.rows[name].id]).only()

    def sign_each(self, units: Iterable[str]) -> None:
        """Each unit signs for the part that is known by it."""
        for unit in units:
            self.sign(unit, unit)

    def plan_each(self, units: Iterable[str], texts: Sequence[str]) -> None:
        """Each unit says what it will do about its part."""
        for unit in units:
            self.plan(unit, texts)

    def divide(self, name: str, by: str, shares: Mapping[str, int | None]) -> None:
        """The office or the lead unit hands its parts down; each is then known by its unit."""
        office, whole = self.schedule.office, self.rows[name]
        units = {office.units[unit].pk: unit for unit in shares}
        parts = [NewPart(office.units[unit].pk, share=share) for unit, share in shares.items()]
        hand_down(
            actor=self.actor(by, Role.COORDINATOR),
            problem=whole.id,
            parts=parts,
            ledger=office.ledgers["city" if by == CITY else by].id,
            note="请逐栋核对，分类处置，按周更新。",
        ).only()
        for row in Problem.objects.filter(above_id=whole.id, above_region_id=whole.region_id):
            self.rows[units[row.lead_unit_id or 0]] = row

    def plan(self, name: str, texts: Sequence[str]) -> None:
        """The unit says what it will do."""
        row = Problem.objects.get(id=self.rows[name].id)
        shares = [100 // len(texts)] * len(texts)
        planned = [PlannedMeasure(text, share, row.due) for text, share in zip(texts, shares, strict=True)]
        working.set_measures(actor=self.actor(name, Role.LIAISON), problem=row.id, measures=planned).only()

    def report(self, name: str, percents: Sequence[int], note: str) -> None:
        """The unit reports on its own measures, in their order."""
        rows = Measure.objects.filter(problem_id=self.rows[name].id, dropped=False, part_id__isnull=True)
        said = {row.id: Progress(percent) for row, percent in zip(rows.order_by("place"), percents, strict=True)}
        actor = self.actor(name, Role.LIAISON)
        working.report(actor=actor, problem=self.rows[name].id, progress=said, note=note).only()

    def ask(self, name: str, unit: str, reason: str, wanted: str) -> None:
        """The unit says that the root lies higher."""
        actor = self.actor(unit, Role.LIAISON)
        raising.raise_up(actor=actor, problem=self.rows[name].id, reason=reason, wanted=wanted).only()

    def take_on(self, name: str) -> None:
        """The city takes it on as a problem of its own and hands that out."""
        office, coordinator = self.schedule.office, self.actor(CITY, Role.COORDINATOR)
        raising.accept_raised(
            actor=coordinator,
            problem=self.rows[name].id,
            ledger=office.ledgers["city"].id,
            taken_on=TakenOn(
                text="老城区雨污管网由市水务集团代管，产权、维护责任和资金渠道不清，县里无法施工。",
                title="代管雨污管网权责不清",
                lead_unit_id=office.units["watergroup"].pk,
            ),
            opinion="情况属实，由市里牵头划清权责后，县里再继续整改。",
        ).only()
        upper = Problem.objects.get(above_id__isnull=True, title="代管雨污管网权责不清")
        dispatch.dispatch(actor=coordinator, problems=[upper.id]).only()


def link_levels(schedule: Schedule, today: date) -> None:
    """Put the three into the queue, each step on its day."""
    links = Links(schedule)
    for ago, what in (*_handed_down(links), *_raised(links)):
        schedule.errand(today - timedelta(days=ago), what)


Steps = tuple[tuple[int, Callable[[], None]], ...]


def _handed_down(links: Links) -> Steps:
    checks = ("逐栋鉴定并张贴结果", "擅自加层的停用整治")
    return (
        (62, lambda: links.order("whole", WHOLE, "housing", 95)),
        (61, lambda: links.sign("whole", "housing")),
        (59, lambda: links.divide("whole", CITY, SHARES)),
        (58, lambda: links.sign_each(SHARES)),
        (56, lambda: links.divide("qiling", COUNTY, dict.fromkeys(BELOW))),
        (55, lambda: links.sign_each(BELOW)),
        (54, lambda: links.plan_each((*BELOW, "suiyuan"), checks)),
        (30, lambda: links.report("huaiao", (100, 40), "9栋已全部鉴定，2栋停用。")),
        (21, lambda: links.report("qiling-water", (80, 10), "5栋中4栋已鉴定，余1栋房主在外。")),
        (16, lambda: links.report("suiyuan", (60, 30), "6栋中4栋完成鉴定。")),
        (9, lambda: links.report("huaiao", (100, 85), "加层部分已拆除2栋，1栋正在拆除。")),
    )


def _raised(links: Links) -> Steps:
    return (
        (40, lambda: links.order("raised", RAISED, "chengpu", 60)),
        (39, lambda: links.sign("raised", "chengpu")),
        (
            33,
            lambda: links.ask(
                "raised",
                "chengpu",
                "管网由市水务集团代管，县里无权开挖施工，三次协商没有结果。",
                "请市里明确管网产权和维护责任，落实改造资金。",
            ),
        ),
        (29, lambda: links.take_on("raised")),
        (20, lambda: links.order("waiting", WAITING, "suiyuan", 50)),
        (19, lambda: links.sign("waiting", "suiyuan")),
        (
            4,
            lambda: links.ask(
                "waiting",
                "suiyuan",
                "补助标准由市里制定，县里自行提高没有政策依据。",
                "请市里统一各县补助标准，明确市级分担比例。",
            ),
        ),
    )
