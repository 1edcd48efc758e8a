"""A ledger that its office sends again every few weeks: one round dispatched, one taken over, one open.

Each version is an Excel file that is read and confirmed like any other; the third one waits for a person, with
everything in it that a person decides: a deadline moved after dispatch, a row reworded and renumbered, a unit
written as nobody knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bihuan.demo.schedule import Schedule
from bihuan.demo.workbooks import workbook
from bihuan.domain.case import Role
from bihuan.intake import actions, receiving
from bihuan.intake.models import Reading
from bihuan.intake.receiving import NewLedger
from bihuan.ledger.actions import dispatch, working
from bihuan.ledger.models import Ledger, Problem
from bihuan.organisations.access import Actor

LEDGER = NewLedger(name="城市体检问题整改台账", prefix="CT")
FIRST, SENT, SIGNED, SECOND, THIRD = 52, 51, 49, 24, 1
"""Days before today."""
NAMES = (
    "城市体检问题整改台账.xlsx",
    "城市体检问题整改台账（第二次调度）.xlsx",
    "城市体检问题整改台账（第三次调度）.xlsx",
)
HEAD = ("序号", "问题类别", "存在问题", "整改措施", "牵头单位", "整改时限", "整改状态", "进展情况")
LISTED_ONLY = 2
"""So many at the end of the first version are not dispatched."""


@dataclass(frozen=True)
class Line:
    """A row: what it says, and its deadline in days from today."""

    kind: str
    problem: str
    measure: str
    unit: str
    due: int
    status: str = "正在整改"
    progress: str = ""


BINS = Line("市容环境", "文昌巷至锦屏街沿线12处果皮箱破损。", "更换果皮箱", "市城管局", 30)
SIGNS = Line("交通出行", "绾河大道公交站牌线路信息未更新，涉及9处。", "更换站牌", "市交通运输局", 12)
DRAINS = Line("排水防涝", "枕湖路下穿通道强降雨时积水超过20厘米。", "改造泵站并加装水位预警", "市住建局", 40)
LIFTS = Line("住房安全", "锦云里小区4部电梯超期未检。", "完成检验并公示", "市市场监管局", -6)
TREES = Line("园林绿化", "学府路行道树枯死17株，未及时补植。", "补植同规格乔木", "市城管局", 25)
HYDRANTS = Line("消防安全", "老城片区23个市政消火栓水压不足。", "分片增压并逐个测试", "市水务集团", 35)
RAMPS = Line("无障碍", "市民政务大厅南门无障碍坡道坡度过陡。", "按规范改造坡道", "市政务服务中心", 20)
LAMPS = Line("道路照明", "汀兰路东段路灯间隔不亮41盏。", "检修线路并更换灯具", "市住建局", 8)
PARKS = Line("公共空间", "清源公园健身器材松动6件。", "加固或更换器材", "市城管局", 15)
CROSSING = Line("交通出行", "实验小学门前人行横道标线磨损不清。", "重新施划标线", "市交通运输局", 10)
NOISE = Line("噪声", "建工路夜间施工噪声投诉集中。", "错时施工并公示时段", "市生态环境局", 45, "未启动")
LIBRARY = Line("公共服务", "社区书屋开放时间与公示不符。", "核实并按公示开放", "市教育局", 50, "未启动")
ROUND_1 = (BINS, SIGNS, DRAINS, LIFTS, TREES, HYDRANTS, RAMPS, LAMPS, PARKS, CROSSING, NOISE, LIBRARY)

DRAINS_2 = replace(
    DRAINS, problem="枕湖路、云锦路两处下穿通道强降雨时积水超过20厘米。", progress="枕湖路泵站已招标"
)
TREES_2 = replace(TREES, progress="已补植9株")
HYDRANTS_2 = replace(HYDRANTS, progress="已完成8个")
LIFTS_2 = replace(LIFTS, status="已完成", progress="4部电梯已检验合格")
SIGNS_2 = replace(SIGNS, status="已完成", progress="9处站牌已更换")
NOISE_2 = replace(NOISE, measure="错时施工、公示时段并加装降噪屏", status="正在整改")
STALLS = Line("市容环境", "滨河早市散场后占道摊棚未清理。", "划定区域、限时清场", "市城管局", 28)
PIPES = Line("供水", "锦云里老旧水管渗漏，月均报修5次。", "更换入户水管", "市水务集团", 60)
ROUND_2 = (BINS, SIGNS_2, DRAINS_2, LIFTS_2, TREES_2, HYDRANTS_2, RAMPS, LAMPS, CROSSING, NOISE_2, LIBRARY)
ROUND_2_ADDED = (STALLS, PIPES)

LAMPS_3 = replace(LAMPS, due=38, progress="已修复26盏")
TREES_3 = replace(TREES_2, problem="学府路行道树枯死23株，未及时补植。", progress="已补植15株")
BINS_3 = replace(BINS, status="已完成", progress="12处果皮箱已更换")
RAMPS_3 = replace(RAMPS, problem="市民政务大厅南门、东门无障碍坡道坡度过陡，轮椅通行困难。")
STALLS_3 = replace(STALLS, problem="滨河早市散市后占道摊位和雨棚长时间没有清理。", progress="已划定区域")
CHARGE = Line("住房安全", "云栖苑电动自行车充电桩不足，飞线充电14处。", "增设充电桩", "市消防支队", 42)
KERB = Line("无障碍", "汀兰路盲道被花箱占用5处。", "移除花箱、恢复盲道", "市城管局", 33, "未启动")
ROUND_3 = (BINS_3, SIGNS_2, DRAINS_2, LIFTS_2, HYDRANTS_2, RAMPS_3, LAMPS_3, CROSSING, NOISE_2, CHARGE, KERB)
ROUND_3_MOVED = (STALLS_3, PIPES, TREES_3)


def keep_a_ledger_in_rounds(schedule: Schedule, last: date) -> None:
    """Put into the schedule: the first version, its dispatch and signatures, the second, the third."""
    kept = _Kept(schedule, last)
    for ago, errand in (
        (FIRST, kept.first),
        (SENT, kept.send_out),
        (SIGNED, kept.sign),
        (SECOND, kept.second),
        (THIRD, kept.third),
    ):
        schedule.errand(last - timedelta(days=ago), errand)


class _Kept:
    def __init__(self, schedule: Schedule, last: date) -> None:
        self._office, self._last = schedule.office, last
        self._ledger: Ledger | NewLedger = LEDGER
        self._problems: list[Problem] = []

    def first(self) -> None:
        """The ledger begins with its first file."""
        self._confirm(self._receive(0, ROUND_1))

    def send_out(self) -> None:
        """All but the last ones go out."""
        ids = [problem.id for problem in self._problems[:-LISTED_ONLY]]
        dispatch.dispatch(actor=self._coordinator, problems=ids, all_or_none=True)

    def sign(self) -> None:
        """Every unit signs that has somebody to sign."""
        keys = {unit.pk: key for key, unit in self._office.units.items()}
        led: dict[str, list[Problem]] = {}
        for problem in self._problems[:-LISTED_ONLY]:
            led.setdefault(keys.get(problem.lead_unit_id or 0, ""), []).append(problem)
        for key, problems in led.items():
            liaison = self._office.actor(key, Role.LIAISON)
            if liaison is not None:
                working.sign(actor=liaison, problems=[problem.id for problem in problems])

    def second(self) -> None:
        """The second version: two new ones, some changed, two said to be done, one no longer in it."""
        self._confirm(self._receive(1, ROUND_2 + ROUND_2_ADDED))

    def third(self) -> None:
        """The third version comes in; nobody has gone over it yet."""
        self._receive(2, ROUND_3 + ROUND_3_MOVED)

    @property
    def _coordinator(self) -> Actor:
        found = self._office.actor("yunting", Role.COORDINATOR)
        assert found is not None
        return found

    def _receive(self, version: int, lines: Sequence[Line]) -> Reading:
        rows = [self._cells(place, line) for place, line in enumerate(lines, start=1)]
        content = workbook(HEAD, rows)
        reading = receiving.receive(
            actor=self._coordinator, ledger=self._ledger, name=NAMES[version], chunks=[content]
        )
        self._ledger = reading.ledger
        return reading

    def _confirm(self, reading: Reading) -> None:
        open_names = reading.unit_names.filter(units=[], ignored=False).values_list("name", flat=True)
        decisions: Mapping[str, tuple[int, ...] | None] = dict.fromkeys(open_names)
        actions.match_units(actor=self._coordinator, reading=reading, decisions=decisions)
        self._problems += actions.confirm(actor=self._coordinator, reading=reading)

    def _cells(self, place: int, line: Line) -> tuple[str, ...]:
        due = (self._last + timedelta(days=line.due)).isoformat()
        return (str(place), line.kind, line.problem, line.measure, line.unit, due, line.status, line.progress)
