"""What verify found: each finding says what is wrong, where, and in which words it is told.

Values only. `where` is the business number of a problem where one is known, otherwise a kind and a name
(`unit 市水利局`, `checkpoint 12`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihuan.domain.refusals import say


class What(StrEnum):
    """What can be wrong."""

    ENTRY_HASH = "entry_hash"
    ENTRY_BODY = "entry_body"
    ENTRY_GAP = "entry_gap"
    ENTRY_PREV = "entry_prev"
    ENTRY_COLUMN = "entry_column"
    ENTRY_TIME = "entry_time"
    ENTRY_OLD = "entry_old"
    CHAIN_MISSING = "chain_missing"
    CHAIN_EMPTY = "chain_empty"
    CHAIN_COLUMN = "chain_column"
    CHAIN_SEALED = "chain_sealed"
    SEALED_GONE = "sealed_gone"
    SEALED_CUT = "sealed_cut"
    SEALED_OTHER = "sealed_other"
    ROW_MISSING = "row_missing"
    ROW_EXTRA = "row_extra"
    ROW_COLUMN = "row_column"
    NAME_SEAL = "name_seal"
    RIGHTS = "rights"
    REPLAY = "replay"
    DERIVED = "derived"
    SPANS = "spans"
    REACH = "reach"
    TALLY = "tally"
    BALANCE = "balance"
    TEXT_INDEX = "text_index"
    PRINTS = "prints"
    UNIT_PAST = "unit_past"
    COUNTER = "counter"
    NUMBERS = "numbers"
    ORPHAN = "orphan"
    CHECKPOINT_FILE = "checkpoint_file"
    CHECKPOINT_COLUMN = "checkpoint_column"
    CHECKPOINT_ORDER = "checkpoint_order"
    CHECKPOINT_KEY = "checkpoint_key"
    CHECKPOINT_OTHER = "checkpoint_other"
    CHECKPOINT_GONE = "checkpoint_gone"
    OUTSIDE = "outside"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"


TEXTS: Mapping[What, str] = {
    What.ENTRY_HASH: say("第%(seq)s条记录的内容与它的哈希不符"),
    What.ENTRY_BODY: say("第%(seq)s条记录的内容不是规范格式，或缺少应有的部分"),
    What.ENTRY_GAP: say("应为第%(expected)s条记录，实为第%(seq)s条：记录缺失、重复或次序不对"),
    What.ENTRY_PREV: say("第%(seq)s条记录没有接在前一条之后：前一条的哈希不符"),
    What.ENTRY_COLUMN: say("第%(seq)s条记录的“%(column)s”一栏与记录内容不符"),
    What.ENTRY_TIME: say("第%(seq)s条记录的时间早于前一条"),
    What.ENTRY_OLD: say("第%(seq)s条记录所说的原值与此前的记录不符：%(column)s"),
    What.CHAIN_MISSING: say("有%(count)s条记录，但没有它们的链头"),
    What.CHAIN_EMPTY: say("有链头，但没有记录"),
    What.CHAIN_COLUMN: say("链头的“%(column)s”与最后一条记录不符"),
    What.CHAIN_SEALED: say("有%(count)s条链的“已进入检查点”标记与现有检查点不符，例如这一条"),
    What.SEALED_GONE: say("检查点第%(number)s号记有它的%(seq)s条记录，现在一条也没有：整项被移除"),
    What.SEALED_CUT: say("检查点第%(number)s号记有第%(seq)s条记录，现在只有%(last)s条：末尾被截去"),
    What.SEALED_OTHER: say("第%(seq)s条记录与检查点第%(number)s号所记的不同：记录被改写"),
    What.ROW_MISSING: say("记录中有%(row)s，数据表中已没有这一行"),
    What.ROW_EXTRA: say("数据表中有%(row)s，但没有产生它的记录"),
    What.ROW_COLUMN: say("%(row)s的“%(column)s”与记录不符"),
    What.NAME_SEAL: say("姓名与记录中的封存值不符"),
    What.RIGHTS: say("账号带有本系统从不授予的“%(column)s”权限"),
    What.REPLAY: say("记录无法重新推算：%(detail)s"),
    What.DERIVED: say("推算结果“%(column)s”与由记录重新推算的不符"),
    What.SPANS: say("%(day)s起的历史颜色与由记录重新推算的不符"),
    What.REACH: say("可见单位与由记录重新推算的不符：单位%(unit)s"),
    What.TALLY: say("统计数与由记录重新推算的不符：%(day)s，%(code)s，差%(by)s"),
    What.BALANCE: say("%(day)s的结转统计数与由记录重新推算的不符：%(code)s，差%(by)s"),
    What.TEXT_INDEX: say("全文检索中没有这个问题，或已不是它现在的内容"),
    What.PRINTS: say("%(row)s的查重指纹与它的内容不符，雷同的可能查不出来"),
    What.UNIT_PAST: say("单位在%(day)s变动以前的状态与由记录重新推算的不符"),
    What.COUNTER: say("编号计数为%(value)s，但已经发出到%(highest)s"),
    What.NUMBERS: say("编号不连续，缺少%(count)s个，例如%(first)s"),
    What.ORPHAN: say("%(row)s的“%(column)s”指向不存在的数据"),
    What.CHECKPOINT_FILE: say("检查点文件已损坏：%(detail)s"),
    What.CHECKPOINT_COLUMN: say("检查点的“%(column)s”与它的文件不符"),
    What.CHECKPOINT_ORDER: say("检查点没有接在第%(before)s号之后：有检查点缺失或被改写"),
    What.CHECKPOINT_KEY: say("检查点不是用所给的公钥对应的密钥签名的"),
    What.CHECKPOINT_OTHER: say("与在外保存的检查点不是同一份：本库的检查点被改写"),
    What.CHECKPOINT_GONE: say("在外保存有这一号检查点，本库中却没有"),
    What.OUTSIDE: say("在外保存的检查点文件不可信：%(detail)s"),
    What.FILE_MISSING: say("佐证材料“%(name)s”的文件不在了"),
    What.FILE_CHANGED: say("佐证材料“%(name)s”的文件被改动过"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that does not add up. `params` fill the template `detail`."""

    what: What
    where: str
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The message template that tells it."""
        return TEXTS[self.what]

    def __str__(self) -> str:
        return f"{self.where}: {self.detail % self.params}"


@dataclass
class Counts:
    """How much was looked at. `erased`: names erased by rule; `unnamed_files`: stored files that no row names;
    `uncoloured`: open problems that a new colour policy has not reached yet, each right by the policy before."""

    chains: int = 0
    entries: int = 0
    problems: int = 0
    files: int = 0
    checkpoints: int = 0
    erased: int = 0
    unnamed_files: int = 0
    uncoloured: int = 0


@dataclass(frozen=True)
class Report:
    """The result: `findings` in the order found; `unlisted` counts those beyond the first 10,000."""

    findings: tuple[Finding, ...]
    counts: Counts
    unlisted: int = 0

    @property
    def clean(self) -> bool:
        """True where everything adds up."""
        return not self.findings


LISTED = 10_000


class Findings:
    """Collects findings while verify runs; keeps the first 10,000 and counts the rest."""

    def __init__(self) -> None:
        self.listed: list[Finding] = []
        self.unlisted = 0
        self.counts = Counts()

    def add(self, what: What, where: str, **params: object) -> None:
        """Put down one finding."""
        if len(self.listed) < LISTED:
            self.listed.append(Finding(what, where, params))
        else:
            self.unlisted += 1

    def report(self) -> Report:
        """All of it."""
        return Report(tuple(self.listed), self.counts, self.unlisted)
