"""Evidence files: given out after the access check, as attachments of a safe type; checked against the record."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bihuan.book import clock
from bihuan.ledger.files import path_of
from bihuan.ledger.queries import find_evidence
from bihuan.web.gate import SignedInRequest
from bihuan.web.stored import handed_out
from bihuan.web.templatetags.bihuan import moment

if TYPE_CHECKING:
    from bihuan.ledger.models import Evidence


@require_GET
def evidence(request: SignedInRequest, evidence_id: UUID) -> HttpResponse | FileResponse:
    """The file itself. 404 for whoever may not see it, a plain message where the disk has lost it."""
    row = _in_sight(request, evidence_id)
    return handed_out(request, sha256=row.sha256, name=row.name, media_type=row.media_type)


@require_GET
def evidence_check(request: SignedInRequest, evidence_id: UUID) -> HttpResponse:
    """Read the file and say whether it is still the one on the record."""
    row = _in_sight(request, evidence_id)
    matches = _fingerprint(row) == row.sha256
    if not request.htmx:
        (messages.success if matches else messages.error)(request, _verdict(row, matches))
        return redirect("problem", row.problem_id)
    context = {"matches": matches, "verdict": _verdict(row, matches)}
    return render(request, "web/problem/verdict.html", context)


def _in_sight(request: SignedInRequest, evidence_id: UUID) -> Evidence:
    row = find_evidence(request.actor, evidence_id)
    if row is None:
        raise Http404
    return row


def _fingerprint(row: Evidence) -> str | None:
    try:
        with path_of(row.sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _verdict(row: Evidence, matches: bool) -> str:
    at = moment(clock.now())
    if matches:
        return _("“%(name)s”与登记时的指纹一致（%(at)s核对）。") % {"name": row.name, "at": at}
    return _("“%(name)s”与登记时的指纹不一致，或文件已经丢失，请立即告知系统管理员。") % {"name": row.name}
