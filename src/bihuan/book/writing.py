"""Appending entries: the one function that adds to chains.

Takes any number of strokes for any number of chains and writes them inside the caller's transaction, hashes
computed in memory, one round trip for the heads, one for the entries. It decides nothing about who may do
what: actions do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from bihuan.book.booked import Changes
from bihuan.book.keys import new_id
from bihuan.book.models import Audience, Chain, Entry
from bihuan.book.rows import insert, made, update_where
from bihuan.domain.journal import GENESIS, link
from bihuan.domain.refusals import Denied, Refused, say

CHUNK = 2000


@dataclass(frozen=True)
class Writer:
    """Who writes, and in which post; all None for the system itself."""

    person_id: int | None = None
    post_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True)
class Stroke:
    """One entry to be written. `occurred_on` is the day on which it is said to have happened."""

    kind: str
    subject: UUID
    region_id: int
    action: str
    changes: Changes
    audience: Audience = Audience.UNITS
    occurred_on: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class Conflict(Refused):
    """Raised where somebody else was faster; everything of the transaction is undone."""

    def __init__(self) -> None:
        super().__init__(Denied(say("别人刚刚办理过其中的问题，您看到的内容已经过时。"), say("请刷新后再办理。")))


@contextmanager
def first_come() -> Iterator[None]:
    """A transaction that raises `Conflict` where somebody else was faster to take what may be taken once only."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict from error


def append(
    strokes: Sequence[Stroke], *, writer: Writer, at: datetime, today: date, begins: bool = False
) -> list[Entry]:
    """Write one entry for every stroke, in order. Must run inside a transaction.

    With `begins` the subjects are new: no chain is looked for. A chain stays in the region in which it began,
    whatever region a later stroke names. Raises `Refused` where the clock stands before the last entry of a chain,
    `Conflict` where a chain has grown in the meantime.
    """
    assert transaction.get_connection().in_atomic_block, "entries are written together with what they record"
    heads = {} if begins else _heads({stroke.subject for stroke in strokes})
    before = {subject: chain.seq for subject, chain in heads.items()}
    entries = []
    for stroke in strokes:
        chain = heads.get(stroke.subject)
        if chain is None:
            chain = heads[stroke.subject] = made(
                Chain,
                id=stroke.subject,
                region_id=stroke.region_id,
                kind=stroke.kind,
                seq=0,
                head=GENESIS,
                written_at=at,
            )
        _refuse_time_running_back(chain, at)
        entries.append(_entry(stroke, chain, writer, at, today))
    _save_heads(heads, before)
    insert(entries)
    return entries


def _heads(subjects: set[UUID]) -> dict[UUID, Chain]:
    found: dict[UUID, Chain] = {}
    wanted = sorted(subjects)
    for start in range(0, len(wanted), CHUNK):
        for chain in Chain.objects.filter(id__in=wanted[start : start + CHUNK]):
            found[chain.id] = chain
    return found


def _refuse_time_running_back(chain: Chain, at: datetime) -> None:
    if at >= chain.written_at:
        return
    raise Refused(
        Denied(
            say("服务器时钟（%(now)s）早于该事项最近一次记录的时间（%(last)s），不能写入。"),
            say("请管理员校准服务器时间。"),
            {"now": at.isoformat(), "last": chain.written_at.isoformat()},
        )
    )


def _entry(stroke: Stroke, chain: Chain, writer: Writer, at: datetime, today: date) -> Entry:
    entry = made(
        Entry,
        id=new_id(),
        region_id=chain.region_id,
        kind=stroke.kind,
        subject=stroke.subject,
        seq=chain.seq + 1,
        recorded_at=at,
        occurred_on=stroke.occurred_on or today,
        person_id=writer.person_id,
        post_id=writer.post_id,
        unit_id=writer.unit_id,
        action=stroke.action,
        audience=stroke.audience,
    )
    content = columns_on_record(entry) | {"changes": stroke.changes, "details": dict(stroke.details)}
    linked = link(seq=entry.seq, prev=chain.head, content=content)
    entry.hash, entry.body = linked.hash, linked.body.decode()
    chain.seq, chain.head, chain.written_at = entry.seq, linked.hash, at
    return entry


def columns_on_record(entry: Entry) -> dict[str, Any]:
    """The columns of an entry as its body repeats them (all but `hash`, `seq` and `body` itself)."""
    return {
        "id": entry.id,
        "region": entry.region_id,
        "kind": entry.kind,
        "subject": entry.subject,
        "at": entry.recorded_at,
        "on": entry.occurred_on,
        "person": entry.person_id,
        "post": entry.post_id,
        "unit": entry.unit_id,
        "action": entry.action,
        "audience": str(entry.audience),
    }


def _save_heads(heads: Mapping[UUID, Chain], before: Mapping[UUID, int]) -> None:
    insert([c for c in heads.values() if c.id not in before])
    rows = [(c, {"seq": before[c.id]}) for c in heads.values() if c.id in before]
    if update_where(Chain, ("seq", "head", "written_at"), rows) != len(rows):
        raise Conflict
