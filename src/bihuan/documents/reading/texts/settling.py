"""A draft becomes an item, or nothing: whether it states a problem, and each field in its own terms.

A draft that says nothing beside its first line is a heading, a demand or a paragraph, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bihuan.documents.reading import words
from bihuan.documents.reading.dates import Deadline, read_deadline
from bihuan.documents.reading.frames import Frame
from bihuan.documents.reading.items import Item
from bihuan.documents.reading.numbering import split_steps, strip_number, trim
from bihuan.documents.reading.statuses import status_in_prose
from bihuan.documents.reading.texts.actors import actor_of
from bihuan.documents.reading.texts.drafts import TOLD, Draft
from bihuan.documents.reading.texts.labels import ANSWER, KIND, OPINION
from bihuan.documents.reading.texts.telling import SENTENCE, TROUBLE, Told, tell
from bihuan.documents.reading.units import SUPPORT, Units, read_persons, read_units

_QUOTED = re.compile(
    r"^(?:关于|针对|对于)?[“\"「](?P<said>.{2,200})[”\"」](?:的|这一|等)?(?:问题|隐患)[。：:，]?$"
)
_ABOUT = re.compile(
    r"^(?:关于|针对|对于)[“\"「](?P<said>.{2,200}?)[”\"」](?:的|这一|等)?(?:方面的?)?(?:问题|隐患)(?:的?整改(?:进展|落实|完成)?情况)?(?:[。：:，]|$)"
)
_ABOUT_PLAIN = re.compile(
    r"^(?:关于|针对|对于)(?P<said>[^。，“”]{4,80}?)(?:的|这一)?问题(?:的?整改(?:进展|落实|完成)?情况)?(?:[。：:，]|$)"
)
_STATED_BEHIND = re.compile(r"^(?P<said>[^。：:]{4,60})[：:](?=(?:目前|现)?(?:已|正在|尚未|未|基本|全部))")
_PROBLEM_LABEL = re.compile(r"^(?:问题|隐患)\d*[:：]")
_HEADLINE = re.compile(r"(?:情况|工作|要求|安排|部署|意见|说明|通知|如下|进展|措施|结果|方面|问题|清单)$")
_TOPIC = re.compile(r"(?:方面|领域|类)(?:存在的?)?(?:的?问题)?$")
_WORK = re.compile(
    r"^(?:强化|加强|压实|提高|坚持|坚决|推进|推动|开展|落实|突出|严格|健全|完善|建立|深化|聚焦|紧盯|抓|做好|狠抓|持续|全面|切实|认真|及时|"
    r"高度|提升|扎实|统筹|深入|组织|明确|注重|优化|规范|扛|构建|排查|强抓|从严|系统)"
)
_IN_CHARGE = re.compile(
    r"由?(?P<units>[^，,。；;]{2,60}?牵头(?:负责|落实)?(?:[，,][^。；;]{2,80}?(?:配合|协助|参与))?)(?:[，,]|$)"
)
_TASK = re.compile(
    r"^(?:新[建增改开]|改[造建]|建[成设]|完成|实施|为|推进|提升|打造|培育|引进|开工|整治|消除|化解|治理|加快|落实|开展|启动|组织|扩大|增加|做好|"
    r"深化|优化|健全|完善|加强|强化|推动|力争|确保|继续|全面|有序|持续)"
)
_TARGET = re.compile(r"控制在|达到|不低于|不高于|不超过|提高到|降[至到低]|\d[%％]?以[上内下]")
COMMA = re.compile("[，,]")
_GOES_ON = re.compile(
    r"^(?:新增|增加|达到?|使|实现|确保|其中|并|共|总|及|以|争取|力争|做到|防止|避免|预计)|^[^\u4e00-\u9fff]"
)
_LONGEST_PROBLEM = 200


def settle(drafts: Iterable[Draft], frame: Frame) -> list[tuple[Item, Draft]]:
    """The items among the drafts, each with the draft it came from."""
    settled: list[tuple[Item, Draft]] = []
    topic, topic_form = "", None
    for draft in drafts:
        item = _item(draft, frame, topic if draft.form != topic_form else "")
        if item is not None:
            settled.append((item, draft))
        elif heading := _topic(draft):
            topic, topic_form = heading, draft.form
        elif draft.form == topic_form:
            topic = ""
    return settled


def _topic(draft: Draft) -> str:
    """What a heading says its problems are about (三、财务管理方面); '' for any other draft."""
    text = trim(draft.text(words.PROBLEM))
    return text if len(text) <= 20 and _TOPIC.search(text) and set(draft.fields) == {words.PROBLEM} else ""


def _item(draft: Draft, frame: Frame, topic: str) -> Item | None:
    name = words.GOAL if words.PROBLEM not in draft.fields else words.PROBLEM
    subject, sentences = split_subject(draft.text(name))
    is_problem = name == words.PROBLEM or (bool(TROUBLE.search(subject)) and not _is_task(subject))
    units = read_units(draft.text(words.LEAD))
    if not units.lead:
        units, sentences = _charged(sentences)
    if not 4 <= len(subject) <= _LONGEST_PROBLEM or _is_heading(subject, bool(units.lead)):
        return None
    results = _sentences(draft, words.PROGRESS)
    told = tell(
        [*sentences, *_sentences(draft, TOLD), *(results if draft.about else ())],
        frame,
        () if draft.about else results,
    )
    status, raw = _status(draft) or (told.status, told.raw)
    deadline = (
        read_deadline(trim(draft.text(words.DEADLINE)).replace("\n", ""), frame) or _kind(draft) or told.when
    )
    if draft.about and not units.lead:
        units = _acting(told)
    measures = _measures(draft.text(words.MEASURES)) or tuple(told.steps)
    goal = draft.text(words.GOAL) if name == words.PROBLEM else ""
    stated = units.lead or draft.text(words.DEADLINE) or draft.text(words.MEASURES) or goal
    if not (draft.listed or stated or _is_told(draft, subject, bool(status), bool(deadline))):
        return None
    return Item(
        no=_number(draft),
        category=draft.category or topic,
        problem=subject if is_problem else "",
        goal=_goal(draft, subject, is_problem, name),
        measures=measures,
        lead_units=units.lead,
        support_units=units.support + read_units(draft.text(words.SUPPORT), SUPPORT).support,
        person=read_persons(draft.text(words.PERSON)),
        deadline_raw=deadline.raw if deadline else "",
        deadline_kind=deadline.kind if deadline else "",
        deadline_date=deadline.day if deadline else None,
        deadline_longterm=bool(deadline and deadline.longterm),
        deadline_relative=bool(deadline and deadline.relative),
        progress=draft.text(words.PROGRESS) or draft.text(ANSWER),
        status=status,
        status_raw=raw,
        doubts=deadline.notes if deadline else (),
    )


def _is_told(draft: Draft, subject: str, has_status: bool, has_date: bool) -> bool:
    """Whether what is told makes a problem of it: a heading followed by demands or by praise is none."""
    if words.PROGRESS in draft.fields or ANSWER in draft.fields or OPINION in draft.fields:
        return True
    if draft.about:
        return draft.form is not None or has_status or has_date
    return not _WORK.match(subject) and (has_status or (has_date and bool(TROUBLE.search(subject))))


def _charged(sentences: list[str]) -> tuple[Units, list[str]]:
    """The units a sentence puts in charge (由市司法局牵头，市公安局配合，…), and what is told beside that."""
    for place, sentence in enumerate(sentences):
        if found := _IN_CHARGE.match(sentence.strip()):
            rest = sentence.strip()[found.end() :]
            return read_units(found["units"]), [*sentences[:place], rest, *sentences[place + 1 :]]
    return Units(), sentences


def _acting(told: Told) -> Units:
    """The units named as acting in what is told; the steps go on without their names."""
    acting = [actor_of(step) for step in told.steps]
    told.steps = [step for _, step in acting]
    return Units(lead=tuple(dict.fromkeys(unit for unit, _ in acting if unit)))


def _measures(text: str) -> tuple[str, ...]:
    """The measures of a label; one sentence without numbers or semicolons is cut at its commas."""
    steps = split_steps(text)
    if len(steps) != 1 or "。" in steps[0] or "\n" in text:
        return steps
    parts: list[str] = []
    for clause in map(str.strip, COMMA.split(steps[0])):
        if parts and _GOES_ON.match(clause):
            parts[-1] += "，" + clause
        else:
            parts.append(clause)
    return tuple(parts) if all(len(part) >= 4 for part in parts) else steps


def _is_heading(subject: str, has_lead: bool) -> bool:
    """Whether a few words only announce what follows; with somebody in charge a …问题 is one."""
    short = len(subject) <= 12 and bool(_HEADLINE.search(subject))
    return short and not (has_lead and subject.endswith("问题"))


def _is_task(subject: str) -> bool:
    """Whether the words set a task or a target, whatever they are about (空置率控制在8%以内)."""
    return bool(_TASK.match(subject) or _TARGET.search(subject))


def _goal(draft: Draft, subject: str, is_problem: bool, name: str) -> str:
    """The goal: the subject itself where it is a task, what a label says otherwise."""
    if not is_problem:
        return subject
    return strip_number(draft.text(words.GOAL)) if name == words.PROBLEM else ""


def _kind(draft: Draft) -> Deadline | None:
    """A deadline that only its kind states (整改类型：立行立改)."""
    deadline = read_deadline(trim(draft.text(KIND)))
    return deadline if deadline is not None and deadline.kind != "date" else None


def _number(draft: Draft) -> str:
    return draft.text(words.NO) or draft.number.strip("（()）、.．，, 　第项条")


def _status(draft: Draft) -> tuple[str, str] | None:
    """The status an opinion or a label of its own states; None where neither does."""
    for name in (OPINION, words.STATUS):
        text = trim(draft.text(name))
        if text and (stated := status_in_prose(text)):
            return stated[0], text if name == OPINION else stated[1]
    for piece in draft.fields.get(words.PROGRESS, ()):
        text = trim(piece.text)
        if (stated := status_in_prose(text)) and stated[1] == text:
            return stated
    return None


def _sentences(draft: Draft, name: str) -> list[str]:
    return SENTENCE.findall(draft.text(name).replace("\n", "。"))


def split_subject(text: str) -> tuple[str, list[str]]:
    """The problem itself and the sentences told after it."""
    text = _PROBLEM_LABEL.sub("", text.strip())
    for pattern in (_ABOUT, _ABOUT_PLAIN):
        if found := pattern.match(text):
            return trim(found["said"]), SENTENCE.findall(text[found.end() :])
    if found := _QUOTED.match(text):
        return trim(found["said"]), []
    if found := _STATED_BEHIND.match(text):
        return trim(found["said"]), SENTENCE.findall(text[found.end() :])
    first, *rest = SENTENCE.findall(text) or [""]
    clauses = [clause for clause in re.split("[，,]", first) if clause]
    stated = next((clause for clause in clauses[1:] if len(clause) <= 10 and status_in_prose(clause)), None)
    if stated is not None:
        cut_at = first.rindex(stated)
        return strip_number(first[:cut_at]), [first[cut_at:], *rest]
    return strip_number(first), rest
