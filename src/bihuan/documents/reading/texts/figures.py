"""The figures a text states: how many of what, as printed (18.5 万件), with their place.

Dates, ordinals, document and telephone numbers, list numbers and zeros are no figures. Nothing is added up or
converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bihuan.documents.reading.numbering import chinese_number
from bihuan.documents.reading.texts.blocks import Block
from bihuan.documents.reading.texts.places import Span

_MAGNITUDE = r"[百千万亿]{0,2}"
# Measure words are a closed class of the language; longer ones come first. Those that mostly number things
# (期, 组, 楼, 号) or name places (县, 里) are left out.
_MEASURE = (
    r"个百分点|平方公里|平方千米|平方米|立方米|千瓦时|人次数|摄氏度|小时|分钟|公里|千米|公顷|公斤|千克|毫克|微克|毫米|厘米|海里|千瓦|兆瓦|美元|欧元|港元|"
    r"课时|工日|标箱|车位|泊位|床位|学位|点次|[户人家车辆场张件台条处班批艘架例项亩户]次|"
    r"[吨亩元米秒克升斤天个件条项家处人户名次起宗份张场种类台套辆艘架座栋幢间所院校村镇乡支只头羽匹尾口部册本篇幅块片根枚把瓶箱袋桶包捆盒双对"
    r"副株棵颗盏扇道眼井孔层趟轮批位员站岁度分股笔单例票封通款卷剂粒车万亿]"
)
_PERCENT = r"[%‰％]"
_NUMBER = r"\d{1,3}(?:[,，]\d{3}){1,4}(?:\.\d{1,4})?|\d{1,12}(?:\.\d{1,6})?"
_FIGURE = re.compile(
    rf"(?<![A-Za-z0-9_.〔\[/\-+“\"#第])(?P<value>{_NUMBER})\s?(?P<power>{_MAGNITUDE})(?:余|多|来|几)?"
    rf"(?:(?P<more>[万亿])?\s?(?P<unit>{_MEASURE})(?P<times>次)?|(?P<percent>{_PERCENT}))"
)
_SHARE = re.compile(r"百分之(?P<value>[\d.]{1,6}|[一二三四五六七八九十百点零]{1,7})")
_HAN_FIGURE = re.compile(
    rf"(?<![一二三四五六七八九十百千万第每几数前后])(?P<value>[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]百[一-十零]{{0,5}})"
    rf"(?:余|多)?(?P<unit>{_MEASURE})(?![一分])"
)
# What follows a number that is a date, a time, a span of time to come, or part of a name.
_NO_FIGURE = re.compile(
    r"^(?:[\d.]+(?:个?(?:工作日|自然日|月)|(?:天|小时|分钟)[以之]?[内前后]|[栋幢座层单元]{1,2}\d|分\d)|\S{1,8}(?:以上学历))"
)
_ORDINAL_BEFORE = re.compile(
    r"(?:第|编号|序号|文号|电话|热线|邮编|代码|账号|证号|[〔\[]\d{4}[〕\]]|\d[-—~至到]|[A-Za-z])\s{0,2}$"
)
_STATUTE_BEFORE = re.compile(r"(?:法|条例|规定|办法)[》”]?\s{0,2}$")
_DIGIT = re.compile(r"[\d０-９一二三四五六七八九十百两]")
_TAIL = re.compile(r"[^，,。；;：:、！？!?（）()\s\d]{1,16}$")
_HEAD = re.compile(r"^[^，,。；;：:、！？!?（）()\s\d]{1,14}")
_APPROXIMATE = re.compile(r"(?:共计|总计|合计|累计|共有|共|约|近|达到?|为|超过?|逾|了|仅|各|的|是|至|到)+$")
_VERBAL = re.compile(r"^(?:已|将|均|全部|正|由|被|并|并且|且|和|与|及|以|在|可|需|左右|以上|以下|以内)")
_LIST_NUMBER = re.compile(r"^\s{0,4}(?:\d{1,3}(?:\.\d{1,3}){0,3}|[（(]\d{1,3}[)）])[.．、)）\s]")
_ASIDE = re.compile(r"[（(]$")
_LEFT_OVER = re.compile(rf"^(?:[年月日号批轮届]|{_MAGNITUDE}{_MEASURE}次?)+的?")


@dataclass(frozen=True)
class Figure:
    """One figure: what it counts (the words around it), its value and unit as printed, and its place."""

    what: str
    value: int | float
    unit: str
    place: Span

    def as_json(self) -> dict[str, object]:
        """The figure by the reading contract."""
        return {"what": self.what, "value": self.value, "unit": self.unit, "place": self.place.as_json()}


def figures_of(blocks: Sequence[Block]) -> tuple[Figure, ...]:
    """All figures of a document in order."""
    found: list[Figure] = []
    for number, block in enumerate(blocks, start=1):
        if not block.rows:
            found.extend(_figures(block.text, number, None))
        for row, cells in enumerate(block.rows, start=1):
            for column, cell in enumerate(cells, start=1):
                found.extend(_figures(cell, number, (row, column)))
    return tuple(found)


def _figures(text: str, paragraph: int, cell: tuple[int, int] | None) -> Iterator[Figure]:
    if not _DIGIT.search(text):
        return
    row, column = cell or (None, None)
    skip = numbered.end() if (numbered := _LIST_NUMBER.match(text)) else 0
    for start, end, value, unit in _matches(text, skip):
        if value:
            yield Figure(_what(text, start, end), value, unit, Span(paragraph, start, end, row, column))


def _matches(text: str, skip: int) -> Iterator[tuple[int, int, int | float, str]]:
    found = [match for pattern in (_FIGURE, _SHARE, _HAN_FIGURE) for match in pattern.finditer(text, skip)]
    end = skip
    for match in sorted(found, key=lambda one: one.start()):
        if match.start() >= end and not _is_other(text, match):
            end = match.end()
            yield match.start(), end, _value(match["value"]), _unit(match)


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Whether the number is part of a date, an ordinal, a span of time to come or a name."""
    before = text[max(0, match.start() - 8) : match.start()]
    if match["unit" if match.re is not _SHARE else "value"] == "条" and _STATUTE_BEFORE.search(before):
        return True
    return bool(_ORDINAL_BEFORE.search(before) or _NO_FIGURE.match(text[match.start() : match.end() + 8]))


def _value(text: str) -> int | float:
    plain = text.replace(",", "").replace("，", "")
    if plain[:1].isdigit():
        number = float(plain)
        return int(number) if number.is_integer() and "." not in plain else number
    whole, _, fraction = plain.partition("点")
    digits = "".join(str(chinese_number(sign) or 0) for sign in fraction)
    value = chinese_number(whole) or 0
    return float(f"{value}.{digits}") if digits else value


def _unit(match: re.Match[str]) -> str:
    groups = match.groupdict()
    if match.re is _SHARE:
        return "%"
    if groups.get("percent"):
        return "%" if groups["percent"] == "％" else groups["percent"]
    return "".join(groups.get(name) or "" for name in ("power", "more", "unit", "times"))


def _what(text: str, start: int, end: int) -> str:
    """The words that say what is counted: those right before the number and the noun right behind it."""
    lead = _ASIDE.sub("", text[max(0, start - 24) : start])
    before = _TAIL.search(lead)
    after = _HEAD.search(text[end : end + 14])
    head = _APPROXIMATE.sub("", before[0]) if before else ""
    if before and lead[before.start() - 1 : before.start()].isdigit():
        head = _LEFT_OVER.sub("", head)
    tail = after[0] if after and not _VERBAL.match(after[0]) else ""
    return (head + tail.removeprefix("的")).strip('“”"的') or text[start:end]
