"""What the rows of a file claim: the words kept of each, how many claim what, and where a row contradicts itself.

Reads drafts, decides nothing: words are read in `documents.reading.claims`, what follows from a claim is said in
`domain.taking_over`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bihuan.documents.messages import Fault
from bihuan.documents.reading.claims import Read, gather, read_claim
from bihuan.domain.taking_over import Claimed, doubts

FIELDS = ("status", "status_raw", "progress", "deadline_raw", "deadline_date")
CELLS = ("status", "progress", "deadline_raw")


def words_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """Of a draft the words that claim something, as `read_claim` takes them and the problem keeps them."""
    known = bool(item.get("status") or item.get("status_raw"))
    gathered = gather(item.get("other", {}), status_known=known)
    return gathered | {name: item[name] for name in FIELDS if item.get(name)}


def read_item(item: Mapping[str, Any]) -> Read:
    """What a draft claims, and what of it could not be read."""
    return read_claim(words_of(item))


def doubts_about(item: Mapping[str, Any], today: date) -> list[Fault]:
    """What a person should know about the claim of a draft before it is confirmed."""
    read = read_item(item)
    place = _place(item)
    unread = [Fault(fault.text, fault.params, place) for fault in read.unread]
    return unread + [Fault(text, {}, place) for text in doubts(read.claim, today)]


def _place(item: Mapping[str, Any]) -> str | None:
    place = item.get("place", {})
    cells = place.get("cells", {})
    cell = next((cells[name] for name in CELLS if name in cells), next(iter(cells.values()), None))
    return f"{place['sheet']}!{cell}" if cell and place.get("sheet") else cell


@dataclass(frozen=True)
class Claims:
    """What the rows of a file claim, in numbers of rows: by status, and how many claim to have begun at all."""

    stages: Mapping[Claimed, int]
    silent: int
    begun: int

    @property
    def any(self) -> bool:
        """Does the file claim anything?"""
        return bool(self.begun or sum(self.stages.values()))

    @property
    def half_done(self) -> bool:
        """Is it, by its own word, a ledger in the middle of its work rather than a list of new problems?"""
        return self.begun * 2 >= self.silent + sum(self.stages.values()) and self.begun > 0


def count_claims(items: Iterable[Mapping[str, Any]]) -> Claims:
    """What these drafts claim, counted."""
    stages: Counter[Claimed] = Counter()
    silent = begun = 0
    for item in items:
        claim = read_item(item).claim
        if claim.stage is None:
            silent += 1
        else:
            stages[claim.stage] += 1
        begun += claim.has_begun
    return Claims(stages, silent, begun)
