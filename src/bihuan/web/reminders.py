"""The text of a reminder (催办), ready to be pasted into a chat: short and polite, figures first, then rows.

Plain text in the reader's language. That a text was made is not recorded: only what a unit then does is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.book import clock
from bihuan.domain.refusals import say
from bihuan.insight.reminding import Pressing, Reminder
from bihuan.web.templatetags import bihuan as shown

if TYPE_CHECKING:
    from bihuan.ledger.models import Problem

COUNTED = {
    "overdue": say("已超时限%(count)s项"),
    "unsigned": say("待签收%(count)s项"),
    "due_soon": say("7天内到期%(count)s项"),
}
_HEADS = (say("一、%(counted)s："), say("二、%(counted)s："), say("三、%(counted)s："))
_DUE, _SIGN_BY = say("%(name)s，时限%(day)s，%(away)s"), say("%(name)s，应于%(day)s前签收，%(away)s")


def reminder_text(reminder: Reminder, office: str) -> str:
    """The text for one unit; `office` signs it."""
    return "\n".join(_lines(reminder, office))


def _lines(reminder: Reminder, office: str) -> Iterator[str]:
    yield _("【整改催办】%(unit)s") % {"unit": reminder.unit.name}
    counts = [_counted(pressing) for pressing in reminder.pressing]
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    several = len(counts) > 1
    opening = _("截至%(made)s，贵单位%(counts)s。") if several else _("截至%(made)s，贵单位%(counts)s：")
    yield opening % {"made": made, "counts": shown.listed(counts)}
    for head, pressing in zip(_HEADS, reminder.pressing, strict=False):
        if several:
            yield _(head) % {"counted": _counted(pressing)}
        for number, problem in enumerate(pressing.problems, start=1):
            yield f"{number}. {_item(problem, pressing.figure.code, reminder.unit.unit_id)}"
        if pressing.count > len(pressing.problems):
            yield _("……等%(count)s项，其余请在系统台账中查看。") % {"count": pressing.count}
    yield _("请尽快办理，在系统中签收或填报进展；确需延期的，请在时限前提出申请。谢谢支持！")
    yield f"{office} {shown.longday(clock.today())}"


def _counted(pressing: Pressing) -> str:
    return _(COUNTED[pressing.figure.code]) % {"count": pressing.count}


def _item(problem: Problem, kind: str, unit_id: int) -> str:
    """Number, title, the unit that leads where it is one below, the day, how far that is."""
    name = f"{problem.number} {problem.title}"
    if problem.lead_unit is not None and problem.lead_unit_id != unit_id:
        name = _("%(name)s（%(unit)s牵头）") % {"name": name, "unit": problem.lead_unit.short}
    day = problem.sign_by if kind == "unsigned" else problem.due
    if day is None:
        return name
    return _(_SIGN_BY if kind == "unsigned" else _DUE) % {"name": name, "day": day, "away": _away(day)}


def _away(day: date) -> str:
    days = (day - clock.today()).days
    if days == 0:
        return _("今天到期")
    if days > 0:
        return ngettext("还有%(days)s天", "还有%(days)s天", days) % {"days": days}
    return ngettext("已超%(days)s天", "已超%(days)s天", -days) % {"days": -days}
