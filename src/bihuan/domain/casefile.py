"""One problem, one file: what the statement of an archive says, and how it is written and read.

The statement lists every file of the archive, names the chain and its last entry, and carries the proof that a
signed checkpoint lists the chain. Pure: it neither reads files, signs nor reads the clock; `casecheck` compares.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from bihuan.domain import merkle
from bihuan.domain.canonical import canonical, parse
from bihuan.domain.journal import CheckpointFile, Damaged, Head, digest, leaf
from bihuan.domain.refusals import Denied, say

T = TypeVar("T")

FORMAT = "bihuan-case/1"
PROOF = "proof.json"
"""The name of the file with the statement, in whatever folder."""
WITHHELD = frozenset({"withheld", "hash"})
"""The keys of a line that stands for an entry whose bytes are not for the reader of the archive."""


@dataclass(frozen=True)
class Sealed:
    """The last entry (`seq`, `head`) of the chain that a checkpoint lists, and the proof that it does.

    `header` is what the checkpoint's `signature` signs; `index` and `path` lead from the chain's leaf to its root.
    """

    header: Mapping[str, Any]
    signature: str
    public_key: str
    seq: int
    head: str
    index: int
    path: tuple[str, ...]


@dataclass(frozen=True)
class Proven:
    """A file of evidence as the record has it; `file` is its name in the archive, None where it was lost."""

    id: str
    name: str
    file: str | None
    sha256: str
    size: int


@dataclass(frozen=True)
class Statement:
    """What an archive says of itself. `reader`: for whose eyes it was cut; `record`: the file with the entries;
    `files`: all other files by name, each with SHA-256 and size in bytes."""

    number: str
    made_at: str
    reader: str
    chain: Head
    withheld: int
    record: str
    sealed: Sealed | None
    evidence: tuple[Proven, ...]
    files: Mapping[str, tuple[str, int]]

    def plain(self) -> dict[str, Any]:
        """The statement as JSON values."""
        return {"format": FORMAT, **asdict(self)}

    def signed_bytes(self) -> bytes:
        """What the signature of the installation covers."""
        return canonical(self.plain())


@dataclass(frozen=True)
class Signed:
    """A statement with its signature. The key is only what the archive says of itself: trust none but your own."""

    statement: Statement
    signature: bytes
    public_key: bytes


def withheld_line(seq: int, hash_: str) -> bytes:
    """The line for an entry whose bytes are not given: number and hash, so that the chain still connects."""
    return canonical({"withheld": seq, "hash": hash_})


def sealed_by(found: CheckpointFile, subject: str) -> Sealed | None:
    """The proof that a checkpoint lists the chain about `subject`; None where it does not."""
    entries = found.checkpoint.entries
    index = next((n for n, head in enumerate(entries) if head.subject == subject), None)
    if index is None:
        return None
    path = merkle.inclusion_proof([leaf(head) for head in entries], index)
    return Sealed(
        header=parse(found.checkpoint.header_bytes()),
        signature=found.signature.hex(),
        public_key=found.public_key.hex(),
        seq=entries[index].seq,
        head=entries[index].head,
        index=index,
        path=tuple(node.hex() for node in path),
    )


def fingerprint(public_key: bytes) -> str:
    """A public key as people compare it: the first 16 hex digits of its SHA-256 in groups of four."""
    text = digest(public_key)
    return " ".join(text[n : n + 4] for n in range(0, 16, 4))


def to_proof(signed: Signed) -> bytes:
    """The file that carries the statement: JSON, UTF-8, laid out for people."""
    content = {
        "statement": signed.statement.plain(),
        "signature": signed.signature.hex(),
        "public_key": signed.public_key.hex(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, default=list).encode() + b"\n"


def from_proof(data: bytes) -> Signed:
    """The statement in a file made by `to_proof`; its signature is read and not checked. Raises `Damaged`."""
    try:
        content = json.loads(data)
        statement = _statement(content["statement"])
        statement.signed_bytes()  # what has no canonical form cannot have been signed
        return Signed(statement, bytes.fromhex(content["signature"]), bytes.fromhex(content["public_key"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Damaged(Denied(say("档案的清单读不出来：%(detail)s"), params={"detail": str(error)})) from error


def _statement(said: Mapping[str, Any]) -> Statement:
    if said["format"] != FORMAT:
        raise ValueError(f"{FORMAT} expected")
    sealed = said["sealed"]
    return Statement(
        number=_of(str, said["number"]),
        made_at=_of(str, said["made_at"]),
        reader=_of(str, said["reader"]),
        chain=_head(said["chain"]),
        withheld=_of(int, said["withheld"]),
        record=_of(str, said["record"]),
        sealed=None if sealed is None else _sealed(sealed),
        evidence=tuple(_proven(row) for row in _of(list, said["evidence"])),
        files={_of(str, name): _file(row) for name, row in _of(dict, said["files"]).items()},
    )


def _head(said: Mapping[str, Any]) -> Head:
    return Head(
        _of(str, said["kind"]),
        _of(str, said["subject"]),
        _of(int, said["region"]),
        _of(int, said["seq"]),
        _of(str, said["head"]),
    )


def _sealed(said: Mapping[str, Any]) -> Sealed:
    return Sealed(
        header=_header(_of(dict, said["header"])),
        signature=_of(str, said["signature"]),
        public_key=_of(str, said["public_key"]),
        seq=_of(int, said["seq"]),
        head=_of(str, said["head"]),
        index=_of(int, said["index"]),
        path=tuple(_of(str, node) for node in _of(list, said["path"])),
    )


def _header(said: dict[str, Any]) -> dict[str, Any]:
    for name, kind in (("number", int), ("count", int), ("root", str), ("made_at", str)):
        _of(kind, said[name])
    return said


def _proven(said: Mapping[str, Any]) -> Proven:
    file = said["file"]
    return Proven(
        _of(str, said["id"]),
        _of(str, said["name"]),
        None if file is None else _of(str, file),
        _of(str, said["sha256"]),
        _of(int, said["size"]),
    )


def _file(said: Any) -> tuple[str, int]:
    sha256, size = _of(list, said)
    return _of(str, sha256), _of(int, size)


def _of(kind: type[T], value: object) -> T:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value
