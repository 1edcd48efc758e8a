"""Close-out in tiers in the demo: two tiers for difficult problems, one mostly done, objections, filing.

Made on the last day, through the same actions as the pages call.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from bihuan.demo.office import Office
from bihuan.demo.papers import paper
from bihuan.domain.case import Role, Stage, Urgency
from bihuan.domain.flows import DEFAULT_FLOW, STANDARDS, Flow, Grade, Kind, Tier
from bihuan.domain.refusals import Refused
from bihuan.domain.setup import EVERYTHING, Fits, ProblemClass, classes_data
from bihuan.ledger.actions import closing, filing, objecting, working
from bihuan.ledger.actions.closing import Asked, Claim, Judged, Verdict
from bihuan.ledger.actions.objecting import Raised
from bihuan.ledger.actions.setting_up import set_part
from bihuan.ledger.actions.working import NewEvidence, Progress
from bihuan.ledger.files import store
from bihuan.ledger.models import Measure, Problem
from bihuan.organisations.access import Actor

CITY = "yunting"
SIGNED_TWICE = 3
SAID = {
    "measures": "三项措施都已完成，附完工照片和验收单。",
    "people": "对巡查不到位的两名责任人批评教育。",
    "alike": "同类点位一并排查，另登记两处。",
}
REST = "绿化恢复受季节影响，安排在下一个种植季完成。"


def close_in_tiers(office: Office, today: date) -> None:
    """Set the flow of difficult problems, carry some through it, object to a notice, file what counties report."""
    keeper = office.actor(CITY, Role.COORDINATOR)
    if keeper is None:
        return
    _two_tiers(keeper, today)
    _carry_on(office, keeper)
    _object(keeper)
    reported = Problem.objects.filter(filing="asked", office__parent_id=keeper.unit_id).order_by("closed_on", "id")
    early = reported.filter(closed_on__lt=today - timedelta(days=20)).values_list("id", flat=True)
    filing.file_closeout(actor=keeper, problems=list(early), note="同意备案")


def _two_tiers(keeper: Actor, today: date) -> None:
    leaders = Tier(Kind.ACCEPT, "领导审定", frozenset({Role.LEADER}))
    flow = Flow("two_tiers", "两级验收", (*DEFAULT_FLOW.tiers[:2], leaders, *DEFAULT_FLOW.tiers[2:]))
    difficult = ProblemClass("难点问题", Fits(urgencies=frozenset({Urgency.DIFFICULT.value})), flow.code)
    set_part(
        actor=keeper,
        part="classes",
        data=classes_data([DEFAULT_FLOW, flow], [difficult, EVERYTHING]),
        effective_from=today,
        note="难点问题由市领导审定后销号",
        seen=0,
    )


def _carry_on(office: Office, keeper: Actor) -> None:
    keys = {unit.pk: key for key, unit in office.units.items()}
    rows = Problem.objects.filter(
        office_id=keeper.unit_id,
        stage=Stage.UNDER_WAY,
        urgency=Urgency.DIFFICULT,
        request__isnull=True,
        listed_on__isnull=True,
        letters__isnull=True,
        measures_count__gt=1,
    ).order_by("-due", "id")
    place = 0
    for row in rows:
        unit = office.actor(keys.get(row.lead_unit_id or 0, ""), Role.LIAISON)
        try:
            if unit is not None and _asked(row.id, unit, mostly=place == 0):
                _signed(office, row.id, place)
                place += 1
        except Refused:
            continue  # something else holds it up: it stays where it is
        if place == SIGNED_TWICE:
            return


def _asked(problem: UUID, unit: Actor, *, mostly: bool) -> bool:
    measures = list(Measure.objects.filter(problem_id=problem, dropped=False).order_by("place"))
    if any(row.part_id for row in measures):
        return False  # progress comes from below
    last = measures[-1].id
    photos = [
        NewEvidence(store(f"完工{n}.jpg", [paper(f"完工{n}.jpg", f"{problem}{n}")]), row.id)
        for n, row in enumerate(measures, 1)
    ]
    said = {row.id: Progress(60 if mostly and row.id == last and len(measures) > 1 else 100) for row in measures}
    working.report(actor=unit, problem=problem, progress=said, files=photos, note="主体工程完工").only()
    reached = sum(row.share * said[row.id].percent for row in measures) // 100
    grade = Grade.MOSTLY if mostly else Grade.DONE
    if mostly and reached < 80:
        grade = Grade.DONE
        working.report(actor=unit, problem=problem, progress={last: Progress(100)}, note="全部完工").only()
    asked = Asked(grade, REST if grade is Grade.MOSTLY else "", {code: Claim(text) for code, text in SAID.items()})
    closing.ask_closeout(actor=unit, problem=problem, summary="主体工程完工，问题点位已恢复。", asked=asked).only()
    return True


def _signed(office: Office, problem: UUID, place: int) -> None:
    """The first is through, the second waits for the leader, the third was only checked."""
    supervisor, reviewer, leader = (
        office.actor(CITY, role) for role in (Role.SUPERVISOR, Role.REVIEWER, Role.LEADER)
    )
    met = {standard.code: Verdict(True) for standard in STANDARDS}
    unmet = {**met, "effect": Verdict(False, "绿化还没有恢复，下一个种植季复查")}
    if supervisor:
        closing.check(actor=supervisor, problem=problem, finding="到现场核对了全部点位，与报告一致。").only()
    if reviewer and place < SIGNED_TWICE - 1:
        graded = Problem.objects.filter(id=problem, progress__lt=100).exists()
        judged = Judged(None, unmet if graded else met)
        closing.accept(actor=reviewer, problems=[problem], opinion="资料齐全，报领导审定。", judged=judged).only()
        if leader and place == 0:
            closing.accept(actor=leader, problems=[problem], opinion="同意销号。", judged=judged).only()


def _object(keeper: Actor) -> None:
    on_notice = Problem.objects.filter(office_id=keeper.unit_id, stage=Stage.IN_PUBLIC_NOTICE).order_by("id")
    texts = ("路口东侧还有一处没有整改到位，雨天仍然积水。", "公示中的完成时间与现场不符。")
    for text, row in zip(texts, on_notice[:2], strict=False):
        raised = Raised(text, channel="来电", objector="附近居民")
        objecting.object_to(actor=keeper, problem=row.id, raised=raised).only()
    first = on_notice.first()
    if first is not None:
        reason = "现场核实，积水点不在本问题范围，已另行登记。"
        objecting.answer_objection(actor=keeper, problem=first.id, reason=reason).only()
