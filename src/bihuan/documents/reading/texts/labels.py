"""Cut a line of a plan or notice at its labels (责任单位：…  整改时限：…) and at the number in front of it.

The words of labels are those of table headers; a label needs a colon, or brackets, or a number or a wide gap
beside it and words that stand for nothing else (一、整改任务…).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.documents.reading import words
from bihuan.documents.reading.numbering import line_number
from bihuan.documents.reading.texts.blocks import Piece

_LABEL = re.compile(
    r"(?:^|(?<=[\s　。；;，,、（(）)】\]|*]))[【\[〔［]?(?P<label>[\u4e00-\u9fff（）()/、]{2,14}?)"
    r"(?P<count>\d{0,3}|[一二三四五六七八九十]{0,2})[】\]〕］]?\s{0,3}[:：]\*{0,2}"
    r"|【(?P<boxed>[\u4e00-\u9fff/、]{2,10}?)\d{0,3}】"
)
_UNKNOWN = re.compile(r"^(?P<label>[\u4e00-\u9fff]{2,6})[:：](?=\S)")
_BARE_WORDS = (
    r"整改任务|整改目标|整改措施|整改时限|整改期限|完成时限|完成时间|完成情况|整改情况|整改进展|责任单位|责任部门|"
    r"牵头单位|配合单位|验收意见|验收结论|存在问题|问题描述|责任人|责任领导"
)
_BARE = re.compile(rf"^(?P<label>{_BARE_WORDS})(?:(?=[^:：\s]{{4}})|(?=[\s　]+\S))")
_ALONE = re.compile(
    r"(?:(?:整改|存在|主要|具体|办理|处理|完成|落实|工作|牵头|配合|责任|协办|主办|承办|交办|督办|销号|举报|反映|任务)(?:的)?){0,3}"
    r"(?:问题|事项|内容|措施|目标|时限|期限|时间|情况|进展|成效|结果|单位|部门|科室|主体|领导|人)"
)
_GAPPED = re.compile(rf"^(?P<label>{_BARE_WORDS})(?=[ \t　]{{1,20}}[^\s:：])")
_ITEM_NUMBER = re.compile(
    r"^第\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s*[项条个](?:整改)?(?:任务|问题)?\s*[:：、.]\s*"
    r"|^(?:整改)?(?:任务|问题|事项|隐患)\s*(?P<m>[一二三四五六七八九十]{1,3}|\d{1,3})\s*[:：、.]\s*"
)
# 一是关于…: a number that elsewhere only cuts a sentence.
_SAID_FIRST = re.compile(r"^[一二三四五六七八九十]{1,2}是(?=关于|针对)")
_LISTED = "said"
ANSWER, OPINION, ITEM, KIND = "answer", "opinion", "item", "kind"
_SPECIAL: tuple[tuple[re.Pattern[str], str | None], ...] = (
    (re.compile(r"措施[及和与、]"), words.MEASURES),
    (re.compile(r"^(?:主体|属地|直接)责任$"), words.LEAD),
    (re.compile(r"^监管责任$"), words.SUPPORT),
    (re.compile(r"^(?:处理|办理)意见$"), words.PROGRESS),
    (re.compile(r"^(?:单位)?自[评查](?:结果|结论|情况)?$"), words.STATUS),
    (re.compile(r"^(?:调查|核查|核实|检查|基本)(?:核实|核查|了解)?(?:情况|结果)$"), None),
    (re.compile(r"^(?:验收|销号|审核|核查)(?:意见|结论|结果)$"), OPINION),
    (re.compile(r"(?:答复|回复)(?:意见|内容|情况)?$"), ANSWER),
    (re.compile(r"^(?:整改处理|处理整改|查处整改|整改查处)$"), words.PROGRESS),
    (re.compile(r"^(?:回复|答复|承办|办理)(?:部门|单位)$"), words.LEAD),
    (re.compile(r"^(?:整改|督办|交办|销号)(?:事项|内容)$|^(?:任务|问题|隐患|事项)名称$"), words.PROBLEM),
    (re.compile(r"^(?:整改|时限|完成)类[型别]$"), KIND),
    (re.compile(r"^下一?步(?:整改|工作)?(?:措施|安排|打算|计划)$"), words.MEASURES),
    (re.compile(r"^(?:内容|正文|反映情况|反映问题|诉求|主要内容)$"), words.PROBLEM),
)
_PROSE = re.compile(r"以下|如下|现[将对]|予以|关于|发现|^[我你您他]|[了是]$")
# The number of the label that follows (…；1.3 整改时限：).
_NEXT_NUMBER = re.compile(r"[；;，,。\s](?:[（(]?\d{1,2}(?:\.\d{1,2}){0,3}[)）]?[.、]?|[①-⑳])\s{0,3}$")
_SUREST = 0.45  # a column may be told by its cells as well, a label has only its words


@dataclass(frozen=True)
class Segment:
    """One labelled stretch; `field` is '' for text before any label and None for a label that is no field."""

    field: str | None
    label: str
    piece: Piece

    @property
    def text(self) -> str:
        """The words of the stretch."""
        return self.piece.text


@dataclass(frozen=True)
class Line:
    """A line: the form of its number (None without one; ITEM for 第4项：), the number itself, its segments."""

    form: str | None
    number: str
    segments: tuple[Segment, ...]


def cut(line: Piece) -> Line:
    """Cut one line; an unlabelled line is one segment without a field."""
    line = line.part(0)
    if numbered := _ITEM_NUMBER.match(line.text):
        number, rest = numbered["n"] or numbered["m"], line.part(numbered.end())
        return Line(ITEM, number, tuple(_segments(rest)))
    form, text = (
        (_LISTED, line.text[listed.end() :])
        if (listed := _SAID_FIRST.match(line.text))
        else line_number(line.text)
    )
    rest = line.part(len(line.text) - len(text)) if form else line
    number = line.text[: len(line.text) - len(text)] if form else ""
    if _is_label_alone(rest.text):
        return Line(form, number, (Segment(field_of(rest.text), rest.text, rest.part(len(rest.text))),))
    bare = (_BARE if form is not None else _GAPPED).match(rest.text)
    if bare is not None:
        return Line(form, number, (_bare_segment(rest, bare),))
    return Line(form, number, tuple(_segments(rest)))


def _is_label_alone(text: str) -> bool:
    """Whether a line is nothing but a label, its colon forgotten; what it labels stands below."""
    return bool(_ALONE.fullmatch(text)) and field_of(text) not in ("", None)


def _bare_segment(rest: Piece, bare: re.Match[str]) -> Segment:
    return Segment(field_of(bare["label"]), bare["label"], _close(rest.part(bare.end())))


def labels_in(text: str) -> Iterator[tuple[re.Match[str], str, str | None]]:
    """All labels of a text: the match, the words, and the field (None for one that is known to be none)."""
    for found in _LABEL.finditer(text):
        label = found["label"] or found["boxed"]
        field = field_of(label)
        if field != "":
            yield found, label, field


def _segments(line: Piece) -> list[Segment]:
    labels = list(labels_in(line.text))
    starts = [found.start() for found, _, _ in labels]
    unknown = None if labels else _UNKNOWN.match(line.text)
    if unknown and not _PROSE.search(unknown["label"]):
        return [Segment(None, unknown["label"], _close(line.part(unknown.end())))]
    segments: list[Segment] = []
    head = line.part(0, starts[0]) if starts else line
    if head.text.strip(" 　（(*") or not starts:
        segments.append(Segment("", "", _close(head)))
    for (found, label, field), end in zip(labels, [*starts, None][1:], strict=True):
        piece = line.part(found.end(), end)
        if end is not None and (number := _NEXT_NUMBER.search(piece.text)):
            piece = piece.part(0, number.start())
        segments.append(Segment(field, label, _close(piece)))
    return segments


def field_of(label: str) -> str | None:
    """The field of a label, None when it is known to be none, '' when the words are no label at all."""
    if _PROSE.search(label):
        return ""
    for pattern, field in _SPECIAL:
        if pattern.search(label):
            return field
    claims = words.claims_of(label)
    if claims:
        best = max(claims, key=lambda name: claims[name])
        return best if claims[best] >= _SUREST else None
    return None if words.is_ruled(label) else ""


_EDGE = " 　\t；;，,。*/|"


def _close(piece: Piece) -> Piece:
    """A stretch without the bracket that opened before its first label or closed behind its last."""
    piece = piece.part(0)
    text = piece.text
    end = len(text)
    if text.endswith(("）", ")")) and text.count("（") + text.count("(") < text.count("）") + text.count(")"):
        end -= 1
    if text.endswith(("（", "(")):
        end -= 1
    text = text[:end].rstrip(_EDGE)
    start = len(text) - len(text.lstrip(_EDGE))
    return piece.part(start, len(text))
