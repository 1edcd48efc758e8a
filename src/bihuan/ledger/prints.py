"""The prints of what was handed in: bands of summaries and of pictures, by which their twins are found.

Written with the row that they follow from, in its transaction; made anew by `bihuan rebuild`, proved by `verify`.
What a text or a look has for bands is decided in `likeness.prints`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from bihuan.book.rows import insert, made
from bihuan.ledger.models import Closeout, Evidence, ImagePrint, TextPrint
from bihuan.likeness.prints import bands_of, picture_bands

BATCH = 2000
NOT_PROOF = "paper"
"""The purpose of evidence that is no proof: one paper may stand behind steps on many problems."""


def follow(new: Iterable[Any], changed: Iterable[Any]) -> None:
    """Write the prints of these new parts of problems, and anew those of parts that were changed."""
    texts = [row for row in changed if isinstance(row, Closeout)]
    if texts:
        TextPrint.objects.filter(closeout_id__in=[row.id for row in texts]).delete()
    rows = list(new)
    insert([band for row in (*rows, *texts) if isinstance(row, Closeout) for band in of_text(row)])
    insert([band for row in rows if isinstance(row, Evidence) for band in of_picture(row)])


def rebuild() -> None:
    """Make all prints anew. Inside the caller's transaction."""
    for model in (TextPrint, ImagePrint):
        gone = model._default_manager.all()
        gone._raw_delete(gone.db)
    summaries = Closeout.objects.exclude(summary="").only("id", "region_id", "problem_id", "summary")
    _insert_all(band for row in summaries.iterator(BATCH) for band in of_text(row))
    looks = Evidence.objects.filter(looks__isnull=False).only(
        "id", "region_id", "problem_id", "looks", "purpose", "media_type"
    )
    _insert_all(band for row in looks.iterator(BATCH) for band in of_picture(row))


def of_text(closeout: Closeout) -> list[TextPrint]:
    """The bands of a request's summary."""
    told: dict[str, Any] = {
        "region_id": closeout.region_id,
        "problem_id": closeout.problem_id,
        "closeout_id": closeout.id,
    }
    return [made(TextPrint, **told, band=band) for band in dict.fromkeys(bands_of(closeout.summary))]


def of_picture(evidence: Evidence) -> list[ImagePrint]:
    """The bands of a picture's look; none for a paper behind a step on behalf."""
    if evidence.looks is None or evidence.purpose == NOT_PROOF:
        return []
    told: dict[str, Any] = {
        "region_id": evidence.region_id,
        "problem_id": evidence.problem_id,
        "evidence_id": evidence.id,
    }
    return [made(ImagePrint, **told, band=band) for band in picture_bands(evidence.looks)]


def _insert_all(rows: Iterator[Any]) -> None:
    while batch := list(islice(rows, BATCH)):
        insert(batch)
