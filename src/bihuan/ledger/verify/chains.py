"""One chain, read from its first entry to its last: hashes, order, columns, and what the entries say.

Every entry is recomputed from its stored bytes, compared with its columns and with what checkpoints have of it,
and folded into the state of the rows that the chain is about. Faults are kept with the chain until its name is
known. Nothing here reads a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from bihuan.book.booked import State, fold
from bihuan.domain.journal import GENESIS, digest, parse
from bihuan.ledger.verify.findings import What
from bihuan.ledger.verify.reading import Row

REPEATED = {
    "id": "id",
    "region": "region_id",
    "kind": "kind",
    "subject": "subject",
    "at": "recorded_at",
    "on": "occurred_on",
    "person": "person_id",
    "post": "post_id",
    "unit": "unit_id",
    "action": "action",
    "audience": "audience",
}
"""The keys of an entry's body and the columns that repeat them."""

COLUMNS = (*REPEATED.values(), "seq", "hash", "body")
PLACE = {name: place for place, name in enumerate(COLUMNS)}
KEYS = frozenset({*REPEATED, "seq", "prev", "changes", "details"})
ERASED = "erase"
"""The action by which a name is erased by rule."""

_repeated = itemgetter(*REPEATED)
_count = len(REPEATED)


class Sealed(NamedTuple):
    """What checkpoint `number` has of a chain: its entry `seq` and that entry's hash."""

    seq: int
    head: str
    number: int
    kind: str
    outside: bool
    """As its holder outside has it, not as the database has it."""


Fault = tuple[What, dict[str, object]]


@dataclass(slots=True)
class Told:
    """What the entries of one chain say, as far as they have been read."""

    region: Any
    subject: str
    sealed: Sequence[Sealed] = ()
    kind: str = ""
    seq: int = 0
    entries: int = 0
    head: str = GENESIS
    at: str = ""
    entry_id: str = ""
    erased: bool = False
    state: State = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _expected: dict[int, set[tuple[int, str, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.sealed:
            self._expected.setdefault(one.seq, set()).add((one.number, one.head, one.kind))

    def fault(self, what: What, **params: object) -> None:
        """Keep a fault of this chain."""
        self.faults.append((what, params))

    def take(self, row: Row) -> Mapping[str, Any] | None:
        """Read the next entry, given as its `COLUMNS`, up to its changes; None where its body says nothing."""
        *repeated, seq, stored, body = row
        if seq != self.seq + 1:
            self.fault(What.ENTRY_GAP, expected=self.seq + 1, seq=seq)
        raw = body.encode() if isinstance(body, str) else b""
        if digest(raw) != stored:
            self.fault(What.ENTRY_HASH, seq=seq)
        content = _content(raw)
        if content is None or content["seq"] != seq:
            self.fault(What.ENTRY_BODY, seq=seq)
        if content is not None:
            self._compare(content, tuple(repeated), seq)
        self._move_on(row, content["kind"] if content else row[PLACE["kind"]])
        return content

    def _compare(self, content: Mapping[str, Any], repeated: Row, seq: int) -> None:
        if content["prev"] != self.head:
            self.fault(What.ENTRY_PREV, seq=seq)
        said = _repeated(content)
        if said != repeated:
            for column, one, other in zip(REPEATED.values(), said, repeated, strict=True):
                if one != other:
                    self.fault(What.ENTRY_COLUMN, seq=seq, column=column)

    def _move_on(self, row: Row, kind: str) -> None:
        at, seq, stored = str(row[PLACE["recorded_at"]]), row[PLACE["seq"]], row[PLACE["hash"]]
        if at < self.at:
            self.fault(What.ENTRY_TIME, seq=seq)
        if self.entries and kind != self.kind:
            self.fault(What.ENTRY_COLUMN, seq=seq, column="kind")
        for number, *sealed in sorted(self._expected.pop(seq, ())):
            if [stored, kind] != sealed:
                self.fault(What.SEALED_OTHER, seq=seq, number=number)
        self.kind = self.kind or kind
        self.erased = self.erased or row[PLACE["action"]] == ERASED
        self.seq = seq if isinstance(seq, int) else self.seq + 1
        self.entries += 1
        self.head, self.at, self.entry_id = stored, at, row[0]

    def fold(self, content: Mapping[str, Any]) -> None:
        """Apply the changes of the entry that was taken last."""
        try:
            wrong = list(fold(self.state, content["changes"]))
        except (TypeError, ValueError, AttributeError):
            self.fault(What.ENTRY_BODY, seq=self.seq)
            return
        for column in wrong:
            self.fault(What.ENTRY_OLD, seq=self.seq, column=column)

    def finish(self, chain: Mapping[str, Any] | None) -> None:
        """Compare with the chain's head, given as a row of `Chain`, and with what checkpoints list beyond it."""
        self._miss_sealed()
        if not self.entries:
            if chain is not None:
                self.fault(What.CHAIN_EMPTY)
        elif chain is None:
            self.fault(What.CHAIN_MISSING, count=self.entries)
        else:
            told = {"kind": self.kind, "seq": self.seq, "head": self.head, "written_at": self.at}
            for column, value in told.items():
                if chain[column] != value:
                    self.fault(What.CHAIN_COLUMN, column=column)

    def _miss_sealed(self) -> None:
        if not self._expected:
            return
        seq = max(self._expected)
        number, _head, kind = min(self._expected[seq])
        if self.entries:
            self.fault(What.SEALED_CUT, number=number, seq=seq, last=self.seq)
        else:
            self.fault(What.SEALED_GONE, number=number, seq=seq)
            self.kind = kind

    @property
    def sealed_up_to(self) -> int:
        """The last entry of the chain that a checkpoint of this database lists; 0 for none."""
        return max((one.seq for one in self.sealed if not one.outside), default=0)


def _content(raw: bytes) -> dict[str, Any] | None:
    """What the bytes of an entry say; None where they are not canonical or lack a part."""
    try:
        content = parse(raw)
    except ValueError:
        return None
    if not isinstance(content, dict) or content.keys() != KEYS:
        return None
    return content
