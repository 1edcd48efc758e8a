"""A half-done ledger as an office hands it over; every place, office and problem in it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.documents.build import xlsx

_LABELS = "序号,存在问题,整改措施,牵头单位,交办时间,整改时限,延期后时限,整改状态,完成率,实际完成时间"
HEAD = tuple(_LABELS.split(","))
ROWS = (
    ("1", "雨水井盖下沉。", "更换", "市住建局", "2026-01-05", "2026-02-28", "", "已销号", "100%", "2026-02-20"),
    ("2", "消防通道被占。", "清理", "市住建局", "2026-01-05", "2026-03-31", "2026-06-30", "正在整改", "60%", ""),
    ("3", "清溪支渠岸坡滑塌。", "砌筑护坡", "市水利局", "2026-01-12", "2026-02-20", "", "推进中", "30%", ""),
    ("4", "学校食堂留样记录倒补。", "专项检查", "市住建局", "", "长期坚持", "", "长期坚持", "", ""),
    ("5", "公厕夜间不开放。", "调整开放时间", "市住建局", "", "", "", "", "", ""),
    ("6", "各地污水管网错接。", "逐段排查", "各县（市、区）", "2026-01-05", "2026-12-31", "", "未启动", "", ""),
)
"""One struck off, one extended, one overdue, one standing, one that says nothing, one that nobody leads."""
ODD = (
    ("7", "停车场收费不公示。", "公示", "市住建局", "2026-02-10", "2026-05-31", "", "已完成", "", "2026-01-20"),
    ("8", "路灯不亮。", "检修", "市住建局", "2026-02-10", "2026-05-31", "", "已完成", "", "2027-01-20"),
    ("9", "工地扬尘。", "喷淋", "市住建局", "2026-02-10", "2026-05-31", "2026-04-30", "未启动", "100%", ""),
    ("10", "河道漂浮物。", "打捞", "市水利局", "202年2月10日", "2026-05-31", "", "整改中", "150%", ""),
    ("10", "河道漂浮物又现。", "打捞", "市水利局", "2026-02-10", "2026-05-31", "", "整改中", "1", ""),
)
"""Done before it began, done after today, extended to an earlier day and 100% not begun, a year of three digits
with 150%, and a number that stands there twice."""


def half_done(folder: Path, *rows: Sequence[Any], name: str = "存量整改台账.xlsx") -> Path:
    """The ledger with these rows, or with ROWS."""
    return xlsx(folder / name, [("2026年问题整改台账（移交）",), HEAD, *(rows or ROWS)], sheet="台账")
