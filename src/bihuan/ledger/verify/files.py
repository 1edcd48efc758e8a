"""Files: all evidence, schemes of campaigns, texts of rules and lists of draws still there, as on record.

Every file is read once, whichever problems it proves. Files that no row names are counted, not accused: an upload
may have been broken off after its file was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import file_digest
from itertools import groupby
from operator import itemgetter
from typing import Any

from bihuan.book import home
from bihuan.book.keys import Region
from bihuan.ledger.files import path_of
from bihuan.ledger.models import Campaign, Draw, Evidence, Problem, RuleMade
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
    findings.counts.unnamed_files = on_disk - found - _check_papers(findings)


def _check_papers(findings: Findings) -> int:
    """Rehash what is kept beside the evidence and proves nothing else; returns how many of them are there."""
    named: dict[Any, list[tuple[str, Any, Any]]] = {}
    for place, sha256, size, name in (*_schemes(), *_texts_of_rules(), *_lists_of_draws()):
        named.setdefault(sha256, []).append((place, size, name))
    found, regions = 0, list(Region.objects.values_list("pk", flat=True))
    for sha256, rows in named.items():
        size, digest = _on_disk(sha256)
        proves = Evidence.objects.filter(region_id__in=regions, sha256=str(sha256))
        found += size is not None and not proves.exists()
        for place, stated, name in rows:
            if size is None:
                findings.add(What.FILE_MISSING, place, name=name)
            elif digest != sha256 or stated not in (None, size):
                findings.add(What.FILE_CHANGED, place, name=name)
    return found


def _schemes() -> Iterator[tuple[str, Any, Any, Any]]:
    """The scheme document of every campaign: where it belongs, its hash, size and name."""
    for title, scheme in Stored(Campaign, ("name", "scheme")).rows(order="id"):
        if isinstance(scheme, dict) and scheme:
            yield f"{Campaign.KIND} {title}", scheme.get("sha256"), scheme.get("size"), scheme.get("name")


def _texts_of_rules() -> Iterator[tuple[str, Any, Any, Any]]:
    """The text of every rule that has one; its size is not on record, its hash says enough."""
    for title, sha256, name in Stored(RuleMade, ("title", "sha256", "file_name")).rows("sha256 <> ''", order="id"):
        yield f"{RuleMade.KIND} {title}", sha256, None, name


def _lists_of_draws() -> Iterator[tuple[str, Any, Any, Any]]:
    """The list from which every sample was drawn."""
    for title, sha256 in Stored(Draw, ("name", "population_sha256")).rows(order="id"):
        yield f"{Draw.KIND} {title}", sha256, None, f"{str(sha256)[:16]}.csv.gz"


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
