"""Checkpoints: each against its file, its signature and the one before; and the heads they list, for the walk.

All heads of all checkpoints are put into a private scratch database on disk, so that the walk over the chains
can ask for them stretch by stretch. With a checkpoint held outside, only that file and the given key are
trusted: the checkpoints of the database up to it are bound by their hashes to the file, later ones by the key.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from bihuan.book import signing
from bihuan.book.booked import plain
from bihuan.book.models import Checkpoint
from bihuan.domain import journal
from bihuan.domain.journal import GENESIS, Check, CheckpointFile, Damaged, Head
from bihuan.ledger.verify.chains import Sealed
from bihuan.ledger.verify.findings import Findings, What
from bihuan.ledger.verify.reading import Range, Stored, as_stored

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes that a checkpoint may have when unpacked: far more than it ever lists, little enough to read."""

HEADS = """CREATE TABLE heads (region, subject TEXT, number INTEGER, outside INTEGER, seq INTEGER, head TEXT,
    kind TEXT, PRIMARY KEY (region, subject, number, outside)) WITHOUT ROWID"""


class SealedHeads:
    """The heads that checkpoints list, kept on disk and found again by chain."""

    def __init__(self) -> None:
        self._scratch = sqlite3.connect("")  # a file of its own that nobody else sees, gone with the connection
        self._scratch.execute(HEADS)

    def close(self) -> None:
        """Remove everything."""
        self._scratch.close()

    def add(self, number: int, heads: Iterable[Head], *, outside: bool) -> None:
        """Keep the heads of checkpoint `number`, as the database has it or as its outside holder has it."""
        self._scratch.executemany(
            "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((h.region, str(as_stored(h.subject)), number, outside, h.seq, h.head, h.kind) for h in heads),
        )

    def within(self, stretch: Range) -> dict[str, list[Sealed]]:
        """The heads of the chains in a stretch, by chain, in the order of their checkpoints."""
        condition, params = _scratch_condition(stretch)
        sql = f"SELECT subject, seq, head, number, kind, outside FROM heads WHERE {condition} ORDER BY number"  # noqa: S608
        found: dict[str, list[Sealed]] = {}
        for subject, seq, head, number, kind, outside in self._scratch.execute(sql, params):
            found.setdefault(str(UUID(subject)), []).append(Sealed(seq, head, number, kind, bool(outside)))
        return found

    def regions(self) -> list[Any]:
        """The regions that any checkpoint speaks of."""
        return [region for (region,) in self._scratch.execute("SELECT DISTINCT region FROM heads")]


def _scratch_condition(stretch: Range) -> tuple[str, list[Any]]:
    parts, params = ["region = ?"], [stretch.region]
    for sign, bound in ((">", stretch.after), ("<=", stretch.until)):
        if bound is not None:
            parts.append(f"subject {sign} ?")
            params.append(str(bound))
    return " AND ".join(parts), params


@dataclass(frozen=True)
class Trust:
    """What is trusted besides the database: the file held outside (if it holds what it says) and the key."""

    outside: CheckpointFile | None
    check: Check | None

    @property
    def number(self) -> int:
        """The number of the checkpoint held outside; 0 without one."""
        return self.outside.checkpoint.number if self.outside else 0

    def hashes(self) -> Mapping[int, str]:
        """The hashes that checkpoints of the database must have, by number."""
        if self.outside is None:
            return {}
        checkpoint = self.outside.checkpoint
        return {
            checkpoint.number: journal.checkpoint_hash(checkpoint),
            checkpoint.number - 1: checkpoint.previous,
        }


def trust_in(checkpoint: bytes | None, key: bytes | None, findings: Findings) -> Trust:
    """Read the file held outside and check it by the key; a file that does not pass is a finding.

    Raises `Refused` where `key` is no public key.
    """
    check = signing.checker(key) if key is not None else None
    if checkpoint is None:
        return Trust(None, check)
    try:
        return Trust(_from_file(checkpoint, check), check)
    except (Damaged, ValueError) as error:
        findings.add(What.OUTSIDE, "checkpoint", detail=_told(error))
        return Trust(None, check)


def _told(error: Exception) -> str:
    """What is wrong with a file, in the language of whoever runs verify."""
    if isinstance(error, Damaged):
        return gettext(error.denied.reason) % error.denied.params
    return str(error)


def _from_file(data: bytes, check: Check | None) -> CheckpointFile:
    """As `journal.from_file`; raises ValueError too where a head is about no UUID."""
    found = journal.from_file(data, check=check)
    for head in found.checkpoint.entries:
        UUID(head.subject)
    return found


def walk(trust: Trust, findings: Findings) -> SealedHeads:
    """Check every checkpoint of the database in order; gives what all of them, and the outside one, list."""
    heads = SealedHeads()
    if trust.outside:
        heads.add(trust.number, trust.outside.checkpoint.entries, outside=True)
    missing = {number: wanted for number, wanted in trust.hashes().items() if number > 0}
    last, before = 0, GENESIS
    for row in Stored(Checkpoint).dicts(order="number"):
        findings.counts.checkpoints += 1
        number, where = row["number"], f"checkpoint {row['number']}"
        wanted = missing.pop(number, None)
        if wanted not in (None, row["hash"]):
            findings.add(What.CHECKPOINT_OTHER, where)
        found = _read(row, where, trust, findings)
        if found is None:
            last, before = number, row["hash"]
            continue
        if (number, found.checkpoint.previous) != (last + 1, before):
            findings.add(What.CHECKPOINT_ORDER, where, before=last)
        heads.add(number, found.checkpoint.entries, outside=False)
        last, before = number, row["hash"]
    for number in missing:
        findings.add(What.CHECKPOINT_GONE, f"checkpoint {number}")
    return heads


def _read(row: Mapping[str, Any], where: str, trust: Trust, findings: Findings) -> CheckpointFile | None:
    """The checkpoint of a row, compared with its columns and its signature; None where it cannot be read."""
    try:
        found = _from_file(_unpacked(row["file"]), None)
        signed = _check_of(row["number"], found, trust)(found.checkpoint.header_bytes(), found.signature)
    except (Damaged, zlib.error, TypeError, ValueError) as error:
        findings.add(What.CHECKPOINT_FILE, where, detail=_told(error))
        return None
    checkpoint = found.checkpoint
    expected = {
        "number": checkpoint.number,
        "made_at": plain(checkpoint.made_at),
        "root": checkpoint.root,
        "count": checkpoint.count,
        "hash": journal.checkpoint_hash(checkpoint),
        "signature": found.signature.hex(),
    }
    for column, value in expected.items():
        if row[column] != value:
            findings.add(What.CHECKPOINT_COLUMN, where, column=column)
    if not signed:
        findings.add(What.CHECKPOINT_KEY, where)
    return found


def _check_of(number: Any, found: CheckpointFile, trust: Trust) -> Check:
    """By which key this checkpoint must be signed: the trusted one, or the one it names itself.

    What lies before a checkpoint held outside is bound by that one's hashes; an older key was good then.
    """
    if trust.check is None or number <= trust.number:
        return signing.checker(found.public_key)
    return trust.check


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    data = unpacking.decompress(packed, LARGEST_FILE)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("not one whole compressed file")
    return data
