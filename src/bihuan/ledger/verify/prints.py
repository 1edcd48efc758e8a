"""The prints of summaries and pictures: are they those of what lies in the rows, each once, none too many?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from bihuan.ledger.models import Closeout, Evidence, ImagePrint, Problem, TextPrint
from bihuan.ledger.prints import NOT_PROOF
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Row, Stored, as_stored
from bihuan.likeness.prints import bands_of, picture_bands

Owner = tuple[str, str]
"""Region and id of a row that has prints, as they are ordered."""


def check(findings: Findings) -> None:
    """Report every request and every picture whose prints are not those of its text or look."""
    requests = Stored(Closeout, ("region_id", "id", "problem_id", "summary"))
    _compare(requests, _of_text, TextPrint, "closeout", findings)
    files = Stored(Evidence, ("region_id", "id", "problem_id", "looks", "purpose"))
    _compare(files, _of_picture, ImagePrint, "evidence", findings)


def _of_text(row: Row) -> set[int]:
    return set(bands_of(row[3])) if isinstance(row[3], str) else set()


def _of_picture(row: Row) -> set[int]:
    looks, purpose = row[3], row[4]
    try:
        return set() if looks is None or purpose == NOT_PROOF else set(picture_bands(looks))
    except (TypeError, ValueError):
        return set()  # no value that an action stores: its row is reported as such


def _compare(rows: Stored, bands: Callable[[Row], set[int]], model: Any, kind: str, findings: Findings) -> None:
    """Walk the rows and their prints side by side, both in the order of region and id."""
    stored = _stored(model, f"{kind}_id")
    left = next(stored, None)
    for row in rows.rows(order="region_id, id"):
        owner = (str(row[0]), str(row[1]))
        while left is not None and left[0] < owner:
            _tell(findings, kind, left[0], left[1][0][1])
            left = next(stored, None)
        found: list[tuple[Any, Any]] = []
        if left is not None and left[0] == owner:
            found, left = left[1], next(stored, None)
        expected = sorted((band, row[2]) for band in bands(row))
        if sorted(found, key=repr) != sorted(expected, key=repr):
            _tell(findings, kind, owner, row[2])
    while left is not None:
        _tell(findings, kind, left[0], left[1][0][1])
        left = next(stored, None)


def _stored(model: Any, via: str) -> Iterator[tuple[Owner, list[tuple[Any, Any]]]]:
    """The prints of each owner: band and problem."""
    rows = Stored(model, ("region_id", via, "band", "problem_id")).rows(order=f"region_id, {via}")
    for owner, several in groupby(rows, key=itemgetter(0, 1)):
        yield (str(owner[0]), str(owner[1])), [(row[2], row[3]) for row in several]


def _tell(findings: Findings, kind: str, owner: Owner, problem: Any) -> None:
    try:
        numbers = Stored(Problem, ("number",)).rows("id = %s", [as_stored(problem)])
        where = str(next(numbers, (kind,))[0])
    except (AttributeError, TypeError, ValueError):
        where = kind
    findings.add(What.PRINTS, where, row=f"{kind}:{owner[1]}")
