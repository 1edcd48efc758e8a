"""Urgings, letters and listings in words: for the register, the problem's page and Excel."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.ledgers import Column, write_ledger
from bihuan.domain.colours import at
from bihuan.ledger.actions.exporting import record_export
from bihuan.ledger.derived import turns_from
from bihuan.ledger.supervising import Asked
from bihuan.organisations.access import Actor

if TYPE_CHECKING:
    from bihuan.ledger.models import Urging

STATES = {
    "letter": (gettext_lazy("待回复"), gettext_lazy("已回复")),
    "listed": (gettext_lazy("正在挂牌"), gettext_lazy("已摘牌")),
    "urge": ("", ""),
}
LAPSED = gettext_lazy("不再需要回复")


def told(row: Urging, today: date) -> dict[str, Any]:
    """A row with its problem's present colour, in which state it is, and by how much it is late."""
    late = row.ended_on is None and row.reply_by is not None and row.reply_by < today
    return {
        "row": row,
        "problem": row.problem,
        "colour": at(turns_from(row.problem.turns), today).colour,
        "state": state_of(row),
        "late": _late((today - row.reply_by).days) if late and row.reply_by else "",
    }


def state_of(row: Urging) -> str:
    """Is it answered or taken off, or does it still wait?"""
    waits, over = STATES[row.kind]
    if row.ended_on is None:
        return str(waits)
    return str(LAPSED if row.kind == "letter" and row.answered_on is None else over)


def urgings_sheet(actor: Actor, asked: Asked, rows: Sequence[Urging], title: str, today: date) -> IO[bytes]:
    """The rows as a temporary Excel file, read from the start; that they were taken away is on the record."""
    heads = [
        Column(_("文号"), 22),
        Column(_("日期"), 12, "date"),
        Column(_("发出单位"), 20),
        Column(_("责任单位"), 20),
        Column(_("编号"), 14),
        Column(_("问题"), 36, "wrapped"),
        Column(_("内容"), 40, "wrapped"),
        Column(_("期限"), 12, "date"),
        Column(_("状态"), 12),
        Column(_("回复"), 40, "wrapped"),
        Column(_("办结日期"), 12, "date"),
    ]
    made = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    note = _("统计时间：%(made)s　校验根：%(root)s") % {"made": made, "root": latest_root() or "—"}
    with transaction.atomic():
        file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
        write_ledger(file, title=title, columns=heads, rows=[_cells(row) for row in rows], note=note)
        details = {"supervision": asked.kind, "side": asked.side, "state": asked.state, "rows": len(rows)}
        record_export(actor=actor, details=details)
    file.seek(0)
    return file


def _cells(row: Urging) -> list[Any]:
    return [
        row.number or "",
        row.sent_on,
        row.by_unit.name,
        row.to_unit.name,
        row.problem.number,
        row.problem.title,
        row.text,
        row.reply_by,
        state_of(row),
        row.answer or row.ended_note,
        row.ended_on,
    ]


def _late(days: int) -> str:
    return ngettext("已超%(days)s天", "已超%(days)s天", days) % {"days": days}
