"""Mistakes and how they are mended: one dispatch recalled before anybody signed, one typing error corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bihuan.book import clock
from bihuan.demo.office import Office
from bihuan.domain.case import Role
from bihuan.ledger.actions.correcting import Mended, correct
from bihuan.ledger.actions.dispatch import dispatch
from bihuan.ledger.actions.register import NewMeasure, NewProblem, register
from bihuan.ledger.actions.undoing import recall_dispatch
from bihuan.ledger.actions.working import sign
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin
from bihuan.organisations.access import Actor

MISSENT = (
    ("松涛路夜间施工无围挡", "松涛路雨污分流工程夜间施工没有设置围挡和警示灯，行人可直接走进沟槽边。"),
    ("梧桐巷占道堆放建材", "梧桐巷改造项目在人行道堆放砂石和管材，盲道被占约四十米。"),
    ("云台街路面开挖后未恢复", "云台街管线抢修后路面只作临时回填，车辆经过扬尘明显，已一个多月没有恢复。"),
)
"""Sent to the housing bureau, though the city management bureau is meant."""
TYPED_WRONG = "学府路三处雨水井盖下陈，最深处约六公分，雨天积水后看不见。"
MEANT = "学府路三处雨水井盖下沉，最深处约六厘米，雨天积水后看不见。"


def make_and_mend_mistakes(office: Office) -> None:
    """Play both on the last day of the demo, some hours before its end."""
    coordinator = office.actor("yunting", Role.COORDINATOR, 1)
    liaison = office.actor("housing", Role.LIAISON)
    if coordinator is None or liaison is None:
        return
    end = clock.now()
    with clock.moved_to(end - timedelta(hours=6)):
        missent = _sent(office, coordinator, MISSENT)
        misspelt = _sent(office, coordinator, [("学府路雨水井盖下陈", TYPED_WRONG)])[0]
    with clock.moved_to(end - timedelta(hours=5)):
        assert missent[0].dispatch_id is not None
        recall_dispatch(
            actor=coordinator,
            dispatch=missent[0].dispatch_id,
            reason="三件都属城管部门职责，牵头单位选成了住建局，改正后重新交办。",
        )
        sign(actor=liaison, problems=[misspelt.id], remark="已接收，今天到现场查看。").only()
    with clock.moved_to(end - timedelta(hours=4)):
        mended = Mended("学府路雨水井盖下沉", MEANT, "", misspelt.goal, misspelt.source_id, Origin.NEW)
        correct(
            actor=coordinator,
            problem=misspelt.id,
            mended=mended,
            reason="登记时录入有误：“下陈”应为“下沉”，计量单位统一用厘米。",
        ).only()


def _sent(office: Office, coordinator: Actor, texts: Sequence[tuple[str, str]]) -> list[Problem]:
    made = register(
        actor=coordinator,
        ledger=office.ledgers["city"],
        problems=[
            NewProblem(
                text=text,
                title=title,
                goal="消除安全隐患，恢复正常通行。",
                source_id=office.sources["unannounced"].pk,
                lead_unit_id=office.units["housing"].pk,
                measures=(NewMeasure("设置围挡和警示标志"), NewMeasure("查明原因，限期整改到位")),
            )
            for title, text in texts
        ],
    )
    ids = [row.id for row in made]
    dispatch(actor=coordinator, problems=ids, note="请签收后尽快到现场核实。", all_or_none=True)
    return list(Problem.objects.filter(id__in=ids).order_by("number"))
