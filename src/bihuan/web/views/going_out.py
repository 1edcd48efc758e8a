"""Files going back out: a ledger in the layout it came in, the original, and a copy with what must be mended.

For the coordinators of the office whose file it is. Where a copy cannot keep everything, that is told before it
is handed out.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.documents.writing.marked_copy import MarkedWords
from bihuan.domain.refusals import Refused
from bihuan.intake import going_out
from bihuan.web.claims import STATUS_NAMES
from bihuan.web.filters import day_asked
from bihuan.web.stored import BYTES, LOCKED_DOWN, handed_out
from bihuan.web.templatetags.bihuan import longday
from bihuan.web.views.reading import back, own_reading

if TYPE_CHECKING:
    from bihuan.documents.messages import Fault
    from bihuan.documents.writing.own_layout import OwnCopy
    from bihuan.intake.models import Reading
    from bihuan.web.gate import SignedInRequest

SEEN = "seen"
TYPES: Mapping[str, str] = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".txt": "text/plain",
}


@require_GET
def reading_own(request: SignedInRequest, reading_id: UUID) -> HttpResponse | FileResponse:
    """The file of a confirmed reading with its problems as they stand, or stood on the day asked for (`on`)."""
    found = own_reading(request, reading_id)
    today = clock.today()
    day = min(day_asked(request.GET.get("on")) or today, today)
    try:
        copy = going_out.own_copy(actor=request.actor, reading=found, day=day, notes_seen=SEEN in request.GET)
    except Refused as refused:
        return back(request, found, refused)
    if day != today:
        copy = _called(copy, _("%(name)s（%(day)s）") % {"name": _stem(copy), "day": longday(day)})
    return _out(request, found, copy, day if day != today else None)


@require_GET
def reading_marked(request: SignedInRequest, reading_id: UUID) -> HttpResponse | FileResponse:
    """The file of an open reading with all that must be mended, or looked at, marked in its cells."""
    found = own_reading(request, reading_id)
    if not found.is_sheets or not found.is_open:
        raise Http404
    told = [(fault.place or "", _filled(fault)) for fault in going_out.faults_in(found)]
    if not told:
        messages.info(request, _("没有要标注的问题。"))
        return redirect("reading", found.id)
    try:
        copy = going_out.marked_copy(reading=found, told=told, words=_words())
    except Refused as refused:
        return back(request, found, refused)
    return _out(request, found, _called(copy, _("%(name)s（请修改）") % {"name": _stem(copy)}))


@require_GET
def reading_file(request: SignedInRequest, reading_id: UUID) -> HttpResponse | FileResponse:
    """The file itself, as it came."""
    found = own_reading(request, reading_id)
    return handed_out(request, sha256=found.sha256, name=found.name)


def _out(
    request: SignedInRequest, found: Reading, copy: OwnCopy, day: date | None = None
) -> HttpResponse | FileResponse:
    """The copy; where something could not be kept and nobody has seen that yet, a page that says so."""
    if copy.notes and SEEN not in request.GET:
        query = request.GET.copy()
        query[SEEN] = "1"
        context = {
            "reading": found,
            "name": copy.name,
            "day": day,
            "notes": [{"place": note.place or "", "text": _filled(note)} for note in copy.notes],
            "address": f"{request.path}?{query.urlencode()}",
        }
        return render(request, "web/going_out/notes.html", context)
    kind = TYPES.get(PurePath(copy.name).suffix.lower(), BYTES)
    response = FileResponse(io.BytesIO(copy.data), as_attachment=True, filename=copy.name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED_DOWN
    return response


def _filled(fault: Fault) -> str:
    params = {name: _param(name, str(value)) for name, value in fault.params.items()}
    text = _(fault.text)
    return text % params if params else text


def _param(name: str, value: str) -> str:
    known = STATUS_NAMES.get(value, value) if name == "status" else value
    return _(known) if known else ""


def _words() -> MarkedWords:
    """The words around the marks in the reader's language."""
    plain = MarkedWords()
    return MarkedWords(**{one.name: _(getattr(plain, one.name)) for one in fields(plain)})


def _stem(copy: OwnCopy) -> str:
    return PurePath(copy.name).stem


def _called(copy: OwnCopy, stem: str) -> OwnCopy:
    return replace(copy, name=stem + PurePath(copy.name).suffix)
