"""Cut a line of a plan or notice at its labels (责任单位：…  整改时限：…) and at the number in front of it.

The words of labels are those of table headers; a label needs a colon, or a number before it and a word that
stands for nothing else (一、整改任务…).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bihuan.documents.reading import words
from bihuan.documents.reading.numbering import line_number

_LABEL = re.compile(
    r"(?:^|(?<=[\s　。；;，,、（(）)】]))(?P<label>[\u4e00-\u9fff（）/、]{2,14}?)(?P<count>\d{0,3})\s*[:：]"
)
_UNKNOWN = re.compile(r"^(?P<label>[\u4e00-\u9fff]{2,6})[:：](?=\S)")
_BARE = re.compile(
    r"^(?:整改任务|整改目标|整改措施|整改时限|完成时限|完成情况|责任单位|牵头单位|配合单位|"
    r"验收意见|存在问题|责任人)(?=[^:：\s]{4})"
)
_ITEM_NUMBER = re.compile(
    r"^第\s*\d{1,3}\s*[项条个](?:任务|问题)?\s*[:：、.]\s*|^(?:整改)?(?:任务|"
    r"问题)[一二三四五六七八九十\d]{1,3}\s*[:：、.]\s*"
)
ANSWER, OPINION, ITEM = "answer", "opinion", "item"
_SPECIAL = (
    (re.compile(r"^(?:验收|销号|审核|核查)(?:意见|结论|结果)$"), OPINION),
    (re.compile(r"(?:答复|回复)(?:意见|内容|情况)?$"), ANSWER),
    (re.compile(r"^(?:回复|答复|承办|办理)(?:部门|单位)$"), words.LEAD),
    (re.compile(r"^(?:内容|正文|反映情况|反映问题|诉求|主要内容)$"), words.PROBLEM),
    (re.compile(r"^(?:时限|期限|责任|措施|目标)$"), ""),
)


@dataclass(frozen=True)
class Segment:
    """One labelled stretch; `field` is '' for text before any label and None for a label that is no field."""

    field: str | None
    label: str
    text: str


@dataclass(frozen=True)
class Line:
    """A line: the form of its number (None without one; ITEM for 第4项：) and its segments."""

    form: str | None
    segments: tuple[Segment, ...]


def cut(line: str) -> Line:
    """Cut one line; an unlabelled line is one segment without a field."""
    line = line.strip()
    numbered = _ITEM_NUMBER.match(line)
    form, rest = (ITEM, line[numbered.end() :]) if numbered else line_number(line)
    if form is not None and (bare := _BARE.match(rest)):
        rest = f"{bare[0]}：{rest[bare.end() :]}"
    return Line(form, tuple(_segments(rest)))


def _segments(text: str) -> list[Segment]:
    labels = [(found, field) for found in _LABEL.finditer(text) if (field := _field(found["label"])) != ""]
    starts = [found.start("label") for found, _ in labels]
    if not labels and (unknown := _UNKNOWN.match(text)):
        return [Segment(None, unknown["label"], _close(text[unknown.end() :]))]
    segments: list[Segment] = []
    head = text[: starts[0]] if starts else text
    if head.strip(" 　（(") or not starts:
        segments.append(Segment("", "", _close(head)))
    for (found, field), end in zip(labels, [*starts, len(text)][1:], strict=True):
        segments.append(Segment(field, found["label"], _close(text[found.end() : end])))
    return segments


def _field(label: str) -> str | None:
    """The field of a label, None when it is known to be none, '' when the words are no label at all."""
    for pattern, field in _SPECIAL:
        if pattern.search(label) and field:
            return field
    claims = words.claims_of(label)
    if claims:
        return max(claims, key=lambda name: claims[name])
    return None if words.is_ruled(label) else ""


def _close(text: str) -> str:
    """A stretch without the bracket that opened before its first label or closed behind its last."""
    text = text.strip(" 　\t")
    if text.endswith(("）", ")")) and text.count("（") + text.count("(") < text.count("）") + text.count(")"):
        text = text[:-1]
    if text.endswith(("（", "(")):
        text = text[:-1]
    return text.strip(" 　\t；;，,。")
