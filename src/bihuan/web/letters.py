"""A supervision letter in its words, as a Word file. Decides nothing; whoever calls has it in sight."""

from __future__ import annotations

import io

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.letter import Letter as Paper
from bihuan.documents.writing.letter import write_letter
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.supervising import Letter
from bihuan.organisations.access import Actor
from bihuan.web.templatetags.bihuan import longday, stage

NAME = gettext_lazy("%(number)s.docx")


def letter_of(actor: Actor, letter: Letter) -> bytes:
    """The letter; that it was taken away is on the record."""
    file = io.BytesIO()
    write_letter(file, _words(letter))
    with transaction.atomic():
        record_export(actor=actor, details={"letter": str(letter.row.id), "as": "docx", "rows": 1})
    return file.getvalue()


def _words(letter: Letter) -> Paper:
    row, problem = letter.row, letter.problem
    due = longday(problem.due) if problem.due else _("没有时限")
    return Paper(
        issuer=letter.by_unit.name,
        number=row.number or "",
        title=_("督办函"),
        addressee=_("%(unit)s：") % {"unit": letter.to_unit.name},
        paragraphs=[
            _("你单位牵头整改的下列问题，现予督办："),
            row.text,
        ],
        heads=[_("编号"), _("问题"), _("整改时限"), _("状态")],
        rows=[[problem.number, problem.title, due, stage(problem.stage)]],
        widths=(30, 70, 32, 24),
        closing=_("请于%(day)s前书面回复办理情况。") % {"day": longday(row.reply_by)} if row.reply_by else "",
        signature=letter.by_unit.name,
        day=longday(row.sent_on),
        note=_("生成时间：%(made)s　校验根：%(root)s")
        % {"made": clock.local(clock.now()).strftime("%Y-%m-%d %H:%M"), "root": latest_root() or "—"},
    )
