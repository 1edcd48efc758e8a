"""The set-up as one file: given to others, and taken over from others after a look at what it would change."""

from __future__ import annotations

import io

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bihuan.book import clock
from bihuan.domain.refusals import Refused, insist, say
from bihuan.domain.setupfile import LARGEST, SetUpFile, read_setup_file
from bihuan.ledger.actions.adopting import adopt_setup
from bihuan.ledger.setupfiles import ALL_PARTS, changes_by, present_setup
from bihuan.organisations.access import may_set_up
from bihuan.web import errors
from bihuan.web.forms.setup import Adopting, SetUpUpload
from bihuan.web.gate import SignedInRequest

_NAME = say("整改设置-%(day)s.json")


@require_GET
def setup_export(request: SignedInRequest) -> FileResponse:
    """Everything that is in force today, as a file."""
    content = present_setup(request.actor).as_bytes()
    name = _(_NAME) % {"day": clock.today().isoformat()}
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/json")


@require_http_methods(["GET", "POST"])
def setup_file(request: SignedInRequest) -> HttpResponse:
    """Export; and choose a file to take over."""
    if request.method != "POST":
        return _page(request, SetUpUpload())
    insist(may_set_up(request.actor))
    form = SetUpUpload(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    try:
        content = form.cleaned_data["file"].read(LARGEST + 1)
        return _look(request, read_setup_file(content), content.decode("utf-8-sig"))
    except Refused as refused:
        form.add_error("file", errors.told(refused.denied))
        return _page(request, form)


def _page(request: SignedInRequest, form: SetUpUpload) -> HttpResponse:
    context = {
        "form": form,
        "parts": [_(name) for name in ALL_PARTS.values()],
        "may_change": may_set_up(request.actor) is None,
        "denied": may_set_up(request.actor),
    }
    return render(request, "web/setup/file.html", context, status=422 if form.errors else 200)


def _look(request: SignedInRequest, file: SetUpFile, content: str, form: Adopting | None = None) -> HttpResponse:
    """What the file would change here, part by part, before anything is taken over."""
    changes = changes_by(file)
    choices = [(change.part, _(change.name)) for change in changes]
    parts = [part for part, _name in choices]
    shown = form or Adopting(choices=choices, initial={"content": content, "parts": parts})
    context = {"file": file, "changes": changes, "form": shown}
    return render(request, "web/setup/adopt.html", context, status=422 if shown.is_bound else 200)


@require_POST
def setup_adopt(request: SignedInRequest) -> HttpResponse:
    """Take over the parts that were chosen."""
    insist(may_set_up(request.actor))
    content = request.POST.get("content", "")
    try:
        file = read_setup_file(content.encode())
    except Refused as refused:
        messages.error(request, errors.told(refused.denied))
        return redirect("settings_file")
    form = Adopting(request.POST, choices=[(part, _(name)) for part, name in ALL_PARTS.items()])
    if not form.is_valid():
        return _look(request, file, content, form)
    said = form.cleaned_data
    try:
        changes = adopt_setup(
            actor=request.actor,
            file=file,
            chosen=said["parts"],
            effective_from=said["effective_from"],
            note=said["note"],
        )
    except Refused as refused:
        form.add_error(None, errors.told(refused.denied))
        return _look(request, file, content, form)
    names = "、".join(_(change.name) for change in changes)
    messages.success(request, _("已接收：%(names)s。") % {"names": names})
    return redirect("settings_file")
