"""Where a problem was read, and what that file claims: shown apart from what was proved here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.domain.refusals import say

LABELS: Mapping[str, str] = {
    "no": say("原序号"),
    "status_raw": say("原文状态"),
    "status": say("读作"),
    "progress": say("原文进展"),
    "deadline_raw": say("原文时限"),
    "extended": say("原文延期后时限"),
    "dispatched": say("原文交办日期"),
    "done": say("原文完成日期"),
    "share": say("原文完成比例"),
    "person": say("原文责任人"),
    "source": say("原文来源"),
    "units": say("未对应的单位"),
    "remark": say("原文备注"),
}
STATUS_NAMES: Mapping[str, str] = {
    "done": say("已完成"),
    "mostly": say("基本完成"),
    "stage": say("阶段性完成"),
    "ongoing": say("正在整改"),
    "not_started": say("尚未启动"),
}


def claims_told(claims: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the file claims, as labels and texts, in a fixed order."""
    return [(_(label), _told(name, claims[name])) for name, label in LABELS.items() if claims.get(name)]


def _told(name: str, value: Any) -> str:
    if name == "status":
        return _(STATUS_NAMES[value]) if value in STATUS_NAMES else str(value)
    return "、".join(str(part) for part in value) if isinstance(value, list) else str(value)


def place_told(place: Mapping[str, Any]) -> str:
    """File, sheet and row where the problem was read; empty for one that was typed in."""
    parts = []
    if place.get("file"):
        parts.append(str(place["file"]))
    if place.get("sheet"):
        parts.append(_("工作表“%(sheet)s”") % {"sheet": place["sheet"]})
    if place.get("row"):
        parts.append(_("第%(row)s行") % {"row": place["row"]})
    return " · ".join(parts)
