"""Which column of a file is which: seen, corrected, and read again so; the layouts that the office has taught.

For the coordinators of the office whose file it is, while it is open. What is remembered is decided in
`intake.relaying`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.domain.refusals import Refused, insist
from bihuan.intake import relaying
from bihuan.intake.holding import no_longer_open
from bihuan.intake.queries import people_with
from bihuan.organisations.access import may_keep_ledgers
from bihuan.web import errors
from bihuan.web.drafts import FIELDS
from bihuan.web.forms.columns import fields, said_in, tables_asked
from bihuan.web.views.reading import back, own_reading

if TYPE_CHECKING:
    from bihuan.intake.models import KnownLayout, Reading
    from bihuan.organisations.models import Person
    from bihuan.web.forms.columns import TableAsked
    from bihuan.web.gate import SignedInRequest


@require_http_methods(["GET", "POST"])
def reading_columns(request: SignedInRequest, reading_id: UUID) -> HttpResponse:
    """What each column was taken for; by POST the file is read again as chosen, and the layout is remembered."""
    found = own_reading(request, reading_id)
    if not found.is_sheets:
        raise Http404
    if not found.is_open:
        return back(request, found, Refused(no_longer_open(found.state)))
    if request.method == "GET":
        return _page(request, found, tables_asked(found))
    said = said_in(found, request.POST.dict())
    if said.errors:
        return _page(request, found, said.tables, said.errors)
    if not said.columns:
        messages.info(request, _("各列都没有改动，没有重新读取。"))
        return redirect("reading", found.id)
    try:
        relaying.read_as(actor=request.actor, reading=found, columns=said.columns)
    except Refused as refused:
        return _page(request, found, said.tables, [errors.told(refused.denied)])
    messages.success(request, _("已按您指定的列重新读取，并记住了这种表的排法。"))
    return redirect("reading", found.id)


def _page(
    request: SignedInRequest, found: Reading, tables: list[TableAsked], wrong: Iterable[str] = ()
) -> HttpResponse:
    context = {
        "reading": found,
        "tables": tables,
        "fields": fields(),
        "errors": list(wrong),
        "unsure": sum(len(table.unsure) for table in tables),
        "gone_over": relaying.gone_over(found),
        "remembered": relaying.remembered(request.actor).count(),
    }
    return render(request, "web/intake/columns.html", context)


@require_GET
def layouts(request: SignedInRequest) -> HttpResponse:
    """The layouts that the office's people have taught, each to be forgotten."""
    insist(may_keep_ledgers(request.actor))
    rows = list(relaying.remembered(request.actor))
    people = people_with(row.person_id for row in rows)
    context = {"layouts": [_told(row, people.get(row.person_id or 0)) for row in rows]}
    return render(request, "web/intake/columns_remembered.html", context)


def _told(row: KnownLayout, person: Person | None) -> dict[str, Any]:
    said = row.layout
    labels = said.get("labels", {})
    columns = [
        (labels.get(letter) or letter, _(FIELDS[name]) if name else "")
        for letter, name in said["fields"].items()
        if name in FIELDS or labels.get(letter)
    ]
    return {"id": row.id, "file": said.get("file", ""), "columns": columns, "person": person, "when": row.noted_at}


@require_POST
def layout_forget(request: SignedInRequest, layout_id: UUID) -> HttpResponse:
    """Forget one: the next file laid out so is read by the reader's own lights."""
    insist(may_keep_ledgers(request.actor))
    found = relaying.remembered(request.actor).filter(id=layout_id).first()
    if found is None:
        raise Http404
    relaying.forget(actor=request.actor, layout=found)
    messages.success(request, _("已忘记。下次遇到这种表，按系统自己的判断读取；已经读取的文件不变。"))
    return redirect("layouts")
