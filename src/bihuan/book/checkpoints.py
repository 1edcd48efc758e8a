"""Checkpoints: a signed summary of every chain that changed since the one before, to be held outside.

Whoever holds one outside can find out later that a chain was rewritten, cut or taken away, even where the whole
database was signed anew. What was written since the last checkpoint held outside is not protected from an
administrator. Nothing here decides who the holders are, nor trusts what it finds: that is `ledger.verify`.
"""

from __future__ import annotations

import os
import secrets
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Sum

from bihuan.book import clock, signing
from bihuan.book.models import Chain, Checkpoint
from bihuan.domain import journal
from bihuan.domain.journal import Head
from bihuan.domain.refusals import Denied, Refused, say

INTERVAL = timedelta(days=1)
ENTRIES = 1_000
"""After so many entries a checkpoint is due, even within the day."""
HEADS = 20_000
"""How many heads one checkpoint lists at most, so that neither memory nor the writing lock grows with the book."""


def due(now: datetime | None = None) -> bool:
    """Is the next checkpoint due: something changed, and a day has passed or 1,000 entries were written since?"""
    unsealed = Chain.objects.filter(seq__gt=F("sealed")).aggregate(n=Sum(F("seq") - F("sealed")))["n"] or 0
    if not unsealed:
        return False
    last = Checkpoint.objects.only("made_at").order_by("-number").first()
    moment = now or clock.now()
    return unsealed >= ENTRIES or last is None or moment - last.made_at >= INTERVAL


def make_checkpoint() -> Checkpoint | None:
    """Take every change since the last checkpoint into a new one; None where nothing changed.

    More than 20,000 changed chains make several checkpoints, each in its own short transaction; the last one is
    returned and names the others by their hashes. Raises `Refused` where another process makes one just now.
    """
    last = None
    while True:
        try:
            made = _make_one()
        except IntegrityError as error:
            raise Refused(Denied(say("另一个进程正在生成检查点。"), say("请稍后再试。"))) from error
        last = made or last
        if made is None or made.count < HEADS:
            return last


@transaction.atomic
def _make_one() -> Checkpoint | None:
    heads = _harvest()
    if not heads:
        return None
    # Read only now: whoever harvested the same chains first has committed by the time ours are locked.
    before = Checkpoint.objects.only("number", "hash").order_by("-number").first()
    checkpoint = journal.make_checkpoint(
        number=before.number + 1 if before else 1,
        made_at=clock.now(),
        previous=before.hash if before else journal.GENESIS,
        heads=heads,
    )
    signature = signing.sign(checkpoint.header_bytes())
    file = journal.to_file(checkpoint, signature=signature, public_key=signing.public_key())
    return Checkpoint.objects.create(
        number=checkpoint.number,
        made_at=checkpoint.made_at,
        root=checkpoint.root,
        count=checkpoint.count,
        hash=journal.checkpoint_hash(checkpoint),
        signature=signature.hex(),
        file=zlib.compress(file),
    )


def _harvest() -> list[Head]:
    """The heads of chains with entries that no checkpoint has, at most `HEADS`; they count as sealed from now.

    Read and marked in one statement: an entry written meanwhile is either in the list or not marked.
    """
    unsealed = Chain.objects.filter(seq__gt=F("sealed")).order_by("region_id", "id")
    beyond = unsealed.values_list("region_id", "id")[HEADS : HEADS + 1].first()
    sql = "UPDATE book_chain SET sealed = seq WHERE seq > sealed"
    params = []
    if beyond:
        sql += " AND (region_id, id) < (%s, %s)"
        params = [beyond[0], Chain._meta.pk.get_db_prep_value(beyond[1], connection)]
    with connection.cursor() as cursor:
        cursor.execute(sql + " RETURNING kind, id, region_id, seq, head", params)
        found = sorted((kind, str(UUID(str(subject))), *rest) for kind, subject, *rest in cursor.fetchall())
    return [Head(*row) for row in found]


def file_of(row: Checkpoint) -> bytes:
    """The checkpoint as it is handed out."""
    return zlib.decompress(row.file)


def hand_out(row: Checkpoint, folder: Path) -> Path:
    """Write the checkpoint into `folder` (made where only its last part is missing); returns the file's path.

    The file appears whole and fsynced, or not at all. Raises OSError where that is not possible.
    """
    folder.mkdir(exist_ok=True)
    place = folder / f"checkpoint-{row.number:06d}.json"
    waiting = folder / f".{place.name}.{secrets.token_hex(4)}"
    try:
        with waiting.open("xb") as file:
            file.write(file_of(row))
            file.flush()
            os.fsync(file.fileno())
        waiting.replace(place)
        _sync(folder)
    finally:
        waiting.unlink(missing_ok=True)
    return place


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def latest_root() -> str:
    """The short root of the last checkpoint, as it stands on reports; empty while there is none."""
    last = Checkpoint.objects.only("root").order_by("-number").first()
    return journal.short_root(last.root) if last else ""


def latest() -> Checkpoint | None:
    """The newest checkpoint without its file; None where there is none yet."""
    return Checkpoint.objects.defer("file").order_by("-number").first()
