"""The chapter on how a problem was closed: asked for, checked, accepted, made public, closed; the look-backs.

What belongs to the close-out of a problem and is stored beside it is told here, one table a kind.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.documents.writing.casefile import Chapter, Table
from bihuan.ledger.casefile import CaseFile
from bihuan.web.casefile.chapters import Names
from bihuan.web.changes import RESULTS
from bihuan.web.templatetags import bihuan as shown


def closing(case: CaseFile, names: Names) -> Chapter | None:
    """The days of the close-out in the present round, and every look-back."""
    problem = case.dossier.problem
    days = (
        (_("申请销号："), problem.asked_on),
        (_("现场核查："), problem.checked_on),
        (_("验收通过："), problem.accepted_on),
        (_("公示期至："), problem.notice_until),
        (_("销号："), problem.closed_on),
        (_("成果巩固："), problem.sustained_on),
    )
    facts = [(label, shown.day(value)) for label, value in days if value]
    tables = [table for table in (lookbacks(case),) if table.rows]
    return Chapter(_("销号和回头看"), facts, tables=tables) if facts or tables else None


def lookbacks(case: CaseFile) -> Table:
    """Planned for which day, done on which, with what result."""
    heads = [_("计划日期"), _("完成日期"), _("结果"), _("情况")]
    rows = [
        [shown.day(row.planned_for), shown.day(row.done_on), _(RESULTS[row.result]), row.finding or "—"]
        for row in case.dossier.lookbacks
    ]
    return Table(heads, rows, (26, 26, 26, 78), _("回头看"))
