"""Files: each piece of evidence, each scheme of a campaign still there, with the size and SHA-256 on record.

Every file is read once, whichever problems it proves. Files that no row names are counted, not accused: an upload
may have been broken off after its file was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import file_digest
from itertools import groupby
from operator import itemgetter
from typing import Any

from bihuan.book import home
from bihuan.book.keys import Region
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Campaign, Evidence, Problem
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Row, Stored, as_stored, quoted

COLUMNS = ("sha256", "size", "name", "problem_id")
_is_hash = re.compile(r"[0-9a-f]{64}").fullmatch


def check(findings: Findings, progress: Callable[[int, int], None]) -> None:
    """Rehash every file of evidence; `progress` is called with how many files were read, of how many on disk."""
    on_disk = sum(len(list(folder.iterdir())) for folder in home.files().glob("??"))
    found = 0
    for sha256, rows in groupby(Stored(Evidence, COLUMNS).rows(order=quoted("sha256")), key=itemgetter(0)):
        size, digest = _on_disk(sha256)
        found += size is not None
        for row in rows:
            if size is None:
                _report(findings, What.FILE_MISSING, row)
            elif (size, digest) != (row[1], sha256):
                _report(findings, What.FILE_CHANGED, row)
        findings.counts.files += 1
        progress(findings.counts.files, on_disk)
    findings.counts.unnamed_files = on_disk - found - _check_schemes(findings)


def _check_schemes(findings: Findings) -> int:
    """Rehash the scheme documents of campaigns that prove nothing else; returns how many of them are there."""
    named: dict[Any, list[tuple[str, Any, Any]]] = {}
    for title, scheme in Stored(Campaign, ("name", "scheme")).rows(order="id"):
        if isinstance(scheme, dict) and scheme:
            place = f"{Campaign.KIND} {title}"
            named.setdefault(scheme.get("sha256"), []).append((place, scheme.get("size"), scheme.get("name")))
    found, regions = 0, list(Region.objects.values_list("pk", flat=True))
    for sha256, rows in named.items():
        size, digest = _on_disk(sha256)
        proves = Evidence.objects.filter(region_id__in=regions, sha256=str(sha256))
        found += size is not None and not proves.exists()
        for place, stated, name in rows:
            if size is None:
                findings.add(What.FILE_MISSING, place, name=name)
            elif (size, digest) != (stated, sha256):
                findings.add(What.FILE_CHANGED, place, name=name)
    return found


def _on_disk(sha256: Any) -> tuple[int | None, str]:
    """Size in bytes and hash of the file kept under this hash; no size where it cannot be read."""
    if not isinstance(sha256, str) or not _is_hash(sha256):
        return None, ""  # what is no hash must not become a path either
    try:
        with path_of(sha256).open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError:
        return None, ""


def _report(findings: Findings, what: What, row: Row) -> None:
    _sha256, _size, name, problem = row
    numbers = Stored(Problem, ("number",)).rows("id = %s", [as_stored(problem)])
    findings.add(what, str(next(numbers, (f"problem {problem}",))[0]), name=name)
