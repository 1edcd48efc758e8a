"""One problem, one file: what the archive holds for this reader, and the archive itself."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from bihuan.ledger.casefile import casefile_of
from bihuan.ledger.queries import InSight
from bihuan.web.casefile.archive import archive_of
from bihuan.web.gate import SignedInRequest
from bihuan.web.stored import LOCKED_DOWN
from bihuan.web.views.problem import in_sight


@require_http_methods(["GET", "POST"])
def case_file(request: SignedInRequest, problem_id: UUID) -> HttpResponseBase:
    """What goes into the archive; a POST hands it out."""
    seen = in_sight(request, problem_id)
    return _handed_out(request, seen) if request.method == "POST" else _told(request, seen)


def _told(request: SignedInRequest, seen: InSight) -> HttpResponse:
    case = casefile_of(request.actor, seen)
    kept = [file.size for file in case.files if file.size is not None]
    context = {
        "problem": seen.problem,
        "case": case,
        "files": len(kept),
        "size": sum(kept),
        "lost": len(case.files) - len(kept),
    }
    return render(request, "web/problem/case_file.html", context)


def _handed_out(request: SignedInRequest, seen: InSight) -> StreamingHttpResponse:
    made = archive_of(request.actor, seen)
    response = StreamingHttpResponse(made.pieces, content_type="application/zip")
    response["Content-Length"] = str(made.length)
    response["Content-Disposition"] = content_disposition_header(True, made.name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED_DOWN
    return response
