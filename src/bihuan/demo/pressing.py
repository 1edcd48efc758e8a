"""What presses problems in the demo: urging, letters of which one is answered, one problem listed, one referred.

Made on the last day, through the same actions as the pages call.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.demo.office import Office
from bihuan.domain.case import Role, Stage
from bihuan.domain.refusals import Refused
from bihuan.insight.agenda import candidates
from bihuan.ledger.actions.referring import refer
from bihuan.ledger.actions.supervising import answer_letter, list_supervision, send_letter
from bihuan.ledger.actions.urging import urge
from bihuan.ledger.models import Problem

CITY = "yunting"
URGED, LETTERS = 6, 4
URGING = "已经超过时限，请在三个工作日内报送进展和下一步安排。"
LETTER = (
    "该问题超过整改时限仍未办结，上次报告的进展与现场情况不符。\n"
    "请查明原因，明确责任人和完成日期，逐项说明措施落实到哪一步，并附现场照片。"
)
ANSWER = "已由分管负责人到现场逐项核对，工期调整为两周，每周五报送进展，照片随报告上传。"
LISTING = "挂牌督办：限期完成整改，整改期间每周报告一次，由市领导包案。"
RECEIVER, DOCUMENT = "云汀市监察机关", "云整办移〔2026〕1号"
REASON = "核查中发现有关人员涉嫌违纪，按规定移送。"


def press(office: Office, today: date) -> None:
    """Press the worst problems of the city, and hand one case to another authority."""
    keeper = office.actor(CITY, Role.COORDINATOR)
    if keeper is None:
        return
    found = [row for row in candidates(keeper, today) if row.office_id == keeper.unit_id and not row.above_id]
    running = [row for row in found if row.stage == Stage.UNDER_WAY]
    urge(actor=keeper, problems=[row.id for row in running[:URGED]], text=URGING)
    letters = [row.id for row in running[:LETTERS]]
    send_letter(actor=keeper, problems=letters, text=LETTER, reply_by=today + timedelta(days=7))
    list_supervision(
        actor=keeper, problems=[row.id for row in running[:1]], text=LISTING, reply_by=today + timedelta(days=30)
    )
    _answer_one(office, running[1:LETTERS])
    if len(running) > URGED:
        _refer(office, running[-1])


def _answer_one(office: Office, problems: list[Problem]) -> None:
    keys = {unit.pk: key for key, unit in office.units.items()}
    for problem in problems:
        liaison = office.actor(keys.get(problem.lead_unit_id or 0, ""), Role.LIAISON)
        if liaison is not None:
            answer_letter(actor=liaison, problem=problem.id, answer=ANSWER).only()
            return


def _refer(office: Office, problem: Problem) -> None:
    keeper = office.actor(CITY, Role.COORDINATOR)
    assert keeper is not None
    try:
        refer(actor=keeper, problem=problem.id, receiver=RECEIVER, document=DOCUMENT, reason=REASON).only()
    except Refused:
        return  # a whole whose parts stand stays here
