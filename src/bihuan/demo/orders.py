"""Orders that do not go straight: declined and ruled on, passed on, reassigned, divided.

Played as errands of the schedule. Two of them still wait: a decline for the city's answer, and one of the county
for the city's final ruling.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from bihuan.demo.schedule import Schedule
from bihuan.domain.case import Role
from bihuan.ledger.actions import declining, dispatch, reassigning, splitting, working
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.splitting import NewPart
from bihuan.ledger.actions.step import Outcome
from bihuan.organisations.access import Actor

CITY, COUNTY = ("yunting", "city"), ("qiling", "qiling")
"""Offices, each with its ledger."""
Step = tuple[int, str, Role, Callable[[Actor, UUID], Outcome]]
"""How many days before today, who acts (unit and role), and what is done."""


@dataclass(frozen=True)
class Order:
    """A problem that is ordered, and what becomes of the order."""

    title: str
    text: str
    lead: str
    office: tuple[str, str] = CITY
    no_transfer: bool = False
    steps: tuple[Step, ...] = ()
    days: int = 45
    """The deadline, counted from the order."""
    ago: int = 10
    """How many days before today it was ordered."""


def play_orders(schedule: Schedule, today: date) -> None:
    """Put the orders into the queue, each with its steps."""
    units = {key: unit.pk for key, unit in schedule.office.units.items()}
    for order in _orders(units):
        schedule.errand(_weekday(today, order.ago), partial(_hand_out, schedule, order, today))


def _hand_out(schedule: Schedule, order: Order, today: date) -> None:
    unit, ledger = order.office
    coordinator = schedule.office.actor(unit, Role.COORDINATOR)
    assert coordinator is not None
    new = NewProblem(
        text=order.text,
        title=order.title,
        source_id=schedule.office.sources["unannounced"].pk,
        wanted_due=_weekday(today, order.ago) + timedelta(days=order.days),
        lead_unit_id=schedule.office.units[order.lead].pk,
        measures=(NewMeasure("查明原因，列出清单"), NewMeasure("整改到位，接受核查")),
    )
    problem = register(actor=coordinator, ledger=schedule.office.ledgers[ledger], problems=[new])[0].id
    dispatch.dispatch(actor=coordinator, problems=[problem], no_transfer=order.no_transfer).only()
    for ago, who, role, step in order.steps:
        schedule.errand(_weekday(today, ago), partial(_take, schedule, who, role, step, problem))


def _take(
    schedule: Schedule, unit: str, role: Role, step: Callable[[Actor, UUID], Outcome], problem: UUID
) -> None:
    actor = schedule.office.actor(unit, role)
    assert actor is not None
    step(actor, problem).only()


def _weekday(today: date, ago: int) -> date:
    day = today - timedelta(days=ago)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _orders(units: dict[str, int]) -> tuple[Order, ...]:
    return (*_of_the_city(units), *_of_the_county(units))


def _of_the_city(units: dict[str, int]) -> tuple[Order, ...]:
    office, leader, liaison = Role.COORDINATOR, Role.LEADER, Role.LIAISON
    return (
        Order(
            "绾河沿线排口标识牌缺失",
            "绾河沿线十二处排口没有标识牌，责任人、监督电话无处可查。",
            "ecology",
            ago=3,
            steps=(
                (
                    1,
                    "ecology",
                    leader,
                    _decline(
                        "梁沐清", "排口标识牌由排口产权单位设置，这段排口属市水务集团。", units["watergroup"]
                    ),
                ),
            ),
        ),
        Order(
            "老旧小区二次供水水箱未按期清洗",
            "抽查八个老旧小区，五个小区的二次供水水箱一年多没有清洗，没有检测报告。",
            "water",
            ago=66,
            steps=(
                (
                    65,
                    "water",
                    leader,
                    _decline(
                        "岳展鹏", "二次供水设施由供水企业管理维护，不属水行政审批事项。", units["watergroup"]
                    ),
                ),
                (
                    62,
                    "yunting",
                    office,
                    lambda actor, problem: declining.grant_decline(
                        actor=actor,
                        problem=problem,
                        unit_id=units["watergroup"],
                        opinion="情况属实，改由水务集团牵头。",
                    ),
                ),
                (61, "watergroup", liaison, lambda actor, problem: working.sign(actor=actor, problems=[problem])),
            ),
        ),
        Order(
            "校门口接送车辆占道",
            "早晚高峰三所小学门口接送车辆占用非机动车道，学生在车流中穿行。",
            "education",
            ago=52,
            days=60,
            steps=(
                (51, "education", leader, _decline("项婉清", "占道停车由交警和城管部门执法。", units["citymgmt"])),
                (
                    49,
                    "yunting",
                    office,
                    lambda actor, problem: declining.refuse_decline(
                        actor=actor,
                        problem=problem,
                        opinion="接送秩序由学校牵头组织，城管部门配合执法，仍由市教育局牵头。",
                    ),
                ),
                (48, "education", liaison, lambda actor, problem: working.sign(actor=actor, problems=[problem])),
            ),
        ),
        Order(
            "汀南区背街小巷积水点",
            "汀南区四条背街小巷雨后积水超过半天，居民出行要垫砖块。",
            "tingnan",
            ago=24,
            steps=(
                (
                    23,
                    "tingnan",
                    liaison,
                    lambda actor, problem: reassigning.transfer(
                        actor=actor,
                        problem=problem,
                        unit_id=units["tingnan-housing"],
                        note="两周内拿出每处积水点的治理办法。",
                    ),
                ),
                (
                    22,
                    "tingnan-housing",
                    liaison,
                    lambda actor, problem: working.sign(actor=actor, problems=[problem]),
                ),
            ),
        ),
        Order(
            "防汛物资账实不符",
            "市级防汛物资仓库抽查六个品种，两个品种账面数多于实物，没有出库手续。",
            "water",
            ago=8,
            no_transfer=True,
            steps=((7, "water", liaison, lambda actor, problem: working.sign(actor=actor, problems=[problem])),),
        ),
        Order(
            "客运站周边秩序和设施",
            "客运站出口黑车揽客，站前广场地砖破损二十余处，公交站牌信息过期。",
            "transport",
            ago=30,
            steps=(
                (
                    28,
                    "yunting",
                    office,
                    lambda actor, problem: splitting.split(
                        actor=actor,
                        problem=problem,
                        title="客运站出口黑车揽客",
                        text="客运站出口黑车揽客，出租车候客通道被占用。",
                        parts=[
                            NewPart("站前广场地砖破损二十余处，雨天绊倒过行人。", units["citymgmt"]),
                            NewPart("公交站牌信息过期，三条线路已经改线。", units["transport"]),
                        ],
                    ),
                ),
                (
                    26,
                    "yunting",
                    office,
                    lambda actor, problem: reassigning.reassign(
                        actor=actor,
                        problem=problem,
                        unit_id=units["citymgmt"],
                        reason="黑车揽客由综合行政执法局牵头查处，市交通运输局配合。",
                    ),
                ),
            ),
        ),
    )


def _of_the_county(units: dict[str, int]) -> tuple[Order, ...]:
    return (
        Order(
            "山塘坝脚渗水",
            "槐岙镇两口山塘坝脚渗水，汛期前没有处理。",
            "qiling-water",
            office=COUNTY,
            ago=48,
            steps=(
                *_appealed(47, "山塘由所在乡镇管护，县水利局只作技术指导。", units["huaiao"]),
                (
                    40,
                    "yunting",
                    Role.COORDINATOR,
                    lambda actor, problem: declining.overturn_decline(
                        actor=actor,
                        problem=problem,
                        unit_id=units["huaiao"],
                        ruling="按山塘管护办法，日常管护由乡镇负责，县水利局提供技术方案。",
                    ),
                ),
                (39, "huaiao", Role.LIAISON, lambda actor, problem: working.sign(actor=actor, problems=[problem])),
            ),
        ),
        Order(
            "灌渠垃圾堵塞",
            "槐岙镇灌渠约三公里被垃圾和水草堵塞，下游两个村春灌缺水。",
            "qiling-water",
            office=COUNTY,
            ago=9,
            steps=_appealed(8, "支渠以下由镇里组织清理，县水利局没有清理队伍和经费。", units["huaiao"]),
        ),
    )


def _appealed(ago: int, reason: str, proposed: int) -> tuple[Step, ...]:
    """Declined, refused by the county, put before the city."""
    return (
        (ago, "qiling-water", Role.LEADER, _decline("池仲平", reason, proposed)),
        (
            ago - 2,
            "qiling",
            Role.COORDINATOR,
            lambda actor, problem: declining.refuse_decline(
                actor=actor, problem=problem, opinion="水利设施问题由县水利局牵头，乡镇配合。"
            ),
        ),
        (
            ago - 3,
            "qiling-water",
            Role.LEADER,
            lambda actor, problem: declining.appeal_decline(
                actor=actor, problem=problem, reason="管护责任有明文规定，请市里裁定。"
            ),
        ),
    )


def _decline(refuser: str, reason: str, proposed: int) -> Callable[[Actor, UUID], Outcome]:
    return lambda actor, problem: declining.decline(
        actor=actor, problem=problem, refuser=refuser, reason=reason, proposed=proposed
    )
