"""Does the archive of a problem hold together? Entries, evidence, checkpoint and signature against its statement.

Works on the archive alone, without a database. What it cannot know without a key from outside: whether somebody
made up the whole archive and signed it with a key of their own. Reading files is not done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bihuan.domain import merkle
from bihuan.domain.canonical import canonical, parse
from bihuan.domain.casefile import WITHHELD, Sealed, Signed, Statement
from bihuan.domain.journal import GENESIS, Check, Head, digest, leaf
from bihuan.domain.refusals import say


class What(StrEnum):
    """What can be wrong with an archive."""

    BROKEN = "broken"
    UNSAFE_NAME = "unsafe_name"
    PACKED = "packed"
    UNREADABLE = "unreadable"
    STATEMENT = "statement"
    SIGNATURE = "signature"
    KEY = "key"
    ADDED = "added"
    MISSING = "missing"
    CHANGED = "changed"
    LOST = "lost"
    LINE = "line"
    GAP = "gap"
    PREV = "prev"
    FOREIGN = "foreign"
    TIME = "time"
    CUT = "cut"
    HEAD = "head"
    WITHHELD = "withheld"
    EVIDENCE_OTHER = "evidence_other"
    EVIDENCE_UNTOLD = "evidence_untold"
    EVIDENCE_LEFT_OUT = "evidence_left_out"
    CHECKPOINT = "checkpoint"
    INCLUSION = "inclusion"
    SEALED_OTHER = "sealed_other"
    SEALED_CUT = "sealed_cut"
    OUTSIDE = "outside"


TEXTS: Mapping[What, str] = {
    What.BROKEN: say("这不是完整的档案：文件不是zip格式，或被截短、加长过"),
    What.UNSAFE_NAME: say("“%(name)s”：文件名不安全或重复，解压时可能覆盖别的文件"),
    What.PACKED: say("“%(name)s”：被压缩或加密过，不是导出时的原样"),
    What.UNREADABLE: say("“%(name)s”已损坏，读不出来"),
    What.STATEMENT: say("没有可用的清单（proof.json）：%(detail)s"),
    What.SIGNATURE: say("清单的签名与内容不符：清单被改动"),
    What.KEY: say("清单不是用所给的公钥对应的密钥签名的"),
    What.ADDED: say("“%(name)s”不在清单中：是后来加入的"),
    What.MISSING: say("清单中的“%(name)s”不在档案里"),
    What.CHANGED: say("“%(name)s”与清单中的哈希不符：内容被改动"),
    What.LOST: say("佐证材料“%(name)s”在导出时就已不在服务器上"),
    What.LINE: say("第%(seq)s条记录不是规范格式，或缺少应有的部分"),
    What.GAP: say("应为第%(expected)s条记录，实为第%(seq)s条：记录缺失、重复或次序不对"),
    What.PREV: say("第%(seq)s条记录没有接在前一条之后：前一条或这一条被改动"),
    What.FOREIGN: say("第%(seq)s条记录说的不是这个问题"),
    What.TIME: say("第%(seq)s条记录的时间早于前一条"),
    What.CUT: say("清单记有%(expected)s条记录，档案中到第%(last)s条为止"),
    What.HEAD: say("最后一条记录与清单所记的不同：记录被改写"),
    What.WITHHELD: say("清单说有%(expected)s条记录不提供原文，档案中有%(found)s条"),
    What.EVIDENCE_OTHER: say("佐证材料“%(name)s”与记录中的哈希不符"),
    What.EVIDENCE_UNTOLD: say("没有一条记录提到佐证材料“%(name)s”"),
    What.EVIDENCE_LEFT_OUT: say("记录中的佐证材料“%(name)s”不在清单里"),
    What.CHECKPOINT: say("检查点第%(number)s号的签名与公钥不符"),
    What.INCLUSION: say("检查点第%(number)s号并没有列出这个问题：证明不成立"),
    What.SEALED_OTHER: say("第%(seq)s条记录与检查点第%(number)s号所记的不同：记录被改写"),
    What.SEALED_CUT: say("检查点第%(number)s号记有第%(seq)s条记录，档案中到第%(last)s条为止：末尾被截去"),
    What.OUTSIDE: say("档案中的检查点第%(number)s号与在外保存的不是同一份"),
}


@dataclass(frozen=True)
class Flaw:
    """One thing that does not add up. `params` fill the template `detail`."""

    what: What
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The message template that tells it."""
        return TEXTS[self.what]

    def __str__(self) -> str:
        return self.detail % self.params


def flaw(what: What, **params: object) -> Flaw:
    """A flaw with what its text names."""
    return Flaw(what, params)


@dataclass(frozen=True)
class Point:
    """What checkpoint `number` has of a chain: its entry `seq` and that entry's hash."""

    number: int
    seq: int
    head: str


@dataclass
class Told:
    """What the entries of an archive say, as far as they can be read.

    `evidence`: the files that they put on record, by id; `given` and `withheld` count the lines.
    """

    flaws: list[Flaw] = field(default_factory=list)
    evidence: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: int = 0
    withheld: int = 0
    last: int = 0
    head: str = GENESIS
    at: str = ""


# Entries --------------------------------------------------------------------------------------------------


def read_entries(chain: Head, lines: Iterable[bytes], points: Iterable[Point]) -> Told:
    """Recompute the chain from the lines of an archive: each the exact bytes of an entry, or only its hash.

    A hash that stands alone is checked by the entry after it, which names it, and the last one by a checkpoint.
    """
    told = Told()
    expected: dict[int, list[Point]] = {}
    for point in points:
        expected.setdefault(point.seq, []).append(point)
    for line in lines:
        _take(told, chain, line)
        for point in expected.pop(told.last, []):
            if point.head != told.head:
                told.flaws.append(flaw(What.SEALED_OTHER, seq=point.seq, number=point.number))
    for left in expected.values():
        told.flaws += [flaw(What.SEALED_CUT, number=p.number, seq=p.seq, last=told.last) for p in left]
    return told


def _take(told: Told, chain: Head, line: bytes) -> None:
    content = _parsed(line)
    alone = content is not None and content.keys() == WITHHELD
    seq = content["withheld" if alone else "seq"] if content else None
    if content is None or type(seq) is not int:
        told.flaws.append(flaw(What.LINE, seq=told.last + 1))
        told.last, told.head = told.last + 1, digest(line)
        return
    if seq != told.last + 1:
        told.flaws.append(flaw(What.GAP, expected=told.last + 1, seq=seq))
    if alone:
        told.withheld += 1
        told.last, told.head = seq, str(content["hash"])
        return
    told.flaws += _faults(told, chain, content, seq)
    told.given += 1
    told.last, told.head, told.at = seq, digest(line), str(content["at"])
    _gather(told.evidence, content["changes"])


def _parsed(line: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is neither an entry nor the hash of one."""
    try:
        content = parse(line)
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    if content.keys() == WITHHELD:
        return content
    whole = {"seq", "prev", "kind", "subject", "region", "at", "changes"} <= content.keys()
    return content if whole and isinstance(content["changes"], dict) else None


def _faults(told: Told, chain: Head, content: Mapping[str, Any], seq: int) -> Iterator[Flaw]:
    if content["prev"] != told.head:
        yield flaw(What.PREV, seq=seq)
    if (content["kind"], content["subject"], content["region"]) != (chain.kind, chain.subject, chain.region):
        yield flaw(What.FOREIGN, seq=seq)
    if str(content["at"]) < told.at:
        yield flaw(What.TIME, seq=seq)


def _gather(evidence: dict[str, dict[str, Any]], changes: Mapping[str, Any]) -> None:
    for key, columns in changes.items():
        kind, _colon, id_ = key.partition(":")
        if kind == "evidence" and isinstance(columns, dict):
            row = evidence.setdefault(id_, {})
            row.update(
                (name, pair[1]) for name, pair in columns.items() if isinstance(pair, list) and len(pair) == 2
            )


# The statement --------------------------------------------------------------------------------------------


def check_told(statement: Statement, told: Told) -> list[Flaw]:
    """What the entries say against what the statement says of them."""
    found = list(told.flaws)
    chain = statement.chain
    if told.last != chain.seq:
        found.append(flaw(What.CUT, expected=chain.seq, last=told.last))
    elif told.head != chain.head:
        found.append(flaw(What.HEAD))
    if told.withheld != statement.withheld:
        found.append(flaw(What.WITHHELD, expected=statement.withheld, found=told.withheld))
    return found


def check_evidence(statement: Statement, told: Told) -> list[Flaw]:
    """The files of evidence that the statement lists against those that the entries put on record."""
    found = []
    for row in statement.evidence:
        recorded = told.evidence.get(row.id)
        if recorded is None:
            if not told.withheld:
                found.append(flaw(What.EVIDENCE_UNTOLD, name=row.name))
        elif (recorded.get("sha256"), recorded.get("size")) != (row.sha256, row.size):
            found.append(flaw(What.EVIDENCE_OTHER, name=row.name))
        if row.file is None:
            found.append(flaw(What.LOST, name=row.name))
    listed = {row.id for row in statement.evidence}
    for id_, recorded in told.evidence.items():
        if id_ not in listed:
            found.append(flaw(What.EVIDENCE_LEFT_OUT, name=recorded.get("name", id_)))
    return found


def untold(statement: Statement, told: Told) -> int:
    """How many files of evidence no entry given here names, so that only the signature speaks for them."""
    return sum(1 for row in statement.evidence if row.id not in told.evidence)


def expected_files(statement: Statement) -> dict[str, tuple[str, int]]:
    """Every file that the archive must hold besides the statement itself: name to SHA-256 and size in bytes."""
    proofs = {row.file: (row.sha256, row.size) for row in statement.evidence if row.file is not None}
    return {**statement.files, **proofs}


def check_signature(signed: Signed, check: Check, *, trusted: bool) -> list[Flaw]:
    """The signature under the statement. `trusted`: `check` holds a key from outside, not the archive's own."""
    if check(signed.statement.signed_bytes(), signed.signature):
        return []
    return [flaw(What.KEY if trusted else What.SIGNATURE)]


def check_sealed(chain: Head, sealed: Sealed, check: Check) -> list[Flaw]:
    """The checkpoint that the archive carries: its signature, and that it lists the chain as the archive says."""
    header, number = sealed.header, sealed.header["number"]
    found = []
    try:
        signature, path = bytes.fromhex(sealed.signature), [bytes.fromhex(node) for node in sealed.path]
        root = bytes.fromhex(header["root"])
    except ValueError:
        return [flaw(What.CHECKPOINT, number=number)]
    if not check(canonical(header), signature):
        found.append(flaw(What.CHECKPOINT, number=number))
    listed = Head(chain.kind, chain.subject, chain.region, sealed.seq, sealed.head)
    node = merkle.leaf_hash(leaf(listed))
    if not merkle.verify_inclusion(index=sealed.index, size=header["count"], leaf=node, proof=path, root=root):
        found.append(flaw(What.INCLUSION, number=number))
    return found
