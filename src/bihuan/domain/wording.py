"""Advice on how a problem and its measures are worded: too broad, several in one, too small, nothing to check.

Advice only, never a refusal: the words are right somewhere. So it is quiet, at most one piece for the problem and
one for each measure; each says why and how the same might be put better. It knows words and no meaning: whether
a problem exists or a measure helps is not for it to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum

from bihuan.domain import phrases
from bihuan.domain.refusals import say

_LEAST_LEFT = 3
"""So many characters beside hollow words are taken for something said."""
_MANY_PARTS = 4
_SHORTEST_PART = 5
_LONGEST_TRIFLE = 24
_COPIED = 0.9
_LONGEST_COMPARED = 300
_LONGEST_QUOTED = 40
_LONGEST = 2_000
"""Characters of a text that are looked at; what a person writes as one problem or one measure is shorter."""
_LETTERS = re.compile(r"[\W_]+")


class Code(StrEnum):
    """What the advice is about."""

    BROAD = "broad"
    SEVERAL = "several"
    FINE = "fine"
    RESTATES = "restates"
    COPIED = "copied"
    NO_RESULT = "no-result"
    NO_DATE = "no-date"
    NO_AMOUNT = "no-amount"


@dataclass(frozen=True)
class Advice:
    """One piece of advice.

    `measure` is the place of the measure it is about (0 the first), None where it is about the problem or the
    whole scheme (`RESTATES`). `what`, `why` and `example` are messages, to be translated; `params` fill `what`.
    """

    code: Code
    what: str
    why: str
    example: str
    measure: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)


_WORDS: Mapping[Code, tuple[str, str, str]] = {
    Code.BROAD: (
        say("“%(words)s”写得太宽，没有说清哪里、哪件事出了问题。"),
        say("问题太宽，责任单位不知道改什么，验收时也无从对照，难以销号。"),
        say("例如：“柳塘镇政务大厅只开2个窗口，办理社保平均等候70分钟”。"),
    ),
    Code.SEVERAL: (
        say("这一条里写了%(count)d个问题。"),
        say("几个问题合在一条里，有一个没改完，整条都不能销号，责任也分不清。"),
        say("例如拆成两条：“滨河路5处井盖下沉”“松林小学食堂留样缺9天的记录”，各有牵头单位和时限。"),
    ),
    Code.FINE: (
        say("“%(words)s”是小细节，单列一条可能过细。"),
        say("过细的问题会淹没重要的问题；当场能改的，改完记入同类问题即可。"),
        say("例如并入：“公文审核把关不严，抽查20份有6份存在错漏”。"),
    ),
    Code.RESTATES: (
        say("整改措施只讲了重要性，没有写要做什么。"),
        say("提高认识不等于解决问题，验收时看不到做了什么、改到什么程度。"),
        say("例如：“9月底前更换进水泵1台，恢复日处理能力500吨”。"),
    ),
    Code.COPIED: (
        say("这条措施与问题几乎相同。"),
        say("只重复问题，看不出由谁、做什么、做到什么程度。"),
        say("例如问题是“5处井盖下沉”，措施可写：“9月底前更换井盖5处，由市政所逐处验收”。"),
    ),
    Code.NO_RESULT: (
        say("“%(words)s”没有可以检验的结果。"),
        say("验收时无法判断做没做、做到没有。"),
        say("可以写明做什么、多少次、留下什么，例如：“每周巡查3次并登记，发现堆物当天清走”。"),
    ),
    Code.NO_DATE: (
        say("写了“%(words)s”，但没有时限。"),
        say("没有日期就无法按序时进度催办，也无法判断是否逾期。"),
        say("例如：“10月20日前修好护栏40米”。"),
    ),
    Code.NO_AMOUNT: (
        say("写了“%(words)s”，但没有数量。"),
        say("没有数量，完成多少算完成说不清楚。"),
        say("例如：“年底前安装路灯36盏”。"),
    ),
}
"""What, why and an example for each code, in the order in which they are told."""


def advise(problem: str, measures: Sequence[str] = (), *, dated: bool) -> tuple[Advice, ...]:
    """Advice on a problem and the measures against it, that on the problem first; nothing for most.

    `dated` says whether the problem has a date by which it is to be mended: then no measure needs one of its own.
    """
    problem, measures = problem[:_LONGEST], [text[:_LONGEST] for text in measures]
    found = [_about_problem(problem)]
    if _restates(measures):
        found.append(_advice(Code.RESTATES))
    else:
        found += [_about_measure(place, text, problem, dated) for place, text in enumerate(measures)]
    return tuple(one for one in found if one)


def _advice(code: Code, measure: int | None = None, **params: object) -> Advice:
    what, why, example = _WORDS[code]
    return Advice(code, what, why, example, measure, params)


def _about_problem(text: str) -> Advice | None:
    text = text.strip()
    if (count := _problems_in(text)) > 1:
        return _advice(Code.SEVERAL, count=count)
    if _is_trifle(text):
        return _advice(Code.FINE, words=_quoted(text))
    if text and all(_is_hollow(clause) for clause in _clauses(text)):
        return _advice(Code.BROAD, words=_quoted(text))
    return None


def _about_measure(place: int, text: str, problem: str, dated: bool) -> Advice | None:
    if _is_copy(text, problem):
        return _advice(Code.COPIED, place)
    clauses = _clauses(text)
    if clauses and all(_promises_nothing(clause) for clause in clauses):
        return _advice(Code.NO_RESULT, place, words=_quoted(text))
    for code, words in ((Code.NO_DATE, "" if dated else _undated(text)), (Code.NO_AMOUNT, _uncounted(text))):
        if words:
            return _advice(code, place, words=words)
    return None


def _quoted(text: str) -> str:
    """The beginning of a text, enough to know it by."""
    text = text.strip()
    return text if len(text) <= _LONGEST_QUOTED else text[:_LONGEST_QUOTED] + "…"


def _clauses(text: str) -> list[str]:
    return [clause for clause in phrases.CLAUSES.split(text.strip()) if clause]


def _problems_in(text: str) -> int:
    """How many problems a text counts up from its very beginning, or puts side by side."""
    for form in phrases.NUMBERED:
        numbers = [phrases.ORDER[mark[1]] for mark in form.finditer(text)]
        first = form.match(text)
        if first and numbers[:2] == [1, 2]:
            return len(numbers)
    parts = [part for part in phrases.SENTENCE_PARTS.split(text) if len(part.strip()) >= _SHORTEST_PART]
    side_by_side = len(parts) >= _MANY_PARTS and not phrases.CLAUSES.search(parts[0])
    return len(parts) if side_by_side else 1


def _is_trifle(text: str) -> bool:
    """Whether a short text is about one small thing."""
    if len(text) > _LONGEST_TRIFLE or phrases.SEVERAL.search(text):
        return False
    return bool(phrases.TRIFLE.search(text) or (phrases.SMALL.search(text) and phrases.ONE.search(text)))


def _is_hollow(clause: str) -> bool:
    """Whether a clause holds nothing but words that stand in any report."""
    return len(phrases.HOLLOW.sub("", clause)) < _LEAST_LEFT


def _promises_nothing(clause: str) -> bool:
    """Whether nobody could check a clause of a measure: hollow, or the strengthening of something."""
    if phrases.CONCRETE.search(clause):
        return False
    vague = phrases.VAGUE_VERB.search(clause) and phrases.VAGUE_NOUN.search(clause)
    return bool(vague) or _is_hollow(clause) or bool(phrases.IMPORTANCE.search(clause))


def _restates(measures: Sequence[str]) -> bool:
    """Whether a whole scheme only says that the matter is important."""
    clauses = [clause for text in measures for clause in _clauses(text)]
    important = [clause for clause in clauses if phrases.IMPORTANCE.search(clause)]
    return 2 * len(important) >= len(clauses) > 0 and all(_promises_nothing(clause) for clause in clauses)


def _is_copy(measure: str, problem: str) -> bool:
    """Whether a measure is the problem again, but for words such as 解决…问题."""
    ours, theirs = (_LETTERS.sub("", phrases.TO_MEND.sub("", text)) for text in (measure, problem))
    if not ours or not theirs or max(len(ours), len(theirs)) > _LONGEST_COMPARED:
        return False
    return ours == theirs or SequenceMatcher(None, ours, theirs, autojunk=False).ratio() >= _COPIED


def _undated(text: str) -> str:
    """The words that promise a date which is not there."""
    found = phrases.PROMISED_SOON.search(text)
    settled = phrases.WHEN.search(text) or phrases.ALREADY.search(text)
    return found[0] if found and not settled else ""


def _uncounted(text: str) -> str:
    """The words that promise an amount which is not there; dates are no amounts."""
    found = phrases.VAGUE_AMOUNT.search(text)
    if not found or phrases.HOW_MUCH.search(phrases.WHEN.sub("", text)):
        return ""
    return found[0]
