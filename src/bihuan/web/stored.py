"""A stored file as it leaves the house: an attachment of a safe type that no browser will run.

Whoever calls this has asked whether the reader may see the file.
"""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse

from bihuan.ledger.files import path_of
from bihuan.web import errors

SAFE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})
BYTES = "application/octet-stream"
LOCKED_DOWN = "default-src 'none'; sandbox"


def handed_out(
    request: HttpRequest, *, sha256: str, name: str, media_type: str = BYTES
) -> HttpResponse | FileResponse:
    """The file with this SHA-256 under its `name`; a plain message where the disk has lost it."""
    try:
        file = path_of(sha256).open("rb")
    except OSError:
        return errors.file_missing(request, name)
    shown_as = media_type if media_type in SAFE_TYPES else BYTES
    response = FileResponse(file, as_attachment=True, filename=name, content_type=shown_as)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = LOCKED_DOWN
    return response
