"""A unit's own Excel: its columns, and the hidden marks by which a row is known again when the file comes back.

Shared by the writer and the reader. A mark names region, unit, problem, measure, version and progress at the time
of sending, sealed with a key of the installation: a mark that was made or changed elsewhere is found out. The seal
guards against mistakes; what may be recorded is decided by the rules, not here.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from bihuan.documents.messages import say

Kind = Literal["text", "wrapped", "date", "percent"]

PREFIX = "bihuan-1"
CODE = "bihuan:"
SEAL_LENGTH = 20


@dataclass(frozen=True)
class UnitColumn:
    """One column: its heading, width in characters, what its cells hold, and whether the unit fills it in."""

    label: str
    width: float
    kind: Kind = "text"
    filled: bool = False


COLUMNS: Mapping[str, UnitColumn] = {
    "number": UnitColumn(say("编号"), 13),
    "problem": UnitColumn(say("问题"), 32, "wrapped"),
    "measure": UnitColumn(say("整改措施"), 26, "wrapped"),
    "measure_due": UnitColumn(say("措施完成日期"), 12, "date"),
    "due": UnitColumn(say("整改时限"), 12, "date"),
    "now": UnitColumn(say("现进度%"), 8, "percent"),
    "signer": UnitColumn(say("签收人"), 10, "text", True),
    "signed_on": UnitColumn(say("签收日期"), 12, "date", True),
    "progress": UnitColumn(say("目前进度%"), 9, "percent", True),
    "note": UnitColumn(say("进展说明"), 26, "wrapped", True),
    "done_on": UnitColumn(say("完成日期"), 12, "date", True),
    "new_due": UnitColumn(say("需要延期至"), 12, "date", True),
    "reason": UnitColumn(say("延期理由"), 18, "wrapped", True),
}
MARK = "mark"
"""The code of the hidden column that holds the marks."""


@dataclass(frozen=True)
class RowMark:
    """What a row was when it was sent: its problem, measure (None: the problem has none), version and progress."""

    region: int
    unit: int
    problem: UUID
    measure: UUID | None
    version: int
    progress: int

    def sealed(self, key: bytes) -> str:
        """The text that stands in the hidden cell."""
        measure = self.measure.hex if self.measure else "-"
        parts = (self.region, self.unit, self.problem.hex, measure, self.version, self.progress)
        return _sealed("row", parts, key)


@dataclass(frozen=True)
class HeadMark:
    """Of which file this is the head: region, unit, the day it was sent, how many rows it had."""

    region: int
    unit: int
    sent: date
    rows: int

    def sealed(self, key: bytes) -> str:
        """The text that stands in the hidden cell."""
        return _sealed("head", (self.region, self.unit, self.sent.isoformat(), self.rows), key)


FOOT = f"{PREFIX}:foot"


def row_mark(text: str, key: bytes) -> RowMark | None:
    """The mark of a row; None where it was not made with this key or was changed."""
    parts = _opened("row", text, key)
    if parts is None or len(parts) != 6:
        return None
    region, unit, problem, measure, version, progress = parts
    return RowMark(
        int(region),
        int(unit),
        UUID(problem),
        None if measure == "-" else UUID(measure),
        int(version),
        int(progress),
    )


def head_mark(text: str, key: bytes) -> HeadMark | None:
    """The mark of a file's head; None where it was not made with this key or was changed."""
    parts = _opened("head", text, key)
    if parts is None or len(parts) != 4:
        return None
    region, unit, sent, rows = parts
    return HeadMark(int(region), int(unit), date.fromisoformat(sent), int(rows))


def is_mark(text: str, kind: str) -> bool:
    """Does a cell hold a mark of this kind (`row`, `head`, `foot`), whether or not its seal is good?"""
    return text.startswith(f"{PREFIX}:{kind}")


def _sealed(kind: str, parts: tuple[object, ...], key: bytes) -> str:
    body = ":".join([PREFIX, kind, *(str(part) for part in parts)])
    return f"{body}:{_seal(body, key)}"


def _opened(kind: str, text: str, key: bytes) -> list[str] | None:
    body, _, seal = text.strip().rpartition(":")
    if not is_mark(body, kind) or not hmac.compare_digest(_seal(body, key).encode(), seal.encode()):
        return None
    return body.split(":")[2:]


def _seal(body: str, key: bytes) -> str:
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:SEAL_LENGTH]
