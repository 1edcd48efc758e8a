"""A half-done ledger inherited from an office that was dissolved: taken over a month ago, partly checked since.

Its Excel is read and confirmed like any other; what it claims done is checked on site, and some of it comes back.
"""

from __future__ import annotations

from datetime import date, timedelta

from bihuan.demo.schedule import Schedule
from bihuan.demo.workbooks import workbook
from bihuan.domain.case import Role, Stage
from bihuan.intake import actions, receiving
from bihuan.intake.mapping import Defaults
from bihuan.ledger.actions import closing, working
from bihuan.ledger.actions.working import PlannedMeasure
from bihuan.ledger.models import Problem
from bihuan.ledger.models.problem import Origin

NAME = "市优化营商环境专班整改台账（移交）.xlsx"
TAKEN_OVER, SIGNED, CHECKED, JUDGED = 31, 29, 20, 15
"""Days before today."""
HEAD = "序号,存在问题,整改措施,牵头单位,交办时间,整改时限,延期后时限,整改状态,完成率,实际完成时间".split(",")  # noqa: SIM905
Line = tuple[str, str, str, int, int | None, int | None, str, str, int | None]
ROWS: tuple[Line, ...] = (
    # problem, measure, unit, sent out, deadline, moved to (days from today, past below 0), status, share, done on
    (
        "公共资源交易平台退还投标保证金平均超期9天。",
        "改为系统自动退还",
        "市财政局",
        -240,
        -90,
        None,
        "已销号",
        "100%",
        -104,
    ),
    (
        "企业开办“一窗通”有3项材料重复提交。",
        "共享登记信息",
        "市市场监管局",
        -240,
        -90,
        None,
        "已完成",
        "100%",
        -95,
    ),
    (
        "12处公交候车亭无遮雨棚，群众多次反映。",
        "分批加装",
        "市交通运输局",
        -235,
        -60,
        None,
        "整改完毕",
        "100%",
        -70,
    ),
    ("老旧小区加装电梯审批要跑5个窗口。", "合并为一次受理", "市住建局", -230, -75, None, "完成整改", "", -80),
    (
        "外来务工人员子女入学材料清单三处不一致。",
        "统一公布清单",
        "市教育局",
        -230,
        -100,
        None,
        "已销号",
        "100%",
        -111,
    ),
    ("城区6座公厕夜间不开放。", "调整开放时间并公示", "市城管局", -225, -110, None, "已完成", "100%", -121),
    ("市一医院预约挂号号源未分时段。", "按半小时分时段放号", "市一医院", -220, -85, None, "已整改到位", "", -88),
    (
        "农村饮水水质检测结果未按季公示。",
        "每季在村务公开栏公示",
        "市水利局",
        -220,
        -70,
        None,
        "已完成",
        "100%",
        -50,
    ),
    (
        "低保对象动态核查有2个街道滞后一个季度。",
        "补齐核查并建立提醒",
        "市民政局",
        -215,
        -80,
        None,
        "已办结",
        "",
        -83,
    ),
    ("工程建设项目审批超时未自动预警。", "接入审批监管系统", "市住建局", -210, -40, 45, "正在整改", "70%", None),
    ("惠企政策兑付平台只上线9项政策。", "分三批上线其余政策", "市财政局", -210, -30, 60, "推进中", "60%", None),
    (
        "货运司机停车休息点不足。",
        "新增4处停车休息点",
        "市交通运输局",
        -205,
        25,
        None,
        "正在推进，形象进度55%",
        "",
        None,
    ),
    ("中小学课后服务收费标准公示不全。", "逐校公示并抽查", "市教育局", -200, -20, None, "整改中", "80%", None),
    ("农贸市场快检室有5处停用。", "恢复检测并公示结果", "市市场监管局", -200, 15, None, "整改中", "40%", None),
    ("乡镇卫生院药品配备目录更新不及时。", "按月更新目录", "市卫健委", -195, 40, None, "正在整改", "50%", None),
    ("畜禽粪污资源化利用台账数据不全。", "核实补录", "市农业农村局", -195, -10, 30, "推进中", "65%", None),
    ("技能培训补贴审核周期过长。", "压缩到20个工作日", "市人社局", -190, 20, None, "基本完成", "90%", None),
    ("河道保洁责任段公示牌缺失。", "补设公示牌", "市水利局", -190, 10, None, "基本完成", "", None),
    ("危险化学品企业双重预防数据未联网。", "分批接入", "市应急局", -185, 70, None, "阶段性完成", "", None),
    ("建筑工地欠薪投诉答复不及时。", "建立首问负责制", "市人社局", -185, None, None, "长期坚持", "", None),
    ("扬尘在线监测数据掉线。", "定期巡检", "市生态环境局", -180, None, None, "持续推进", "", None),
    ("应急避难场所标识不全。", "统一更换标识", "市应急局", -60, 90, None, "未启动", "0%", None),
    ("社区养老服务驿站开放时间短。", "延长开放时间", "市民政局", -60, 75, None, "未启动", "", None),
    ("企业反映用水报装要现场递交材料。", "开通网上报装", "市水务集团", -55, 60, None, "", "", None),
    ("绾河水源地保护区界桩破损。", "更换界桩", "市绾河中心", -55, 80, None, "已完成", "80%", -58),
)
"""Twenty-five rows; the last one contradicts itself, and stays as it is."""


def inherit_a_ledger(schedule: Schedule, last: date) -> None:
    """Put into the schedule: taken over, some signed for and planned, some checked, accepted or returned."""
    inherited = _Inherited(schedule, last)
    for ago, errand in (
        (TAKEN_OVER, inherited.take_over),
        (SIGNED, inherited.sign),
        (CHECKED, inherited.check),
        (JUDGED, inherited.judge),
    ):
        schedule.errand(last - timedelta(days=ago), errand)


class _Inherited:
    def __init__(self, schedule: Schedule, last: date) -> None:
        self._schedule, self._last = schedule, last
        self._problems: list[Problem] = []

    def take_over(self) -> None:
        """The file comes in and is confirmed as a ledger that goes on."""
        office = self._schedule.office
        coordinator = office.actor("yunting", Role.COORDINATOR)
        if coordinator is None:
            return
        content = workbook(HEAD, [_cells(place, row, self._last) for place, row in enumerate(ROWS, start=1)])
        reading = receiving.receive(actor=coordinator, ledger=office.ledgers["city"], name=NAME, chunks=[content])
        self._problems = actions.confirm(
            actor=coordinator, reading=reading, defaults=Defaults(origin=Origin.CARRIED), half_done=True
        )

    def sign(self) -> None:
        """The housing bureau signs for what is its own and says what is left to do."""
        liaison = self._schedule.office.actor("housing", Role.LIAISON)
        if liaison is None:
            return
        own = [p for p in self._problems if p.lead_unit_id == liaison.unit_id and p.stage == Stage.DISPATCHED]
        working.sign(actor=liaison, problems=[p.id for p in own]).only()
        for problem in own:
            due = problem.due or self._last
            planned = [
                PlannedMeasure("完成系统联调", 60, due - timedelta(days=20)),
                PlannedMeasure("上线运行", 40, due),
            ]
            working.set_measures(actor=liaison, problem=problem.id, measures=planned).only()

    def check(self) -> None:
        """Six of those claimed done are looked at on site."""
        supervisor = self._schedule.office.actor("yunting", Role.SUPERVISOR)
        if supervisor is None:
            return
        for place, problem in enumerate(self._claimed()[:6]):
            finding = "现场只完成了一部分，与台账所称不符。" if place < 2 else "查看了系统和现场，与台账所称一致。"
            closing.check(actor=supervisor, problem=problem.id, finding=finding).only()

    def judge(self) -> None:
        """Two come back, as the site said otherwise; three are accepted; one waits."""
        reviewer = self._schedule.office.actor("yunting", Role.REVIEWER)
        if reviewer is None:
            return
        first, second, *rest = self._claimed()[:6]
        for problem in (first, second):
            reason = "现场核查与台账所称不符，请补做后重新申请。"
            closing.send_back(actor=reviewer, problem=problem.id, reason=reason).only()
        closing.accept(actor=reviewer, problems=[p.id for p in rest[:3]], opinion="同意")

    def _claimed(self) -> list[Problem]:
        return [problem for problem in self._problems if problem.claimed_stage == "done"]


def _cells(place: int, row: Line, last: date) -> tuple[str, ...]:
    problem, measure, unit, sent, due, moved, status, share, done = row

    def day(from_today: int | None) -> str:
        return "" if from_today is None else (last + timedelta(days=from_today)).isoformat()

    due_said = day(due) if due is not None else "长期坚持"
    return (str(place), problem, measure, unit, day(sent), due_said, day(moved), status, share, day(done))
