"""Ledgers by level and sources in the demo: a leader's own list, and who reported what in which quarter."""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.book import clock
from bihuan.demo.office import Office
from bihuan.domain.case import Role
from bihuan.domain.classes import Quarter
from bihuan.ledger.actions.dispatch import dispatch
from bihuan.ledger.actions.ledgers import open_ledger
from bihuan.ledger.actions.register import Impact, NewMeasure, NewProblem, register
from bihuan.ledger.actions.sources import report_nothing
from bihuan.ledger.inventory import inventory

QUARTERS = 3
"""For how many quarters the offices reported: the present one and those before it."""
LEDGER, PREFIX = "领导领衔督办问题清单", "LX"
LED = (
    (
        "老旧小区加装电梯补贴兑付周期过长",
        "全市加装电梯补贴从验收到兑付平均用时四个多月，部分小区居民垫付资金较多，反映集中。",
        "housing",
        "资金管理",
        Impact.WIDE,
    ),
    (
        "河湖管护责任段划分交叉",
        "城区六条河道的管护责任段由两个部门分别划定，其中三处重叠、两处空档，出现问题互相推托。",
        "water",
        "体制机制",
        Impact.LOCAL,
    ),
)
"""What a leader of the city leads: title, text, lead unit, nature, impact."""


def keep_inventory(office: Office, last: date) -> None:
    """On the last day of the demo: what the offices reported in its last quarters, and the leader's list."""
    quarter = Quarter.of(last)
    for back in range(QUARTERS):
        for place, unit in enumerate(("yunting", "qiling")):
            _report(office, unit, quarter, skip=place + 2 if back == 0 else 0, last=last)
        quarter = quarter.previous
    _open_a_leaders_list(office)


def _report(office: Office, unit: str, quarter: Quarter, *, skip: int, last: date) -> None:
    """Report nothing new where nothing came; every `skip`-th source is not heard of (0: none)."""
    actor = office.actor(unit, Role.COORDINATOR)
    if actor is None:
        return
    with clock.moved_to(clock.moment_on(min(last, quarter.last_day), hour=10)):
        silent = [
            line.source for line in inventory(actor, quarter, standing=False) if line.expected and not line.came
        ]
        for place, source in enumerate(silent):
            if source is not None and (not skip or (place + 1) % skip):
                report_nothing(actor=actor, source_id=source.pk, quarter=quarter)


def _open_a_leaders_list(office: Office) -> None:
    coordinator, leader = office.actor("yunting", Role.COORDINATOR), office.actor("yunting", Role.LEADER)
    if coordinator is None or leader is None:
        return
    with clock.moved_to(clock.now() - timedelta(hours=3)):
        ledger = open_ledger(actor=coordinator, name=LEDGER, prefix=PREFIX, person_id=leader.person_id)
        made = register(
            actor=coordinator,
            ledger=ledger,
            problems=[
                NewProblem(
                    text=text,
                    title=title,
                    nature=nature,
                    impact=impact,
                    source_id=office.sources["self"].pk,
                    lead_unit_id=office.units[unit].pk,
                    measures=(NewMeasure("查明原因，提出办法"), NewMeasure("报领衔领导审定后实施")),
                )
                for title, text, unit, nature, impact in LED
            ],
        )
        note = "由领导领衔督办，按月报进展。"
        dispatch(actor=coordinator, problems=[row.id for row in made], note=note, all_or_none=True)
