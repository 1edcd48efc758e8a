"""The columns a ledger list can show: heading, how a cell reads, how it sorts; the same on screen and in Excel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bihuan.domain.classes import ORIGIN_NAMES
from bihuan.domain.flows import FILING_NAMES, GRADE_NAMES
from bihuan.domain.names import short_of
from bihuan.domain.refusals import say
from bihuan.web.templatetags import bihuan as shown


@dataclass(frozen=True)
class ListColumn:
    """A column: its code in the address, heading, sort key (of `filters.SORTS`) if any, and its cell's value.

    `kind` says how it is shown: text, day, moment, number, stage or colour. `width` is in Excel's characters.
    `needs` names what its cell reads of a row beyond `ALWAYS`, as a query names it.
    """

    code: str
    heading: str
    cell: Callable[[Any], Any]
    kind: str = "text"
    sort: str = ""
    width: int = 14
    needs: tuple[str, ...] = ()


ALWAYS = ("id", "number", "version", "title", "stage", "due", "due_original", "asked_on", "suspended_on")
"""What every row of a list is read with."""
UNIT = ("lead_unit__name", "lead_unit__short_names")
SOURCE = ("source__name", "source__name_en")


def needed(columns: Sequence[ListColumn]) -> list[str]:
    """What must be read of a problem for these columns."""
    return [*ALWAYS, *(name for column in columns for name in column.needs)]


def _unit(row: Any) -> str:
    return short_of(row.lead_unit__short_names, row.lead_unit__name) if row.lead_unit__name else "—"


def _source(row: Any) -> str:
    return shown.named(row.source__name, row.source__name_en) if row.source__name else "—"


def _impact(value: str | None) -> str:
    return shown.impact(value) if value else ""


def _named(names: Mapping[Any, str], value: str | None) -> str:
    return _(names[value]) if value else ""


def _support(row: Any) -> str:
    return shown.listed(getattr(row, "support_names", ()))


_ALL = (
    ListColumn("colour", say("颜色"), lambda p: p.colour_today, "colour", width=6, needs=("colour_today",)),
    ListColumn("number", say("编号"), lambda p: p.number, sort="number", width=16),
    ListColumn("title", say("问题"), lambda p: p.title, width=36),
    ListColumn("text", say("问题描述"), lambda p: p.text, width=60, needs=("text",)),
    ListColumn("stage", say("环节"), lambda p: p.stage, "stage", width=10),
    ListColumn("unit", say("牵头单位"), _unit, sort="unit", width=20, needs=UNIT),
    ListColumn("support", say("配合单位"), _support, width=24),
    ListColumn("due", say("现时限"), lambda p: p.due or p.wanted_due, "day", "due", 12, needs=("wanted_due",)),
    ListColumn("due_original", say("原时限"), lambda p: p.due_original, "day", "due_original", 12),
    ListColumn("progress", say("进度"), lambda p: p.progress, "number", width=8, needs=("progress",)),
    ListColumn(
        "dispatched", say("交办日期"), lambda p: p.dispatched_on, "day", "dispatched", 12, needs=("dispatched_on",)
    ),
    ListColumn("signed", say("签收日期"), lambda p: p.signed_on, "day", width=12, needs=("signed_on",)),
    ListColumn("changed", say("最近变动"), lambda p: p.changed_at, "moment", "changed", 16, needs=("changed_at",)),
    ListColumn("horizon", say("整改类型"), lambda p: shown.horizon(p.horizon), width=10, needs=("horizon",)),
    ListColumn("urgency", say("轻重缓急"), lambda p: shown.urgency(p.urgency), width=8, needs=("urgency",)),
    ListColumn("source", say("来源"), _source, width=14, needs=SOURCE),
    ListColumn("category", say("类别"), lambda p: p.category, width=14, needs=("category",)),
    ListColumn("nature", say("问题性质"), lambda p: p.nature or "", width=12, needs=("nature",)),
    ListColumn("impact", say("影响程度"), lambda p: _impact(p.impact), width=10, needs=("impact",)),
    ListColumn("origin", say("新旧"), lambda p: _(ORIGIN_NAMES[p.origin]), width=10, needs=("origin",)),
    ListColumn("goal", say("整改目标"), lambda p: p.goal, width=30, needs=("goal",)),
    ListColumn("returns", say("退回次数"), lambda p: p.returns, "number", width=8, needs=("returns",)),
    ListColumn("grade", say("完成等次"), lambda p: _named(GRADE_NAMES, p.grade), width=12, needs=("grade",)),
    ListColumn("filing", say("备案状态"), lambda p: _named(FILING_NAMES, p.filing), width=10, needs=("filing",)),
    ListColumn("cycle", say("复号次数"), lambda p: p.cycle, "number", width=8, needs=("cycle",)),
    ListColumn(
        "taken_over", say("接续办理日期"), lambda p: p.taken_over_on, "day", width=12, needs=("taken_over_on",)
    ),
    ListColumn(
        "claimed_stage",
        say("据台账：状态"),
        lambda p: shown.claimed(p.claimed_stage),
        width=12,
        needs=("claimed_stage",),
    ),
    ListColumn(
        "claimed_progress",
        say("据台账：进度"),
        lambda p: p.claimed_progress,
        "number",
        width=10,
        needs=("claimed_progress",),
    ),
    ListColumn(
        "claimed_done",
        say("据台账：完成日期"),
        lambda p: p.claimed_done_on,
        "day",
        width=14,
        needs=("claimed_done_on",),
    ),
    ListColumn(
        "claimed_dispatched",
        say("据台账：交办日期"),
        lambda p: p.claimed_dispatched_on,
        "day",
        width=14,
        needs=("claimed_dispatched_on",),
    ),
    ListColumn(
        "claimed_due_original",
        say("据台账：原时限"),
        lambda p: p.claimed_due_original,
        "day",
        width=14,
        needs=("claimed_due_original",),
    ),
    ListColumn(
        "claimed_due", say("据台账：延期后时限"), lambda p: p.claimed_due, "day", width=14, needs=("claimed_due",)
    ),
)
COLUMNS: Mapping[str, ListColumn] = {column.code: column for column in _ALL}
DEFAULT = ("colour", "number", "title", "stage", "unit", "due", "progress")


def chosen(codes: Sequence[str]) -> list[ListColumn]:
    """The columns with these codes, in the order of the table of columns; the default ones for none."""
    wanted = {code for code in codes if code in COLUMNS} or set(DEFAULT)
    return [column for column in _ALL if column.code in wanted]


CLAIMED = ("claimed_stage", "claimed_progress", "claimed_done")
"""What a file claimed: in every export beside what was proved, so that nobody takes the one for the other."""


def with_claims(columns: Sequence[ListColumn]) -> list[ListColumn]:
    """These columns and those of what was claimed."""
    wanted = {*(column.code for column in columns), *CLAIMED}
    return [column for column in _ALL if column.code in wanted]


def heading(column: ListColumn) -> str:
    """The heading in the reader's language."""
    return _(column.heading)
