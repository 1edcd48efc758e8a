"""Problems listed in running text, as notices of inspections write them: 发现问题3个：…，责任单位…；…。

Only a sentence that says that something was found and then counts it up is taken for a list; a speech that asks
to solve problems is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bihuan.documents.reading import words
from bihuan.documents.reading.dates import read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import split_steps
from bihuan.documents.reading.texts.blocks import Piece
from bihuan.documents.reading.texts.drafts import TOLD, Draft
from bihuan.documents.reading.texts.telling import AT_ONCE, CLAUSE, SENTENCE, promised

_FOUND = re.compile(
    r"(?:发现|查出|存在|反弹|查摆出|检查出|暴露出|排查出|梳理出|查实|反映出|指出|出现)[^。：:；]{0,30}"
    r"(?:问题|隐患|不足|短板|情形|情况|反弹|缺陷|如下|\d个|\d处|\d项|\d条|\d起)[^。：:；，]{0,8}(?:[，,]请[^。：:；，]{2,12})?[:：]"
)
_LONGEST = 2000
_CHECKED = re.compile(r"(?:核实|核查|调查|检查|查明|抽查)(?:情况|结果)?(?:如下)?[:：]")
_FAULTLESS = re.compile(r"未发现|不属实|运行正常|已注销")
_NAMED_PROBLEM = re.compile(r"[^，,；;。]{4,60}?问题(?=正在|已|尚未|未|基本)")
_TREATED = re.compile(r"^(?:均|现|目前|问题)?(?:已|限期|责令|要求|正在|拟|将)")
_DEMAND = re.compile(r"(?<![主重需])要(?!求|点)|着力|解决好|切实|坚决|必须|聚焦")
_UNIT_BEHIND = re.compile(
    r"[，,（(](?:该问题)?(?:(?:整改)?(?:责任单位|责任主体|整改单位|责任部门|属地|牵头单位)(?:为|是|[:：])?"
    r"(?P<units>[^，,；;。：:（）()]{2,40}?)(?:负责(?:整改|落实)?)?|"
    r"由(?P<charged>[^，,；;。：:（）()]{2,40}?)(?:负责|牵头|承办)(?:整改|落实|办理)?)[）)]?[；;。]?$"
)
_FOUND_HERE = re.compile(r"(?:检查|督查|抽查|排查|走访|暗访|巡查)[^。：:；，]{0,10}发现[:：]")
_ASSIGNED = re.compile(
    r"(?P<problem>[^，,；;。：:]{4,60}?)的?问题[，,]?由(?P<units>[^，,；;。]{2,40}?)(?:负责|牵头|承办|落实)(?:整改|办理|解决)?(?=[，,；;。]|$)"
)
_STRETCH = re.compile(r"[^；;]+")
_NAMED = re.compile(r"\s{0,4}(?P<unit>[^，。：:；\s]{2,20})[：:]")
_LISTED_HEAD = re.compile(
    rf"{_FOUND.pattern}$|(?:问题|隐患|不足)[^。：:；，]{{0,10}}如下[:：]$"
    r"|(?:未|尚未|没有|逾期)[^。：:；]{0,14}\d{1,3}[项个件条处][^。：:；，]{0,6}[:：]$"
)


def announces(text: str) -> bool:
    """Whether a line ends by saying that what was found follows (发现以下隐患：)."""
    sentence = text.rpartition("。")[2]
    return bool(_LISTED_HEAD.search(sentence)) and not _DEMAND.search(sentence)


def findings_in(line: Piece, frame: Frame) -> list[Draft]:
    """The problems a line counts up after saying that they were found; empty when it does not."""
    sentences = list(_sentences(line))
    if by_unit := _by_unit(sentences[0]) if sentences else []:
        return by_unit
    for place, sentence in enumerate(sentences):
        drafts = _assigned(sentence) or _charged(sentence) or _counted_up(sentence)
        for after in sentences[place + 1 :] if drafts else ():
            add_deadline(drafts, after, frame)
        if drafts:
            return drafts
    return []


def _counted_up(sentence: Piece) -> list[Draft]:
    """What a sentence lists after saying that it was found, or what was checked and found wrong."""
    text = sentence.text
    found = _FOUND.search(text) or _FOUND_HERE.search(text) or _CHECKED.search(text)
    if found is None or _DEMAND.search(text[: found.end()]):
        return []
    drafts = [_draft(part) for part in _parts(sentence.part(found.end())) if not _FAULTLESS.search(part.text)]
    return [draft for draft in drafts if len(draft.fields) > 1 or found.re is not _CHECKED]


def _assigned(sentence: Piece) -> list[Draft]:
    """Problems that are given to a unit in passing (…问题由市商务局牵头，9月底前完成；…)."""
    drafts: list[Draft] = []
    for stretch in _STRETCH.finditer(sentence.text):
        if found := _ASSIGNED.search(stretch[0]):
            part = sentence.part(stretch.start(), stretch.end())
            draft = Draft(first=part.block, last=part.block, listed=True)
            draft.add(words.PROBLEM, part.part(*found.span("problem")))
            draft.add(words.LEAD, part.part(*found.span("units")))
            draft.add(TOLD, part.part(found.end()))
            drafts.append(draft)
    return drafts


def _charged(sentence: Piece) -> list[Draft]:
    """A list behind a colon whose every stretch ends with its unit (…：…，责任单位市水务局；…，责任单位…)."""
    at = max(sentence.text.find("："), sentence.text.find(":"))
    if at < 0:
        return []
    parts = list(_parts(sentence.part(at + 1)))
    return [_draft(part) for part in parts] if len(parts) > 1 and all(map(unit_behind, parts)) else []


def _by_unit(sentence: Piece) -> list[Draft]:
    """Stretches that each begin with the unit that answers for it (市水务局：…，已…；市林业局：…，正在…)."""
    drafts: list[Draft] = []
    stretches = 0
    for found in _STRETCH.finditer(sentence.text):
        named = _NAMED.match(found[0])
        if named is None or not is_unit(named["unit"]):
            return []
        stretches += 1
        if end_of_problem(found[0]) == len(found[0]):
            continue
        draft = _draft(sentence.part(found.start() + named.end(), found.end()))
        draft.add(
            words.LEAD, sentence.part(found.start() + named.start("unit"), found.start() + named.end("unit"))
        )
        drafts.append(draft)
    return drafts if stretches > 1 else []


def _sentences(line: Piece) -> Iterator[Piece]:
    for found in SENTENCE.finditer(line.text):
        yield line.part(found.start(), found.end())


def _parts(listed: Piece) -> Iterator[Piece]:
    """The stretches of a list; one alone is a list only where it names its unit."""
    steps = split_steps(listed.text)
    if len(steps) < 2 and not (steps and _UNIT_BEHIND.search(steps[0])):
        return
    at = 0
    for step in steps:
        at = max(listed.text.find(step, at), 0)
        yield listed.part(at, at + len(step))
        at += len(step)


def _draft(part: Piece) -> Draft:
    draft = Draft(first=part.block, last=part.block, listed=True)
    if behind := unit_behind(part):
        part, units = behind
        draft.add(words.LEAD, units)
    end = end_of_problem(part.text)
    draft.add(words.PROBLEM, part.part(0, end))
    if end < len(part.text):
        draft.add(TOLD, part.part(end))
    return draft


def unit_behind(part: Piece) -> tuple[Piece, Piece] | None:
    """What is wrong and the units named behind it (…，责任单位市水务局); None where none are."""
    found = _UNIT_BEHIND.search(part.text[:_LONGEST])
    if found is None:
        return None
    units = part.part(*found.span("units" if found["units"] else "charged"))
    return part.part(0, found.start()), units


def end_of_problem(text: str) -> int:
    """Where what is wrong ends and what was done about it begins."""
    if named := _NAMED_PROBLEM.match(text):
        return named.end()
    at = 0
    for clause in CLAUSE.split(text):
        if at and _TREATED.match(clause):
            return at
        at += len(clause)
    return len(text)


def add_deadline(drafts: list[Draft], sentence: Piece, frame: Frame) -> None:
    """Give the date a sentence sets to all problems listed above that have none of their own."""
    at = 0
    for clause in CLAUSE.split(sentence.text):
        bare = clause.strip("，,；;。 ")
        due = promised(bare, frame) or (read_deadline(bare) if AT_ONCE.match(bare) else None)
        if due is not None:
            start = sentence.text.find(due.raw, at)
            for draft in drafts:
                if words.DEADLINE not in draft.fields:
                    draft.add(words.DEADLINE, sentence.part(start, start + len(due.raw)))
            return
        at += len(clause)
