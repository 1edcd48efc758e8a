"""Ledger files for the tests of the intake; every place, office and person in them is invented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bihuan.intake import actions, receiving
from bihuan.intake.models import Reading
from tests.documents.build import xlsx
from tests.world import World

HEAD = (
    "序号",
    "问题类别",
    "存在问题",
    "整改措施",
    "牵头单位",
    "配合单位",
    "责任人",
    "整改时限",
    "整改状态",
    "进展情况",
)
PLAIN = (
    "1",
    "城市管理",
    "滨河路与学府街交叉口三处雨水井盖下沉。",
    "1.设置围挡\n2.更换防沉降井盖",
    "市住建局",
    "市水利局",
    "贺知远",
    "2026年9月底前",
    "已完成",
    "井盖已全部更换",
)
NO_SUCH_DAY = (
    "2",
    "水环境",
    "清溪支渠沿线养殖粪污直排。",
    "安装收集池",
    "市水利局",
    "",
    "",
    "2026年2月30日",
    "正在整改",
    "",
)
AT_ONCE = (
    "3",
    "教育",
    "部分学校食堂留样记录倒补。",
    "专项检查",
    "各县（市、区）教育局",
    "",
    "",
    "立行立改",
    "",
    "",
)
STANDING = (
    "4",
    "作风建设",
    "同一数据一周内重复报送三次。",
    "合并报表",
    "市水利局",
    "",
    "",
    "长期坚持",
    "持续推进",
    "",
)
NEAR = ("5", "交通", "首末班车间隔过长。", "加密班次", "水务局", "住建局", "", "2026年11月15日前", "未启动", "")


def ledger(folder: Path, *rows: Sequence[Any], name: str = "秋季检查台账.xlsx") -> Path:
    """A ledger with one header row and these rows."""
    return xlsx(folder / name, [("2026年秋季专项检查问题整改台账",), HEAD, *rows], sheet="整改台账")


def receive(world: World, path: Path, *, who: str = "coordinator", into: Any = None) -> Reading:
    """The file received by the named person for the world's ledger."""
    return receiving.receive(
        actor=world.actor(who), ledger=into or world.ledger, name=path.name, chunks=[path.read_bytes()]
    )


def leave_out(world: World, reading: Reading) -> None:
    """Leave out every name that nobody matched."""
    open_names = reading.unit_names.filter(units=[], ignored=False).values_list("name", flat=True)
    decisions: dict[str, tuple[int, ...] | None] = dict.fromkeys(open_names)
    actions.match_units(actor=world.actor("coordinator"), reading=reading, decisions=decisions)
