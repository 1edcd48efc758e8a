"""Units and people from a workbook: template, preview with every fault, then all of it or nothing.

Between preview and confirmation the rows travel in the page itself, signed for this post and for an hour: nothing
of an office's list of people lies about on the server.
"""

from __future__ import annotations

import base64
import io

from django.core import signing
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bihuan.domain.refusals import Refused, insist
from bihuan.organisations import importing, spreadsheets
from bihuan.organisations.access import may_manage_people
from bihuan.organisations.slips import Slip
from bihuan.organisations.spreadsheets import Sheets
from bihuan.web import errors
from bihuan.web.forms.organisation import WorkbookForm
from bihuan.web.gate import SignedInRequest
from bihuan.web.views.slips import sheets

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HOUR = 3600
FAULTS_SHOWN, ROWS_SHOWN = 200, 100


@require_http_methods(["GET", "POST"])
def organisation_import(request: SignedInRequest) -> HttpResponse:
    """Upload, look, confirm."""
    insist(may_manage_people(request.actor))
    if request.method == "POST" and "plan" in request.POST:
        return _carry_out(request)
    form = WorkbookForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return _preview(request, spreadsheets.read_sheets(file.name, file.chunks()))
        except Refused as refused:
            form.add_error("file", errors.told(refused.denied))
    return _start(request, form)


def _start(request: SignedInRequest, form: WorkbookForm) -> HttpResponse:
    columns = [
        (_(spreadsheets.UNITS), [_(name) for name in spreadsheets.UNIT_COLUMNS.values()]),
        (_(spreadsheets.PEOPLE), [_(name) for name in spreadsheets.PERSON_COLUMNS.values()]),
    ]
    return render(request, "web/organisation/import.html", {"form": form, "columns": columns})


def _preview(request: SignedInRequest, sheets: Sheets) -> HttpResponse:
    plan = importing.plan(request.actor, sheets)
    labels = plan.labels
    context = {
        "plan": plan,
        "faults": [
            {"place": fault.place, "text": _(fault.text) % _shown(fault.params)}
            for fault in plan.faults[:FAULTS_SHOWN]
        ],
        "more_faults": max(0, len(plan.faults) - FAULTS_SHOWN),
        "units": [{"unit": u, "parent": labels.get(u.parent, "")} for u in plan.units[:ROWS_SHOWN]],
        "more_units": max(0, len(plan.units) - ROWS_SHOWN),
        "new_posts": [{"post": p, "unit": labels.get(p.unit, "")} for p in plan.posts[:ROWS_SHOWN]],
        "more_posts": max(0, len(plan.posts) - ROWS_SHOWN),
        "kinds": {kind.value: _(name) for kind, name in spreadsheets.KIND_NAMES.items()},
        "nothing_new": not plan.units and not plan.posts,
        "signed": signing.dumps(sheets.as_json(), salt=_salt(request), compress=True),
    }
    return render(request, "web/organisation/import_preview.html", context)


def _shown(params: object) -> dict[str, object]:
    assert isinstance(params, dict)
    return {name: _(value) if isinstance(value, str) and value else value for name, value in params.items()}


def _salt(request: SignedInRequest) -> str:
    return f"organisation-import:{request.actor.post_id}"


def _carry_out(request: SignedInRequest) -> HttpResponse:
    form = WorkbookForm()
    try:
        data = signing.loads(request.POST["plan"], salt=_salt(request), max_age=HOUR)
        made = importing.carry_out(request.actor, Sheets.from_json(data))
    except signing.BadSignature:
        problem = _("预览已经过期，没有写入任何内容。请重新上传文件。")
    except Refused as refused:
        problem = errors.told(refused.denied)
    else:
        return _done(request, made)
    return render(request, "web/organisation/import.html", {"form": form, "problem": problem})


def _done(request: SignedInRequest, made: list[Slip]) -> HttpResponse:
    book = spreadsheets.passwords_workbook(
        (one.name, one.unit, one.username, one.password, one.until.isoformat()) for one in made
    )
    context = {
        "accounts": made,
        "sheets": sheets(sorted(made, key=lambda slip: slip.unit)),
        "address": request.build_absolute_uri("/"),
        "file": f"data:{WORKBOOK};base64,{base64.b64encode(book).decode()}" if made else "",
        "file_name": _("一次性密码名单") + ".xlsx",
    }
    return render(request, "web/organisation/import_done.html", context)


@require_GET
def organisation_template(request: SignedInRequest) -> FileResponse:
    """The empty workbook to fill in."""
    insist(may_manage_people(request.actor))
    name = _("单位和人员模板") + ".xlsx"
    return FileResponse(io.BytesIO(spreadsheets.template()), as_attachment=True, filename=name)
