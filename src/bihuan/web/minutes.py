"""A meeting in the words of its minutes, as a Word file. Decides nothing; whoever calls has it in sight."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.minutes import Minutes, Table, write_minutes
from bihuan.domain.colours import COLOUR_NAMES, Colour
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.leading import problems_named, tasks_of_meeting
from bihuan.organisations.access import Actor
from bihuan.web.agendas import agenda_of
from bihuan.web.templatetags.bihuan import longday

if TYPE_CHECKING:
    from bihuan.ledger.models import Meeting, Task

NAME = gettext_lazy("调度会纪要%(day)s.docx")
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def minutes_of(actor: Actor, meeting: Meeting) -> bytes:
    """The minutes of a meeting in sight as a Word file; writes on the record that they were taken away."""
    tasks = tasks_of_meeting(actor, meeting)
    file = io.BytesIO()
    write_minutes(file, _words(actor, meeting, tasks))
    with transaction.atomic():
        record_export(actor=actor, details={"meeting": str(meeting.id), "as": "docx", "rows": len(tasks)})
    return file.getvalue()


def _words(actor: Actor, meeting: Meeting, tasks: list[Task]) -> Minutes:
    facts = [
        (_("召集单位："), meeting.unit.name),
        (_("时间："), longday(meeting.held_on)),
        (_("地点："), meeting.place),
        (_("主持："), meeting.chair),
        (_("参会："), meeting.attendees),
    ]
    return Minutes(
        title=meeting.title,
        facts=[(label, said) for label, said in facts if said],
        agenda=Table(
            _("一、议题"),
            [_("编号"), _("问题"), _("牵头单位"), _("颜色"), _("原因"), _("时限")],
            [_item(item) for item in agenda_of(meeting)],
            (24, 44, 28, 13, 27, 20),
            _("没有列出议题。"),
        ),
        text_heading=_("二、会议情况"),
        text=meeting.minutes,
        decisions=Table(
            _("三、议定事项") if meeting.minutes else _("二、议定事项"),
            [_("序号"), _("事项"), _("承办单位"), _("承办人"), _("完成日期")],
            _decided(actor, tasks),
            (12, 64, 34, 20, 26),
            _("没有议定事项。"),
        ),
        signature=_("签发："),
        note=_("生成时间：%(made)s　校验根：%(root)s")
        % {"made": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"), "root": latest_root() or "—"},
    )


def _item(item: dict[str, Any]) -> list[str]:
    colour = _(COLOUR_NAMES[Colour(item["colour"])])
    return [item["number"], item["title"], item["unit"], colour, item["why"], item["due"] or "—"]


def _decided(actor: Actor, tasks: list[Task]) -> list[list[str]]:
    named = problems_named(actor, (task.problem_id for task in tasks))
    rows = []
    for place, task in enumerate(tasks, start=1):
        about = named.get(task.problem_id) if task.problem_id else None
        text = _("%(text)s（%(number)s）") % {"text": task.text, "number": about.number} if about else task.text
        rows.append([str(place), text, task.unit.name, task.person or "—", task.due.isoformat()])
    return rows
