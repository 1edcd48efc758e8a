"""What came of the demo's problems: rules made, revised and due for review, results with figures, good examples.

Played as errands of the schedule, through the same actions as the pages call. One rule is revised, one
repealed, one waits for its review; two counties took over an example, one has said what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db.models import Q

from bihuan.book import clock
from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role
from bihuan.ledger.actions import examples, results, rules_made, taking_up
from bihuan.ledger.actions.examples import DONE, Story
from bihuan.ledger.actions.results import Reading, Stated
from bihuan.ledger.actions.rules_made import Wording
from bihuan.ledger.actions.tying import tie_rule
from bihuan.ledger.queries import visible_to
from bihuan.organisations.access import Actor

CITY = "yunting"
RULES: tuple[tuple[str, str, str, int, int, str, str], ...] = (
    (
        "yunting",
        "惠民政策公开告知办法",
        "云政办〔{year}〕11号",
        300,
        365,
        "惠民",
        "惠民事项进村入户告知，发放名单逐项公示，经办人签字备查。",
    ),
    (
        "housing",
        "住宅小区电动自行车集中充电管理规定",
        "云住建〔{year}〕4号",
        240,
        210,
        "充电",
        "新建小区同步配建充电棚，老旧小区分两年补齐；物业每日巡查，地下室禁止充电。",
    ),
    (
        "housing",
        "物业专项维修资金使用规程",
        "云住建〔{year}〕9号",
        190,
        365,
        "物业",
        "紧急维修先修后补手续，使用情况每季度公示。",
    ),
    (
        "water",
        "农村饮水工程管护办法",
        "云水〔{year}〕6号",
        150,
        365,
        "饮水",
        "明确管护主体和水价，水质每月检测一次、每季公示。",
    ),
    (
        "ecology",
        "在线监测设备运行管理规定",
        "云环〔{year}〕3号",
        110,
        180,
        "在线监测",
        "设备断线超过2小时按超标处理，恢复前每日人工监测。",
    ),
)
"""The unit, title and number, how many days ago, after how many days it is due for review, which word the problems
bear that led to it, what it says."""
REVISED, REPEALED = 60, 30
FIGURES: tuple[tuple[str, str, str, str, tuple[str, ...], bool, str], ...] = (
    ("yunting", "市级各部门发文数", "件", "1572", ("1388", "1204", "1071"), True, "市政府办公室发文登记簿"),
    ("water", "农村饮水水质达标率", "%", "86.4", ("91.2", "95.7"), False, "水质监测月报"),
    ("housing", "物业投诉平均办结时长", "小时", "53", ("31.5", "18"), True, "12345热线工单系统"),
)
"""The unit, indicator, unit of measure, the figure before and those after, whether fewer is better, where from."""
STORIES = (
    (
        "housing",
        "电动自行车“集中充、统一管”",
        "以前楼道、地下室充电屡禁不止，查一次好几天。我们换了个办法：先建充电棚，再谈禁止。由社区选点、"
        "物业让地、企业建桩，电价公示，老人可以刷卡。\n充电棚建成的小区，地下室充电基本绝迹。\n"
        "照着做要注意：电费不能高于居民自家太多，位置离单元门不超过一百米。",
        "住房安全",
        "充电",
    ),
    (
        "water",
        "村级水管员“三张表”管好饮水",
        "管护没人、没钱、没标准，是饮水问题反复的原因。我们用三张表管：责任表写明谁管，水价表写明钱从哪来，"
        "检测表每月上墙。\n群众自己看得到，坏了知道找谁。",
        "农村饮水",
        "饮水",
    ),
)
EFFECT = "试点的两个街道建成充电棚六处，三个月里地下室充电的投诉只剩一起。"


@dataclass
class Made:
    """What the errands know: the schedule, and the rules, results and examples made so far."""

    schedule: Schedule
    rules: list[UUID] = field(default_factory=list)
    results: list[UUID] = field(default_factory=list)
    examples: list[UUID] = field(default_factory=list)

    def writer(self, unit: str) -> Actor | None:
        """Somebody who writes for a unit."""
        office = self.schedule.office
        roles = (Role.COORDINATOR, Role.LIAISON, Role.LEADER)
        return next((actor for role in roles if (actor := office.actor(unit, role))), None)

    def enter(self, place: int) -> None:
        """Enter a rule and tie to it what led to it."""
        unit, title, number, _ago, review, word, summary = RULES[place]
        actor, today = self.writer(unit), clock.today()
        if actor is None:
            return
        wording = Wording(
            title,
            number.format(year=today.year),
            summary,
            issued_on=today,
            review_on=today + timedelta(days=review),
        )
        row = rules_made.enter_rule(actor=actor, wording=wording)
        self.rules.append(row.id)
        problems = _of(actor, word)
        if problems:
            tie_rule(actor=actor, problems=problems, rule=row.id, note="整改中发现缺少规定。")

    def revise(self) -> None:
        """A bureau revises one of its rules."""
        actor = self.writer(RULES[1][0])
        if actor is not None and len(self.rules) > 2:
            today = clock.today()
            wording = Wording(
                RULES[2][1] + "（修订）",
                f"云住建〔{today.year}〕17号",
                "增加线上表决，缩短公示期。",
                issued_on=today,
                review_on=today + timedelta(days=365),
            )
            rules_made.enter_rule(actor=actor, wording=wording, change="revised", replaces=self.rules[2])

    def repeal(self) -> None:
        """A bureau repeals an older rule that was never on the register, and prepares another."""
        actor = self.writer("housing")
        if actor is not None:
            old = Wording(
                "临时占道审批暂行规定", "云住建〔2015〕22号", "已被新的规定代替。", issued_on=clock.today()
            )
            rules_made.enter_rule(actor=actor, wording=old, change="repealed")
            rules_made.enter_rule(actor=actor, wording=Wording("老旧小区改造项目验收细则", summary="征求意见中。"))

    def state(self, step: int) -> None:
        """State results, and bring them up to date as the months pass."""
        for place, (unit, name, measure, baseline, later, fewer, basis) in enumerate(FIGURES):
            actor, today = self.writer(unit), clock.today()
            if actor is None or step >= len(later):
                continue
            reading = Reading(Decimal(later[step]), today)
            if step == 0:
                before = today - timedelta(days=180)
                stated = Stated(name, measure, Decimal(baseline), before, basis, fewer_is_better=fewer)
                self.results.append(results.enter_result(actor=actor, stated=stated, now=reading).id)
            elif place < len(self.results):
                results.update_result(actor=actor, result=self.results[place], now=reading)

    def tell(self) -> None:
        """Two bureaus write up what worked; the city recommends the first."""
        for unit, title, text, sphere, word in STORIES:
            actor = self.writer(unit)
            if actor is not None:
                problem = next(iter(_of(actor, word, done=True)), None)
                row = examples.write_example(
                    actor=actor, story=Story(title, text, sphere), problem=problem, publish=True
                )
                self.examples.append(row.id)
        city = self.writer(CITY)
        if city is not None and self.examples:
            examples.spread_example(actor=city, example=self.examples[0], note="请各县区结合实际借鉴。")

    def adopt(self) -> None:
        """Counties take it over; the first has something to say of it."""
        taken = 0
        for unit in self.counties():
            actor = self.writer(unit)
            if actor is None or not self.examples:
                continue
            row = taking_up.adopt(
                actor=actor, example=self.examples[taken % len(self.examples)], note="先在两个街道试行。"
            )
            if taken == 0:
                taking_up.report_effect(actor=actor, adoption=row.id, effect=EFFECT)
            taken += 1
            if taken == 3:
                return

    def counties(self) -> list[str]:
        """The keys of the units right below the city that have units below themselves."""
        units = self.schedule.office.units
        city = units[CITY].pk
        parents = {unit.parent_id for unit in units.values()}
        return [
            key
            for key, unit in units.items()
            if unit.parent_id == city and unit.kind == "government" and unit.pk in parents
        ]


def show_outcomes(schedule: Schedule, today: date) -> None:
    """Put what came of the problems on the schedule."""
    made = Made(schedule)

    def on(days: int, errand: Callable[[], None]) -> None:
        schedule.errand(today - timedelta(days=days), errand)

    for place, rule in enumerate(RULES):
        on(rule[3], partial(made.enter, place))
    on(REVISED, made.revise)
    on(REPEALED, made.repeal)
    for step, days in enumerate((175, 95, 12)):
        on(days, partial(made.state, step))
    on(70, made.tell)
    on(21, made.adopt)


def _of(actor: Actor, word: str, *, done: bool = False) -> list[UUID]:
    """Problems that the actor's unit leads or hands out and that bear `word`: those struck off where `done`."""
    rows = visible_to(actor).filter(
        Q(lead_unit_id=actor.unit_id) | Q(office_id=actor.unit_id), text__contains=word
    )
    if done:
        rows = rows.filter(stage__in=[stage.value for stage in DONE])
    else:
        rows = rows.filter(dispatched_on__isnull=False).exclude(stage__in=("merged", "withdrawn", "referred"))
    return list(rows.order_by("id").values_list("id", flat=True)[:3])
