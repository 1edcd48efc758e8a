"""What a row under a header is: an item, more of the item above, a heading, or nothing that counts.

Totals, notes, signatures, numbers of columns and samples are told by their build and words; a row is
only dropped for a reason that can be named.
"""

from __future__ import annotations

import re
from enum import Enum

from bihuan.documents.reading import words
from bihuan.documents.reading.cells import Cells
from bihuan.documents.reading.columns import Columns
from bihuan.documents.reading.names import is_unit
from bihuan.documents.reading.numbering import ordinal, strip_number
from bihuan.documents.reading.units import is_empty
from bihuan.documents.reading.view import View
from bihuan.documents.reading.words import (
    CATEGORY,
    DEADLINE,
    GOAL,
    LEAD,
    MEASURES,
    NO,
    PROBLEM,
    PROGRESS,
    STATUS,
    TITLE,
)


class Row(Enum):
    """The kinds of rows under a header."""

    ITEM = "item"
    MORE = "more"
    HEADING = "heading"
    ASIDE = "aside"
    EMPTY = "empty"


Filled = list[tuple[int, str]]

_TOTAL = re.compile(r"^[^，。；]{0,12}?(?:合计|总计|小计|累计|共计|汇总)(?:[:：（(]|\d|$)|^共\d+[条个项件]")
_BARE_TOTAL = re.compile(r".{0,6}(?:合计|总计|小计|累计|共计|汇总)[:：]?")
_NOTE = re.compile(
    r"^(?:[（(]?(?:备?注|说明|填[表报]说明|附注|附件?)\d*[)）]?\s*[:：.、]|[※＊*]|注$|备注$|"
    r"注意事项|填[表报](?:说明|要求)|note\s*:)",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^[（(]?(?:填[表报]|审[核批签定]|制表|经办|报送|上报|复核|签[发字章]|联系|记录|"
    r"统计|编制|校对|主要|分管|单位|部门|主管|整改|责任|验收|负责)?"
    r"(?:单位|部门)?(?:主要|分管)?(?:填报)?(?:负责|责任)?(?:人|人员|领导|电话|方式|日期|"
    r"时间|单位|盖章|签[字名章]|公章|意见)?"
    r"(?:[（(](?:签[字名章]|盖章|公章|签字盖章|章)[)）])?\s*[:：]"
)
_SIGNED_BARE = re.compile(
    r"(?:审[核批签定]|填[表报]|制表|经办|复核|签发|校对|联系|单位负责|主要负责|分管负责)(?:人|领导|人员|单位|日期|时间|电话)"
    r"|(?:主要|分管|单位)(?:领导|负责人)(?:[（(]?签[字名章][)）]?)"
)
_PAGE = re.compile(r"^[（(]?(?:第\s*\d+\s*页|共\s*\d+\s*页|续\s*(?:上|下|前)?\s*表|[接转][上下]页)")
_HINT = re.compile(
    r"填写|填报|填[入全]|格式|下拉|自动|写[清明全]|注明|简要|全称|(?:例)?如[:：]|例如|不超过|不少于|必填|选填|可多选|精确到|具体到"
)
_SAMPLE = re.compile(r"^[（(]?(?:示例|样例|例如|例|填写示例|范例|举例|sample)[)）]?\d*[:：]?")
_CHAPTER = re.compile(r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
_DATE_LINE = re.compile(r"^\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$")
_NONE_FOUND = re.compile(r"^(?:无|没有|暂无|未发现问题|无问题|经?自查[，,]?未发现问题|/|-+|—+)[。.]?$")


class Rows:
    """Tells the rows of one table apart."""

    def __init__(self, view: View) -> None:
        self._cells = view.cells
        self._columns = view.columns
        self._header = view.header
        above = (view.cells.filled(row) for row in range(view.header.top))
        self._titles = {filled[0][1] for filled in above if len(filled) == 1}

    def kind(self, row: int, above: int | None, loose: bool) -> Row:
        """What a row is.

        `above` is the first row of the item before it, None at the start of a table; `loose` says that the row
        before it is none of that item's.
        """
        filled = self._cells.filled(row)
        if not filled:
            return Row.EMPTY
        if self._is_aside(row, filled):
            return Row.ASIDE
        if self._is_heading(row, filled):
            return Row.HEADING
        kind = _by_content(self._cells, row, filled, self._columns, above)
        if kind is Row.ITEM and above is not None and not loose and self._is_repeated(row, above):
            return Row.MORE
        stated = (Row.MORE,) if not loose else (Row.MORE, Row.ITEM)
        return Row.ASIDE if kind in stated and self._is_sign_off(row, filled, loose) else kind

    def _is_repeated(self, row: int, above: int) -> bool:
        """The item above once more, with its number and problem written again beside a further measure."""
        text, first = self._cells.text, self._columns.first
        number, problem, measures = first(NO), first(PROBLEM), first(MEASURES)
        if number is None or problem is None or measures is None:
            return False
        same = text(row, number) == text(above, number) != ""
        again = text(row, problem) in ("", text(above, problem))
        return same and again and text(row, measures) not in ("", text(above, measures))

    def _is_heading(self, row: int, filled: Filled) -> bool:
        if len({text for _, text in filled}) == 1:
            return _is_alone(self._cells, row, filled[0], self._columns)
        return len(filled) == _NUMBER_AND_NAME and self._is_chapter(row, filled)

    def _is_chapter(self, row: int, filled: Filled) -> bool:
        """A Chinese numeral in the number's column and a name beside it, above items numbered in figures."""
        number = self._columns.first(NO)
        (column, numeral), (_, name) = filled
        if number != column or not _NUMERAL.fullmatch(numeral) or len(name) > _LONGEST_NAME or _STOP.search(name):
            return False
        below = next((r for r in range(row + 1, self._cells.height) if self._cells.filled(r)), None)
        return below is not None and self._cells.text(below, column)[:1].isdigit()

    def _is_aside(self, row: int, filled: Filled) -> bool:
        texts = [text for _, text in filled]
        body = dict(filled)
        problem = self._columns.first(PROBLEM)
        said = body.get(problem, "") if problem is not None else ""
        if _is_total(texts, said, problem == filled[0][0]) or (len(texts) == 1 and texts[0] in self._titles):
            return True
        if _NOTE.match(texts[0]) and (len(set(texts)) == 1 or not said):
            return True
        if _is_signature(texts) or _is_counting(texts) or (len(texts) < 3 and _PAGE.match(texts[0])):
            return True
        if len(texts[0]) <= 8 and _SAMPLE.match(texts[0]):
            return True
        if row == self._header.body and _are_hints(texts):
            return True
        return len(texts) > 1 and all(text in self._header.paths[column] for column, text in filled)

    def _is_sign_off(self, row: int, filled: Filled, loose: bool) -> bool:
        """An office's name at the lower right: apart from the item above it, or with nothing but a date below."""
        fields = self._columns.fields
        telling = [column for name in (PROBLEM, TITLE, GOAL, MEASURES) for column in fields.get(name, ())]
        if len(filled) != 1 or filled[0][0] in telling:
            return False
        below = next((f for r in range(row + 1, self._cells.height) if (f := self._cells.filled(r))), [])
        dated = len(below) == 1 and bool(_DATE_LINE.match(below[0][1]))
        return loose or (dated and is_unit(filled[0][1]))


def _is_total(texts: list[str], said: str, first: bool) -> bool:
    """Whether a row sums up; where the problem stands first, its own text may begin with such a word."""
    bare = "".join(texts[0].split())
    if not _TOTAL.match(bare):
        return False
    return len(said) <= 12 if not first else len(texts) < 3 or bool(_BARE_TOTAL.fullmatch(bare))


def _are_hints(texts: list[str]) -> bool:
    """A row under the header that says how to fill each column in."""
    return len(texts) > 1 and sum(1 for text in texts if len(text) <= 40 and _HINT.search(text)) * 2 > len(texts)


def _is_signature(texts: list[str]) -> bool:
    """A line of names to sign: labels with a colon, each perhaps followed by a short answer."""
    if (_DATE_LINE.match(texts[0]) and len(texts) == 1) or (
        len(texts) > 1 and _SIGNED_BARE.fullmatch("".join(texts[0].split()))
    ):
        return True
    labels = [text for text in texts if _SIGNED.match(text)]
    return bool(labels) and texts[0] in labels and all(text in labels or len(text) <= 16 for text in texts)


def _is_counting(texts: list[str]) -> bool:
    """The row that numbers the columns: 1 2 3 …, （1）（2）…, 甲 乙 1 2 …"""
    bare = [text.strip("()（）栏次 ") for text in texts if text.strip("()（）栏次 ")]
    numbers = [value for text in bare if text.isdecimal() and (value := ordinal(text)) is not None]
    letters = sum(text in "甲乙丙丁戊" or (len(text) == 1 and text in "ABCDEFG") for text in bare)
    return (
        len(numbers) >= 3 and len(numbers) + letters == len(bare) and numbers == list(range(1, len(numbers) + 1))
    )


def _is_alone(cells: Cells, row: int, cell: tuple[int, str], columns: Columns) -> bool:
    """One text alone in a row, at its left or merged across it: the heading of what follows."""
    column, text = cell
    merge = cells.merged(row, column)
    if merge is not None and merge.right > merge.left:
        return True
    if column == columns.first(PROBLEM):
        return columns.first(NO) not in (None, column) and bool(_CHAPTER.match(text))
    if merge is not None:
        return False
    at_left = column in (0, columns.first(NO), columns.first(CATEGORY))
    return at_left and (column != columns.first(NO) or not _is_number(text))


def _is_number(text: str) -> bool:
    return ordinal(text.strip("()（）、.．第项条 ")) is not None or bool(re.fullmatch(r"[A-Za-z0-9./\-—]+", text))


def _by_content(cells: Cells, row: int, filled: Filled, columns: Columns, above: int | None) -> Row:
    body = dict(filled)
    own = next((c for c in (columns.first(n) for n in (PROBLEM, TITLE)) if c is not None and c in body), None)
    if own is not None and own == columns.first(PROBLEM):
        return Row.EMPTY if _NONE_FOUND.match(body[own]) else Row.ITEM
    problem = columns.first(PROBLEM)
    if problem is not None and above is not None and above <= cells.owner(row, problem) < row:
        return Row.MORE
    if own is not None or (problem is None and columns.first(GOAL) in body):
        return Row.ITEM
    said = [
        n for n in (MEASURES, GOAL, LEAD, DEADLINE, PROGRESS, STATUS) if _says(body, columns.fields.get(n, []))
    ]
    if not said and not any(mark.column in body for mark in columns.marks):
        return Row.EMPTY if above is None or not _is_only(body, columns, words.REMARK) else Row.MORE
    number = columns.first(NO)
    if above is not None and (number is None or number not in body):
        return Row.MORE
    if said == [STATUS]:  # a form's row that awaits its problem, with a number and a status filled in beforehand
        return Row.EMPTY
    return Row.HEADING if number in body and not _is_number(body[number]) else Row.ITEM


def _says(body: dict[int, str], places: list[int]) -> bool:
    return any(not is_empty(body.get(place, "")) for place in places)


def _is_only(body: dict[int, str], columns: Columns, name: str) -> bool:
    place = columns.first(name)
    return place is not None and set(body) == {place}


_NUMERAL = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?")
_STOP = re.compile(r"[，。；,;]")
_LONGEST_NAME, _NUMBER_AND_NAME = 25, 2
_UNIT_LABEL = re.compile(r"^(?:牵头|责任|整改|承办|主办)(?:责任)?(?:单位|部门|主体)\s*[:：]\s*")
_COUNT = re.compile(r"[（(]\s*(?:共|计)?\s*\d+\s*[个项条件类]?\s*(?:问题|任务)?\s*[)）]$")


def heading_of(filled: Filled) -> str:
    """A heading without its number, a unit's label and the count behind it: 一、水环境（共3项） → 水环境."""
    text = filled[-1][1] if _NUMERAL.fullmatch(filled[0][1]) else filled[0][1]
    return strip_number(_UNIT_LABEL.sub("", _COUNT.sub("", text.strip())))
