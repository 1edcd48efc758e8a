"""The journal's arithmetic: canonical bytes, hash chains, seals over personal text, checkpoints.

Pure: it computes and compares, and neither stores, signs nor reads the clock. A chain is a row of entries
about one subject, each holding the hash of the one before; a checkpoint lists the heads of many chains under
one root, so that whoever holds it outside can find out that a chain was rewritten. Signing is handed in as a
function, because keys are no business of the rules.
"""

from __future__ import annotations

import enum
import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from bihuan.domain import merkle
from bihuan.domain.canonical import LARGEST, canonical, parse
from bihuan.domain.refusals import Denied, Refused, say

__all__ = [
    "FORMAT",
    "GENESIS",
    "Break",
    "Check",
    "Checkpoint",
    "CheckpointFile",
    "Damaged",
    "Fault",
    "Head",
    "Link",
    "canonical",
    "check_chain",
    "checkpoint_hash",
    "digest",
    "from_file",
    "leaf",
    "link",
    "make_checkpoint",
    "new_salt",
    "parse",
    "seal",
    "short_root",
    "to_file",
]

T = TypeVar("T")

GENESIS = "0" * 64
SALT_BYTES = 16
FORMAT = "bihuan-checkpoint/1"

Check = Callable[[bytes, bytes], bool]
"""Message and signature to whether the signature is good."""


# Chains ---------------------------------------------------------------------------------------------------


def digest(body: bytes) -> str:
    """SHA-256 of `body`, 64 hex digits."""
    return sha256(body).hexdigest()


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain: its number (from 1), the hash of the one before, its bytes and their hash."""

    seq: int
    prev: str
    body: bytes
    hash: str


def link(*, seq: int, prev: str, content: Mapping[str, object]) -> Link:
    """Entry number `seq` after the one whose hash is `prev` (`GENESIS` for number 1), about `content`.

    The number and `prev` go into the hashed bytes. Raises ValueError where `content` names them itself, where
    `seq` is below 1 or `prev` is no hash, and whatever `canonical` raises.
    """
    if "seq" in content or "prev" in content:
        raise ValueError("content must not name seq or prev")
    if seq < 1 or not _HASH(prev):
        raise ValueError(f"no place in a chain: number {seq!r} after {prev!r}")
    body = canonical({**content, "seq": seq, "prev": prev})
    return Link(seq, prev, body, digest(body))


_HASH = re.compile(r"[0-9a-f]{64}").fullmatch


class Fault(enum.Enum):
    """How an entry can break its chain."""

    GAP = "gap"
    """Its number does not follow: entries are missing, doubled or out of order."""
    PREV = "prev"
    """It does not name the hash of the entry before it."""
    HASH = "hash"
    """Its hash is not that of its bytes."""
    BODY = "body"
    """Its bytes are not canonical JSON, or say another number than its row."""


class Break(NamedTuple):
    """A fault, at the entry where it shows."""

    seq: int
    what: Fault


def check_chain(links: Iterable[tuple[int, bytes, str]], *, seq: int = 1, prev: str = GENESIS) -> list[Break]:
    """Every break in a chain given as (seq, body, hash) in the order of seq; empty where it is whole.

    `seq` and `prev` are what the first link must carry: for a chain known up to some head, the number after
    it and that head. Says nothing about entries cut off at the end: only a checkpoint can.
    """
    breaks = []
    for number, body, stored in links:
        if number != seq:
            breaks.append(Break(number, Fault.GAP))
        breaks += [Break(number, what) for what in _faults(number, body, stored, prev)]
        seq, prev = number + 1, stored
    return breaks


def _faults(number: int, body: bytes, stored: str, prev: str) -> list[Fault]:
    faults = []
    if digest(body) != stored:
        faults.append(Fault.HASH)
    try:
        content = parse(body)
    except ValueError:
        return [*faults, Fault.BODY]
    if not isinstance(content, dict) or content.get("seq") != number:
        return [*faults, Fault.BODY]
    if content.get("prev") != prev:
        faults.append(Fault.PREV)
    return faults


# Seals ----------------------------------------------------------------------------------------------------


def new_salt() -> bytes:
    """A fresh salt for one text."""
    return secrets.token_bytes(SALT_BYTES)


def seal(text: str, salt: bytes) -> str:
    """What an entry keeps of a personal `text`: HMAC-SHA256 under `salt`, 64 hex digits.

    With text and salt gone nobody can guess their way back to the text. Raises ValueError for a salt shorter
    than `SALT_BYTES` and for half a surrogate pair.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt has at least {SALT_BYTES} bytes")
    return hmac.digest(salt, text.encode(), "sha256").hex()


# Checkpoints ----------------------------------------------------------------------------------------------


class Damaged(Refused):
    """A checkpoint file that cannot be read, contradicts itself or is not signed by the key one trusts."""


@dataclass(frozen=True, slots=True, order=True)
class Head:
    """The last entry of one chain: what the chain is about (`kind`, `subject` a UUID, `region`), its number
    and its hash."""

    kind: str
    subject: str
    region: int
    seq: int
    head: str


def leaf(head: Head) -> bytes:
    """`head` as a leaf of the checkpoint's tree."""
    return canonical(
        {
            "kind": head.kind,
            "subject": head.subject,
            "region": head.region,
            "seq": head.seq,
            "head": head.head,
        }
    )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The heads of every chain that changed since the checkpoint before it.

    `number` counts from 1; `previous` is the hash of the one before (`GENESIS` for the first); `count` and
    `root` (hex) are those of `entries`, which are sorted.
    """

    number: int
    made_at: datetime
    previous: str
    count: int
    root: str
    entries: tuple[Head, ...]

    def header_bytes(self) -> bytes:
        """What is signed. The entries are bound through `root`."""
        return canonical(_header(self))


def make_checkpoint(*, number: int, made_at: datetime, previous: str, heads: Iterable[Head]) -> Checkpoint:
    """Checkpoint `number` over `heads`, in any order.

    Raises ValueError where a chain is given twice, `number` is below 1, `previous` is no hash or `made_at`
    has no time zone.
    """
    entries = tuple(sorted(heads))
    chains = {(head.kind, head.subject, head.region) for head in entries}
    if len(chains) != len(entries):
        raise ValueError("a chain is given twice")
    if not 1 <= number <= LARGEST or not _HASH(previous) or made_at.utcoffset() is None:
        raise ValueError("a checkpoint needs a number from 1, the hash before it and a time with its zone")
    root = merkle.root([leaf(head) for head in entries]).hex()
    return Checkpoint(number, made_at.astimezone(UTC), previous, len(entries), root, entries)


def checkpoint_hash(checkpoint: Checkpoint) -> str:
    """The hash by which the next checkpoint names this one, 64 hex digits."""
    return digest(checkpoint.header_bytes())


def short_root(root: str) -> str:
    """The root as it stands on reports: its first 16 hex digits in groups of four."""
    if not _HASH(root):
        raise ValueError(f"no root: {root!r}")
    return " ".join(root[n : n + 4] for n in range(0, 16, 4))


def _header(checkpoint: Checkpoint) -> dict[str, object]:
    return {
        "format": FORMAT,
        "number": checkpoint.number,
        "made_at": checkpoint.made_at,
        "previous": checkpoint.previous,
        "count": checkpoint.count,
        "root": checkpoint.root,
    }


class CheckpointFile(NamedTuple):
    """What a checkpoint file holds. The key is only what the file says of itself: trust none but your own."""

    checkpoint: Checkpoint
    signature: bytes
    public_key: bytes


def to_file(checkpoint: Checkpoint, *, signature: bytes, public_key: bytes) -> bytes:
    """The file that is handed to holders outside: JSON, UTF-8, with every head and the signature over
    `header_bytes()`."""
    entries = [[head.kind, head.subject, head.region, head.seq, head.head] for head in checkpoint.entries]
    signed = {"signature": signature, "public_key": public_key, "entries": entries}
    return canonical({**_header(checkpoint), **signed}) + b"\n"


def from_file(data: bytes, *, check: Check | None) -> CheckpointFile:
    """The checkpoint in a file made by `to_file`, its root recomputed from its heads.

    `check` holds the key one trusts; without it the signature is read and not checked. Raises `Damaged` where
    the file is not whole, where root or count are not those of its heads, and where `check` says no.
    """
    fields = _fields(data)
    try:
        found = _read(fields)
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        raise _damaged(say("检查点文件内容不完整或格式不对：%(detail)s"), detail=str(error)) from error
    checkpoint = found.checkpoint
    if (checkpoint.count, checkpoint.root) != (fields.get("count"), fields.get("root")):
        raise _damaged(say("检查点文件第 %(number)s 号的清单与根哈希不符，文件已被改动"), number=checkpoint.number)
    if check is not None and not check(checkpoint.header_bytes(), found.signature):
        raise _damaged(say("检查点文件第 %(number)s 号的签名与所用公钥不符"), number=checkpoint.number)
    return found


def _fields(data: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _damaged(say("这不是检查点文件，或文件已损坏：%(detail)s"), detail=str(error)) from error
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        raise _damaged(say("这不是检查点文件：应为 %(format)s 格式"), format=FORMAT)
    return fields


def _read(fields: Mapping[str, Any]) -> CheckpointFile:
    checkpoint = make_checkpoint(
        number=_of(int, fields["number"]),
        made_at=datetime.fromisoformat(fields["made_at"]),
        previous=_of(str, fields["previous"]),
        heads=[_head(entry) for entry in _of(list, fields["entries"])],
    )
    return CheckpointFile(checkpoint, bytes.fromhex(fields["signature"]), bytes.fromhex(fields["public_key"]))


def _head(entry: Sequence[Any]) -> Head:
    kind, subject, region, seq, head = entry
    return Head(_of(str, kind), _of(str, subject), _of(int, region), _of(int, seq), _of(str, head))


def _of(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value


def _damaged(text: str, **params: object) -> Damaged:
    return Damaged(Denied(text, params=params))
