"""How a task is told: its state in words, and how far its day is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.domain.refusals import say
from bihuan.ledger.actions.tasks import STATE_NAMES

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem, Task

SOON = 3
ORIGINS: Mapping[str, str] = {"instruction": say("领导批示"), "meeting": say("调度会议定")}
DONE: Mapping[str, str] = {
    "set": say("交办任务"),
    "report": say("报告完成"),
    "accept": say("验收通过"),
    "send_back": say("退回重办"),
    "drop": say("撤销"),
    "regroup": say("单位合并，划转"),
    "plan": say("会议安排"),
    "change": say("修改安排"),
    "minutes": say("写会议纪要"),
    "close": say("办结"),
}
"""What was done to a task or a meeting, as its record says it."""


@dataclass(frozen=True)
class ToldTask:
    """A task as lists show it: `late` where its day is over, `soon` where it is near."""

    row: Task
    state: str
    origin: str
    when: str
    late: bool
    soon: bool
    problem: Problem | None = None


def tell(row: Task, today: date, problem: Problem | None = None) -> ToldTask:
    """A task in the words of the page."""
    waits = row.state == "open"
    late = (row.done_on or today) > row.due if row.state != "dropped" else False
    soon = waits and not late and (row.due - today).days <= SOON
    return ToldTask(row, _(STATE_NAMES[row.state]), _(ORIGINS[row.origin]), _when(row, today), late, soon, problem)


def tell_all(rows: Iterable[Task], today: date, problems: Mapping[UUID, Problem] | None = None) -> list[ToldTask]:
    """Tasks in the words of the page, each with its problem where the reader may see it."""
    known = problems or {}
    return [tell(row, today, known.get(row.problem_id) if row.problem_id else None) for row in rows]


def _when(row: Task, today: date) -> str:
    """How far the day is, of one that waits; by how many days it was missed, of one that was done."""
    if row.state == "dropped":
        return ""
    days = (row.due - (row.done_on or today)).days
    if row.done_on:
        if days >= 0:
            return _("按期")
        return ngettext("超期%(days)s天", "超期%(days)s天", -days) % {"days": -days}
    if days == 0:
        return _("今天到期")
    if days > 0:
        return ngettext("还有%(days)s天", "还有%(days)s天", days) % {"days": days}
    return ngettext("逾期%(days)s天", "逾期%(days)s天", -days) % {"days": -days}
