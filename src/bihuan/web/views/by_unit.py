"""The table by unit, its Excel, and the reminders that go with it."""

from __future__ import annotations

import tempfile
from typing import Any

from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.book.checkpoints import latest_root
from bihuan.documents.writing.figures import write_figures
from bihuan.domain.indicators import FIGURES
from bihuan.domain.lifecycle import MOVES, Move
from bihuan.domain.refusals import insist
from bihuan.insight.by_unit import UnitTable, unit_table
from bihuan.insight.reminding import KINDS, Reminder, remind, remind_below
from bihuan.insight.units_then import units_then
from bihuan.ledger.actions.exporting import record_export
from bihuan.organisations.access import may_see_problems
from bihuan.web import unit_table as shown
from bihuan.web.gate import SignedInRequest
from bihuan.web.reminders import reminder_text
from bihuan.web.unit_rows import body_rows, total_row


@require_GET
def by_unit(request: SignedInRequest) -> HttpResponse:
    """The table of a day for the own unit or one below it."""
    insist(may_see_problems(request.actor))
    asked = shown.Asked.from_query(request.GET)
    table = _table(request, asked)
    today = clock.today()
    context: dict[str, Any] = {
        "asked": asked,
        "days": [(name, day, asked.address(on=day)) for name, day in shown.days_offered(today).items()],
        "query": asked.address(),
    }
    if table is not None:
        rows = shown.rows(table, asked)
        context |= {
            "table": table,
            "title": shown.title(table),
            "as_of": shown.as_of(table.day),
            "above": [(unit.name, asked.address(unit=unit.unit_id)) for unit in table.above],
            "groups": shown.groups(),
            "heads": shown.heads(asked),
            "rows": body_rows(rows, asked),
            "total": total_row(shown.total(table), asked),
            "meanings": shown.meanings(),
            "paper": shown.paper(row.label for row in rows),
            "root": latest_root() or "—",
        }
    return render(request, "web/by_unit/page.html", context)


@require_GET
def by_unit_export(request: SignedInRequest) -> HttpResponse | FileResponse:
    """The same table as Excel; who took it away goes on the record."""
    insist(may_see_problems(request.actor))
    asked = shown.Asked.from_query(request.GET)
    table = _table(request, asked)
    if table is None:
        raise Http404
    rows = [*shown.rows(table, asked), shown.total(table)]
    file = tempfile.TemporaryFile()  # noqa: SIM115  handed to the response, which closes it
    with transaction.atomic():
        write_figures(
            file,
            title=shown.title(table),
            subtitle=_said(request, table),
            name=_("单位"),
            groups=shown.groups(),
            heads=[head.name for head in shown.heads(asked)],
            rows=[list(shown.cells_of(row)) for row in rows],
            notes=[
                _("校验根：%(root)s") % {"root": latest_root() or "—"},
                *(f"{name} — {meaning}" for name, meaning in shown.meanings().items()),
            ],
        )
        details = {"table": "by_unit", "unit": table.unit.unit_id, "on": table.day.isoformat(), "rows": len(rows)}
        record_export(actor=request.actor, details=details)
    file.seek(0)
    name = _("分单位统计") + table.day.strftime("-%Y%m%d") + ".xlsx"
    return FileResponse(file, as_attachment=True, filename=name)


def _said(request: SignedInRequest, table: UnitTable) -> str:
    values = {"as_of": shown.as_of(table.day), "office": request.actor.unit_name}
    return _("统计时间：%(as_of)s　填表单位：%(office)s") % values


def _table(request: SignedInRequest, asked: shown.Asked) -> UnitTable | None:
    """The table asked for; None where the unit was not there yet. What is not for these eyes does not exist."""
    table = unit_table(request.actor, asked.day, unit=asked.unit, sort=asked.sort)
    if table is None and asked.unit not in (None, request.actor.unit_id):
        present = units_then(request.actor.unit_id, clock.today())
        if asked.unit not in present:
            raise Http404
    return table


@require_GET
def reminders(request: SignedInRequest) -> HttpResponse:
    """What to paste into a chat: for one unit (`of`), or for each directly below one (`unit`)."""
    insist(may_see_problems(request.actor))
    today, asked = clock.today(), shown.Asked.from_query(request.GET)
    chosen = [kind for kind in KINDS if kind in request.GET.getlist("kind")] or list(KINDS)
    of = request.GET.get("of", "")
    one = int(of) if of.isascii() and of.isdigit() and len(of) < 10 else None
    top = units_then(request.actor.unit_id, today).get(one or asked.unit or request.actor.unit_id)
    if top is None:
        raise Http404
    if one is None:
        found = remind_below(request.actor, today, chosen, unit=asked.unit)
    else:
        reminder = remind(request.actor, today, chosen, of=one)
        found = [reminder] if reminder is not None and reminder.pressing else []
    texts = [(row, reminder_text(row, request.actor.unit_name)) for row in found]
    context = {
        "top": top,
        "one": one,
        "kinds": [(kind, FIGURES[kind].name, kind in chosen) for kind in KINDS],
        "texts": [(row.unit, text, text.count("\n") + 2, _kinds(row)) for row, text in texts],
        "may_urge": request.actor.role in MOVES[Move.URGE].roles,
        "back": shown.Asked(today, (top.parent_id if one else top.unit_id)).address(),
    }
    return render(request, "web/by_unit/reminders.html", context)


def _kinds(reminder: Reminder) -> list[dict[str, Any]]:
    """What a unit is reminded of, by kind, for urging it of each on the record."""
    return [
        {"figure": kind.figure, "said": _(kind.figure.name), "count": kind.count} for kind in reminder.pressing
    ]
