"""Which drafts may repeat a problem on the office's ledgers, or one another: found on arrival, or soon after.

A short file is compared while its reader waits, a long one by the worker. What is found is shown beside the draft
(`Draft.alike`) for a person to decide; a draft that somebody changed meanwhile is left alone, nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from bihuan.book.rows import update_where
from bihuan.domain.indicators import ASIDE_STAGES
from bihuan.intake.models import Draft, Reading
from bihuan.intake.queries import drafts_of
from bihuan.ledger.models import Problem
from bihuan.likeness.alike import Near
from bihuan.likeness.index import Index
from bihuan.organisations.queue import enqueue

AT_ONCE = 400_000
"""Drafts times known problems up to which the comparison is made at once: about half a second."""
LIKEN = "liken"
_MOST = 3


def begin(reading: Reading) -> None:
    """Compare the drafts of a reading that just arrived, now or by the worker. Inside the caller's transaction."""
    if reading.drafts_count * (_known(reading).count() + reading.drafts_count) <= AT_ONCE:
        liken(reading)
    else:
        enqueue(LIKEN, region=reading.region_id, reading=reading.id.hex)


def liken(reading: Reading) -> int:
    """Note for each draft that stands for no problem yet what it may repeat; returns how many may."""
    drafts = {draft.id: draft for draft in drafts_of(reading).filter(problem_id=None, edited=False)}
    index = Index((draft.id, str(draft.item.get("problem", ""))) for draft in drafts.values())
    there = index.among(_texts(reading), most=_MOST)
    here = index.within(most=_MOST)
    for draft in drafts.values():
        found = _as_json("problem", there.get(draft.id, ())) + _as_json("draft", here.get(draft.id, ()))
        draft.alike = sorted(found, key=lambda one: -float(one["likeness"]))[:_MOST]
    likely = [draft for draft in drafts.values() if draft.alike]
    update_where(Draft, ("alike",), [(draft, {"version": draft.version}) for draft in likely])
    return len(likely)


def liken_by_id(*, region: int, reading: str) -> int:
    """The same, for the worker; nothing where the reading is no longer open."""
    found = Reading.objects.filter(region_id=region, id=UUID(reading)).first()
    return liken(found) if found is not None and found.is_open else 0


def _known(reading: Reading) -> QuerySet[Problem]:
    rows = Problem.objects.filter(region_id=reading.region_id, office_id=reading.keeper.pk)
    return rows.exclude(stage__in=ASIDE_STAGES).order_by()


def _texts(reading: Reading) -> Iterator[tuple[UUID, str]]:
    return iter(_known(reading).values_list("id", "text").iterator(chunk_size=2000))


def _as_json(kind: str, found: tuple[Near[UUID], ...]) -> list[dict[str, str | float]]:
    return [{kind: str(near.key), "likeness": round(near.likeness.score, 2)} for near in found]
