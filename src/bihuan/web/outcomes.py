"""Rules, results and examples in the words of the pages: figures with their sign, lines of figures, states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.domain.outcomes import shift
from bihuan.domain.refusals import say
from bihuan.ledger.achievements import Readings
from bihuan.ledger.leading import Happened

if TYPE_CHECKING:
    from bihuan.ledger.models import Result, RuleMade

MINUS = "\u2212"
PERCENT = ("%", "\uff05")
"""A figure that is itself a share changes by points."""
LINE_WIDTH, LINE_HEIGHT, EDGE = 120, 32, 4
"""Of the small line of figures, in the units of its drawing."""
CHANGES: Mapping[str, str] = {"new": say("新建"), "revised": say("修订"), "repealed": say("废止")}
STATES: Mapping[str, str] = {"draft": say("草稿"), "in_force": say("现行有效"), "ended": say("失效")}
FIGURE_NAMES: Mapping[str, str] = {
    "in_force": say("现行有效"),
    "new": say("新建"),
    "revised": say("修订"),
    "repealed": say("废止"),
    "due": say("到期评估"),
    "ties": say("关联问题"),
}
DEEDS: Mapping[str, str] = {
    "register": say("登记"),
    "amend": say("修改"),
    "issue": say("印发"),
    "review": say("评估"),
    "drop": say("作废"),
    "end": say("失效"),
    "tie": say("关联问题"),
    "untie": say("解除关联"),
    "enter": say("登记"),
    "update": say("更新数字"),
    "write": say("起草"),
    "publish": say("发布"),
    "spread": say("推广"),
    "end_spreading": say("停止推广"),
}
"""What was done with a rule, a result or an example."""


@dataclass(frozen=True)
class ToldResult:
    """A result as shown: its figures, the change with its sign, and in one word whether that is better."""

    row: Result
    baseline: str
    now: str
    change: str
    moved: str
    verdict: str
    tone: str
    points: str = ""
    last: tuple[str, str] | None = None
    said: str = ""


def number(value: Decimal) -> str:
    """A figure as it is read: thousands grouped, no idle noughts, a real minus sign."""
    text = f"{abs(value):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return (MINUS if value < 0 else "") + text


def tell_result(row: Result, readings: Readings = ()) -> ToldResult:  # type: ignore[assignment]
    """A result in words; with its figures so far, also as a line."""
    unit, in_percent = row.measured_in, row.measured_in in PERCENT
    if row.now is None:
        return ToldResult(row, number(row.baseline), "—", "", "", _("还没有新的数"), "none")
    moved = shift(row.baseline, row.now, fewer_is_better=row.fewer_is_better)
    if not moved.difference:
        verdict, tone = pgettext("result", "持平"), "same"
    else:
        verdict, tone = (
            (pgettext("result", "好转"), "better") if moved.better else (pgettext("result", "变差"), "worse")
        )
    points, last = _line(readings)
    said = _("，").join(f"{day} {number(value)}" for day, value in readings)
    return ToldResult(
        row,
        number(row.baseline),
        number(row.now),
        "" if moved.percent is None or in_percent else _signed(moved.percent, f"{abs(moved.percent):,.2f}%"),
        _signed(moved.difference, number(abs(moved.difference)) + (_("个百分点") if in_percent else unit)),
        verdict,
        tone,
        points,
        last,
        said,
    )


def _signed(value: Decimal, text: str) -> str:
    return (MINUS if value < 0 else "+" if value > 0 else "") + text


def _line(readings: Readings) -> tuple[str, tuple[str, str] | None]:
    """The corners of the line of figures, and its last one; nothing for fewer than two."""
    if len(readings) < 2:
        return "", None
    days = [day.toordinal() for day, _value in readings]
    values = [value for _day, value in readings]
    across, up = max(days[-1] - days[0], 1), max(values) - min(values) or Decimal(1)
    corners = [
        (
            f"{EDGE + (day - days[0]) * (LINE_WIDTH - 2 * EDGE) / across:.1f}",
            f"{LINE_HEIGHT - EDGE - float((value - min(values)) / up) * (LINE_HEIGHT - 2 * EDGE):.1f}",
        )
        for day, value in zip(days, values, strict=True)
    ]
    return " ".join(f"{x},{y}" for x, y in corners), corners[-1]


def rule_state(row: RuleMade) -> str:
    """现行, 草稿, 失效; a repeal is neither in force nor ended, it has taken effect."""
    if row.change == "repealed" and row.issued_on is not None:
        return _(CHANGES["repealed"])
    return _(STATES[row.state])


def review_told(row: RuleMade, today: date) -> str:
    """How the day of review stands: over, near, or nothing to say."""
    if row.state != "in_force" or row.review_on is None:
        return ""
    return "due" if row.review_on <= today else ""


def deeds(record: list[Happened]) -> list[tuple[str, Happened]]:
    """A record with what was done in words."""
    return [(_(DEEDS.get(line.action, line.action)), line) for line in record]
