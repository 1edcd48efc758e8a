"""Sentences told about a problem, sorted clause by clause: how far it has come, what was done, what is promised.

A clause counts for what its own words say; nothing is concluded from several of them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.documents.reading.dates import Deadline, read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.numbering import split_steps, trim
from bihuan.documents.reading.statuses import status_in_prose

# Question marks in a row before a character stand for lost ones.
SENTENCE = re.compile(r"(?:[^。！？!?]|\?{2,9}(?=[\u4e00-\u9fff]))+")
CLAUSE = re.compile(r"(?<=[，,；;])")
# Signs that hardly any statement of what is wrong does without.
TROUBLE = re.compile(
    r"[未不无没堵漏坏损污臭噪扰乱破裂脏差缺欠拖违溢塌险难倒占偷超假骗毁断低弱慢滞锈松失]|故障|停用|积水|隐患"
)
# Words by which something is promised; what stands behind the last of them is the date itself.
_PROMISE = re.compile(
    r"预计|计划|力争|确保|将于|拟于|争取|承诺|限期|限于?|务必|须|将在|将|拟|(?:请|应|要求)[^，]{0,12}?[于在](?=\d)|在|于|要求"
)
_END = re.compile(
    r"(?:[年月]?[底末]前后?|[年月][底末内]|[年月旬日号]之?前|底前?|上半年|下半年|季度末?|[上中下]旬前?|(?:日|天|周|月|星期|小时)[以之]?内|"
    r"[年月日前末](?=(?:全部|全面|彻底)?(?:完成|到位|清偿|建成|整改|办结)))"
)
_FIRM = re.compile(r"前后?$|内$|底$|末$|半年$|季度$|旬$")
_DONE_BY = re.compile(
    r"完成|到位|清偿|建成|解决|整改|办结|销号|修复|实施|达到|开工|动工|进场|启动|投用|投入|通车|改造|恢复|开通|上报|可|能"
)
AT_ONCE = re.compile(
    r"^(?:已?(?:书面|口头|当场|现场)?(?:告知|责令|要求|通知)?其?限期(?:完成)?整改|立行立改|立查立改|即知即改|即行即改|边查边改|边督边改|立即整改)$"
)
_KEPT_UP = re.compile(r"并?长期坚持(?:下去)?")
_PURSUED = re.compile(r"^(?:现?已)?(?:对其)?(?:立案|责令(?:其)?(?:限期|立即)?整改|移交|移送)[^，]{0,10}$")
_COUNT = re.compile(
    r"^[^\d一是]{2,24}\d[\d.,，]{0,9}[万亿]?(?:余|多)?[\u4e00-\u9fff]{1,3}(?:、[^\d，]{2,16}\d[\d.,]{0,9}[万亿]?(?:余|多)?[\u4e00-\u9fff]{1,3}){0,6}$"
)
_NUMBERED = re.compile(r"[（(]?[一1１①][)）]?[是.．、）)]|[①(（]")
_RESULT = re.compile(
    r"(?:[率占比例]|进度)[^，]{0,12}\d[%％]$|由[^，]{0,4}\d[^，]{0,6}(?:缩短|压缩|提高|提升|增加|减少|降)[^，]{0,4}[为至到]\d|^(?:已)?通过[^，]{0,6}验收$|属实$|^经(?:查|核[实查]|调查)$|^(?:已|已经)?(?:列入|纳入)[^，]{0,16}计划$"
)
_REST = re.compile(
    r"^(?:目前|现)$|^(?:但|目前)?(?:剩余|其余|余下|仍有|尚有|还有)|^(?:因|由于|受)|^(?:其中)?\d{1,4}\S(?:正在|尚未|仍在|未)|因[^，]{1,12}(?:尚未|仍未|未能)"
)
_UNDER_WAY = re.compile(r"^[^，]{0,8}(?:正在|正处于|尚在|仍在)")
_OURSELVES = re.compile(
    r"^我[\u4e00-\u9fff]{1,2}(?=立即|已|迅速|及时|高度|组织|制定|下发|开展)(?:已经?|立即|迅速|及时)?"
)
_DATED_STEP = re.compile(r"^[^，,]{2,20}?[前内]")
_PAST = re.compile(
    r"后[一二两三四五六七八九十\d]{1,3}个?(?:小时|天|日|分钟)[以之]?内|^(?:截至|截止|自|从|鉴于)|以来|[年月日]起[，,]?$|已于|了|(?:日|月)[^前底内]{0,10}已(?!列入)"
)
_LONGEST_PROMISE = 60


@dataclass
class Told:
    """What was heard; `raw` is how the status was worded."""

    status: str = ""
    raw: str = ""
    steps: list[str] = field(default_factory=list)
    when: Deadline | None = None
    under_way: str = ""

    def hear(self, clause: str, frame: Frame) -> bool:
        """Take in a clause that states a status or promises a date; False when it tells what was done."""
        bare = trim(clause)
        stated = None if _KEPT_UP.fullmatch(bare) and self.status != "done" else status_in_prose(bare)
        if stated is None and _KEPT_UP.fullmatch(bare):
            self.when = self.when or read_deadline(bare, frame)
            return True
        due = read_deadline(bare, frame) if stated and self.status else None if stated else promised(bare, frame)
        if stated and not self.status:
            self.status, self.raw = stated
        if due is not None and self._is_due(due):
            self.when = self.when or due
        if not self.status and _PURSUED.match(bare):
            self.status, self.raw = "ongoing", bare
            return True
        if not self.under_way and _UNDER_WAY.match(bare):
            self.under_way = bare
        return bool(stated or due or AT_ONCE.match(bare) or _REST.search(bare) or _RESULT.search(bare))

    def _is_due(self, due: Deadline) -> bool:
        """What is kept up after it was done (已完成，长期坚持) has no date to come."""
        if due.kind != "date":
            return self.status != "done"
        return due.day is not None or due.relative or bool(_DATE_START.match(due.raw))


def tell(sentences: Iterable[str], frame: Frame, results: Iterable[str] = ()) -> Told:
    """Sort the sentences told after a problem; `results` are those that tell what has been reached.

    A result that is nothing but counts (拆除25处) is a figure, no measure.
    """
    told = Told()
    reached = (part for one in results for part in _stretches(one))
    for sentence in (*sentences, *(one for one in reached if not _is_counts(one, told, frame))):
        if staged := _staged(sentence, frame):
            told.when = told.when or staged
            continue
        kept = "".join(clause for clause in CLAUSE.split(sentence) if not told.hear(clause, frame))
        steps = split_steps(kept) if trim(kept) else ()
        told.steps.extend(_OURSELVES.sub("", step) for step in steps if step != told.under_way)
    if not told.status and told.under_way:
        told.status, told.raw = "ongoing", told.under_way
    return told


def _stretches(sentence: str) -> list[str]:
    """A sentence at its semicolons; one that numbers its parts stays whole."""
    return [sentence] if _NUMBERED.match(sentence.strip()) else re.split("[；;]", sentence)


def _is_counts(sentence: str, told: Told, frame: Frame) -> bool:
    """Whether a sentence only counts; the status and date it states beside that are heard all the same."""
    clauses = [clause for clause in CLAUSE.split(sentence) if trim(clause)]
    counts = [bool(_COUNT.search(trim(clause))) for clause in clauses]
    heard = [is_count or told.hear(clause, frame) for clause, is_count in zip(clauses, counts, strict=True)]
    return any(counts) and all(heard)


def _staged(sentence: str, frame: Frame) -> Deadline | None:
    """The deadline of a sentence that is nothing but dated steps (6月底前，…；12月底前，…); None of any other."""
    steps = [step for step in re.split("[；;]", sentence) if step.strip()]
    dated = [step for step in steps if (lead := _DATED_STEP.match(step.strip())) and promised(lead[0], frame)]
    if len(steps) < 2 or len(dated) < len(steps):
        return None
    deadline = read_deadline(trim(sentence), frame)
    return deadline if deadline is not None and deadline.kind == "stage" else None


def promised(clause: str, frame: Frame) -> Deadline | None:
    """The date a clause promises (预计2025年11月底完成), None when it promises none."""
    if len(clause) > _LONGEST_PROMISE or _PAST.search(clause):
        return None
    ends = list(_END.finditer(clause))
    if not ends:
        return None
    when = clause[: ends[-1].end()]
    heads = list(_PROMISE.finditer(when))
    bare = when[heads[-1].end() :] if heads else when
    if not heads and not _is_firm(bare, clause[ends[-1].end() :]):
        return None
    deadline = read_deadline(_from_date(bare), frame)
    return deadline if deadline is not None and _is_dated(deadline) else None


def _is_firm(when: str, rest: str) -> bool:
    """Whether a date is a promise without a word that says so: it stands alone, or something is done by it."""
    return when.endswith(("前", "内")) or bool(rest and _FIRM.search(when) and _DONE_BY.search(rest))


_DATE_START = re.compile(
    r"(?:\d{4}年|[二〇零○一三四五六七八九]{4}年|[今明]年|本月|下个?月|当月|\d{1,2}月|[一二三四五六七八九十]{1,3}月|年底|月底|"
    r"[一二两三四五六七八九十\d]{1,3}个?(?:工作日|日|天|周|月|星期|小时)|\d{1,2}日|[上下]半年|第?[一二三四\d]季度)"
)


def _from_date(text: str) -> str:
    """A phrase from its date on, without the words before it (高温来临前更换, 请各单位6月底前)."""
    found = _DATE_START.search(text)
    return text[found.start() :] if found else text


def _is_dated(deadline: Deadline) -> bool:
    return deadline.relative or deadline.day is not None or bool(_DATE_START.match(deadline.raw))
